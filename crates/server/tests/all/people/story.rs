use serde_json::json;
use shouxin_server::accounts::open_first_administrator;

use crate::support::EXPRESS;

use super::support::{Client, Harness, PASSWORD};

#[tokio::test]
async fn a_deployment_gets_its_people_from_nothing() {
    let server = Harness::with(EXPRESS).await;
    story(&server).await;
    server.vault.store().close().await;
}

#[tokio::test]
async fn it_is_the_same_on_postgresql() {
    let (server, database) = Harness::on_postgres(EXPRESS).await;
    story(&server).await;
    server.vault.store().close().await;
    drop(database);
}

/// From the code that `shouxin init` prints to a courier at work and a service with a key.
async fn story(server: &Harness) {
    let code = open_first_administrator(&server.vault).await.unwrap();
    let first = json!({"code": code, "login": "root", "name": "首位管理员", "password": PASSWORD});
    server
        .anonymous()
        .post("/api/v1/activations", first)
        .await
        .expect(201);
    let root = enrol(server, "root").await;

    let guard = json!({"login": "guard", "name": "安全管理员", "roles": ["security-admin"]});
    let guard = take_over(server, &root, guard).await;
    let opened = json!({"login": "courier1", "name": "快递员", "site": "SH01", "region": "east"});
    let courier = take_over(server, &root, opened).await;
    let id = courier.get("/api/v1/me").await.expect(200)["actor"]
        .as_str()
        .unwrap()
        .to_owned();
    courier
        .get("/api/v1/cases?purpose=delivery")
        .await
        .refused("operation-not-permitted");
    guard
        .put(
            &format!("/api/v1/staff/{id}/roles"),
            json!({"roles": ["courier"]}),
        )
        .await
        .expect(200);
    courier
        .get("/api/v1/cases?purpose=delivery")
        .await
        .expect(200);
    let page = root.get("/api/v1/staff?limit=2").await.expect(200);
    assert_eq!(page["next"], "guard");

    let service = server
        .make_key(&guard, &["courier"], &["delivery"], &[])
        .await;
    service.get("/api/v1/register").await.expect(200);
    let keys = guard.get("/api/v1/api-keys").await.expect(200);
    let key = format!(
        "/api/v1/api-keys/{}",
        keys["keys"][0]["key"].as_str().unwrap()
    );
    guard
        .post(&format!("{key}/rotate"), json!({"overlap_seconds": 60}))
        .await
        .expect(201);
    assert_eq!(guard.delete(&key).await.status, 204);
    service
        .get("/api/v1/register")
        .await
        .refused("sign-in-required");

    server.world.pass(61);
    courier.get("/api/v1/me").await.expect(200);
    let stepped = json!({"code": server.next_code("courier1")});
    courier
        .post("/api/v1/sessions/step-up", stepped)
        .await
        .expect(200);
    let codes = courier
        .post("/api/v1/me/recovery-codes", json!({}))
        .await
        .expect(200);
    let with = json!({"login": "courier1", "password": PASSWORD, "recovery_code": codes["recovery_codes"][0]});
    let other = server
        .anonymous()
        .from("198.51.100.4")
        .sign_in(with.clone())
        .await;
    server
        .anonymous()
        .post("/api/v1/sessions", with)
        .await
        .refused("credentials-refused");
    let change = json!({"current": PASSWORD, "password": "gusle peron dvorak 1912"});
    assert_eq!(courier.put("/api/v1/me/password", change).await.status, 204);
    other.get("/api/v1/me").await.refused("sign-in-required");

    for _ in 0..5 {
        let wrong = json!({"login": "courier1", "password": "another password 12"});
        server
            .anonymous()
            .post("/api/v1/sessions", wrong)
            .await
            .refused("credentials-refused");
    }
    let locked = root.get(&format!("/api/v1/staff/{id}")).await.expect(200);
    assert!(locked["locked_until"].is_string());
    root.post(&format!("/api/v1/staff/{id}/reset"), json!({}))
        .await
        .expect(200);
    courier.get("/api/v1/me").await.refused("sign-in-required");
    root.patch(
        &format!("/api/v1/staff/{id}"),
        json!({"state": "disabled", "site": null}),
    )
    .await
    .expect(200);
    assert_eq!(
        root.get("/api/v1/sessions").await.expect(200)["sessions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(root.delete("/api/v1/sessions").await.status, 204);
    root.get("/api/v1/me").await.refused("sign-in-required");
}

/// Opens an account, takes it over with its code, and enrols a second factor.
async fn take_over(server: &Harness, root: &Client, new: serde_json::Value) -> Client {
    let opened = root.post("/api/v1/staff", new).await.expect(201);
    let body = json!({"code": opened["activation_code"], "password": PASSWORD});
    server
        .anonymous()
        .post("/api/v1/activations", body)
        .await
        .expect(201);
    enrol(server, opened["login"].as_str().unwrap()).await
}

async fn enrol(server: &Harness, login: &str) -> Client {
    let client = server
        .anonymous()
        .sign_in(json!({"login": login, "password": PASSWORD}))
        .await;
    let started = client.post("/api/v1/me/totp", json!({})).await.expect(200);
    server.learn(login, started["secret"].as_str().unwrap());
    client
        .put("/api/v1/me/totp", json!({"code": server.next_code(login)}))
        .await
        .expect(200);
    client
}
