//! What the server's discovery takes: places and shares, no value and no sample.

use serde::Serialize;

use super::{PlaceReport, Report};
use crate::Problem;
use crate::collect::safe_name;

/// The document, as JSON: every column of a database, and of files every place in which something was found.
///
/// # Errors
/// `TooMany` beyond the 5,000 places that the server takes, even without those in which nothing was found.
pub fn render(report: &Report) -> Result<String, Problem> {
    let detector = shouxin_detect::Detector::new();
    let mut places: Vec<&PlaceReport> = report
        .documents
        .iter()
        .flat_map(|document| &document.places)
        .collect();
    if places.len() > MOST_PLACES {
        places = report.places().collect();
    }
    if places.len() > MOST_PLACES {
        return Err(Problem::TooMany);
    }
    // The server wants a place at least: the source itself, in which nothing was found.
    let whole = PlaceReport {
        path: vec![report.name.clone()],
        sampled: report.scanned,
        ..PlaceReport::default()
    };
    if places.is_empty() {
        places.push(&whole);
    }
    let document = Document {
        source: Source {
            name: slug(&safe_name(&detector, &report.name)),
            kind: report.source.word(),
        },
        scanned_at: &report.scanned_at,
        detector: super::detector_id(),
        places: places
            .into_iter()
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
                topics: place
                    .topics
                    .iter()
                    .map(|(topic, cells)| Topic {
                        topic: topic.word(),
                        cells: *cells,
                    })
                    .collect(),
            })
            .collect(),
    };
    serde_json::to_string_pretty(&document).map_err(|_| Problem::Damaged)
}

/// The server takes no more.
const MOST_PLACES: usize = 5_000;

/// A name as the register gives it to a source: small letters, digits, hyphens.
fn slug(name: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        "files".to_owned()
    } else {
        parts.join("-")
    }
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
    /// Sensitive topics: health, religion, biometrics, minors.
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
