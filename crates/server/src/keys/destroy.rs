//! Destroying an epoch's key, once somebody else has approved it.

use axum::Json;
use axum::extract::State;
use shouxin_vault::Act;
use shouxin_wire::keys::{Destroyed, DestructionOrder};

use crate::App;
use crate::caller::Signed;
pub(super) use crate::http::document::Unkeyed as Unable;
use crate::http::document::{Guarded, Missing, Unapproved, WithBody};
use crate::http::faults::{fault, told};
use crate::http::{At, Body, Refusal};

/// Destroy an epoch's key
///
/// What it wrapped opens no more, in the data or in any backup of them. Needs an approval of exactly this
/// destruction, and that no subject key in the data hangs on the epoch.
#[utoipa::path(
    post,
    path = "/api/v1/keys/epochs/{epoch}/destructions",
    operation_id = "destroy-epoch",
    tag = "keys",
    params(("epoch" = u32, Path, description = "The epoch")),
    request_body(content = DestructionOrder, example = json!({"approval": "apr_06fs8k0000000000000000000g"})),
    responses(
        (status = 200, description = "The key is gone", body = Destroyed,
            example = json!({"epoch": 1, "at": "2026-11-21T02:00:00Z", "entry": 1046})),
        Guarded, WithBody, Missing, Unable, Unapproved,
    ),
    security(("session" = []))
)]
pub async fn destroy(
    State(app): State<App>,
    signed: Signed,
    At((epoch,)): At<(u32,)>,
    Body(request): Body<DestructionOrder>,
) -> Result<Json<Destroyed>, Refusal> {
    let vault = app.vault();
    let zone = request.zone.as_deref();
    let plan = match vault.plan_destruction(zone, epoch).await {
        Ok(plan) => plan,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    let body = match plan.body() {
        Ok(body) => body,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let caller = &signed.caller;
    let approved = vault
        .approved(caller, request.approval, Act::EpochDestruction, &body)
        .await;
    let approved = match approved {
        Ok(approved) => approved,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    match vault.destroy_epoch(caller, zone, epoch, approved).await {
        Ok(destroyed) => Ok(Json(Destroyed {
            epoch: destroyed.epoch,
            at: destroyed.at,
            entry: destroyed.entry,
        })),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
