//! Proposing the destruction of an epoch's key.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_vault::{Act, Proposal};
use shouxin_wire::approvals::Approval;
use shouxin_wire::keys::DestructionProposal;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithBody};
use crate::http::faults::{fault, told};
use crate::http::proposal::shown;
use crate::http::{At, Body, Refusal};

/// Propose to destroy an epoch's key
///
/// The approval's body names the keyring, the epoch, since when another took its place, and how many
/// subject keys still hang on it. Once somebody else approved it, order the destruction and name it.
#[utoipa::path(
    post,
    path = "/api/v1/keys/epochs/{epoch}/proposals",
    operation_id = "propose-epoch-destruction",
    tag = "keys",
    params(("epoch" = u32, Path, description = "The epoch")),
    request_body(content = DestructionProposal, example = json!({"reason": "the yearly change of keys"})),
    responses(
        (status = 201, description = "It waits for a decision", body = Approval,
            example = json!({"approval": "apr_06fs8k0000000000000000000g", "act": "epoch-destruction",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "body": {"epoch": 1, "subject_keys": 0}, "reason": "the yearly change of keys",
                "requested_by": "stf_06fs8k0000000000000000000g", "requested_at": "2026-11-21T03:04:05.678Z",
                "expires_at": "2026-11-24T03:04:05.678Z", "seconds_left": 259200, "state": "open"})),
        Guarded, WithBody, Missing, super::destroy::Unable,
    ),
    security(("session" = []))
)]
pub async fn propose(
    State(app): State<App>,
    signed: Signed,
    At((epoch,)): At<(u32,)>,
    Body(request): Body<DestructionProposal>,
) -> Result<(StatusCode, Json<Approval>), Refusal> {
    let zone = request.zone.as_deref();
    let plan = match app.vault().plan_destruction(zone, epoch).await {
        Ok(plan) => plan,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    let body = match plan.body() {
        Ok(body) => body,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let proposal = Proposal {
        act: Act::EpochDestruction,
        body,
        // Goes into the vault, which seals it.
        reason: request.reason.expose().clone(),
    };
    match app.vault().propose(&signed.caller, proposal).await {
        Ok(approval) => Ok((
            StatusCode::CREATED,
            Json(shown(approval, app.vault().now())),
        )),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
