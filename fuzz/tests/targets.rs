//! Every parser of ours, given damaged inputs for a second each, always the same ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use shouxin_fuzz::{TARGETS, search};

macro_rules! targets {
    ($($test:ident $name:literal;)*) => {
        $(#[test] fn $test() {
            let target = TARGETS.iter().find(|target| target.name == $name);
            let report = search(target.expect($name), Duration::from_secs(1));
            assert!(report.shapes > 1, "whatever is given becomes of it the same");
        })*
        const TESTED: &[&str] = &[$($name),*];
    };
}

targets! {
    csv "csv"; ndjson "ndjson"; spreadsheet "spreadsheet"; sheet "sheet"; leaving "leaving";
    leaked_copy "leaked-copy"; mapping "mapping"; register "register"; policies "policies"; words "words";
    values "values"; detect "detect"; document "document"; envelope "envelope"; sealed_record "sealed-record"; keyring "keyring";
    root_file "root-file"; share "share"; manifest "manifest"; manifest_body "manifest-body"; chunk "chunk";
    tombstones "tombstones"; entry "entry"; bundle "bundle"; tile "tile"; note "note"; proofs "proofs";
    export "export"; json_body "json-body"; guard "guard"; head "head"; problem "problem";
}

#[test]
fn every_target_is_tested_and_every_failure_is_of_a_target() {
    let targets: BTreeSet<_> = TARGETS
        .iter()
        .map(|target| target.name.to_owned())
        .collect();
    let tested = TESTED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(targets, tested);
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("failures");
    for folder in fs::read_dir(kept).unwrap().flatten() {
        let name = folder.file_name().into_string().unwrap();
        assert!(targets.contains(&name), "failures/{name} is of no target");
    }
}
