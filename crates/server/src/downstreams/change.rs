//! Changing a system: where, what about, whether.

use axum::Json;
use axum::extract::State;
use shouxin_vault::{DownstreamError, Interest};
use shouxin_wire::downstreams::{DownstreamChange, DownstreamDone};

use super::check_target;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Downstreams, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::{missed, settled};
use crate::http::{At, Body, Refusal};

/// Change a system that is told of changes
///
/// What is left out stays. A paused system is told afterwards what happened meanwhile; a retired one never again.
#[utoipa::path(
    patch,
    path = "/api/v1/downstreams/{name}",
    operation_id = "change-downstream",
    tag = "downstreams",
    params(("name" = String, Path, description = "The system's name")),
    request_body(content = DownstreamChange, example = json!({"state": "paused"})),
    responses(
        (status = 200, description = "It is changed", body = DownstreamDone, example = json!({"entry": 1043})),
        Guarded, WithParams, WithBody, Missing, Downstreams,
    ),
    security(("session" = []))
)]
pub(crate) async fn change(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
    Body(change): Body<DownstreamChange>,
) -> Result<Json<DownstreamDone>, Refusal> {
    let vault = app.vault();
    let found = settled(&app, &signed, vault.downstream(&name).await).await?;
    let Some(before) = found else {
        return Err(missed(&app, &signed, DownstreamError::NotFound).await);
    };
    if let Some(target) = &change.target {
        check_target(&app, &signed, before.kind, target).await?;
    }
    let interest = (change.purposes.is_some() || change.parts.is_some()).then(|| Interest {
        purposes: change.purposes.unwrap_or(before.interest.purposes),
        parts: change.parts.unwrap_or(before.interest.parts),
    });
    let change = shouxin_vault::DownstreamChange {
        target: change.target,
        interest,
        state: change.state,
    };
    let changed = vault
        .change_downstream(&signed.caller, &name, &change)
        .await;
    let entry = settled(&app, &signed, changed).await?;
    Ok(Json(DownstreamDone { entry }))
}
