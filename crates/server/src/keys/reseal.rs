//! Fresh data keys for everyone.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::keys::{Resealing, WhoseKeys};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Seal everything anew under fresh data keys
///
/// In the background, while reads and writes go on. Whoever had come by an older data key opens nothing
/// that is stored from then on.
#[utoipa::path(
    post,
    path = "/api/v1/keys/reseals",
    operation_id = "reseal",
    tag = "keys",
    request_body(content = WhoseKeys, example = json!({"zone": "transaction"})),
    responses(
        (status = 202, description = "It was ordered", body = Resealing,
            example = json!({"job": "job_06fs8k0000000000000000000g", "records": 20000, "entry": 1046})),
        Guarded, WithBody, super::destroy::Unable,
    ),
    security(("session" = []))
)]
pub async fn reseal(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<WhoseKeys>,
) -> Result<(StatusCode, Json<Resealing>), Refusal> {
    let zone = request.zone.as_deref();
    match app.vault().reseal(&signed.caller, zone).await {
        Ok(ordered) => {
            let answer = Resealing {
                job: ordered.job,
                records: ordered.records,
                entry: ordered.entry,
            };
            Ok((StatusCode::ACCEPTED, Json(answer)))
        }
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
