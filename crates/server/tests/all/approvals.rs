//! Two people, over HTTP: a looser register, a grant, broken glass.

use serde_json::{Value, json};

use crate::support::{AFTER_SALES, Harness, Person};

async fn decide(
    h: &Harness,
    who: &Person,
    asked: &Value,
    decision: &str,
) -> crate::support::Answer {
    let id = asked["approval"].as_str().unwrap();
    let path = format!("/api/v1/approvals/{id}/decision");
    let body = json!({"digest": asked["digest"], "decision": decision});
    h.call(who, "PUT", &path, Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_looser_register_takes_two_people() {
    let h = Harness::new().await;
    let security = h.staff("sun.li", &["security-admin"]).await;
    let colleague = h.staff("qian.wei", &["security-admin"]).await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let text = AFTER_SALES.0;
    let looser = text.replacen("clear_per_day = 60", "clear_per_day = 61", 1);
    for person in [&security, &colleague, &officer] {
        h.step_up(person).await;
    }
    let body = json!({"register": looser});
    h.post(&security, "/api/v1/register/versions", body.clone())
        .await
        .problem(403, "approval-required");
    let proposal = json!({"register": looser, "reason": "busy season"});
    let asked = h
        .post(&security, "/api/v1/register/proposals", proposal)
        .await
        .expect(201);
    // Not by oneself, nor by one's silo, nor about anything else than was shown.
    decide(&h, &security, &asked, "approve")
        .await
        .problem(403, "own-approval");
    decide(&h, &colleague, &asked, "approve")
        .await
        .problem(403, "own-approval");
    let mut other = asked.clone();
    other["digest"] = json!("00".repeat(32));
    decide(&h, &officer, &other, "approve")
        .await
        .problem(409, "approval-mismatch");
    let shown = h.get(&officer, "/api/v1/approvals").await.ok();
    assert_eq!(shown["approvals"][0]["approval"], asked["approval"]);
    assert_eq!(shown["approvals"][0]["reason"], "busy season");
    assert_eq!(
        shown["approvals"][0]["body"]["register"]["changes"][0]["loosens"],
        true
    );
    let approved = decide(&h, &officer, &asked, "approve").await.expect(200);
    assert_eq!(approved["state"], "approved");
    decide(&h, &officer, &asked, "approve")
        .await
        .problem(409, "approval-state");
    let mut body = body;
    body["approval"] = asked["approval"].clone();
    let applied = h
        .post(&security, "/api/v1/register/versions", body.clone())
        .await
        .expect(201);
    assert_eq!(applied["register_version"], 2);
    // Once.
    body["register"] = json!(text);
    h.post(&security, "/api/v1/register/versions", body.clone())
        .await
        .expect(201);
    body["register"] = json!(looser);
    h.post(&security, "/api/v1/register/versions", body)
        .await
        .problem(409, "approval-mismatch");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_asked_for_approved_obeyed_and_ended() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let clerk = h.staff("zhao.lei", &["warranty-clerk"]).await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    h.step_up(&officer).await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let read = json!({"purpose": "repair-service", "fields": ["customer.name"]});
    let refused = h.post(&clerk, &path, read.clone()).await;
    refused.problem(403, "read-refused");
    let wanted = json!({"purpose": "repair-service", "role": "service-adviser",
        "fields": ["customer.name"], "subject": subject, "seconds": 600, "reason": "recall"});
    let asked = h.post(&clerk, "/api/v1/grants", wanted).await.expect(201);
    assert_eq!(asked["body"]["means"], json!(["customer.name"]));
    decide(&h, &clerk, &asked, "approve")
        .await
        .problem(403, "operation-not-permitted");
    decide(&h, &officer, &asked, "approve").await.expect(200);
    let grants = h.get(&clerk, "/api/v1/grants").await.ok();
    let grant = grants["grants"][0]["grant"].as_str().unwrap().to_owned();
    let left = grants["grants"][0]["seconds_left"].as_u64().unwrap();
    assert!((1..=600).contains(&left), "{left}");
    let answer = h.post(&clerk, &path, read.clone()).await.expect(200);
    assert_eq!(answer["fields"][0]["form"], "masked");
    assert_eq!(answer["fields"][0]["grant"].as_str(), Some(grant.as_str()));
    let explained = h
        .post(&clerk, &format!("{path}?explain"), read.clone())
        .await
        .expect(200);
    assert_eq!(
        explained["fields"][0]["grant"].as_str(),
        Some(grant.as_str())
    );
    let ended = h
        .call(&officer, "DELETE", &format!("/api/v1/grants/{grant}"), None)
        .await
        .expect(200);
    assert_eq!(ended["state"], "revoked");
    h.post(&clerk, &path, read)
        .await
        .problem(403, "read-refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_glass_is_seen_and_reviewed() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let adviser = h.staff("wang.wei", &["service-adviser"]).await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let body = json!({"subject": subject, "purpose": "repair-contact", "reason": "stranded"});
    h.post(&adviser, "/api/v1/emergencies", body.clone())
        .await
        .problem(403, "second-factor-required");
    h.step_up(&adviser).await;
    h.step_up(&officer).await;
    let opened = h
        .post(&adviser, "/api/v1/emergencies", body)
        .await
        .expect(201);
    let path = format!("/api/v1/subjects/{subject}/reads");
    let read = json!({"purpose": "repair-contact", "fields": ["customer.mobile"]});
    let answer = h.post(&adviser, &path, read).await.expect(200);
    assert_eq!(answer["fields"][0]["grant"], opened["grant"]);
    h.get(&adviser, "/api/v1/alarms")
        .await
        .problem(403, "operation-not-permitted");
    let alarms = h.get(&officer, "/api/v1/alarms").await.ok();
    assert_eq!(alarms["alarms"][0]["about"], opened["grant"]);
    let alarm = alarms["alarms"][0]["alarm"].as_str().unwrap();
    let path = format!("/api/v1/alarms/{alarm}/seen");
    assert_eq!(h.call(&officer, "PUT", &path, None).await.status, 204);
    let metrics = h.get(&officer, "/metrics").await.text();
    assert!(metrics.contains("shouxin_alarms_total{kind=\"emergency\"} 1"));
    assert!(metrics.contains("shouxin_reviews_due 1"), "{metrics}");
    let emergency = opened["grant"].as_str().unwrap();
    let review = format!("/api/v1/reviews/{emergency}");
    let shown = h.get(&officer, &review).await.ok();
    assert_eq!(shown["grant"]["reason"], "stranded");
    let finding = json!({"finding": "justified", "note": "called back"});
    h.call(
        &adviser,
        "PUT",
        &format!("{review}/finding"),
        Some(finding.clone()),
    )
    .await
    .problem(403, "operation-not-permitted");
    let done = h
        .call(&officer, "PUT", &format!("{review}/finding"), Some(finding))
        .await
        .expect(200);
    assert_eq!(done["finding"], "justified");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_counts_once_somebody_else_approved_it() {
    // A purpose that opens on registered devices only.
    let bound = AFTER_SALES.0.replacen(
        "quota = { subjects_per_day = 80, clear_per_day = 40, searches_per_day = 80 }",
        "quota = { subjects_per_day = 80, clear_per_day = 40, searches_per_day = 80 }\n\
         conditions = { device = true }",
        1,
    );
    assert_ne!(bound, AFTER_SALES.0);
    let h = Harness::with((bound.leak(), AFTER_SALES.1)).await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let security = h.staff("sun.li", &["security-admin"]).await;
    h.step_up(&adviser).await;
    h.step_up(&security).await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let read = json!({"purpose": "repair-contact", "fields": ["customer.mobile"]});
    let refused = h.post(&adviser, &path, read.clone()).await;
    let refused = refused.problem(403, "read-refused");
    assert_eq!(refused["because"][0]["rule"], "unknown-device");
    assert_eq!(refused["because"][0]["layer"], "condition");
    let made = h
        .post(&adviser, "/api/v1/devices", json!({"name": "counter 3"}))
        .await;
    let token = made
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let device = made.expect(201)["device"].as_str().unwrap().to_owned();
    let here = adviser.with_cookie(&token);
    // Registered is not approved, and nobody approves their own.
    h.post(&here, &path, read.clone())
        .await
        .problem(403, "read-refused");
    let approval = format!("/api/v1/devices/{device}/approval");
    h.call(&adviser, "PUT", &approval, None)
        .await
        .problem(403, "operation-not-permitted");
    assert_eq!(h.call(&security, "PUT", &approval, None).await.status, 204);
    h.post(&here, &path, read.clone()).await.expect(200);
    // Neither without the device, nor with somebody else's.
    h.post(&adviser, &path, read.clone())
        .await
        .problem(403, "read-refused");
    let other = h.staff("wang.wei", &["service-adviser"]).await;
    let other = other.with_cookie(&token);
    let refused = h.post(&other, &path, read.clone()).await;
    let refused = refused.problem(403, "read-refused");
    assert_eq!(refused["because"][0]["rule"], "unknown-device");
    let own = format!("/api/v1/devices/{device}");
    assert_eq!(h.call(&adviser, "DELETE", &own, None).await.status, 204);
    h.post(&here, &path, read)
        .await
        .problem(403, "read-refused");
}
