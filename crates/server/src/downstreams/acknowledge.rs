//! Noting what a system has processed.

use axum::Json;
use axum::extract::State;
use shouxin_wire::downstreams::{Acknowledged, Acknowledgement};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Downstreams, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Body, Refusal};

/// Acknowledge what was processed
///
/// Everything up to the ledger entry `up_to`, itself included. For systems that read a stream of NATS; a webhook
/// acknowledges by its answer. By a service whose key names every purpose of the system, or by a system
/// administrator in its place, which is recorded.
#[utoipa::path(
    post,
    path = "/api/v1/downstreams/{name}/acknowledgements",
    operation_id = "acknowledge-changes",
    tag = "downstreams",
    params(("name" = String, Path, description = "The system's name")),
    request_body(content = Acknowledgement, example = json!({"up_to": 1048})),
    responses(
        (status = 200, description = "It is noted", body = Acknowledged, example = json!({"acknowledged": 1049})),
        Guarded, WithParams, WithBody, Missing, Downstreams,
    ),
    security(("key" = []), ("session" = []))
)]
pub(crate) async fn acknowledge(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
    Body(acknowledgement): Body<Acknowledgement>,
) -> Result<Json<Acknowledged>, Refusal> {
    let vault = app.vault();
    let noted = vault.acknowledge_downstream(&signed.caller, &name, acknowledgement.up_to);
    match noted.await {
        Ok(place) => Ok(Json(Acknowledged {
            acknowledged: place.acknowledged,
        })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
