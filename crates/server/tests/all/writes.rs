//! Writing records and cases: once, to the version seen, and recorded.

use axum::body::Body;
use serde_json::json;

use crate::support::{Answer, Harness, Person, request};

async fn write(h: &Harness, writer: &Person, key: &str, mobile: &str) -> Answer {
    let body = json!({"collection": "customer", "values": {"name": "张三", "mobile": mobile}});
    let request = request(writer, "POST", "/api/v1/records")
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    h.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

#[tokio::test]
async fn the_same_request_under_one_key_is_done_once_and_answered_alike() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let size = async || h.app.vault().store().ledger_head().await.unwrap().size;
    let first = write(&h, &writer, "k-1", "13800138001").await;
    assert_eq!(first.status, 201);
    let before = size().await;
    let again = write(&h, &writer, "k-1", "13800138001").await;
    assert_eq!((again.status, &again.bytes), (201, &first.bytes));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(size().await, before);
    write(&h, &writer, "k-1", "13800138002")
        .await
        .problem(422, "idempotency-key-reused");
    // Another caller's key of the same name is another key.
    let other = h.staff("other", &["system-admin"]).await;
    h.step_up(&other).await;
    assert_eq!(write(&h, &other, "k-1", "13800138002").await.status, 201);
    // A refusal is not kept: the request may be put right under the same key.
    write(&h, &writer, "k-2", "1380013800")
        .await
        .problem(422, "invalid-value");
    assert_eq!(write(&h, &writer, "k-2", "13800138003").await.status, 201);
    // A day later the key is free again.
    h.world.pass(86_401);
    let writer = h.staff("writer.again", &["system-admin"]).await;
    h.step_up(&writer).await;
    assert_eq!(write(&h, &writer, "k-1", "13800138001").await.status, 200);
    for bad in ["", "with blank", &"x".repeat(65)] {
        let refused = write(&h, &writer, bad, "13800138004")
            .await
            .problem(400, "invalid-parameter");
        assert_eq!(refused["places"][0]["at"], "Idempotency-Key");
    }
}

#[tokio::test]
async fn a_record_is_created_then_merged_then_unchanged() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let write = async |name: &str| {
        let body =
            json!({"collection": "customer", "values": {"name": name, "mobile": "138 0013 8000"}});
        let answer = h.post(&writer, "/api/v1/records", body).await;
        (
            answer.status,
            answer.ok()["outcome"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(write("张三").await, (201, "created".to_owned()));
    assert_eq!(write("张三丰").await, (200, "merged".to_owned()));
    assert_eq!(write("张三丰").await, (200, "unchanged".to_owned()));
}

#[tokio::test]
async fn a_case_is_changed_only_in_the_version_seen_and_only_to_what_is_declared() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, order) = h.customer(&h.writer().await, "li.na").await;
    let path = format!("/api/v1/subjects/{subject}/cases/{order}");
    let change = async |etag: Option<&str>, body: serde_json::Value| {
        let mut request =
            request(&adviser, "PATCH", &path).header("content-type", "application/json");
        if let Some(etag) = etag {
            request = request.header("if-match", etag);
        }
        h.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    };
    let changed = change(None, json!({"status": "waiting-parts"})).await;
    let etag = changed.header("etag").to_owned();
    assert_eq!(changed.ok()["fields"]["status"], "waiting-parts");
    assert_eq!(etag, format!("\"{}\"", changed.json()["version"]));
    change(Some("\"999\""), json!({"status": "completed"}))
        .await
        .problem(412, "precondition-failed");
    let refused = change(Some("3"), json!({"status": "completed"}))
        .await
        .problem(400, "invalid-parameter");
    assert_eq!(refused["places"][0]["at"], "If-Match");
    assert_eq!(
        change(Some(&etag), json!({"status": "completed"}))
            .await
            .ok()["fields"]["status"],
        "completed"
    );
    for (body, at) in [
        (json!({"status": "somewhere"}), "status"),
        (json!({"assignee": "nobody.here"}), "assignee"),
        (json!({"assignee": "13800138000"}), "assignee"),
        (json!({}), "body"),
    ] {
        let refused = change(None, body).await.problem(422, "invalid-value");
        assert_eq!(refused["places"][0]["at"], at);
    }
    // Handed to a colleague, it is no longer one's own.
    let colleague = h.staff("wang.wei", &["service-adviser"]).await;
    change(None, json!({"assignee": "wang.wei"})).await.ok();
    let refused = change(None, json!({"status": "booked"}))
        .await
        .problem(403, "read-refused");
    assert!(refused["entry"].as_u64().is_some());
    assert_eq!(
        h.get(&colleague, "/api/v1/cases?purpose=repair-service")
            .await
            .ok()["cases"][0]["case"],
        order.as_str()
    );
    assert_eq!(
        h.get(&adviser, "/api/v1/cases?purpose=repair-service")
            .await
            .ok()["cases"],
        json!([])
    );
}

