//! What an earlier report already told.

use std::collections::BTreeSet;

use serde::Deserialize;
use shouxin_detect::Kind;

use super::{Report, What, sarif};

/// The fingerprints of an earlier report in SARIF.
///
/// # Errors
/// If it is no SARIF.
pub fn read(text: &str) -> Result<BTreeSet<String>, serde_json::Error> {
    let log: Log = serde_json::from_str(text)?;
    Ok(log
        .runs
        .into_iter()
        .flat_map(|run| run.results)
        .filter_map(|mut result| result.partial_fingerprints.remove(sarif::FINGERPRINT))
        .collect())
}

/// The kinds that the report tells and an earlier one did not.
pub fn new_kinds(report: &Report, earlier: Option<&BTreeSet<String>>) -> BTreeSet<Kind> {
    sarif::results(report)
        .into_iter()
        .filter(|found| earlier.is_none_or(|earlier| !earlier.contains(&found.fingerprint)))
        .filter_map(|found| match found.what {
            What::Kind(kind) => Some(kind),
            What::Topic(_) => None,
        })
        .collect()
}

#[derive(Deserialize)]
struct Log {
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    #[serde(default)]
    results: Vec<Earlier>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Earlier {
    #[serde(default)]
    partial_fingerprints: std::collections::BTreeMap<String, String>,
}
