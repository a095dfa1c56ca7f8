//! What the server's discovery takes: places and shares, no value and no sample.

use serde::Serialize;

use super::Report;
use crate::collect::safe_name;

/// The document, as JSON.
///
/// # Errors
/// None that happens: it is written into memory.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let detector = shouxin_detect::Detector::new();
    let document = Document {
        source: Source {
            name: safe_name(&detector, &report.name),
            kind: report.source.word(),
        },
        scanned_at: &report.scanned_at,
        detector: super::detector_id(),
        places: report
            .documents
            .iter()
            .flat_map(|document| &document.places)
            .map(|place| Place {
                // A file may be called after somebody.
                path: place
                    .path
                    .iter()
                    .map(|part| safe_name(&detector, part))
                    .collect(),
                rows: place.rows,
                sampled: place.sampled,
                declared_type: place.declared_type.as_deref(),
                kinds: place
                    .kinds
                    .iter()
                    .map(|share| Kind {
                        kind: share.kind.word(),
                        cells: share.cells,
                        low: rounded(share.low),
                        high: rounded(share.high),
                        confidence: rounded(share.confidence),
                    })
                    .collect(),
                topics: Vec::new(),
            })
            .collect(),
    };
    serde_json::to_string_pretty(&document)
}

/// To six places, so that every machine writes the same.
fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

#[derive(Serialize)]
struct Document<'r> {
    source: Source,
    scanned_at: &'r str,
    detector: String,
    places: Vec<Place<'r>>,
}

#[derive(Serialize)]
struct Source {
    name: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct Place<'r> {
    path: Vec<String>,
    rows: Option<u64>,
    sampled: u64,
    declared_type: Option<&'r str>,
    kinds: Vec<Kind>,
    /// Topics of passages (health, religion): none are judged in cells yet.
    topics: Vec<Topic>,
}

#[derive(Serialize)]
struct Kind {
    kind: &'static str,
    cells: u64,
    low: f64,
    high: f64,
    confidence: f64,
}

#[derive(Serialize)]
struct Topic {
    topic: &'static str,
    cells: u64,
}
