//! Detection is checked by two people, over HTTP.

use serde_json::{Value, json};

use crate::support::{Harness, Person};

async fn complaints(h: &Harness, count: u32) {
    let writer = h.writer().await;
    for n in 0..count {
        let mobile = format!("138001380{n:02}");
        let values = json!({"name": "欧阳明", "mobile": mobile});
        let (subject, _) = h.write(&writer, None, "customer", values).await;
        let content = format!("还是漏油，请回电{mobile}");
        let values = json!({"number": format!("C-{n}"), "content": content, "state": "received", "region": "east"});
        h.write(&writer, Some(&subject), "complaint", values).await;
    }
}

/// Marks every text that is left for this person; gives how they stand then.
async fn mark_all(h: &Harness, person: &Person, path: &str, spans: Value) -> Vec<Value> {
    let mut standings = Vec::new();
    loop {
        let looked = h
            .post(person, &format!("{path}/looks"), json!({"task": "mark"}))
            .await
            .ok();
        let Some(id) = looked["text"]["id"].as_str() else {
            return standings;
        };
        assert_eq!(looked["text"]["marks"], json!([]), "blind");
        let marks = format!("{path}/texts/{id}/marks");
        let body = json!({"task": "mark", "spans": spans});
        let marked = h.call(person, "PUT", &marks, Some(body)).await.ok();
        standings.push(marked["standing"].clone());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_begun_marked_settled_and_certified() {
    let h = Harness::new().await;
    complaints(&h, 4).await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let reviewer = h.staff("he.jing", &["legal-reviewer"]).await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    h.step_up(&officer).await;
    h.step_up(&reviewer).await;
    let new = json!({"purpose": "complaint-handling", "fields": ["complaint.content"], "size": 4});
    let refused = h
        .post(&reviewer, "/api/v1/quality-checks", new.clone())
        .await;
    refused.problem(403, "operation-not-permitted");
    let mut wrong = new.clone();
    wrong["fields"] = json!(["customer.mobile"]);
    let refused = h.post(&officer, "/api/v1/quality-checks", wrong).await;
    refused.problem(422, "invalid-value");
    let begun = h
        .post(&officer, "/api/v1/quality-checks", new)
        .await
        .expect(201);
    let path = format!(
        "/api/v1/quality-checks/{}",
        begun["check"].as_str().unwrap()
    );
    let looks = format!("{path}/looks");
    h.post(&adviser, &looks, json!({"task": "mark"}))
        .await
        .problem(403, "operation-not-permitted");
    h.post(&officer, &looks, json!({"task": "peek"}))
        .await
        .problem(422, "invalid-value");

    // Eleven digits from the ninth character on.
    let number = json!([{"start": 8, "end": 19, "kind": "PHONE"}]);
    assert_eq!(
        mark_all(&h, &officer, &path, number.clone()).await,
        vec![json!("half"); 4]
    );
    let certificate = format!("{path}/certificate");
    h.call(&officer, "POST", &certificate, None)
        .await
        .problem(409, "conflict");
    assert_eq!(
        mark_all(&h, &reviewer, &path, json!([])).await,
        vec![json!("disputed"); 4]
    );
    for _ in 0..4 {
        let looked = h
            .post(&reviewer, &looks, json!({"task": "settle-jointly"}))
            .await
            .ok();
        let text = &looked["text"];
        assert_eq!(text["marks"], json!([[], number]));
        let marks = format!("{path}/texts/{}/marks", text["id"].as_str().unwrap());
        let body = json!({"task": "settle-jointly", "spans": number});
        h.call(&reviewer, "PUT", &marks, Some(body)).await.ok();
    }
    let closed = h.call(&officer, "POST", &certificate, None).await.ok();
    assert_eq!(closed["certificate"]["settled_jointly"], 4);
    assert_eq!(closed["certificate"]["left"]["value"], 0.0);
    assert_eq!(closed["certificate"]["kappa"]["value"], 0.0);
    let auditor = h.staff("au.dit", &["auditor"]).await;
    let entry = h
        .get(
            &auditor,
            &format!("/api/v1/ledger/entries/{}", closed["entry"]),
        )
        .await
        .ok();
    let digest = closed["digest"].as_str().unwrap();
    assert!(entry.to_string().contains(digest), "{entry}");
    let shown = h.get(&auditor, &path).await.ok();
    assert_eq!(shown["certified"], closed["certified"]);
    assert!(!shown.to_string().contains("漏油"));
}
