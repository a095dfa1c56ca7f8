use serde_json::{Value, json};
use shouxin_vault::said::Kind;

use super::support::{Client, Harness};

const PATH: &str = "/api/v1/api-keys";

async fn guard(server: &Harness) -> Client {
    server.account("guard", &["security-admin"]).await;
    server.sign_in("guard").await
}

fn new(server: &Harness, change: Value) -> Value {
    let mut body = json!({"name": "order-sync", "roles": ["service-adviser"], "purposes": ["repair-service"],
        "fields": ["customer.name", "vehicle.*"], "rate_per_minute": 600, "addresses": ["192.0.2.0/24"],
        "expires_at": server.vault.now().plus_seconds(86_400)});
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn a_key_is_shown_once_and_says_what_it_may_do() {
    let server = Harness::new().await;
    let guard = guard(&server).await;
    let made = guard.post(PATH, new(&server, json!({}))).await.expect(201);
    let secret = made["secret"].as_str().unwrap();
    let parts: Vec<&str> = secret.splitn(3, '_').collect();
    assert_eq!((parts[0], parts[1].len(), parts[2].len()), ("sx", 8, 43));
    assert_eq!(made["prefix"], format!("sx_{}", parts[1]));

    let me = server.service(secret).get("/api/v1/me").await.expect(200);
    assert_eq!(
        (&me["actor"], &me["kind"]),
        (&made["key"], &json!("service"))
    );
    assert_eq!(me["roles"], json!(["service-adviser"]));

    let listed = guard.get(PATH).await.expect(200);
    assert!(!listed.to_string().contains(parts[2]));
    assert_eq!(
        listed["keys"][0]["fields"],
        json!(["customer.name", "vehicle.*"])
    );
    assert_eq!(listed["keys"][0]["state"], "active");
    let entry = server.last(Kind::ApiKey).await;
    let key = made["key"].as_str().unwrap();
    assert!(
        entry.ends_with(&format!(
            "did=made key={key} rate=600 role=service-adviser purpose=repair-service \
        field=customer.name field=vehicle.*"
        )),
        "{entry}"
    );
}

#[tokio::test]
async fn scopes_that_the_register_does_not_know_are_refused() {
    let server = Harness::new().await;
    let guard = guard(&server).await;
    let year = server.vault.now().plus_seconds(367 * 86_400);
    for (change, code, at) in [
        (json!({"name": ""}), "invalid-value", "name"),
        (json!({"roles": ["king"]}), "unknown-role", "roles[0]"),
        (json!({"roles": ["customer"]}), "invalid-value", "roles[0]"),
        (
            json!({"roles": ["service-adviser", "audit-admin"]}),
            "invalid-value",
            "roles[1]",
        ),
        (
            json!({"roles": ["service-adviser", "service-adviser"]}),
            "invalid-value",
            "roles",
        ),
        (
            json!({"purposes": ["fun"]}),
            "unknown-purpose",
            "purposes[0]",
        ),
        (
            json!({"fields": ["customer.name", "customer.shoe_size"]}),
            "unknown-field-name",
            "fields[1]",
        ),
        (json!({"fields": ["*"]}), "unknown-field-name", "fields[0]"),
        (
            json!({"fields": ["boats.*"]}),
            "unknown-field-name",
            "fields[0]",
        ),
        (
            json!({"rate_per_minute": 0}),
            "invalid-value",
            "rate_per_minute",
        ),
        (json!({"addresses": []}), "invalid-value", "addresses"),
        (
            json!({"addresses": ["10.0.0.1/8"]}),
            "invalid-value",
            "addresses[0]",
        ),
        (
            json!({"expires_at": server.vault.now()}),
            "invalid-value",
            "expires_at",
        ),
        (json!({"expires_at": year}), "invalid-value", "expires_at"),
        (json!({"silo": "audit"}), "unknown-field", "silo"),
    ] {
        let refused = guard
            .post(PATH, new(&server, change.clone()))
            .await
            .refused(code);
        assert_eq!(refused["places"][0]["at"], at, "{change}");
    }
}

#[tokio::test]
async fn a_key_works_from_its_networks_at_its_rate_and_until_its_end() {
    let server = Harness::new().await;
    let guard = guard(&server).await;
    let made = guard
        .post(PATH, new(&server, json!({"rate_per_minute": 3})))
        .await
        .expect(201);
    let service = server.service(made["secret"].as_str().unwrap());
    service.get("/api/v1/register").await.expect(200);
    let refused = service
        .clone()
        .from("198.51.100.4")
        .get("/api/v1/register")
        .await;
    assert_eq!(refused.refused("address-not-permitted")["status"], 403);
    assert!(
        server
            .last(Kind::Refusal)
            .await
            .ends_with("code=address-not-permitted")
    );
    service.get("/api/v1/register").await.expect(200);
    let limited = service.get("/api/v1/register").await;
    assert_eq!(limited.header("retry-after"), "20");
    limited.refused("too-many-requests");
    server.world.pass(86_399);
    service.get("/api/v1/register").await.expect(200);
    server.world.pass(1);
    service
        .get("/api/v1/register")
        .await
        .refused("sign-in-required");
    server.world.pass(30);
    let guard = server.sign_in("guard").await;
    assert_eq!(
        guard.get(PATH).await.expect(200)["keys"][0]["state"],
        "expired"
    );
}

#[tokio::test]
async fn a_rotated_key_overlaps_with_its_successor() {
    let server = Harness::new().await;
    let guard = guard(&server).await;
    let old = guard.post(PATH, new(&server, json!({}))).await.expect(201);
    let rotate = format!("{PATH}/{}/rotate", old["key"].as_str().unwrap());
    guard
        .post(&rotate, json!({"overlap_seconds": 604_801}))
        .await
        .refused("invalid-value");
    let new = guard
        .post(&rotate, json!({"overlap_seconds": 300}))
        .await
        .expect(201);
    assert_eq!(new["expires_at"], old["expires_at"]);
    let service = |made: &Value| server.service(made["secret"].as_str().unwrap());
    service(&old).get("/api/v1/register").await.expect(200);
    service(&new).get("/api/v1/register").await.expect(200);
    server.world.pass(300);
    service(&old)
        .get("/api/v1/register")
        .await
        .refused("sign-in-required");
    service(&new).get("/api/v1/register").await.expect(200);
    guard
        .post(&rotate, json!({"overlap_seconds": 300}))
        .await
        .refused("conflict");
    let listed = guard.get(PATH).await.expect(200);
    assert_eq!(listed["keys"][0]["replaces"], old["key"]);

    let revoke = format!("{PATH}/{}", new["key"].as_str().unwrap());
    assert_eq!(guard.delete(&revoke).await.status, 204);
    service(&new)
        .get("/api/v1/register")
        .await
        .refused("sign-in-required");
    guard.delete(&revoke).await.refused("not-found");
}

#[tokio::test]
async fn a_key_is_no_person_and_what_only_looks_like_one_is_nothing() {
    let server = Harness::new().await;
    let guard = guard(&server).await;
    let made = guard
        .post(PATH, new(&server, json!({"roles": ["auditor"]})))
        .await
        .expect(201);
    let secret = made["secret"].as_str().unwrap();
    let service = server.service(secret);
    // The auditor may read policies; a key with that role is not in the row.
    service
        .get("/api/v1/policies")
        .await
        .refused("operation-not-permitted");
    service
        .get("/api/v1/sessions")
        .await
        .refused("operation-not-permitted");
    service
        .post("/api/v1/me/totp", json!({}))
        .await
        .refused("operation-not-permitted");
    let mut other = secret.to_owned();
    let last = other.pop().unwrap();
    other.push(if last == 'A' { 'E' } else { 'A' });
    for wrong in ["", "sx", &other, &secret[..54], &format!("{secret}x")] {
        server
            .service(wrong)
            .get("/api/v1/register")
            .await
            .refused("sign-in-required");
    }
    guard
        .with("authorization", &format!("Bearer {secret}"))
        .get("/api/v1/me")
        .await
        .refused("several-credentials");
}

#[tokio::test]
async fn only_the_security_administrator_makes_keys_with_a_fresh_second_factor() {
    let server = Harness::new().await;
    let guard = guard(&server).await;
    server.account("root", &["system-admin"]).await;
    let root = server.sign_in("root").await;
    root.post(PATH, new(&server, json!({})))
        .await
        .refused("operation-not-permitted");
    server.world.pass(601);
    guard
        .post(PATH, new(&server, json!({})))
        .await
        .refused("second-factor-required");
    guard.get(PATH).await.expect(200);
}
