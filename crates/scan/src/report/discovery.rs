//! What the server's discovery takes: places and shares, no value and no sample.

use std::collections::BTreeSet;

use serde::Serialize;
use shouxin_detect::Detector;

use super::{PlaceReport, Report};
use crate::Problem;
use crate::collect::safe_name;

/// The document, as JSON: every column of a database, and of files every place in which something was found.
///
/// # Errors
/// `TooMany` beyond the 5,000 places that the server takes, even without those in which nothing was found.
pub fn render(report: &Report) -> Result<String, Problem> {
    let detector = Detector::new();
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
        unread: unread(report, &detector),
        source: Source {
            name: slug(&safe_name(&detector, &report.name)),
            kind: report.source.word(),
        },
        scanned_at: &report.scanned_at,
        detector: super::detector_id(),
        places: places
            .into_iter()
            .map(|place| Place {
                path: safe_path(&detector, &place.path),
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

/// Nor more of these.
const MOST_UNREAD: usize = 1_000;

/// A path without what is personal in it: a file may be called after somebody.
fn safe_path(detector: &Detector, path: &[String]) -> Vec<String> {
    path.iter().map(|part| safe_name(detector, part)).collect()
}

/// The tables and files that could not be read, or not wholly, and why. Where these are too many to be told one by
/// one, the whole source is.
fn unread(report: &Report, detector: &Detector) -> Vec<Unread> {
    let mut seen = BTreeSet::new();
    let mut unread = Vec::new();
    for document in &report.documents {
        let hiding = document.problems.iter().filter(|(_, why)| why.hides());
        for (place, problem) in hiding {
            // A document within the document is told by its own name, under which its findings stand.
            let inner = format!("{}!/", document.name);
            let path = if place.starts_with(&inner) {
                vec![place.clone()]
            } else {
                document.path.clone()
            };
            let path = safe_path(detector, &path);
            if seen.insert(path.clone()) {
                let why = problem.code();
                unread.push(Unread { path, why });
            }
        }
    }
    if unread.len() > MOST_UNREAD {
        let why = Problem::TooMany.code();
        let path = Vec::new();
        return vec![Unread { path, why }];
    }
    unread
}

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
    unread: Vec<Unread>,
}

#[derive(Serialize)]
struct Unread {
    path: Vec<String>,
    why: &'static str,
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
