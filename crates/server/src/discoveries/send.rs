//! Taking in a scan.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::Text;
use shouxin_vault::discoveries::{
    Scan, ScannedKind, ScannedPlace, ScannedTopic, SourceKind, Unread,
};
use shouxin_wire::discoveries::{DiscoveryReceived, DiscoveryScan};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, WithBody};
use crate::http::faults::{invalid, settled};
use crate::http::{Body, Refusal};

/// 5,000 places with long paths and several kinds each.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Send what a scan found
///
/// What could not be read is told as well: earlier findings there do not count as gone. Places, kinds and counts, as `shouxin scan --format discovery` writes them; values have no place in it. The
/// places are held against the register in force. The same scan again changes nothing; one that is older than the
/// newest of its source is refused.
#[utoipa::path(
    post,
    path = "/api/v1/discoveries",
    operation_id = "send-discovery",
    tag = "discoveries",
    request_body(content = DiscoveryScan, example = json!({"source": {"name": "crm-db", "kind": "postgresql"},
        "scanned_at": "2026-11-21T03:04:05.678Z", "detector": "rules 1+names 1",
        "places": [{"path": ["public", "customer", "remark"], "rows": 12000, "sampled": 1000,
            "declared_type": "text", "kinds": [{"kind": "PHONE", "cells": 41, "low": 0.0303, "high": 0.0551,
            "confidence": 0.97}], "topics": [{"topic": "health", "cells": 2}]}],
        "unread": [{"path": ["public", "archive"], "why": "database"}]})),
    responses(
        (status = 200, description = "It had been taken in before", body = DiscoveryReceived,
            example = json!({"digest": "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg", "entry": 1048,
                "repeated": true, "places": 1, "raised": 0, "raised_again": 0, "gone": 0, "unread": 1})),
        (status = 201, description = "It is taken in", body = DiscoveryReceived,
            example = json!({"digest": "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg", "entry": 1048,
                "repeated": false, "places": 1, "raised": 2, "raised_again": 0, "gone": 0, "unread": 1})),
        Guarded, WithBody, Changed,
    ),
    security(("session" = []), ("key" = []))
)]
pub(crate) async fn send(
    State(app): State<App>,
    signed: Signed,
    Body(scan): Body<DiscoveryScan, MOST_BYTES>,
) -> Result<(StatusCode, Json<DiscoveryReceived>), Refusal> {
    let Some(kind) = SourceKind::of_word(&scan.source.kind) else {
        let why = Text::fixed(
            "须为 postgresql、mysql、sqlite 或 files",
            "is postgresql, mysql, sqlite or files",
        );
        return Err(invalid(&signed, "source.kind", &why));
    };
    let scan = Scan {
        source: scan.source.name,
        kind,
        scanned_at: scan.scanned_at,
        detector: scan.detector,
        places: scan.places.into_iter().map(place).collect(),
        unread: scan.unread.into_iter().map(unread).collect(),
    };
    let taken = app.vault().take_scan(&signed.caller, &scan).await;
    let taken = settled(&app, &signed, taken).await?;
    let status = if taken.repeated {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let received = DiscoveryReceived {
        digest: taken.digest,
        entry: taken.entry,
        repeated: taken.repeated,
        places: taken.places,
        raised: taken.raised,
        raised_again: taken.raised_again,
        gone: taken.gone,
        unread: taken.unread,
    };
    Ok((status, Json(received)))
}

fn unread(one: shouxin_wire::discoveries::UnreadPlace) -> Unread {
    Unread {
        path: one.path,
        why: one.why,
    }
}

fn place(place: shouxin_wire::discoveries::ScannedPlace) -> ScannedPlace {
    let kinds = place.kinds.into_iter().map(|one| ScannedKind {
        kind: one.kind,
        cells: one.cells,
        low: one.low,
        high: one.high,
        confidence: one.confidence,
    });
    let topics = place.topics.into_iter().map(|one| ScannedTopic {
        topic: one.topic,
        cells: one.cells,
    });
    ScannedPlace {
        path: place.path,
        rows: place.rows,
        sampled: place.sampled,
        declared_type: place.declared_type,
        kinds: kinds.collect(),
        topics: topics.collect(),
    }
}
