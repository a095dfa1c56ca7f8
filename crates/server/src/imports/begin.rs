//! Opening an import under a mapping.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::imports::{Import, ImportRequest};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Once, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Open an import
///
/// The mapping says which column goes to which field, and where the data come from. Then send the file.
#[utoipa::path(
    post,
    path = "/api/v1/imports",
    operation_id = "begin-import",
    tag = "records",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 64 printable characters; counts for a day")),
    request_body(content = ImportRequest, example = json!({"mapping": "[columns]\n\"客户姓名\" = \"customer.name\"\n"})),
    responses(
        (status = 201, description = "The import", body = Import,
            example = json!({"import": "imp_06fs8k0000000000000000000g", "state": "open", "rows": 0, "counts": {},
                "created_at": "2026-11-21T03:04:05.678Z", "updated_at": "2026-11-21T03:04:05.678Z"})),
        Guarded, WithBody, Once,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<ImportRequest>,
) -> Result<(StatusCode, Json<Import>), Refusal> {
    let begun = match app
        .vault()
        .begin_import(&signed.caller, &request.mapping)
        .await
    {
        Ok(id) => app.vault().import_status(id).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok(status) => Ok((StatusCode::CREATED, Json(shown(status)))),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
