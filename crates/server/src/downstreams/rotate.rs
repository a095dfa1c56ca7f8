//! A new signing secret in place of the present one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::Text;
use shouxin_wire::Code;
use shouxin_wire::downstreams::{DownstreamMade, SecretRotation};

use super::made;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Downstreams, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Body, Refusal};

/// Rotate a webhook's signing secret
///
/// The new secret is shown this once; the old one signs beside it for `overlap_seconds`, so that the receiver can
/// change over without a gap.
#[utoipa::path(
    post,
    path = "/api/v1/downstreams/{name}/rotate",
    operation_id = "rotate-downstream",
    tag = "downstreams",
    params(("name" = String, Path, description = "The system's name")),
    request_body(content = SecretRotation, example = json!({"overlap_seconds": 86400})),
    responses(
        (status = 201, description = "The new secret", body = DownstreamMade,
            example = json!({"name": "crm", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
                "entry": 1044})),
        Guarded, WithParams, WithBody, Missing, Downstreams,
    ),
    security(("session" = []))
)]
pub(crate) async fn rotate(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
    Body(rotation): Body<SecretRotation>,
) -> Result<(StatusCode, Json<DownstreamMade>), Refusal> {
    if rotation.overlap_seconds > LONGEST_OVERLAP_SECONDS {
        let why = Text::fixed("应在 0 到 604800 之间", "is from 0 to 604,800");
        return Err(signed
            .refuse(Code::InvalidValue)
            .at("overlap_seconds", why.get(signed.language)));
    }
    let vault = app.vault();
    let rotated = vault.rotate_downstream(&signed.caller, &name, rotation.overlap_seconds);
    match rotated.await {
        Ok(registered) => Ok((StatusCode::CREATED, Json(made(&signed, name, registered)?))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}

const LONGEST_OVERLAP_SECONDS: u32 = 7 * 86_400;
