//! Taking one's own proposal back.

use axum::Json;
use axum::extract::State;
use shouxin_model::ApprovalId;
use shouxin_wire::approvals::Approval;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::proposal::shown;
use crate::http::{At, Refusal};

/// Withdraw one's own proposal
///
/// As long as nothing used it, decided or not.
#[utoipa::path(
    delete,
    path = "/api/v1/approvals/{approval}",
    operation_id = "withdraw-approval",
    tag = "approvals",
    params(("approval" = String, Path, description = "The approval, `apr_…`")),
    responses(
        (status = 200, description = "The approval as it is now", body = Approval),
        Guarded, WithParams, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn withdraw(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(ApprovalId,)>,
) -> Result<Json<Approval>, Refusal> {
    match app.vault().withdraw_approval(&signed.caller, id).await {
        Ok(approval) => Ok(Json(shown(approval, app.vault().now()))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
