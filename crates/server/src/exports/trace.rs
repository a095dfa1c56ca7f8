//! From a leaked copy back to the export it came from.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use shouxin_vault::Found;
use shouxin_wire::Code;
use shouxin_wire::exports::{TraceAnswer, TraceFound};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::chunks::{Broken, drain, pipe, pump};
use crate::http::document::{Exporting, Guarded, WithBody};
use crate::http::faults::told;

/// Trace a file
///
/// Tells which exports a leaked copy comes from, by the decoys among its rows and by its visible mark:
/// in any order, with columns or rows missing, in CSV, NDJSON, XLSX or plain text, in UTF-8 or GB 18030. The file
/// is read once and nothing of it is kept. Nobody is told of their own exports: somebody else asks.
#[utoipa::path(
    post,
    path = "/api/v1/exports/traces",
    operation_id = "trace-export",
    tag = "exports",
    request_body(description = "The file, at most 4 GiB", content = Vec<u8>,
        content_type = "application/octet-stream", example = json!("姓名,手机号\n测试,13800000000\n")),
    responses(
        (status = 200, description = "The exports it comes from", body = TraceAnswer,
            example = json!({"found": [{"export": "exp_06fs8k0000000000000000000g",
                "actor": "stf_06fs8k0000000000000000000g", "at": "2026-11-21T03:04:05.678Z",
                "purpose": "rights-answer", "reason": "copies for the authority", "entry": 1042,
                "decoys_found": 6, "decoys": 8, "bits": 240, "visible": "absent"}], "rows": 48, "entry": 2077})),
        Guarded, WithBody, Exporting,
    ),
    security(("session" = []))
)]
pub async fn trace(
    State(app): State<App>,
    signed: Signed,
    body: Body,
) -> Result<Json<TraceAnswer>, Refusal> {
    let (pipe, file) = pipe();
    let mut pipe = Some(pipe);
    let mut body = body.into_data_stream();
    let traced = {
        let trace = app.vault().trace(&signed.caller, file, None);
        tokio::pin!(trace);
        tokio::select! {
            traced = &mut trace => traced,
            arrived = pump(&mut body, &mut pipe, MOST_BYTES) => match arrived {
                Ok(()) => trace.await,
                Err(Broken::TooLarge) => return Err(signed.refuse(Code::TooLarge)),
                Err(Broken::Silent | Broken::Connection) => return Err(signed.refuse(Code::TimedOut)),
            },
        }
    };
    match traced {
        Ok(traced) => Ok(Json(TraceAnswer {
            found: traced.found.into_iter().map(found).collect(),
            rows: traced.rows,
            entry: traced.entry,
        })),
        Err(error) => {
            let refusal = told(&app, &signed, error).await;
            drain(&mut body).await;
            Err(refusal)
        }
    }
}

fn found(found: Found) -> TraceFound {
    TraceFound {
        export: found.export,
        actor: found.actor,
        at: found.at,
        purpose: found.purpose,
        // To whoever traces a leak, under an entry.
        reason: found.reason.expose().clone(),
        entry: found.began,
        decoys_found: found.decoys_found,
        decoys: found.decoys,
        bits: found.bits,
        visible: found.visible.word().to_owned(),
    }
}

const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;
