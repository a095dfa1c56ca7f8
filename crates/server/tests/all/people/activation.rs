use serde_json::json;
use shouxin_server::accounts::{OpenAccountError, open_first_administrator, reset_by_operator};
use shouxin_vault::said::Kind;

use super::support::{Harness, PASSWORD};

const PATH: &str = "/api/v1/activations";

#[tokio::test]
async fn the_first_administrator_chooses_login_and_password_with_a_code() {
    let server = Harness::new().await;
    let stale = open_first_administrator(&server.vault).await.unwrap();
    let code = open_first_administrator(&server.vault).await.unwrap();
    assert_eq!(code.replace('-', "").len(), 20);
    let anyone = server.anonymous();
    let body = |code: &str, login: &str, password: &str| json!({"code": code, "login": login, "name": "首位管理员", "password": password});
    anyone
        .post(PATH, body(&stale, "root", PASSWORD))
        .await
        .refused("activation-refused");
    anyone
        .post(PATH, body("00000-00000-00000-00000", "root", PASSWORD))
        .await
        .refused("activation-refused");
    anyone
        .post(PATH, body("not a code", "root", PASSWORD))
        .await
        .refused("activation-refused");
    let refused = anyone
        .post(PATH, body(&code, "Root", PASSWORD))
        .await
        .refused("invalid-value");
    assert_eq!(refused["places"][0]["at"], "login");
    let refused = anyone
        .post(
            PATH,
            json!({"code": code, "login": "root", "password": PASSWORD}),
        )
        .await;
    assert_eq!(refused.refused("invalid-value")["places"][0]["at"], "name");
    anyone
        .post(PATH, body(&code, "root", "password1234"))
        .await
        .refused("weak-password");
    // What was refused has not used the code up.
    let made = anyone
        .post(PATH, body(&code.to_uppercase(), "root", PASSWORD))
        .await
        .expect(201);
    assert_eq!(made["login"], "root");
    assert!(
        server
            .last(Kind::Staff)
            .await
            .ends_with(" did=first-administrator")
    );
    anyone
        .post(PATH, body(&code, "root2", PASSWORD))
        .await
        .refused("activation-refused");

    let root = anyone
        .sign_in(json!({"login": "root", "password": PASSWORD}))
        .await;
    assert_eq!(
        root.get("/api/v1/me").await.expect(200)["roles"],
        json!(["system-admin"])
    );
    let again = open_first_administrator(&server.vault).await;
    assert!(matches!(again, Err(OpenAccountError::Exists)));
}

#[tokio::test]
async fn an_activation_code_is_taken_once_within_seventy_two_hours() {
    let server = Harness::new().await;
    server.account("root", &["system-admin"]).await;
    let root = server.sign_in("root").await;
    let mut codes = Vec::new();
    for login in ["mo", "xin"] {
        let opened = root
            .post("/api/v1/staff", json!({"login": login, "name": "新人"}))
            .await
            .expect(201);
        assert_eq!(opened["version"], 1);
        codes.push(opened["activation_code"].clone());
    }
    let anyone = server.anonymous();
    anyone
        .post("/api/v1/sessions", json!({"login": "mo", "password": ""}))
        .await
        .refused("credentials-refused");
    let body = json!({"code": codes[0], "login": "other", "password": PASSWORD});
    assert_eq!(
        anyone.post(PATH, body).await.refused("invalid-value")["places"][0]["at"],
        "login"
    );
    anyone
        .post(
            PATH,
            json!({"code": codes[0], "password": "mo 新人 mo 新人 mo"}),
        )
        .await
        .refused("weak-password");
    let body = json!({"code": codes[0], "password": PASSWORD});
    server.world.pass(72 * 3600 - 1);
    assert_eq!(
        anyone.post(PATH, body.clone()).await.expect(201)["login"],
        "mo"
    );
    anyone.post(PATH, body).await.refused("activation-refused");
    server.world.pass(1);
    let body = json!({"code": codes[1], "password": PASSWORD});
    anyone.post(PATH, body).await.refused("activation-refused");
}

#[tokio::test]
async fn a_code_sent_twice_at_once_is_taken_once() {
    let server = Harness::new().await;
    let code = open_first_administrator(&server.vault).await.unwrap();
    let tries = ["one", "two", "three", "four"].map(|login| {
        let client = server.anonymous();
        let body = json!({"code": code, "login": login, "name": "管理员", "password": PASSWORD});
        tokio::spawn(async move { client.post(PATH, body).await.status })
    });
    let mut statuses = Vec::new();
    for attempt in tries {
        statuses.push(attempt.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401, 401, 401]);
}

#[tokio::test]
async fn the_operator_of_the_machine_lets_a_lost_administrator_in_again() {
    let server = Harness::new().await;
    server.account("root", &["system-admin"]).await;
    let root = server.sign_in("root").await;
    let code = reset_by_operator(&server.vault, "root").await.unwrap();
    assert!(
        server
            .last(Kind::Staff)
            .await
            .starts_with("operator did=reset staff=stf_")
    );
    root.get("/api/v1/me").await.refused("sign-in-required");
    server
        .anonymous()
        .post(PATH, json!({"code": code, "password": PASSWORD}))
        .await
        .expect(201);
    let again = server
        .anonymous()
        .sign_in(json!({"login": "root", "password": PASSWORD}))
        .await;
    assert_eq!(
        again.get("/api/v1/me").await.expect(200)["roles"],
        json!(["system-admin"])
    );
    assert!(matches!(
        reset_by_operator(&server.vault, "nobody").await,
        Err(OpenAccountError::NoAccount)
    ));
}

#[tokio::test]
async fn nothing_that_was_shown_once_is_in_the_store() {
    let server = Harness::new().await;
    server.account("root", &["system-admin"]).await;
    server.account("guard", &["security-admin"]).await;
    let root = server.sign_in("root").await;
    let guard = server.sign_in("guard").await;
    let opened = root
        .post("/api/v1/staff", json!({"login": "xin", "name": "欧阳慕白"}))
        .await
        .expect(201);
    let recovery = root
        .post("/api/v1/me/recovery-codes", json!({}))
        .await
        .expect(200);
    let expires_at = server.vault.now().plus_seconds(86_400);
    let key = json!({"name": "k", "roles": [], "rate_per_minute": 1, "addresses": ["0.0.0.0/0"],
        "expires_at": expires_at});
    let key = guard.post("/api/v1/api-keys", key).await.expect(201);
    let plain = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let code = plain(&opened["activation_code"]);
    let secrets = [
        "欧阳慕白".to_owned(),
        PASSWORD.to_owned(),
        code.replace('-', ""),
        code,
        plain(&recovery["recovery_codes"][0]),
        plain(&recovery["recovery_codes"][0]).replace('-', ""),
        plain(&key["secret"])[12..].to_owned(),
    ];
    server.vault.store().close().await;
    let mut files = 0;
    for file in std::fs::read_dir(server.folder.path().join("data")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        files += 1;
        for secret in &secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
    assert!(files > 0);
}
