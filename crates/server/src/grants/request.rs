//! Asking for access.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_vault::GrantRequest as Wanted;
use shouxin_wire::approvals::Approval;
use shouxin_wire::grants::GrantRequest;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, Missing, WithBody};
use crate::http::faults::told;
use crate::http::proposal::shown;
use crate::http::{Body, Refusal};

/// Ask for access beyond one's roles
///
/// It begins when somebody else approves, and then counts for the time asked for. It lends a role's view of
/// the named fields, and stands for the tie to the subject it names; never for consent, against a
/// restriction, beyond a keeping period, or against a policy that forbids.
#[utoipa::path(
    post,
    path = "/api/v1/grants",
    operation_id = "request-grant",
    tag = "approvals",
    request_body(content = GrantRequest, example = json!({"purpose": "repair-service", "role": "service-adviser",
        "fields": ["customer.name"], "subject": "sub_06fs8k0000000000000000000g", "seconds": 3600,
        "reason": "covering for a colleague"})),
    responses(
        (status = 201, description = "The approval it waits for", body = Approval,
            example = json!({"approval": "apr_06fs8k0000000000000000000g", "act": "register",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "body": {"register_version": 1, "policy_version": 1}, "reason": "busy season",
                "requested_by": "stf_06fs8k0000000000000000000g", "requested_at": "2026-11-21T03:04:05.678Z",
                "expires_at": "2026-11-24T03:04:05.678Z", "seconds_left": 259200, "state": "open"})),
        Guarded, Missing, Approving, WithBody,
    ),
    security(("session" = []))
)]
pub(crate) async fn request(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<GrantRequest>,
) -> Result<(StatusCode, Json<Approval>), Refusal> {
    let wanted = Wanted {
        purpose: request.purpose,
        role: request.role,
        fields: request.fields,
        subject: request.subject,
        seconds: request.seconds,
        conditions: request.conditions,
        // Into the vault, which seals it.
        reason: request.reason.expose().clone(),
    };
    match app.vault().request_grant(&signed.caller, &wanted).await {
        Ok(approval) => Ok((
            StatusCode::CREATED,
            Json(shown(approval, app.vault().now())),
        )),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
