//! What scans of other systems found, over HTTP: sent by a service, decided by whoever answers for it.

use serde_json::{Value, json};

use crate::support::Harness;

fn scan(places: Value) -> Value {
    json!({"source": {"name": "crm-db", "kind": "postgresql"}, "scanned_at": "2026-01-05T03:04:05.678Z",
        "detector": "rules 1+names 1", "places": places})
}

fn place(path: &[&str], kind: &str, cells: u64) -> Value {
    json!({"path": path, "rows": 1000, "sampled": 100, "declared_type": "text", "kinds":
        [{"kind": kind, "cells": cells, "low": 0.2, "high": 0.4, "confidence": 0.9}], "topics": []})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_sends_and_the_officer_decides() {
    let h = Harness::new().await;
    let service = h.key(&[], &[], &[]).await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let reviewer = h.staff("he.jing", &["legal-reviewer"]).await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    // Names that look like an attack are names all the same.
    let body = scan(json!([
        place(&["public", "copy", "tel"], "PHONE", 30),
        place(&["x' OR 1=1 --", "../../etc", "<script>"], "ID_CARD", 30),
    ]));
    let taken = h.post(&service, "/api/v1/discoveries", body.clone()).await;
    let taken = taken.expect(201);
    assert_eq!(
        (&taken["raised"], &taken["repeated"]),
        (&json!(2), &json!(false))
    );
    let again = h.post(&service, "/api/v1/discoveries", body).await.ok();
    assert_eq!(
        (&again["entry"], &again["repeated"]),
        (&taken["entry"], &json!(true))
    );

    let page = h.get(&officer, "/api/v1/discoveries?limit=1").await.ok();
    assert_eq!(page["total"], 2);
    assert_eq!(page["findings"][0]["severity"], "high");
    let next = page["next"].as_str().unwrap();
    let rest = h
        .get(
            &officer,
            &format!("/api/v1/discoveries?limit=1&cursor={next}"),
        )
        .await
        .ok();
    let finding = &rest["findings"][0];
    assert_eq!(
        (&finding["what"], &rest["next"]),
        (&json!("PHONE"), &Value::Null)
    );
    assert_eq!(finding["declared"]["by"], "kind");

    let id = finding["finding"].as_str().unwrap();
    let decision = format!("/api/v1/discoveries/{id}/decision");
    let put = async |person, body: Value| h.call(person, "PUT", &decision, Some(body)).await;
    put(
        &officer,
        json!({"decision": "confirm", "reason": "test-data"}),
    )
    .await
    .problem(422, "invalid-value");
    put(
        &officer,
        json!({"decision": "dismiss", "reason": "accepted"}),
    )
    .await
    .problem(422, "invalid-value");
    put(&adviser, json!({"decision": "confirm", "task": "declare"}))
        .await
        .problem(403, "operation-not-permitted");
    let done = put(&officer, json!({"decision": "confirm", "task": "declare"}))
        .await
        .ok();
    put(&officer, json!({"decision": "confirm", "task": "declare"}))
        .await
        .problem(409, "conflict");
    let detail = h
        .get(&reviewer, &format!("/api/v1/discoveries/{id}"))
        .await
        .ok();
    assert_eq!(detail["finding"]["state"], "confirmed");
    let acts = detail["history"].as_array().unwrap();
    assert_eq!((acts.len(), &acts[1]["entry"]), (2, &done["entry"]));
    put(&reviewer, json!({"decision": "reopen"})).await.ok();

    let heat = h
        .get(&officer, "/api/v1/discoveries/sources/crm-db")
        .await
        .ok();
    assert_eq!(heat["places"].as_array().unwrap().len(), 2);
    h.get(&officer, "/api/v1/discoveries/sources/none")
        .await
        .problem(404, "not-found");
    h.get(
        &officer,
        "/api/v1/discoveries/fnd_00000000000000000000000000",
    )
    .await
    .problem(404, "not-found");
    h.get(&adviser, "/api/v1/discoveries")
        .await
        .problem(403, "operation-not-permitted");
    h.get(&officer, "/api/v1/discoveries?state=strange")
        .await
        .problem(400, "invalid-parameter");
    h.get(&officer, "/api/v1/discoveries?cursor=ZAAA")
        .await
        .problem(400, "invalid-parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_scan_is_refused_with_its_place_and_without_its_words() {
    let h = Harness::new().await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let refused = async |body: Value, status, code: &str, at: &str| {
        let problem = h
            .post(&officer, "/api/v1/discoveries", body)
            .await
            .problem(status, code);
        assert_eq!(problem["places"][0]["at"], at, "{problem}");
        assert!(!problem.to_string().contains("13800138000"), "{problem}");
    };
    let good = || place(&["t", "c"], "PHONE", 30);
    let with = |key: &str, value: Value| {
        let mut place = good();
        place[key] = value;
        scan(json!([place]))
    };
    refused(
        with("path", json!([])),
        422,
        "invalid-value",
        "places[0].path",
    )
    .await;
    refused(
        with("path", json!(["13800138000".repeat(20)])),
        422,
        "invalid-value",
        "places[0].path",
    )
    .await;
    refused(
        with("sampled", json!(3)),
        422,
        "invalid-value",
        "places[0].kinds[0].cells",
    )
    .await;
    refused(
        with("values", json!(["13800138000"])),
        400,
        "unknown-field",
        "places[0].values",
    )
    .await;
    refused(scan(json!([])), 422, "invalid-value", "places").await;
    refused(
        scan(json!([good(), good()])),
        422,
        "invalid-value",
        "places[1].path",
    )
    .await;
    let kind = place(&["t", "c"], "13800138000", 30);
    refused(
        scan(json!([kind])),
        422,
        "invalid-value",
        "places[0].kinds[0].kind",
    )
    .await;
    let mut share = good();
    share["kinds"][0]["low"] = json!(0.9);
    refused(
        scan(json!([share])),
        422,
        "invalid-value",
        "places[0].kinds[0]",
    )
    .await;
    let mut system = scan(json!([good()]));
    system["source"]["kind"] = json!("oracle");
    refused(system, 422, "invalid-value", "source.kind").await;
    let mut future = scan(json!([good()]));
    future["scanned_at"] = json!("2100-01-01T00:00:00Z");
    refused(future, 422, "invalid-value", "scanned_at").await;
}
