//! Erasing a person, backups, drills and looking after it, over HTTP.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Harness, Person};

#[tokio::test]
async fn the_protection_officer_erases_with_a_second_factor_and_nobody_reads_any_more() {
    let h = Harness::new().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let officer = h.staff("wang.min", &["protection-officer"]).await;
    let path = format!("/api/v1/subjects/{subject}/erasure");
    let wanted = json!({"reason": "asked-by-subject"});
    h.post(&adviser, &path, wanted.clone())
        .await
        .refused("operation-not-permitted");
    h.post(&officer, &path, wanted.clone())
        .await
        .refused("second-factor-required");
    h.step_up(&officer).await;
    let story = json!({"reason": "Mr Zhang called"});
    h.post(&officer, &path, story)
        .await
        .refused("invalid-value");
    let erased = h.post(&officer, &path, wanted.clone()).await.expect(201);
    assert!(erased["erasure"].as_str().unwrap().starts_with("ers_"));
    h.post(&officer, &path, wanted.clone())
        .await
        .refused("already-erased");
    let read = json!({"fields": ["customer.name"], "purpose": "repair-service"});
    let reads = format!("/api/v1/subjects/{subject}/reads");
    h.post(&adviser, &reads, read)
        .await
        .refused("subject-not-found");
    let nobody = "/api/v1/subjects/sub_06fs8k0000000000000000000g/erasure";
    h.post(&officer, nobody, wanted)
        .await
        .refused("subject-not-found");
}

#[tokio::test]
async fn what_a_customer_said_and_a_restriction_stand_in_the_ledger_and_count_at_once() {
    let h = Harness::new().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let officer = h.staff("wang.min", &["protection-officer"]).await;
    let consent = format!("/api/v1/subjects/{subject}/consents/marketing-contact");
    let given = json!({"state": "given", "form": "general"});
    let put = async |who: &Person, path: &str, body: &Value| {
        h.call(who, "PUT", path, Some(body.clone())).await
    };
    put(&adviser, &consent, &given)
        .await
        .refused("operation-not-permitted");
    put(&officer, &consent, &given)
        .await
        .refused("second-factor-required");
    h.step_up(&officer).await;
    let reads = format!("/api/v1/subjects/{subject}/reads");
    let marketing = json!({"fields": ["customer.name"], "purpose": "marketing-contact"});
    let form = async || {
        let answer = h.post(&adviser, &reads, marketing.clone()).await;
        answer.json()["fields"][0]["form"].clone()
    };
    assert_ne!(form().await, "masked");
    let entry = put(&officer, &consent, &given).await.expect(200)["entry"].clone();
    assert_eq!(form().await, "masked");
    let stood = h
        .get(&officer, &format!("/api/v1/ledger/entries/{entry}"))
        .await
        .expect(200);
    assert_eq!(stood["kind"], "consent", "{stood}");
    put(
        &officer,
        &consent,
        &json!({"state": "maybe", "form": "general"}),
    )
    .await
    .refused("invalid-value");
    let nothing = format!("/api/v1/subjects/{subject}/consents/no-such-purpose");
    put(&officer, &nothing, &given)
        .await
        .refused("unknown-purpose");

    let restriction = format!("/api/v1/subjects/{subject}/restriction");
    let contested = json!({"reason": "accuracy-contested"});
    put(&officer, &restriction, &contested).await.expect(200);
    assert_ne!(form().await, "masked");
    put(&officer, &restriction, &contested)
        .await
        .refused("already-exists");
    h.call(&officer, "DELETE", &restriction, None)
        .await
        .expect(200);
    assert_eq!(form().await, "masked");
    h.call(&officer, "DELETE", &restriction, None)
        .await
        .refused("not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_taken_beside_requests_and_a_drill_tells_how_long_a_restore_takes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backups");
    let scratch = folder.path().join("scratch");
    let h = Harness::set(|settings| {
        settings.backups.repository = Some(path);
        settings.backups.scratch = Some(scratch);
    })
    .await;
    h.customer(&h.writer().await, "li.na").await;
    let admin = h.staff("root", &["system-admin"]).await;
    let before = findings(&h, &admin).await;
    assert_eq!(level(&before, "backup"), "heed");
    let begun = h
        .post(&admin, "/api/v1/backups", json!({}))
        .await
        .expect(202);
    assert_eq!(
        (&begun["what"], &begun["state"]),
        (&json!("backup"), &json!("running"))
    );
    let list = finished(&h, &admin).await;
    assert_eq!(list["work"]["state"], "done", "{list}");
    assert_eq!(list["backups"][0]["number"], 1);
    h.post(&admin, "/api/v1/backups/drills", json!({}))
        .await
        .expect(202);
    let list = finished(&h, &admin).await;
    assert_eq!(
        (&list["work"]["what"], &list["work"]["state"]),
        (&json!("drill"), &json!("done"))
    );
    assert_eq!(list["last_drill"]["backup"], 1);
    assert!(list["last_drill"]["values"].as_u64().unwrap() > 0);
    let after = findings(&h, &admin).await;
    for check in [
        "backup", "drill", "ledger", "store", "clock", "keys", "jobs",
    ] {
        assert_eq!(level(&after, check), "well", "{check}");
    }
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    h.post(&adviser, "/api/v1/backups", json!({}))
        .await
        .refused("operation-not-permitted");
}

#[tokio::test]
async fn without_a_repository_no_backup_begins() {
    let h = Harness::new().await;
    let admin = h.staff("root", &["system-admin"]).await;
    h.post(&admin, "/api/v1/backups", json!({}))
        .await
        .refused("no-repository");
    let list = h.get(&admin, "/api/v1/backups").await.ok();
    assert_eq!(list, json!({"backups": []}));
}

/// The list once nothing goes on any more.
async fn finished(h: &Harness, person: &Person) -> Value {
    loop {
        let list = h.get(person, "/api/v1/backups").await.ok();
        if list["work"]["state"] != "running" {
            return list;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn findings(h: &Harness, person: &Person) -> Value {
    h.post(person, "/api/v1/examinations", json!({}))
        .await
        .expect(201)
}

fn level(examination: &Value, check: &str) -> String {
    let findings = examination["findings"].as_array().unwrap().iter();
    let mut levels = findings
        .filter(|f| f["check"] == check)
        .map(|f| f["level"].as_str().unwrap());
    levels.next().unwrap_or("none").to_owned()
}
