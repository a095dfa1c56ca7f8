//! Telling a system again.

use axum::Json;
use axum::extract::State;
use shouxin_wire::downstreams::{DownstreamDone, Replay};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Downstreams, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Body, Refusal};

/// Tell a system again
///
/// Everything from this ledger entry on, in its order. Events keep their ids: a receiver passes over what it knows.
#[utoipa::path(
    post,
    path = "/api/v1/downstreams/{name}/replays",
    operation_id = "replay-downstream",
    tag = "downstreams",
    params(("name" = String, Path, description = "The system's name")),
    request_body(content = Replay, example = json!({"from": 0})),
    responses(
        (status = 200, description = "It is told again", body = DownstreamDone, example = json!({"entry": 1045})),
        Guarded, WithParams, WithBody, Missing, Downstreams,
    ),
    security(("session" = []))
)]
pub(crate) async fn replay(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
    Body(replay): Body<Replay>,
) -> Result<Json<DownstreamDone>, Refusal> {
    let vault = app.vault();
    let replayed = vault.replay_downstream(&signed.caller, &name, replay.from);
    match replayed.await {
        Ok(entry) => Ok(Json(DownstreamDone { entry })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
