//! Accepting a pattern.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::discoveries::{DiscoveryAcceptance, DiscoveryAccepted};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Changed, Guarded, Missing, WithBody};
use crate::http::faults::missed;
use crate::http::{Body, Refusal};

/// Accept a pattern of dismissals
///
/// What falls under it is no longer raised, now or in later scans, until it is taken back. Whoever dismissed all of
/// it does not accept it as well.
#[utoipa::path(
    post,
    path = "/api/v1/discoveries/patterns",
    operation_id = "accept-discovery-pattern",
    tag = "discoveries",
    request_body(content = DiscoveryAcceptance, example = json!({"column": "batch_no", "what": "WAYBILL"})),
    responses(
        (status = 201, description = "It holds", body = DiscoveryAccepted,
            example = json!({"suppression": "sup_06fs8k0000000000000000000g", "entry": 1050})),
        Guarded, Approving, WithBody, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn accept(
    State(app): State<App>,
    signed: Signed,
    Body(pattern): Body<DiscoveryAcceptance>,
) -> Result<(StatusCode, Json<DiscoveryAccepted>), Refusal> {
    let accepted = app
        .vault()
        .accept_pattern(&signed.caller, &pattern.column, &pattern.what)
        .await;
    match accepted {
        Ok((suppression, entry)) => {
            let accepted = DiscoveryAccepted { suppression, entry };
            Ok((StatusCode::CREATED, Json(accepted)))
        }
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
