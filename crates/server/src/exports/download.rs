//! Carrying an export out: its file, once.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, header};
use shouxin_model::ExportId;
use shouxin_vault::Leaving;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::chunks::begun;
use crate::http::document::{Decided, Exporting, Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Download an export
///
/// Spends the approval and streams the file. Each person in it has a ledger entry before anything of
/// theirs opens. One approval is one download: if the connection breaks off, the export is broken and is asked
/// for anew. Whether the file is whole, its digest tells: `GET /api/v1/exports/{export}`.
#[utoipa::path(
    post,
    path = "/api/v1/exports/{export}/file",
    operation_id = "download-export",
    tag = "exports",
    params(("export" = String, Path, description = "The export, `exp_…`")),
    responses(
        (status = 200, description = "The file", body = String, content_type = "application/octet-stream",
            example = "\"守信导出 Shouxin export exp_…\"\n\"customer.name\",\"customer.mobile\"\n"),
        Guarded, WithParams, Missing, Exporting, Decided,
    ),
    security(("session" = []))
)]
pub async fn download(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(ExportId,)>,
) -> Result<([(HeaderName, String); 3], Body), Refusal> {
    let vault = app.vault();
    let approved = match vault.export_approved(&signed.caller, id).await {
        Ok(approved) => approved,
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    let export = match vault.start_export(&signed.caller, id, approved).await {
        Ok(export) => export,
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    let (kind, end) = match export.format() {
        Leaving::Csv | Leaving::CsvPlain => ("text/csv; charset=utf-8", "csv"),
        Leaving::Ndjson => ("application/x-ndjson", "ndjson"),
        Leaving::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
    };
    let begun = begun(move |out| async move {
        let out = &out;
        export.stream(|piece| out.send(piece)).await.map(|status| {
            let status = shown(status);
            tracing::info!(export = %status.export, state = status.state, "an export ended");
        })
    });
    let body = match begun.await {
        Ok(body) => body,
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{id}.{end}\""),
        ),
        // Nothing on the way keeps a copy.
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, body))
}
