//! Applying a register, policies, or both.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::register::{Applied, ApplyRequest};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Apply a register, policies, or both
///
/// From the next read on, decisions follow the new versions. Stored data are brought up to date in the
/// background. A change that loosens anything is proposed first (`propose-register`) and names the approval
/// that somebody else gave.
#[utoipa::path(
    post,
    path = "/api/v1/register/versions",
    operation_id = "apply-register",
    tag = "register",
    request_body(content = ApplyRequest, example = json!({"policies": "@id(\"own-order\") permit(…);"})),
    responses(
        (status = 201, description = "The versions in force from now on", body = Applied,
            example = json!({"register_version": 3, "policy_version": 3, "entry": 1046, "jobs": 0,
                "plan": {"loosens": false, "changes": []}})),
        Guarded, Approving, WithBody,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn apply(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<ApplyRequest, { super::TEXT_BYTES }>,
) -> Result<(StatusCode, Json<Applied>), Refusal> {
    let (register, policies) = (request.register.as_deref(), request.policies.as_deref());
    let (vault, caller) = (app.vault(), &signed.caller);
    let applied = match request.approval {
        Some(approval) => {
            vault
                .apply_approved(caller, register, policies, approval)
                .await
        }
        None => vault.apply(caller, register, policies).await,
    };
    match applied {
        Ok(applied) => {
            let answer = Applied {
                register_version: applied.register_version,
                policy_version: applied.policy_version,
                plan: shown(&applied.plan, signed.language),
                entry: applied.entry,
                jobs: applied.jobs as u64,
            };
            Ok((StatusCode::CREATED, Json(answer)))
        }
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
