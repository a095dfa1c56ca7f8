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
        (status = 200, description = "The system and its places", body = DiscoveryHeat,
            example = json!({"source": {"name": "crm-db", "kind": "postgresql", "detector": "rules 1+names 1",
                "scanned_at": "2026-11-21T03:04:05.678Z", "received_at": "2026-11-21T03:05:00.000Z",
                "received_by": "key_06fs8k0000000000000000000g",
                "digest": "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg", "places": 1, "holding": 1, "entry": 1048,
                "declared": false, "open": [], "unread": [{"path": ["public", "archive"], "why": "database"}]},
                "places": [{"path": ["public", "customer", "remark"], "cells": [{"finding": "fnd_06fs8k0000000000000000000g", "source": "crm-db",
                "path": ["public", "customer", "remark"], "what": "PHONE", "class": "undeclared",
                "severity": "medium", "state": "open", "cells": 41, "sampled": 1000, "rows": 12000, "low": 0.0303,
                "high": 0.0551, "confidence": 0.97, "declared": {"fields": ["customer.mobile"], "by": "kind",
                "source": false, "found_class": "personal", "declared_class": "none"},
                "first_seen": "2026-11-21T03:04:05.678Z", "last_seen": "2026-11-21T03:04:05.678Z"}]}]})),
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
