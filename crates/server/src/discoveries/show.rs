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
        (status = 200, description = "The finding", body = DiscoveryDetail,
            example = json!({"finding": {"finding": "fnd_06fs8k0000000000000000000g", "source": "crm-db",
                "path": ["public", "customer", "remark"], "what": "PHONE", "class": "undeclared",
                "severity": "medium", "state": "open", "cells": 41, "sampled": 1000, "rows": 12000, "low": 0.0303,
                "high": 0.0551, "confidence": 0.97, "declared": {"fields": ["customer.mobile"], "by": "kind",
                "source": false, "found_class": "personal", "declared_class": "none"},
                "first_seen": "2026-11-21T03:04:05.678Z", "last_seen": "2026-11-21T03:04:05.678Z"}, "history": []})),
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
