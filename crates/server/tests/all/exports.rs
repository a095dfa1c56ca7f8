//! The story of an export over HTTP, and of its leaked copy.

use axum::body::Body;
use serde_json::{Value, json};

use crate::support::{Harness, Person, request};

/// Twelve customers, and two protection officers with a fresh second factor.
async fn office() -> (Harness, Person, Person) {
    let h = Harness::new().await;
    let writer = h.writer().await;
    for i in 0..12 {
        let values = json!({"name": "王伟", "mobile": format!("138001380{i:02}")});
        h.write(&writer, None, "customer", values).await;
    }
    let one = h.staff("zhou.min", &["protection-officer"]).await;
    let two = h.staff("wu.jie", &["protection-officer"]).await;
    h.step_up(&one).await;
    h.step_up(&two).await;
    (h, one, two)
}

fn order() -> Value {
    json!({"purpose": "rights-answer", "collection": "customer",
        "fields": ["customer.name", "customer.mobile"], "clear": ["customer.mobile"],
        "most_rows": 100, "format": "csv-plain", "headings": "en", "reason": "copies for the authority"})
}

async fn approve(h: &Harness, by: &Person, asked: &Value) {
    let approval = &asked["approval"];
    let path = format!(
        "/api/v1/approvals/{}/decision",
        approval["approval"].as_str().unwrap()
    );
    let body = json!({"digest": approval["digest"], "decision": "approve"});
    h.call(by, "PUT", &path, Some(body)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_asked_for_approved_downloaded_once_and_traced() {
    let (h, one, two) = office().await;
    let asked = h.post(&one, "/api/v1/exports", order()).await.expect(201);
    let id = asked["export"]["export"].as_str().unwrap();
    assert_eq!(asked["export"]["plan"], asked["approval"]["body"]);
    assert_eq!(asked["export"]["plan"]["rows"], 12);
    let (path, file) = (
        format!("/api/v1/exports/{id}"),
        format!("/api/v1/exports/{id}/file"),
    );
    let download = async |by: &Person| {
        h.send(request(by, "POST", &file).body(Body::empty()).unwrap())
            .await
    };
    download(&one).await.problem(409, "approval-state");
    approve(&h, &two, &asked).await;
    // Somebody else's export looks like none, whoever approved it.
    download(&two).await.problem(404, "not-found");
    let whole = download(&one).await;
    whole.ok();
    assert_eq!(whole.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(whole.header("cache-control"), "no-store");
    let text = whole.text();
    assert_eq!(text.lines().count(), 1 + 1 + 12 + 3 + 1, "{text}");
    assert!(text.contains("mobile number (customer.mobile)"), "{text}");
    download(&one).await.problem(409, "conflict");
    let shown = h.get(&one, &path).await.expect(200);
    assert_eq!(
        (&shown["state"], &shown["rows"], &shown["left_out"]),
        (&json!("done"), &json!(12), &json!(0))
    );
    assert_eq!(shown["sha256"].as_str().unwrap().len(), 64);
    let index = shown["entry"].as_u64().unwrap();
    let entry = h
        .get(&one, &format!("/api/v1/ledger/entries/{index}"))
        .await
        .expect(200);
    assert!(entry.to_string().contains(id), "{entry}");

    // Who oversees exports sees it, others do not.
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    assert_eq!(
        h.get(&two, "/api/v1/exports").await.ok()["exports"][0]["export"],
        *id
    );
    assert_eq!(
        h.get(&adviser, "/api/v1/exports").await.ok()["exports"],
        json!([])
    );
    h.get(&adviser, &path).await.problem(404, "not-found");

    let leak: Vec<&str> = text
        .lines()
        .rev()
        .filter(|line| !line.contains("export exp_") && !line.contains("(customer."))
        .collect();
    let trace = async |by: &Person, text: String| {
        let sent = request(by, "POST", "/api/v1/exports/traces")
            .body(Body::from(text))
            .unwrap();
        h.send(sent).await
    };
    let traced = trace(&two, leak.join("\n")).await.expect(200);
    let found = &traced["found"][0];
    assert_eq!(
        (&found["export"], &found["actor"]),
        (&json!(id), &json!(one.actor))
    );
    assert_eq!(
        (&found["decoys_found"], &found["visible"]),
        (&json!(3), &json!("absent"))
    );
    assert_eq!(found["reason"], "copies for the authority");
    assert_eq!(
        trace(&one, leak.join("\n")).await.expect(200)["found"],
        json!([])
    );
    assert_eq!(
        trace(&two, "name,mobile\n王伟,13800138000\n".to_owned())
            .await
            .expect(200)["found"],
        json!([])
    );
    trace(&adviser, leak.join("\n"))
        .await
        .problem(403, "operation-not-permitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_leave_is_refused_with_its_reason() {
    let (h, one, _) = office().await;
    let with = |key: &str, value: Value| {
        let mut order = order();
        order[key] = value;
        order
    };
    let ask = async |order: Value| h.post(&one, "/api/v1/exports", order).await;
    ask(with("most_rows", json!(11)))
        .await
        .problem(422, "export-refused");
    ask(with("where", json!({"source": "app"})))
        .await
        .problem(422, "export-refused");
    ask(with("fields", json!(["customer.mobile", "vehicle.vin"])))
        .await
        .problem(422, "export-refused");
    ask(with("purpose", json!("none")))
        .await
        .problem(422, "unknown-purpose");
    ask(with("format", json!("xls")))
        .await
        .problem(422, "invalid-value");
    ask(with("reason", json!("")))
        .await
        .problem(422, "invalid-value");
    let mut more = order();
    more["approved"] = json!(true);
    ask(more).await.problem(400, "unknown-field");
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let refused = h
        .post(
            &adviser,
            "/api/v1/exports",
            with("purpose", json!("marketing-contact")),
        )
        .await;
    let refused = refused.problem(403, "read-refused");
    assert_eq!(refused["because"][0]["rule"], "export-officer-only");
    assert!(refused["entry"].is_u64());
    let key = h
        .key(&["protection-officer"], &["rights-answer"], &["customer.*"])
        .await;
    h.post(&key, "/api/v1/exports", order())
        .await
        .problem(403, "operation-not-permitted");
    // A register that changes between approval and download asks for another approval.
    let asked = ask(order()).await.expect(201);
    let (_, two) = (0, h.staff("chen.an", &["protection-officer"]).await);
    h.step_up(&two).await;
    approve(&h, &two, &asked).await;
    let text = include_str!("../../../../profiles/after-sales/register.toml")
        .replace("subjects_per_day = 30", "subjects_per_day = 29");
    h.vault
        .apply(&shouxin_model::Caller::operator(), Some(&text), None)
        .await
        .unwrap();
    let file = format!(
        "/api/v1/exports/{}/file",
        asked["export"]["export"].as_str().unwrap()
    );
    let sent = request(&one, "POST", &file).body(Body::empty()).unwrap();
    h.send(sent).await.problem(409, "export-changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_leaves_breaks_the_export() {
    let (h, one, two) = office().await;
    let asked = h.post(&one, "/api/v1/exports", order()).await.expect(201);
    approve(&h, &two, &asked).await;
    let id = asked["export"]["export"].as_str().unwrap();
    let mut sent = request(&one, "POST", &format!("/api/v1/exports/{id}/file"))
        .body(Body::empty())
        .unwrap();
    let from = std::net::SocketAddr::from(([127, 0, 0, 1], 40_000));
    sent.extensions_mut()
        .insert(axum::extract::ConnectInfo(from));
    let response = tower::ServiceExt::oneshot(h.router.clone(), sent)
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    drop(response);
    let path = format!("/api/v1/exports/{id}");
    for _ in 0..200 {
        let shown = h.get(&one, &path).await.ok();
        if shown["state"] != "running" {
            // A small file may have gone whole into the pipe before anyone looked.
            assert!(
                shown["state"] == "broken" || shown["sha256"].is_string(),
                "{shown}"
            );
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the export never ended");
}
