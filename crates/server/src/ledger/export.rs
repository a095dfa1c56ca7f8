//! The whole ledger as one file.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, header};
use shouxin_store::Tx;
use shouxin_vault::said::Kind;

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::chunks::streamed;
use crate::http::document::Guarded;
use crate::http::faults::{fault, told};

/// Export the whole ledger
///
/// Lines of JSON for `shouxin-verify export`, with every checkpoint, up to the newest one. The export is
/// recorded first, so that it holds its own record. If the connection breaks, the last line is not an
/// `end`: the file is not whole.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/export",
    operation_id = "export-ledger",
    tag = "ledger",
    responses(
        (status = 200, description = "The export", body = String, content_type = "application/x-ndjson",
            example = "{\"shouxin-ledger-export\":1,\"origin\":\"shouxin/1a2b3c4d\",\"keys\":[…]}\n{\"i\":0,…}\n"),
        Guarded,
    ),
    security(("session" = []))
)]
pub async fn export(
    State(app): State<App>,
    signed: Signed,
) -> Result<([(HeaderName, &'static str); 2], Body), Refusal> {
    let recorded = app
        .vault()
        .record(
            &signed.caller,
            Kind::Ledger,
            &[("did", "exported")],
            Tx::new(),
        )
        .await;
    if let Err(error) = recorded {
        return Err(fault(&app, &signed, error.into()).await);
    }
    if let Err(error) = app.vault().sign_checkpoint(app.witness()).await {
        return Err(told(&app, &signed, error).await);
    }
    let vault = app.vault().clone();
    let body = streamed(move |out| async move {
        let out = &out;
        vault.export_ledger(|piece| out.send(piece)).await.map(drop)
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"ledger.ndjson\"",
        ),
    ];
    Ok((headers, body))
}
