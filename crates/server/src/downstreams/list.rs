//! Every system, and how far it is.

use axum::Json;
use axum::extract::State;
use shouxin_model::Moment;
use shouxin_vault::{Lag, VaultError};
use shouxin_wire::downstreams::{Downstream, DownstreamList};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;

/// List the systems that are told of changes
///
/// With what each was told, what it has acknowledged, and how far it is behind. No secret is shown.
#[utoipa::path(
    get,
    path = "/api/v1/downstreams",
    operation_id = "list-downstreams",
    tag = "downstreams",
    responses(
        (status = 200, description = "By name", body = DownstreamList,
            example = json!({"downstreams": [{"name": "crm", "kind": "webhook",
                "target": "https://crm.example.com/shouxin", "purposes": ["marketing-contact"], "parts": [],
                "state": "active", "delivered": 1049, "acknowledged": 1049, "behind": 0, "oldest_seconds": 0,
                "created_by": "stf_06fs8k0000000000000000000g", "created_at": "2026-11-21T03:04:05.678Z"}],
                "head": 1049})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<DownstreamList>, Refusal> {
    let lags = settled(&app, &signed, app.vault().downstream_lags().await).await?;
    let head = app
        .vault()
        .store()
        .ledger_head()
        .await
        .map_err(VaultError::from);
    let head = settled(&app, &signed, head).await?.size;
    let now = app.vault().now();
    let downstreams = lags.into_iter().map(|lag| shown(lag, now)).collect();
    Ok(Json(DownstreamList { downstreams, head }))
}

fn shown(lag: Lag, now: Moment) -> Downstream {
    let oldest_seconds = lag.seconds(now).unsigned_abs();
    let one = lag.downstream;
    Downstream {
        name: one.name,
        kind: one.kind,
        target: one.target,
        purposes: one.interest.purposes,
        parts: one.interest.parts,
        state: one.state,
        delivered: one.place.delivered,
        acknowledged: one.place.acknowledged,
        behind: lag.behind,
        oldest_at: lag.oldest,
        oldest_seconds,
        failing_since: one.place.failing_since,
        failure: one.place.failure,
        old_secret_until: one.old_until.filter(|until| now < *until),
        created_by: one.created_by,
        created_at: one.created_at,
    }
}
