//! Proposing a change that loosens, for somebody else to approve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::approvals::{Approval, ChangeProposal};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, WithBody};
use crate::http::faults::told;
use crate::http::proposal::shown;
use crate::http::{Body, Refusal};

/// Propose a change that loosens register or policies
///
/// The approval's body tells every difference and the digests of the very texts. Once somebody else
/// approved it, apply the same texts and name the approval.
#[utoipa::path(
    post,
    path = "/api/v1/register/proposals",
    operation_id = "propose-register",
    tag = "register",
    request_body(content = ChangeProposal, example = json!({"policies": "@id(\"own-order\") permit(…);",
        "reason": "busy season"})),
    responses(
        (status = 201, description = "It waits for a decision", body = Approval,
            example = json!({"approval": "apr_06fs8k0000000000000000000g", "act": "register",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "body": {"register_version": 1, "policy_version": 1}, "reason": "busy season",
                "requested_by": "stf_06fs8k0000000000000000000g", "requested_at": "2026-11-21T03:04:05.678Z",
                "expires_at": "2026-11-24T03:04:05.678Z", "seconds_left": 259200, "state": "open"})),
        Guarded, Approving, WithBody,
    ),
    security(("session" = []))
)]
pub async fn propose(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<ChangeProposal, { super::TEXT_BYTES }>,
) -> Result<(StatusCode, Json<Approval>), Refusal> {
    let (register, policies) = (request.register.as_deref(), request.policies.as_deref());
    // The reason goes into the vault, which seals it.
    let reason = request.reason.expose();
    let proposed = app
        .vault()
        .propose_change(&signed.caller, register, policies, reason)
        .await;
    match proposed {
        Ok(approval) => Ok((
            StatusCode::CREATED,
            Json(shown(approval, app.vault().now())),
        )),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
