//! Taking one's own proposal back.

use axum::Json;
use axum::extract::State;
use shouxin_model::ApprovalId;
use shouxin_wire::approvals::Approval;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, Missing, WithParams};
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
        (status = 200, description = "The approval as it is now", body = Approval,
            example = json!({"approval": "apr_06fs8k0000000000000000000g", "act": "register",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "body": {"register_version": 1, "policy_version": 1}, "reason": "busy season",
                "requested_by": "stf_06fs8k0000000000000000000g", "requested_at": "2026-11-21T03:04:05.678Z",
                "expires_at": "2026-11-24T03:04:05.678Z", "seconds_left": 259200, "state": "open"})),
        Guarded, Approving, WithParams, Missing,
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
