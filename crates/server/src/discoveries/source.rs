//! One system, and what stands at its places.

use axum::Json;
use axum::extract::State;
use shouxin_wire::discoveries::{DiscoveryHeat, DiscoveryPlace};

use super::{shown, sources};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Show a scanned system
///
/// Each place where its newest scan found something, with each kind and topic, declared or not.
#[utoipa::path(
    get,
    path = "/api/v1/discoveries/sources/{name}",
    operation_id = "show-discovery-source",
    tag = "discoveries",
    params(("name" = String, Path, description = "The system's name")),
    responses(
        (status = 200, description = "The system and its places", body = DiscoveryHeat),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
) -> Result<Json<DiscoveryHeat>, Refusal> {
    let heat = match app.vault().scanned_source(&name).await {
        Ok(heat) => heat,
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    let places = heat.places.into_iter().map(|place| DiscoveryPlace {
        path: place.path,
        cells: place.cells.into_iter().map(shown).collect(),
    });
    Ok(Json(DiscoveryHeat {
        source: sources::source(heat.source),
        places: places.collect(),
    }))
}
