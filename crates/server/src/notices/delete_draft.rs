//! Dropping a draft of a notice.

use axum::extract::State;
use axum::http::StatusCode;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::told;
use crate::http::{At, Refusal};

/// Drop the draft of a notice
#[utoipa::path(
    delete,
    path = "/api/v1/notices/{name}/draft",
    operation_id = "delete-notice-draft",
    tag = "notices",
    params(("name" = String, Path, description = "The notice")),
    responses((status = 204, description = "It is gone"), Guarded, WithParams, Missing),
    security(("session" = []))
)]
pub async fn delete(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
) -> Result<StatusCode, Refusal> {
    let deleted = app.vault().delete_notice_draft(&signed.caller, &name);
    match deleted.await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