#[tokio::test]
async fn cases_come_in_pages_that_meet_without_a_gap() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let writer = h.writer().await;
    for n in 0..7 {
        let mobile = format!("1380013{:04}", 8000 + n);
        let (subject, _) = h
            .write(
                &writer,
                None,
                "customer",
                json!({"name": "张三", "mobile": mobile}),
            )
            .await;
        h.write(
            &writer,
            Some(&subject),
            "work_order",
            json!({"number": format!("WO-{n}"), "status": "booked",
            "assignee": "li.na"}),
        )
        .await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = h
            .get(
                &adviser,
                &format!("/api/v1/cases?purpose=repair-service&limit=3{cursor}"),
            )
            .await
            .ok();
        seen.extend(
            page["cases"]
                .as_array()
                .unwrap()
                .iter()
                .map(|c| c["fields"]["number"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    seen.sort();
    assert_eq!(seen, (0..7).map(|n| format!("WO-{n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_register_is_planned_applied_and_listed_and_its_findings_name_their_lines() {
    let h = Harness::new().await;
    let officer = h.staff("officer", &["protection-officer"]).await;
    let security = h.staff("security", &["security-admin"]).await;
    let text = crate::support::AFTER_SALES.0;
    let looser = text.replacen(
        "search = [\"exact\"]\nowner",
        "search = [\"exact\", \"last4\"]\nowner",
        1,
    );
    let plan = h
        .post(
            &officer,
            "/api/v1/register/plans",
            json!({"register": looser}),
        )
        .await
        .ok();
    assert_eq!(plan["changes"].as_array().map(Vec::len), Some(1), "{plan}");
    assert!(plan["changes"][0]["effect"].as_str().is_some());
    let broken = text.replacen(
        "owner = \"售后服务部 / After-sales service\"",
        "owner = \"\"",
        1,
    );
    let refused = h
        .post(
            &officer,
            "/api/v1/register/plans",
            json!({"register": broken}),
        )
        .await;
    let refused = refused.problem(422, "register-refused");
    assert!(
        refused["places"][0]["at"]
            .as_str()
            .unwrap()
            .starts_with("register:"),
        "{refused}"
    );

    let body = json!({"register": looser});
    h.post(&security, "/api/v1/register/versions", body.clone())
        .await
        .problem(403, "second-factor-required");
    h.step_up(&security).await;
    h.post(&security, "/api/v1/register/versions", body.clone())
        .await
        .problem(403, "approval-required");
    let proposal = json!({"register": looser, "reason": "find by the last digits"});
    let asked = h
        .post(&security, "/api/v1/register/proposals", proposal)
        .await
        .ok();
    h.step_up(&officer).await;
    let decision = format!(
        "/api/v1/approvals/{}/decision",
        asked["approval"].as_str().unwrap()
    );
    let approve = json!({"digest": asked["digest"], "decision": "approve"});
    h.call(&officer, "PUT", &decision, Some(approve)).await.ok();
    let mut body = body;
    body["approval"] = asked["approval"].clone();
    let applied = h.post(&security, "/api/v1/register/versions", body).await;
    assert_eq!(
        (applied.status, applied.ok()["register_version"].as_u64()),
        (201, Some(2))
    );
    let nothing = h
        .post(&security, "/api/v1/register/versions", json!({}))
        .await;
    nothing.problem(422, "register-refused");
    let shown = h.get(&officer, "/api/v1/register").await;
    assert_eq!(
        (
            shown.header("etag"),
            shown.ok()["register"]["profile"].as_str()
        ),
        ("\"r2p1\"", Some("after-sales"))
    );
    let versions = h
        .get(&officer, "/api/v1/register/versions?source")
        .await
        .ok();
    assert_eq!(
        versions["register"][0]["source"].as_str(),
        Some(looser.as_str())
    );
    assert!(
        h.get(&officer, "/api/v1/policies").await.ok()["policies"]
            .as_str()
            .unwrap()
            .contains("permit")
    );
    let admin = h.staff("admin", &["system-admin"]).await;
    assert_eq!(
        h.get(&admin, "/api/v1/jobs").await.ok()["jobs"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );

    let list = h.get(&officer, "/api/v1/register/fields").await.ok();
    assert!(
        list.as_array()
            .unwrap()
            .iter()
            .any(|row| row["field"] == "customer.mobile")
    );
    let csv = h
        .send(
            request(&officer, "GET", "/api/v1/register/fields")
                .header("accept", "text/csv")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.text().contains("customer.mobile"));
}
