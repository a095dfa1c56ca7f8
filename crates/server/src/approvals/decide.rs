//! Deciding about what somebody else asked for.

use axum::Json;
use axum::extract::State;
use shouxin_model::ApprovalId;
use shouxin_vault::approvals::Decision;
use shouxin_wire::Code;
use shouxin_wire::approvals::{Approval, DecisionRequest, DecisionWord};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::missed;
use crate::http::proposal::shown;
use crate::http::{At, Body, Refusal};

/// Approve or reject what somebody else asked for
///
/// The decision names the digest of what was seen and counts for exactly that. Nobody decides about their
/// own proposal, nor about one of their own silo of administration. An approved grant begins at once;
/// anything else then waits a day for its requester. An approval that nothing used yet can still be
/// rejected.
#[utoipa::path(
    put,
    path = "/api/v1/approvals/{approval}/decision",
    operation_id = "decide-approval",
    tag = "approvals",
    params(("approval" = String, Path, description = "The approval, `apr_…`")),
    request_body(content = DecisionRequest, example = json!({"decision": "approve",
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})),
    responses(
        (status = 200, description = "The approval as it is now", body = Approval,
            example = json!({"approval": "apr_06fs8k0000000000000000000g", "act": "register",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "body": {"register_version": 1, "policy_version": 1}, "reason": "busy season",
                "requested_by": "stf_06fs8k0000000000000000000g", "requested_at": "2026-11-21T03:04:05.678Z",
                "expires_at": "2026-11-24T03:04:05.678Z", "seconds_left": 259200, "state": "open"})),
        Guarded, Approving, WithParams, WithBody, Missing,
    ),
    security(("session" = []))
)]
pub(crate) async fn decide(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(ApprovalId,)>,
    Body(request): Body<DecisionRequest>,
) -> Result<Json<Approval>, Refusal> {
    let digest = data_encoding::HEXLOWER
        .decode(request.digest.as_bytes())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let Some(digest) = digest else {
        let code = Code::InvalidValue;
        return Err(signed
            .refuse(code)
            .at("digest", code.title().get(signed.language)));
    };
    let decision = match request.decision {
        DecisionWord::Approve => Decision::Approve,
        DecisionWord::Reject => Decision::Reject,
    };
    // The note goes into the vault, which seals it.
    let note = request.note.as_ref().map(|note| note.expose().as_str());
    let decided = app
        .vault()
        .decide_approval(&signed.caller, id, digest, decision, note)
        .await;
    match decided {
        Ok(approval) => Ok(Json(shown(approval, app.vault().now()))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
