//! One finding, and what happened to it.

use axum::Json;
use axum::extract::State;
use shouxin_model::FindingId;
use shouxin_wire::discoveries::{DiscoveryAct, DiscoveryDetail, DiscoveryWord};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Show a finding
///
/// What the register in force declares against what was found, whom to ask, and what happened to it so far, each
/// act with its ledger entry.
#[utoipa::path(
    get,
    path = "/api/v1/discoveries/{finding}",
    operation_id = "show-discovery",
    tag = "discoveries",
    params(("finding" = String, Path, description = "The finding, `fnd_…`")),
    responses(
        (status = 200, description = "The finding", body = DiscoveryDetail),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(FindingId,)>,
) -> Result<Json<DiscoveryDetail>, Refusal> {
    let (finding, acts) = match app.vault().finding(id).await {
        Ok(found) => found,
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    let acts = acts.into_iter().map(|act| DiscoveryAct {
        did: act.did,
        said: act
            .said
            .into_iter()
            .map(|(word, text)| DiscoveryWord { word, text })
            .collect(),
        actor: act.actor,
        at: act.at,
        entry: act.entry,
    });
    Ok(Json(DiscoveryDetail {
        finding: shown(finding),
        history: acts.collect(),
    }))
}
