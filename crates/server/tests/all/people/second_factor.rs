use serde_json::{Value, json};
use shouxin_vault::said::Kind;

use super::support::{Client, Harness, PASSWORD};

/// Opens an account and takes it over: no second factor yet.
async fn newcomer(server: &Harness, login: &str) -> Client {
    server.account("root", &["system-admin"]).await;
    let root = server.sign_in("root").await;
    let opened = root
        .post("/api/v1/staff", json!({"login": login, "name": "新人"}))
        .await
        .expect(201);
    let body = json!({"code": opened["activation_code"], "password": PASSWORD});
    server
        .anonymous()
        .post("/api/v1/activations", body)
        .await
        .expect(201);
    server
        .anonymous()
        .sign_in(json!({"login": login, "password": PASSWORD}))
        .await
}

/// Starts with a second factor and confirms it; the recovery codes.
async fn enrol(server: &Harness, client: &Client, login: &str) -> Value {
    let started = client.post("/api/v1/me/totp", json!({})).await.expect(200);
    server.learn(login, started["secret"].as_str().unwrap());
    client
        .put("/api/v1/me/totp", json!({"code": server.next_code(login)}))
        .await
        .expect(200)
}

#[tokio::test]
async fn a_newcomer_enrols_before_anything_else() {
    let server = Harness::new().await;
    let new = newcomer(&server, "xin").await;
    let me = new.get("/api/v1/me").await.expect(200);
    assert_eq!(me["person"]["enrolled"], false);
    for operation in me["operations"].as_array().unwrap() {
        let path = operation["path"].as_str().unwrap();
        assert!(
            path.starts_with("/api/v1/me") || path.starts_with("/api/v1/sessions"),
            "{path}"
        );
    }
    new.get("/api/v1/register")
        .await
        .refused("enrolment-required");
    assert!(
        server
            .last(Kind::Refusal)
            .await
            .ends_with("operation=GET /api/v1/register code=enrolment-required")
    );

    new.put("/api/v1/me/totp", json!({"code": "000000"}))
        .await
        .refused("conflict");
    let started = new.post("/api/v1/me/totp", json!({})).await.expect(200);
    let secret = started["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32);
    assert!(
        started["url"]
            .as_str()
            .unwrap()
            .starts_with(&format!("otpauth://totp/Shouxin:xin?secret={secret}&"))
    );
    server.learn("xin", secret);
    let code = server.code("xin");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    new.put("/api/v1/me/totp", json!({"code": wrong}))
        .await
        .refused("credentials-refused");
    new.get("/api/v1/register")
        .await
        .refused("enrolment-required");

    let codes = new
        .put("/api/v1/me/totp", json!({"code": code}))
        .await
        .expect(200);
    assert_eq!(codes["recovery_codes"].as_array().unwrap().len(), 10);
    new.get("/api/v1/register").await.expect(200);
    // The enrolling code is spent like any other.
    let body = json!({"login": "xin", "password": PASSWORD, "code": code});
    server
        .anonymous()
        .post("/api/v1/sessions", body)
        .await
        .refused("credentials-refused");
    server
        .sign_in("xin")
        .await
        .get("/api/v1/register")
        .await
        .expect(200);
}

#[tokio::test]
async fn a_session_from_before_the_enrolment_replaces_nothing() {
    let server = Harness::new().await;
    let first = newcomer(&server, "xin").await;
    let thief = server
        .anonymous()
        .sign_in(json!({"login": "xin", "password": PASSWORD}))
        .await;
    thief.post("/api/v1/me/totp", json!({})).await.expect(200);
    enrol(&server, &first, "xin").await;
    thief
        .post("/api/v1/me/totp", json!({}))
        .await
        .refused("sign-in-required");
}

#[tokio::test]
async fn a_new_second_factor_needs_the_old_one_fresh() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let ling = server.sign_in("ling").await;
    server.world.pass(601);
    ling.post("/api/v1/me/totp", json!({}))
        .await
        .refused("second-factor-required");
    let code = server.code("ling");
    ling.post("/api/v1/sessions/step-up", json!({"code": code}))
        .await
        .expect(200);
    let started = ling.post("/api/v1/me/totp", json!({})).await.expect(200);
    // Until it is confirmed, the old one counts.
    server.sign_in("ling").await;
    server.learn("ling", started["secret"].as_str().unwrap());
    ling.put("/api/v1/me/totp", json!({"code": server.next_code("ling")}))
        .await
        .expect(200);
    server.sign_in("ling").await;
}

