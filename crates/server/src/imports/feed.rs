//! Sending the file of an import.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use shouxin_model::ImportId;
use shouxin_wire::Code;
use shouxin_wire::imports::Import;

use super::{name, shown};
use crate::App;
use crate::caller::Signed;
use crate::http::chunks::{Broken, drain, pipe, pump};
use crate::http::document::{Changed, Guarded, Missing, WithBody};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Send the file of an import
///
/// The whole file, as a stream. Rows are committed as they arrive; if the connection breaks, send the same
/// file again: rows whose outcome is durable are passed over.
#[utoipa::path(
    put,
    path = "/api/v1/imports/{import}/file",
    operation_id = "feed-import",
    tag = "records",
    params(("import" = String, Path, description = "The import, `imp_…`")),
    request_body(description = "CSV, NDJSON or XLSX, at most 4 GiB; `Content-Type` may say which",
        content = Vec<u8>, content_type = "application/octet-stream", example = json!("客户姓名,手机号\n测试,13800000000\n")),
    responses(
        (status = 200, description = "Rows done and their outcomes", body = Import,
            example = json!({"import": "imp_06fs8k0000000000000000000g", "state": "done", "rows": 20,
                "counts": {"created": 15, "merged": 2, "refused": 3},
                "created_at": "2026-11-21T03:04:05.678Z", "updated_at": "2026-11-21T03:04:06.000Z"})),
        Guarded, WithBody, Missing, Changed,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn feed(
    State(app): State<App>,
    signed: Signed,
    At((import,)): At<(ImportId,)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Import>, Refusal> {
    let (pipe, file) = pipe();
    let name = name(&headers).map(str::to_owned);
    // The writing end outlives the feed: if the body breaks off, the feed is dropped before its reader
    // could take the part for the whole.
    let mut pipe = Some(pipe);
    let mut body = body.into_data_stream();
    let fed = {
        let feed = app
            .vault()
            .feed_import(&signed.caller, import, file, name, |_| {});
        tokio::pin!(feed);
        tokio::select! {
            fed = &mut feed => fed,
            arrived = pump(&mut body, &mut pipe, MOST_BYTES) => match arrived {
                Ok(()) => feed.await,
                Err(broken) => return Err(refuse(&signed, broken)),
            },
        }
    };
    match fed {
        Ok(status) => Ok(Json(shown(status))),
        Err(error) => {
            let refusal = missed(&app, &signed, error).await;
            drain(&mut body).await;
            Err(refusal)
        }
    }
}

fn refuse(signed: &Signed, broken: Broken) -> Refusal {
    match broken {
        Broken::TooLarge => signed.refuse(Code::TooLarge),
        Broken::Silent | Broken::Connection => signed.refuse(Code::TimedOut),
    }
}

const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;
