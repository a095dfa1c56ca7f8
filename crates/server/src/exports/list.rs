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
    let exports = match app.vault().exports().await {
        Ok(exports) => exports,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let all = sees_all(&signed);
    let actor = signed.actor();
    let seen = exports
        .into_iter()
        .filter(|export| all || export.actor == actor);
    Ok(Json(ExportList {
        exports: seen.map(shown).collect(),
    }))
}
