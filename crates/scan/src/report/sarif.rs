//! SARIF 2.1.0, as CI systems and editors read it.
//!
//! A finding in running text is a result of its own; a column is one result a kind, with how many cells hold
//! it; a sensitive topic is one result a column or text. Messages and snippets are masked.
//!
//! Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use shouxin_detect::{Kind, LegalClass, Topic};

use super::{DocumentReport, KindShare, PlaceReport, Report, Source, What, title};
use crate::collect::fingerprint_of_place;
use crate::finding::fingerprint;
use crate::{Finding, Place};

/// The name under which fingerprints stand in a report.
pub(crate) const FINGERPRINT: &str = "shouxinPlace/v1";

/// The document, as JSON. Results whose fingerprint is in `baseline` are `unchanged`.
///
/// # Errors
/// None that happens: it is written into memory.
pub fn render(
    report: &Report,
    baseline: Option<&BTreeSet<String>>,
) -> Result<String, serde_json::Error> {
    let results: Vec<Value> = results(report)
        .iter()
        .map(|result| result.value(report.source, baseline))
        .collect();
    let notifications: Vec<Value> = report
        .problems()
        .map(|(document, place, problem)| {
            let mut text = problem.to_string();
            if !place.is_empty() {
                text = format!("{place}: {text}");
            }
            json!({
                "level": "warning",
                "descriptor": {"id": problem.code()},
                "message": {"text": text},
                "locations": [location(report.source, document, &Place::default(), None)],
            })
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Shouxin",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "properties": {"detector": super::detector_id()},
                "rules": What::all().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "automationDetails": {"id": format!("{}/", report.name)},
            "invocations": [{
                "executionSuccessful": true,
                "endTimeUtc": report.scanned_at,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&document)
}

fn rule(what: What) -> Value {
    let title = what.title();
    json!({
        "id": what.word(),
        "name": pascal(what.word()),
        "shortDescription": {"text": format!("{} / {}", title.en, title.zh)},
        "defaultConfiguration": {"level": level(what)},
        "properties": {"tags": ["personal-information", what.class().word()]},
    })
}

fn level(what: What) -> &'static str {
    match what.class() {
        LegalClass::Sensitive => "error",
        LegalClass::Personal => "warning",
        LegalClass::Organisation => "note",
    }
}

/// `ID_CARD` as `IdCard`, `health` as `Health`.
fn pascal(word: &str) -> String {
    word.split('_')
        .flat_map(|part| {
            part.chars().enumerate().map(|(at, c)| match at {
                0 => c.to_ascii_uppercase(),
                _ => c.to_ascii_lowercase(),
            })
        })
        .collect()
}

/// A result of a report.
pub(crate) struct Found<'r> {
    pub(crate) what: What,
    pub(crate) fingerprint: String,
    document: &'r str,
    /// Of a topic none: it counts passages wherever they stand.
    place: Option<&'r Place>,
    message: String,
    masked: Option<&'r str>,
    /// How sure the rule is, in percent; topics are counted without.
    rank: Option<f64>,
    occurrences: u64,
    logical: Option<String>,
}

/// Every result, in the order of the report.
pub(crate) fn results(report: &Report) -> Vec<Found<'_>> {
    report.documents.iter().flat_map(of_document).collect()
}

fn of_document(document: &DocumentReport) -> Vec<Found<'_>> {
    let mut seen: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    let mut found: Vec<Found<'_>> = Vec::new();
    for finding in &document.findings {
        // The same masked value of the same kind, counted: what stays when lines move.
        let key = (
            finding.document.as_str(),
            finding.kind,
            finding.masked.as_str(),
        );
        let count = seen.entry(key).or_default();
        *count += 1;
        found.extend(of_finding(finding, *count));
    }
    for place in document.places.iter().filter(|place| place.is_column) {
        let shares = place.kinds.iter();
        found.extend(shares.map(|share| of_column(&document.name, place, share)));
    }
    for place in &document.places {
        let topics = place.topics.iter();
        found.extend(topics.map(|(topic, cells)| of_topic(&document.name, place, *topic, *cells)));
    }
    // What is not listed one by one is told by kind, so that none is missed.
    if document.findings_left_off > 0 {
        let texts = document.places.iter().filter(|place| !place.is_column);
        found.extend(texts.flat_map(|place| {
            let shares = place.kinds.iter();
            shares.map(|share| of_text(&document.name, place, share))
        }));
    }
    found
}

fn of_finding(finding: &Finding, count: u64) -> Option<Found<'_>> {
    let kind = Kind::from_word(finding.kind)?;
    let title = title(kind);
    Some(Found {
        what: What::Kind(kind),
        fingerprint: fingerprint(&[
            &finding.document,
            finding.kind,
            &finding.masked,
            &count.to_string(),
        ]),
        document: &finding.document,
        place: Some(&finding.place),
        message: format!("{} / {}: {}", title.en, title.zh, finding.masked),
        masked: Some(&finding.masked),
        rank: Some(f64::from(finding.confidence) / 10.0),
        occurrences: 1,
        logical: None,
    })
}

