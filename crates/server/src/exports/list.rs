//! The newest exports.

use axum::Json;
use axum::extract::State;
use shouxin_wire::exports::ExportList;

use super::{sees_all, shown};
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// List the newest exports
///
/// One's own; those who oversee exports see everybody's. At most 100, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/exports",
    operation_id = "list-exports",
    tag = "exports",
    responses(
        (status = 200, description = "Newest first", body = ExportList, example = json!({"exports": []})),
        Guarded,
    ),
    security(("session" = []))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Json<ExportList>, Refusal> {
    let actor = signed.actor();
    let of = (!sees_all(&signed)).then_some(actor.as_str());
    match app.vault().exports(of).await {
        Ok(exports) => Ok(Json(ExportList {
            exports: exports.into_iter().map(shown).collect(),
        })),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
