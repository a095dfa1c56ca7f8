//! Beginning an epoch.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::Suite;
use shouxin_wire::Code;
use shouxin_wire::keys::{EpochRotation, Rotated};

use super::word;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Begin an epoch of keys
///
/// A fresh key wraps subject keys from now on; all others are wrapped anew in the background, while reads
/// and writes go on. The older epoch opens what still hangs on it until it is destroyed.
#[utoipa::path(
    post,
    path = "/api/v1/keys/rotations",
    operation_id = "rotate-keys",
    tag = "keys",
    request_body(content = EpochRotation, example = json!({"suite": "national"})),
    responses(
        (status = 201, description = "The epoch began", body = Rotated,
            example = json!({"epoch": 2, "suite": "national", "keys": 20000,
                "job": "job_06fs8k0000000000000000000g", "entry": 1046})),
        Guarded, WithBody, super::destroy::Unable,
    ),
    security(("session" = []))
)]
pub async fn rotate(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<EpochRotation>,
) -> Result<(StatusCode, Json<Rotated>), Refusal> {
    let suite = match request.suite.as_deref() {
        None => None,
        Some("international") => Some(Suite::International),
        Some("national") => Some(Suite::National),
        Some(_) => {
            let refusal = signed.refuse(Code::InvalidValue);
            return Err(refusal.at("suite", "international | national"));
        }
    };
    let zone = request.zone.as_deref();
    let begun = app.vault().rotate_keys(&signed.caller, zone, suite);
    match begun.await {
        Ok(rotated) => {
            let answer = Rotated {
                epoch: rotated.epoch,
                suite: word(rotated.suite).to_owned(),
                keys: rotated.keys,
                job: rotated.job,
                entry: rotated.entry,
            };
            Ok((StatusCode::CREATED, Json(answer)))
        }
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
