//! Proposing a notice that widens, for somebody else to approve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::approvals::Approval;
use shouxin_wire::notices::NoticeProposal;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, Publishing, WithBody};
use crate::http::faults::told;
use crate::http::proposal::shown;
use crate::http::{Body, Refusal};

/// Propose a notice that widens what people agreed to
///
/// The approval's body tells every difference and the hash of what people would be told. Once somebody else
/// approved it, publish the same text and name the approval.
#[utoipa::path(
    post,
    path = "/api/v1/notices/proposals",
    operation_id = "propose-notice",
    tag = "notices",
    request_body(content = NoticeProposal, example = json!({"notice": "name = \"marketing\"\n…",
        "reason": "a company that sends text messages for us"})),
    responses(
        (status = 201, description = "It waits for a decision", body = Approval,
            example = json!({"approval": "apr_06fs8k0000000000000000000g", "act": "notice",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "body": {"notice": "marketing", "version": 2}, "reason": "a company that sends text messages for us",
                "requested_by": "stf_06fs8k0000000000000000000g", "requested_at": "2026-11-21T03:04:05.678Z",
                "expires_at": "2026-11-24T03:04:05.678Z", "seconds_left": 259200, "state": "open"})),
        Guarded, Approving, Publishing, WithBody,
    ),
    security(("session" = []))
)]
pub async fn propose(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<NoticeProposal, { super::TEXT_BYTES }>,
) -> Result<(StatusCode, Json<Approval>), Refusal> {
    // The reason goes into the vault, which seals it.
    let reason = request.reason.expose();
    let (text, from) = (&request.notice, request.effective_at);
    let vault = app.vault();
    let proposed = vault.propose_notice(&signed.caller, text, from, reason);
    match proposed.await {
        Ok(approval) => Ok((StatusCode::CREATED, Json(shown(approval, vault.now())))),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
