//! Keys over HTTP: who may turn them, who must agree, and what is told.

use serde_json::json;
use shouxin_vault::keydir::{KeyFolder, Unlock};

use crate::support::Harness;

#[tokio::test]
async fn an_epoch_is_turned_by_one_and_destroyed_by_two() {
    let h = Harness::new().await;
    let admin = h.staff("gu.lei", &["security-admin"]).await;
    let officer = h.staff("zhao.min", &["protection-officer"]).await;
    let writer = h.writer().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&writer, "li.na").await;

    h.get(&adviser, "/api/v1/keys").await.expect(403);
    let keys = h.get(&admin, "/api/v1/keys").await.ok();
    assert_eq!(
        (&keys["epochs"][0]["state"], &keys["rests_on"]),
        (&json!("current"), &json!("file"))
    );
    // Turning them takes a second factor of the last ten minutes.
    let turn = "/api/v1/keys/rotations";
    h.post(&admin, turn, json!({})).await.expect(403);
    h.step_up(&admin).await;
    h.post(&admin, turn, json!({"suite": "rot13"}))
        .await
        .expect(422);
    let turned = h
        .post(&admin, turn, json!({"suite": "national"}))
        .await
        .expect(201);
    assert_eq!(
        (&turned["epoch"], &turned["suite"]),
        (&json!(2), &json!("national"))
    );

    // Keys hang on the old epoch until the background has wrapped them anew.
    let propose = "/api/v1/keys/epochs/1/proposals";
    let reason = json!({"reason": "the yearly change of keys"});
    let early = h.post(&admin, propose, reason.clone()).await.expect(201);
    assert!(early["body"]["keys"].as_u64().unwrap() > 0);
    while h.vault.work().await.unwrap() {}
    let jobs = h.get(&admin, "/api/v1/jobs").await.ok();
    assert_eq!(
        (&jobs["jobs"][0]["kind"], &jobs["jobs"][0]["state"]),
        (&json!("rewrap"), &json!("done"))
    );

    let asked = h.post(&admin, propose, reason).await.expect(201);
    let body = &asked["body"];
    assert_eq!((&body["epoch"], &body["keys"]), (&json!(1), &json!(0)));
    let destroy = "/api/v1/keys/epochs/1/destructions";
    let order = json!({"approval": asked["approval"]});
    // Not before somebody else has agreed.
    h.post(&admin, destroy, order.clone()).await.expect(409);
    h.step_up(&officer).await;
    let decision = format!(
        "/api/v1/approvals/{}/decision",
        asked["approval"].as_str().unwrap()
    );
    let agreed = json!({"decision": "approve", "digest": asked["digest"]});
    h.call(&officer, "PUT", &decision, Some(agreed)).await.ok();
    let gone = h.post(&admin, destroy, order.clone()).await.ok();
    assert_eq!(gone["epoch"], 1);
    // Once.
    h.post(&admin, destroy, order).await.expect(404);
    let keys = h.get(&admin, "/api/v1/keys").await.ok();
    assert_eq!(keys["epochs"][0]["state"], "destroyed");
    h.post(
        &admin,
        "/api/v1/keys/epochs/2/proposals",
        json!({"reason": "x"}),
    )
    .await
    .expect(409);

    let read = json!({"purpose": "repair-service", "fields": ["customer.mobile"]});
    let read = h
        .post(&adviser, &format!("/api/v1/subjects/{subject}/reads"), read)
        .await
        .ok();
    assert_eq!(read["fields"][0]["form"], "masked");

    let resealed = h
        .post(&admin, "/api/v1/keys/reseals", json!({}))
        .await
        .expect(202);
    assert_eq!(resealed["records"], 3);
    h.post(&admin, "/api/v1/keys/reseals", json!({}))
        .await
        .expect(409);
    while h.vault.work().await.unwrap() {}
    let inventory = h.get(&officer, "/api/v1/keys/inventory").await.ok();
    let sm4 = inventory["algorithms"]
        .as_array()
        .unwrap()
        .iter()
        .find(|of| of["name"] == "SM4-GCM");
    assert_eq!(sm4.unwrap()["exposure"], "halved");
    assert_eq!(inventory["in_use"][0]["records"], 1);
}

#[tokio::test]
async fn without_its_root_the_server_answers_cannot_unseal_and_is_not_ready() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let keys = h.folder.path().join("keys");
    assert!(KeyFolder::new(&keys, Unlock::default()).open().is_ok());
    std::fs::rename(keys.join("root.key"), h.folder.path().join("away")).unwrap();
    h.world.pass(301);
    let read = json!({"purpose": "repair-service", "fields": ["customer.mobile"]});
    let path = format!("/api/v1/subjects/{subject}/reads");
    let refused = h.post(&adviser, &path, read.clone()).await.expect(503);
    assert_eq!(refused["code"], "cannot-unseal");
    assert!(!refused.to_string().contains("root.key"));
    let ready = h
        .get(&crate::support::Person::default(), "/readyz")
        .await
        .expect(503);
    assert_eq!(ready["code"], "cannot-unseal");
    std::fs::rename(h.folder.path().join("away"), keys.join("root.key")).unwrap();
    h.world.pass(6);
    h.post(&adviser, &path, read).await.ok();
}
