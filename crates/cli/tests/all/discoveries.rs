//! What scans of other systems found, from the command line.

use serde_json::json;

use crate::stage::{Stage, text};

#[test]
fn a_scan_is_sent_decided_about_and_taken_back() {
    let stage = Stage::start(12, &["officer", "adviser"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crm.json");
    let place = |column: &str, kind: &str| {
        json!({"path": ["public", "copy", column], "rows": 1000, "sampled": 100, "declared_type": "text",
            "kinds": [{"kind": kind, "cells": 30, "low": 0.2, "high": 0.4, "confidence": 0.9}], "topics": []})
    };
    let scan = json!({"source": {"name": "crm-db", "kind": "postgresql"}, "detector": "rules 1",
        "scanned_at": "2026-01-05T03:04:05Z", "places": [place("tel", "PHONE"), place("card", "ID_CARD")],
        "unread": [{"path": ["public", "archive"], "why": "database"}]});
    std::fs::write(&file, scan.to_string()).unwrap();
    let send = format!("discoveries send {}", file.display());
    let sent = stage.run("officer", &send);
    assert!(sent.done().contains("2 new findings"), "{}", sent.out);
    assert!(sent.out.contains("could not be read"), "{}", sent.out);
    let again = stage.run("officer", &format!("{send} --lang zh"));
    assert!(again.done().contains("已收到过"), "{}", again.out);
    let refused = stage.run("adviser", &send);
    assert!(
        refused.refused().contains("operation-not-permitted"),
        "{}",
        refused.err
    );

    let listed = stage.run("officer", "discoveries list --severity high");
    assert!(
        listed.done().contains("ID_CARD") && !listed.out.contains("PHONE"),
        "{}",
        listed.out
    );
    let found = stage.json("officer", "discoveries list --what PHONE");
    let id = text(&found["findings"][0]["finding"]);
    let confirmed = stage.run(
        "officer",
        &format!("discoveries confirm {id} --task remove"),
    );
    assert!(
        confirmed.done().contains("ledger entry"),
        "{}",
        confirmed.out
    );
    let shown = stage.run("officer", &format!("discoveries show {id}"));
    // The table may break the line.
    let words: Vec<&str> = shown.done().split_whitespace().collect();
    assert!(
        words.windows(2).any(|pair| pair == ["task", "remove"]),
        "{}",
        shown.out
    );
    stage
        .run("officer", &format!("discoveries reopen {id}"))
        .done();
    stage
        .run(
            "officer",
            &format!("discoveries dismiss {id} --reason test-data"),
        )
        .done();
    let open = stage.json("officer", "discoveries list --state open");
    assert_eq!(open["total"], 1);

    // What stands in a file that is no scan is not repeated.
    std::fs::write(&file, "{\"source\": \"13800138000\"}").unwrap();
    let broken = stage.run("officer", &send);
    assert!(
        broken.err.contains("line 1") && !broken.err.contains("13800138000"),
        "{}",
        broken.err
    );
}
