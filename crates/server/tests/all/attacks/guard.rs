//! The request guard in its place.

use std::collections::BTreeSet;

use axum::body::Body;
use serde_json::json;
use shouxin_server::guard::{Mode, free_text::FreeText};
use shouxin_vault::said::Kind;

use crate::support::{Harness, Person, request};

/// A value that libinjection knows and that must be repeated nowhere.
const ATTACK: &str = "x' or 'a'='a";

fn read_of(fields: &str) -> serde_json::Value {
    json!({"fields": [fields], "purpose": "repair-service"})
}

#[tokio::test]
async fn an_attack_is_refused_by_place_counted_and_told_to_the_ledger_without_its_text() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let search = json!({"field": "customer.name", "mode": "name", "value": ATTACK,
        "purpose": "repair-service"});
    let answer = h.post(&adviser, "/api/v1/searches", search).await;
    let problem = answer.problem(403, "request-blocked");
    assert_eq!(
        (&problem["places"][0]["at"], &problem["detail"]),
        (&json!("value"), &json!("sql"))
    );
    assert!(!answer.text().contains(ATTACK), "{}", answer.text());
    let (entry, _) = h
        .vault
        .entry(problem["entry"].as_u64().unwrap())
        .await
        .unwrap();
    assert_eq!(
        (entry.kind, entry.actor.as_str()),
        (Kind::Attack, &*adviser.actor)
    );
    let extra: Vec<_> = entry
        .extra
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    assert_eq!(extra, ["operation=search", "rule=sql", "at=value"]);

    let path = "/api/v1/cases?purpose=x%27%20or%20%27a%27=%27a";
    let problem = h.get(&adviser, path).await.problem(403, "request-blocked");
    assert_eq!(problem["places"][0]["at"], "purpose");
    assert!(problem["entry"].is_u64());

    let metrics = h.get(&Person::default(), "/metrics").await.text();
    let line = "shouxin_guard_findings_total{rule=\"sql\",answer=\"blocked\"} 2";
    assert!(metrics.contains(line), "{metrics}");
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_refused_and_leaves_no_entry() {
    let h = Harness::new().await;
    let nobody = Person::default();
    let before = h.vault.store().ledger_head().await.unwrap().size;
    for path in [
        "/.env",
        "/wp-admin/",
        "/api/v1/x?q=%3Cscript%3E",
        "/api/v1/cases?purpose=1%20or%201=1",
    ] {
        h.get(&nobody, path).await.problem(403, "request-blocked");
    }
    for path in [
        "/api/v1/%252e%252e/",
        "/healthz?a=%00",
        "/api/v1/cases?purpose=%",
    ] {
        h.get(&nobody, path).await.problem(400, "malformed-request");
    }
    let sign_in = json!({"login": ATTACK, "password": "x"});
    let problem = h.post(&nobody, "/api/v1/sessions", sign_in).await;
    assert_eq!(
        problem.problem(403, "request-blocked")["places"][0]["at"],
        "login"
    );
    let scanner = request(&nobody, "GET", "/healthz").header("user-agent", "sqlmap/1.9");
    let answer = h.send(scanner.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.problem(403, "request-blocked")["detail"], "scanner");
    assert_eq!(h.vault.store().ledger_head().await.unwrap().size, before);
}

#[tokio::test]
async fn what_people_write_freely_passes_and_its_neighbours_do_not() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let mut read = read_of("customer.name");
    read["reason"] = json!(ATTACK);
    h.post(&adviser, &path, read.clone()).await.expect(200);
    read["purpose"] = json!(ATTACK);
    let problem = h.post(&adviser, &path, read).await;
    assert_eq!(
        problem.problem(403, "request-blocked")["places"][0]["at"],
        "purpose"
    );
    // A password may be anything: it is refused for what it is, wrong.
    let sign_in = json!({"login": "li.na", "password": ATTACK});
    h.post(&Person::default(), "/api/v1/sessions", sign_in)
        .await
        .problem(401, "credentials-refused");
}

#[tokio::test]
async fn a_flood_of_attacks_waits_and_fills_no_ledger() {
    let h = Harness::set(|settings| {
        settings.rates.blocked_per_minute = 3.try_into().unwrap();
    })
    .await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let path = "/api/v1/cases?purpose=1%20or%201=1";
    for _ in 0..3 {
        h.get(&adviser, path).await.problem(403, "request-blocked");
    }
    let size = h.vault.store().ledger_head().await.unwrap().size;
    let slowed = h.get(&adviser, path).await;
    slowed.problem(429, "too-many-requests");
    assert_eq!(slowed.header("retry-after"), "20");
    assert_eq!(h.vault.store().ledger_head().await.unwrap().size, size);
    // Requests without anything in them pass as before.
    h.get(&adviser, "/api/v1/cases?purpose=repair-service")
        .await
        .expect(200);
}

#[tokio::test]
async fn a_guard_that_only_reports_counts_and_lets_pass() {
    let h = Harness::set(|settings| settings.guard = Mode::Report).await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let path = "/api/v1/cases?purpose=1%20or%201=1";
    h.get(&adviser, path).await.problem(422, "unknown-purpose");
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let mut read = read_of("customer.name");
    read["purpose"] = json!(ATTACK);
    h.post(&adviser, &path, read)
        .await
        .problem(422, "unknown-purpose");
    let metrics = h.get(&Person::default(), "/metrics").await.text();
    let line = "shouxin_guard_findings_total{rule=\"sql\",answer=\"passed\"} 2";
    assert!(metrics.contains(line), "{metrics}");
}

/// Each place was weighed by a person: a new one is added here knowingly.
#[test]
fn what_is_free_text_is_declared_and_reviewed() {
    let all: BTreeSet<String> = FreeText::all().into_iter().collect();
    let reviewed = [
        "activate: password",
        "apply-register: policies",
        "ask-export: reason",
        "break-glass: reason",
        "accept-discovery-pattern: column",
        "decide-approval: note",
        "detect: items[].text",
        "propose-register: policies",
        "propose-register: reason",
        "propose-register: register",
        "propose-epoch-destruction: reason",
        "request-grant: reason",
        "decide-review: note",
        "apply-register: register",
        "begin-import: mapping",
        "change-password: current",
        "change-password: password",
        "lint-notice: notice",
        "plan-notice: notice",
        "propose-notice: notice",
        "propose-notice: reason",
        "publish-notice: notice",
        "save-notice-draft: notice",
        "plan-register: register",
        "plan-policies: policies",
        "read-many: reason",
        "read-subject: reason",
        "send-discovery: places[].declared_type",
        "send-discovery: places[].path[]",
        "send-discovery: unread[].path[]",
        "sign-in: password",
        "write-record: values[]",
    ];
    let missing: Vec<_> = reviewed
        .iter()
        .filter(|place| !all.contains(**place))
        .collect();
    assert!(missing.is_empty(), "{missing:?} of {all:?}");
    let unknown: Vec<_> = all
        .iter()
        .filter(|place| !reviewed.contains(&place.as_str()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
