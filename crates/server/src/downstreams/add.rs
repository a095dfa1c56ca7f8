//! Registering a system.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_vault::Interest;
use shouxin_wire::downstreams::{DownstreamMade, NewDownstream};

use super::{check_target, made};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Downstreams, Guarded, WithBody};
use crate::http::faults::settled;
use crate::http::{Body, Refusal};

/// Register a system to be told of changes
///
/// It is told each change of consent that concerns its purposes, and each restriction and erasure, until it has
/// acknowledged it. A webhook's signing secret is shown this once.
#[utoipa::path(
    post,
    path = "/api/v1/downstreams",
    operation_id = "add-downstream",
    tag = "downstreams",
    request_body(content = NewDownstream, example = json!({"name": "crm", "kind": "webhook",
        "target": "https://crm.example.com/shouxin", "purposes": ["marketing-contact"]})),
    responses(
        (status = 201, description = "It is registered", body = DownstreamMade,
            example = json!({"name": "crm", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
                "entry": 1042})),
        Guarded, WithBody, Downstreams,
    ),
    security(("session" = []))
)]
pub(crate) async fn add(
    State(app): State<App>,
    signed: Signed,
    Body(new): Body<NewDownstream>,
) -> Result<(StatusCode, Json<DownstreamMade>), Refusal> {
    check_target(&app, &signed, new.kind, &new.target).await?;
    let new = shouxin_vault::NewDownstream {
        name: new.name,
        kind: new.kind,
        target: new.target,
        interest: Interest {
            purposes: new.purposes,
            parts: new.parts,
        },
        from_beginning: new.from_beginning,
    };
    let added = app.vault().add_downstream(&signed.caller, &new).await;
    let registered = settled(&app, &signed, added).await?;
    let shown = made(&signed, new.name, registered)?;
    Ok((StatusCode::CREATED, Json(shown)))
}
