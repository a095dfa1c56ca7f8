//! Sending the file of an import.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use shouxin_model::ImportId;
use shouxin_wire::imports::Import;

use super::{name, piped, shown};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithBody};
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
    let name = name(&headers).map(str::to_owned);
    let (vault, caller) = (app.vault().clone(), signed.caller.clone());
    let fed = piped(&app, &signed, body, |file| async move {
        vault.feed_import(&caller, import, file, name, |_| {}).await
    });
    Ok(Json(shown(fed.await?)))
}
