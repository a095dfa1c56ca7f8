//! Every system that was scanned.

use axum::Json;
use axum::extract::State;
use data_encoding::BASE64URL_NOPAD;
use shouxin_vault::discoveries::SourceState;
use shouxin_wire::discoveries::{DiscoveryFacet, DiscoverySource, DiscoverySources, UnreadPlace};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;

/// List scanned systems
///
/// With the newest scan of each, and how many findings are open.
#[utoipa::path(
    get,
    path = "/api/v1/discoveries/sources",
    operation_id = "list-discovery-sources",
    tag = "discoveries",
    responses(
        (status = 200, description = "By name", body = DiscoverySources, example = json!({"sources": []})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<DiscoverySources>, Refusal> {
    let found = settled(&app, &signed, app.vault().scanned_sources().await).await?;
    let sources = found.into_iter().map(source).collect();
    Ok(Json(DiscoverySources { sources }))
}

/// A scanned system as the API shows it.
pub(super) fn source(source: SourceState) -> DiscoverySource {
    let open = source
        .open
        .into_iter()
        .map(|(severity, count)| DiscoveryFacet {
            name: "severity".to_owned(),
            value: severity.word().to_owned(),
            count,
        });
    let unread = source.unread.into_iter().map(|one| UnreadPlace {
        path: one.path,
        why: one.why,
    });
    DiscoverySource {
        name: source.name,
        kind: source.kind.word().to_owned(),
        detector: source.detector,
        scanned_at: source.scanned_at,
        received_at: source.received_at,
        received_by: source.received_by,
        digest: BASE64URL_NOPAD.encode(&source.digest),
        places: source.places,
        holding: source.holding,
        entry: source.entry,
        declared: source.declared,
        owner: source.owner,
        open: open.collect(),
        unread: unread.collect(),
    }
}