#[tokio::test]
async fn a_code_is_taken_once() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let code = server.next_code("ling");
    let body = json!({"login": "ling", "password": PASSWORD, "code": code});
    let ling = server.anonymous().sign_in(body.clone()).await;
    server
        .anonymous()
        .post("/api/v1/sessions", body)
        .await
        .refused("credentials-refused");
    ling.post("/api/v1/sessions/step-up", json!({"code": code}))
        .await
        .refused("credentials-refused");
    let next = server.next_code("ling");
    ling.post("/api/v1/sessions/step-up", json!({"code": next}))
        .await
        .expect(200);
    ling.post("/api/v1/sessions/step-up", json!({"code": next}))
        .await
        .refused("credentials-refused");
}

#[tokio::test]
async fn one_code_sent_many_times_at_once_opens_one_session() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let body = json!({"login": "ling", "password": PASSWORD, "code": server.next_code("ling")});
    let tries = (0..8).map(|_| {
        let (client, body) = (server.anonymous(), body.clone());
        tokio::spawn(async move { client.post("/api/v1/sessions", body).await.status })
    });
    let mut opened = 0;
    for attempt in tries.collect::<Vec<_>>() {
        opened += usize::from(attempt.await.unwrap() == 201);
    }
    assert_eq!(opened, 1);
}

#[tokio::test]
async fn a_second_factor_stays_fresh_for_ten_minutes() {
    let server = Harness::new().await;
    server.account("root", &["system-admin"]).await;
    let root = server.sign_in("root").await;
    let open = |login: &str| json!({"login": login, "name": "新人"});
    server.world.pass(600);
    root.post("/api/v1/staff", open("first")).await.expect(201);
    server.world.pass(1);
    let refused = root
        .post("/api/v1/staff", open("second"))
        .await
        .refused("second-factor-required");
    assert_eq!(refused["status"], 403);
    assert!(refused["entry"].is_u64());
    root.get("/api/v1/staff").await.expect(200);
    let code = server.code("root");
    let stepped = root
        .post("/api/v1/sessions/step-up", json!({"code": code}))
        .await
        .expect(200);
    assert_eq!(stepped["second_factor_until"], "2026-11-21T02:20:31.000Z");
    assert!(server.last(Kind::StepUp).await.contains(" session=ses_"));
    root.post("/api/v1/staff", open("second")).await.expect(201);
}

#[tokio::test]
async fn recovery_codes_stand_in_for_the_second_factor_once_each() {
    let server = Harness::new().await;
    let new = newcomer(&server, "xin").await;
    let first = enrol(&server, &new, "xin").await["recovery_codes"].clone();
    let with = |code: &Value| json!({"login": "xin", "password": PASSWORD, "recovery_code": code});
    let typed = json!(first[0].as_str().unwrap().to_uppercase().replace('-', " "));
    let xin = server.anonymous().sign_in(with(&typed)).await;
    assert!(
        server
            .last(Kind::SignIn)
            .await
            .contains("with=recovery-code")
    );
    server
        .anonymous()
        .post("/api/v1/sessions", with(&first[0]))
        .await
        .refused("credentials-refused");
    server.anonymous().sign_in(with(&first[1])).await;

    let second = xin
        .post("/api/v1/me/recovery-codes", json!({}))
        .await
        .expect(200)["recovery_codes"]
        .clone();
    assert_eq!(second.as_array().unwrap().len(), 10);
    server
        .anonymous()
        .post("/api/v1/sessions", with(&first[2]))
        .await
        .refused("credentials-refused");
    server.anonymous().sign_in(with(&second[0])).await;
    // A lost authenticator is replaced after signing in with a recovery code.
    enrol(&server, &xin, "xin").await;
}

#[tokio::test]
async fn wrong_codes_are_few_and_count_as_failed_sign_ins() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let ling = server.sign_in("ling").await;
    let code = server.next_code("ling");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        ling.post("/api/v1/sessions/step-up", json!({"code": wrong}))
            .await
            .refused("credentials-refused");
    }
    // Locked: the right one is refused too.
    ling.post("/api/v1/sessions/step-up", json!({"code": code}))
        .await
        .refused("credentials-refused");
    for _ in 0..4 {
        ling.post("/api/v1/sessions/step-up", json!({"code": wrong}))
            .await;
    }
    let answer = ling
        .post("/api/v1/sessions/step-up", json!({"code": wrong}))
        .await;
    assert_eq!(answer.header("retry-after"), "6");
    answer.refused("too-many-requests");
}
