use serde_json::json;
use shouxin_vault::said::Kind;

use super::support::{Harness, PASSWORD};

async fn fail(server: &Harness, login: &str, times: usize) {
    for _ in 0..times {
        let body = json!({"login": login, "password": "another password 12"});
        server
            .anonymous()
            .post("/api/v1/sessions", body)
            .await
            .refused("credentials-refused");
    }
}

/// Whether the right password and code open a session at this moment.
async fn opens(server: &Harness, login: &str) -> bool {
    let body = json!({"login": login, "password": PASSWORD, "code": server.code(login)});
    server
        .anonymous()
        .post("/api/v1/sessions", body)
        .await
        .status
        == 201
}

#[tokio::test]
async fn the_fifth_failure_locks_and_each_further_one_for_twice_as_long() {
    let server = Harness::new().await;
    let ling = server.account("ling", &[]).await;
    fail(&server, "ling", 4).await;
    assert_eq!(
        server.last(Kind::SignInRefused).await,
        format!("{ling} locks=no")
    );
    assert!(opens(&server, "ling").await);

    fail(&server, "ling", 5).await;
    assert_eq!(
        server.last(Kind::SignInRefused).await,
        format!("{ling} locks=yes")
    );
    for seconds in [30, 60, 120, 240, 480, 900, 900] {
        server.world.pass(seconds - 1);
        assert!(!opens(&server, "ling").await, "one second before {seconds}");
        server.world.pass(1);
        fail(&server, "ling", 1).await;
    }
    server.world.pass(900);
    assert!(opens(&server, "ling").await);
    fail(&server, "ling", 4).await;
    server.world.pass(30);
    assert!(opens(&server, "ling").await);
}

#[tokio::test]
async fn guesses_at_the_same_moment_are_all_counted() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let tries = (0..12).map(|_| {
        let client = server.anonymous();
        let body = json!({"login": "ling", "password": "another password 12"});
        tokio::spawn(async move { client.post("/api/v1/sessions", body).await.status })
    });
    for attempt in tries.collect::<Vec<_>>() {
        assert_eq!(attempt.await.unwrap(), 401);
    }
    assert!(!opens(&server, "ling").await);
}

#[tokio::test]
async fn the_last_system_administrator_is_never_locked_out() {
    let server = Harness::new().await;
    server.account("root", &["system-admin"]).await;
    fail(&server, "root", 30).await;
    assert!(opens(&server, "root").await);

    // With a second one, either can be locked, but not both.
    server.account("root2", &["system-admin"]).await;
    server.world.pass(30);
    fail(&server, "root", 6).await;
    assert!(!opens(&server, "root").await);
    fail(&server, "root2", 30).await;
    assert!(opens(&server, "root2").await);
}

#[tokio::test]
async fn attempts_from_one_address_are_few_whoever_they_name() {
    let server = Harness::set(|settings| {
        settings.rates.sign_in_per_minute = 3.try_into().unwrap();
    })
    .await;
    server.account("ling", &[]).await;
    fail(&server, "ling", 2).await;
    fail(&server, "nobody", 1).await;
    let body = json!({"login": "ling", "password": PASSWORD, "code": server.code("ling")});
    let answer = server
        .anonymous()
        .post("/api/v1/sessions", body.clone())
        .await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "20"));
    answer.refused("too-many-requests");
    let forged = server.anonymous().with("x-forwarded-for", "198.51.100.4");
    forged
        .post("/api/v1/sessions", body.clone())
        .await
        .refused("too-many-requests");
    server.anonymous().from("198.51.100.4").sign_in(body).await;
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_forwarded_address_counts() {
    let server = Harness::set(|settings| {
        settings.rates.sign_in_per_minute = 1.try_into().unwrap();
        settings.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()];
    })
    .await;
    let body = json!({"login": "nobody", "password": "another password 12"});
    for (address, code) in [
        ("198.51.100.4", "credentials-refused"),
        ("198.51.100.4", "too-many-requests"),
        ("198.51.100.5", "credentials-refused"),
    ] {
        let client = server.anonymous().with("x-forwarded-for", address);
        client
            .post("/api/v1/sessions", body.clone())
            .await
            .refused(code);
    }
}

#[tokio::test]
async fn a_flood_of_unknown_logins_does_not_fill_the_ledger() {
    let server = Harness::new().await;
    let before = server.vault.store().ledger_head().await.unwrap().size;
    fail(&server, "nobody", 100).await;
    let after = server.vault.store().ledger_head().await.unwrap().size;
    assert_eq!(after - before, 60);
    assert_eq!(
        server.last(Kind::SignInRefused).await,
        "stf_00000000000000000000000000 locks=no"
    );
}
