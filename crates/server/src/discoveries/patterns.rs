//! Patterns of what is dismissed again and again.

use axum::Json;
use axum::extract::State;
use shouxin_wire::discoveries::{DiscoveryPattern, DiscoveryPatterns, DiscoverySuppression};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;

/// List patterns of dismissals
///
/// Those that somebody could accept, each with how many open findings that would close; and those that were
/// accepted and hold.
#[utoipa::path(
    get,
    path = "/api/v1/discoveries/patterns",
    operation_id = "list-discovery-patterns",
    tag = "discoveries",
    responses(
        (status = 200, description = "Proposed and accepted", body = DiscoveryPatterns,
            example = json!({"proposed": [{"column": "batch_no", "what": "WAYBILL", "places": 3,
                "dismissed_by": ["stf_06fs8k0000000000000000000g"], "closes": 12}], "accepted": []})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<DiscoveryPatterns>, Refusal> {
    let (proposed, accepted) = settled(&app, &signed, app.vault().patterns().await).await?;
    let proposed = proposed.into_iter().map(|one| DiscoveryPattern {
        column: one.column,
        what: one.what,
        places: one.places,
        dismissed_by: one.dismissed_by,
        closes: one.closes,
    });
    let accepted = accepted.into_iter().map(|one| DiscoverySuppression {
        suppression: one.id,
        column: one.column,
        what: one.what,
        places: one.places,
        accepted_by: one.accepted_by,
        accepted_at: one.accepted_at,
        holds: one.holds,
    });
    Ok(Json(DiscoveryPatterns {
        proposed: proposed.collect(),
        accepted: accepted.collect(),
    }))
}
