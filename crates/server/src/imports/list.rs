//! The newest imports.

use axum::Json;
use axum::extract::State;
use shouxin_wire::imports::ImportList;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// List the newest imports
///
/// At most 100, newest first; what became of each row stands in its outcomes.
#[utoipa::path(
    get,
    path = "/api/v1/imports",
    operation_id = "list-imports",
    tag = "records",
    responses(
        (status = 200, description = "Newest first, at most 100", body = ImportList, example = json!({"imports": []})),
        Guarded,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Json<ImportList>, Refusal> {
    match app.vault().imports().await {
        Ok(imports) => Ok(Json(ImportList {
            imports: imports.into_iter().map(shown).collect(),
        })),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
