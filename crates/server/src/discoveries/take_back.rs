//! Taking an accepted pattern back.

use axum::Json;
use axum::extract::State;
use shouxin_model::SuppressionId;
use shouxin_wire::discoveries::DiscoveryDone;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Take an accepted pattern back
///
/// What it held back is open again.
#[utoipa::path(
    delete,
    path = "/api/v1/discoveries/patterns/{suppression}",
    operation_id = "take-back-discovery-pattern",
    tag = "discoveries",
    params(("suppression" = String, Path, description = "The accepted pattern, `sup_…`")),
    responses(
        (status = 200, description = "It no longer holds", body = DiscoveryDone, example = json!({"entry": 1051})),
        Guarded, WithParams, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn take_back(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(SuppressionId,)>,
) -> Result<Json<DiscoveryDone>, Refusal> {
    match app.vault().end_suppression(&signed.caller, id).await {
        Ok(entry) => Ok(Json(DiscoveryDone { entry })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