fn of_topic<'r>(document: &'r str, place: &'r PlaceReport, topic: Topic, cells: u64) -> Found<'r> {
    let what = What::Topic(topic);
    let title = what.title();
    let told = if place.is_column {
        format!(
            "{cells} of {} cells of the column {} speak of it",
            place.sampled,
            place.shown()
        )
    } else {
        format!("{cells} passages speak of it")
    };
    Found {
        what,
        fingerprint: fingerprint_of_place(place, what),
        document,
        place: None,
        message: format!("{} / {}: {told}", title.en, title.zh),
        masked: None,
        rank: None,
        occurrences: cells,
        logical: place.is_column.then(|| place.path.join(".")),
    }
}

fn of_text<'r>(document: &'r str, place: &'r PlaceReport, share: &'r KindShare) -> Found<'r> {
    let title = title(share.kind);
    Found {
        what: What::Kind(share.kind),
        fingerprint: fingerprint_of_place(place, What::Kind(share.kind)),
        document,
        place: Some(&share.first),
        message: format!(
            "{} / {}: {} passages in all, not all of them listed one by one",
            title.en, title.zh, share.cells
        ),
        masked: share.samples.first().map(String::as_str),
        rank: Some((share.confidence * 1000.0).round() / 10.0),
        occurrences: share.cells,
        logical: None,
    }
}

fn of_column<'r>(document: &'r str, place: &'r PlaceReport, share: &'r KindShare) -> Found<'r> {
    let title = title(share.kind);
    let sampled = place.sampled;
    let estimate = if place.is_whole() {
        String::new()
    } else {
        format!(
            "; {:.1} to {:.1} % of all, at 95 % confidence",
            share.low * 100.0,
            share.high * 100.0
        )
    };
    Found {
        what: What::Kind(share.kind),
        fingerprint: fingerprint_of_place(place, What::Kind(share.kind)),
        document,
        place: Some(&share.first),
        message: format!(
            "{} / {}: {} of {sampled} cells of the column {}{estimate}",
            title.en,
            title.zh,
            share.cells,
            place.shown()
        ),
        masked: share.samples.first().map(String::as_str),
        rank: Some((share.confidence * 1000.0).round() / 10.0),
        occurrences: share.cells,
        logical: Some(place.path.join(".")),
    }
}

impl Found<'_> {
    fn value(&self, source: Source, baseline: Option<&BTreeSet<String>>) -> Value {
        let nowhere = Place::default();
        let place = self.place.unwrap_or(&nowhere);
        let mut location = location(source, self.document, place, self.masked);
        if let Some(name) = &self.logical
            && let Some(location) = location.as_object_mut()
        {
            location.insert(
                "logicalLocations".to_owned(),
                json!([{"fullyQualifiedName": name, "kind": "member"}]),
            );
        }
        let index = What::all().position(|what| what == self.what);
        let mut value = json!({
            "ruleId": self.what.word(),
            "ruleIndex": index,
            "level": level(self.what),
            "message": {"text": self.message},
            "locations": [location],
            "partialFingerprints": {FINGERPRINT: self.fingerprint},
            "occurrenceCount": self.occurrences,
        });
        if let (Some(rank), Some(value)) = (self.rank, value.as_object_mut()) {
            value.insert("rank".to_owned(), json!(rank));
        }
        if let (Some(baseline), Some(value)) = (baseline, value.as_object_mut()) {
            let state = if baseline.contains(&self.fingerprint) {
                "unchanged"
            } else {
                "new"
            };
            value.insert("baselineState".to_owned(), json!(state));
        }
        value
    }
}

/// Where a result stands: a file with a line if it has one, and the place in words.
fn location(source: Source, document: &str, place: &Place, masked: Option<&str>) -> Value {
    let mut location = Map::new();
    if source == Source::Files {
        let mut physical = Map::new();
        physical.insert(
            "artifactLocation".to_owned(),
            // What lies within a file is told in words: SARIF knows files.
            json!({"uri": uri(document.split("!/").next().unwrap_or(document))}),
        );
        let mut region = Map::new();
        if let Some(line) = place.line {
            region.insert("startLine".to_owned(), json!(line));
            if let Some(masked) = masked {
                region.insert("snippet".to_owned(), json!({"text": masked}));
            }
        }
        if !region.is_empty() {
            physical.insert("region".to_owned(), Value::Object(region));
        }
        location.insert("physicalLocation".to_owned(), Value::Object(physical));
    }
    let words = place.shown();
    let words = match document.split_once("!/") {
        Some((_, inner)) => format!("{inner} {words}").trim().to_owned(),
        None => words,
    };
    if !words.is_empty() {
        location.insert("message".to_owned(), json!({"text": words}));
    }
    Value::Object(location)
}

/// A path as a relative URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::{pascal, uri};

    #[test]
    fn names_are_written_as_sarif_wants_them() {
        assert_eq!(pascal("ID_CARD"), "IdCard");
        assert_eq!(pascal("health"), "Health");
        assert_eq!(uri("客户/a b#1.csv"), "%E5%AE%A2%E6%88%B7/a%20b%231.csv");
    }
}
