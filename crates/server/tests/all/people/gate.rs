use axum::http::Method;
use serde_json::json;
use shouxin_server::permissions::matrix;
use shouxin_vault::said::Kind;

use super::support::Harness;

#[tokio::test]
async fn nobody_passes_without_a_session_or_key() {
    let server = Harness::new().await;
    let anyone = server.anonymous();
    for row in matrix().rows().iter().filter(|row| !row.is_anonymous()) {
        let path = row.path().replace(['{', '}'], "");
        let answer = anyone.call(row.method().clone(), &path, None).await;
        assert_eq!(answer.status, 401, "{} {path}", row.method());
        assert_eq!(answer.header("www-authenticate"), "Session, Bearer");
        answer.refused("sign-in-required");
    }
    let entries = server.entries().await;
    assert!(!entries.iter().any(|entry| entry.kind == Kind::Refusal));
}

#[tokio::test]
async fn every_operation_is_refused_to_whom_its_row_does_not_name() {
    let server = Harness::set(|settings| {
        settings.rates.person_per_minute = 100_000.try_into().unwrap();
    })
    .await;
    // Someone with no role at all: what is open is open to all staff.
    server.account("plain", &[]).await;
    let plain = server.sign_in("plain").await;
    let me = plain.get("/api/v1/me").await.expect(200);
    let mine = me["operations"].as_array().unwrap();
    let mut refused = 0;
    for row in matrix().rows().iter().filter(|row| !row.is_anonymous()) {
        let is_mine = mine
            .iter()
            .any(|o| o["method"] == row.method().as_str() && o["path"] == row.path());
        if is_mine {
            continue;
        }
        let path = row.path().replace(['{', '}'], "");
        plain
            .call(row.method().clone(), &path, None)
            .await
            .refused("operation-not-permitted");
        let entry = server.last(Kind::Refusal).await;
        let operation = format!(
            "operation={} {} code=operation-not-permitted",
            row.method(),
            row.path()
        );
        assert!(entry.ends_with(&operation), "{entry}");
        refused += 1;
    }
    assert!(refused > 30, "{refused}");
}

#[tokio::test]
async fn a_write_needs_the_token_of_its_own_session() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    server.account("mo", &[]).await;
    let ling = server.sign_in("ling").await;
    let mo = server.sign_in("mo").await;
    let other = mo.get("/api/v1/me").await.expect(200)["person"]["csrf"]
        .as_str()
        .unwrap()
        .to_owned();
    let own = ling.get("/api/v1/me").await.expect(200)["person"]["csrf"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = "/api/v1/me/recovery-codes";
    for client in [
        ling.clone().without("x-csrf-token"),
        ling.clone().with("x-csrf-token", ""),
        ling.clone().with("x-csrf-token", &other),
        ling.clone().with("x-csrf-token", &own[1..]),
    ] {
        client.get("/api/v1/me").await.expect(200);
        let refused = client.post(path, json!({})).await.refused("csrf-refused");
        assert!(refused["entry"].is_u64());
    }
    ling.with("x-csrf-token", &own)
        .post(path, json!({}))
        .await
        .expect(200);
}

#[tokio::test]
async fn what_another_site_sends_is_refused_even_with_the_token() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let ling = server
        .sign_in("ling")
        .await
        .with("host", "shouxin.example.com");
    let path = "/api/v1/me/recovery-codes";
    for (header, value, passes) in [
        ("origin", "https://shouxin.example.com", true),
        ("origin", "https://shouxin.example.com.evil.example", false),
        ("origin", "https://evil.example", false),
        ("origin", "null", false),
        ("sec-fetch-site", "same-origin", true),
        ("sec-fetch-site", "none", true),
        ("sec-fetch-site", "same-site", false),
        ("sec-fetch-site", "cross-site", false),
    ] {
        let answer = ling.clone().with(header, value).post(path, json!({})).await;
        assert_eq!(
            answer.status,
            if passes { 200 } else { 403 },
            "{header}: {value}"
        );
    }
    // Nor does another site sign anyone in.
    let body = json!({"login": "ling", "password": "x"});
    let foreign = server.anonymous().with("sec-fetch-site", "cross-site");
    foreign
        .post("/api/v1/sessions", body.clone())
        .await
        .refused("csrf-refused");
    let foreign = server
        .anonymous()
        .with("host", "shouxin.example.com")
        .with("origin", "https://evil.example");
    foreign
        .post("/api/v1/sessions", body)
        .await
        .refused("csrf-refused");
}

#[tokio::test]
async fn the_origin_that_was_set_is_the_only_one() {
    let server = Harness::set(|settings| {
        settings.origin = Some("https://shouxin.example.com".to_owned());
    })
    .await;
    server.account("ling", &[]).await;
    let ling = server.sign_in("ling").await.with("host", "10.0.0.5:8080");
    let path = "/api/v1/me/recovery-codes";
    ling.clone()
        .with("origin", "https://shouxin.example.com")
        .post(path, json!({}))
        .await
        .expect(200);
    ling.with("origin", "http://10.0.0.5:8080")
        .post(path, json!({}))
        .await
        .refused("csrf-refused");
}

#[tokio::test]
async fn a_refusal_speaks_the_callers_language() {
    let server = Harness::new().await;
    let chinese = server
        .anonymous()
        .with("accept-language", "zh-CN")
        .get("/api/v1/me")
        .await;
    assert_eq!(chinese.refused("sign-in-required")["title"], "请先登录");
    let english = server
        .anonymous()
        .get("/api/v1/me")
        .await
        .refused("sign-in-required");
    assert_eq!(english["title"], "sign in first");
}

#[tokio::test]
async fn what_is_not_there_is_told_apart_from_what_is_not_allowed() {
    let server = Harness::new().await;
    let anyone = server.anonymous();
    anyone.get("/api/v1/unheard-of").await.refused("not-found");
    let answer = anyone.call(Method::PUT, "/api/v1/sessions", None).await;
    assert_eq!(answer.refused("method-not-allowed")["status"], 405);
}

#[tokio::test]
async fn one_person_has_a_rate_and_is_told_when_to_come_again() {
    let server = Harness::set(|settings| {
        settings.rates.person_per_minute = 2.try_into().unwrap();
    })
    .await;
    server.account("ling", &[]).await;
    server.account("mo", &[]).await;
    let (ling, mo) = (server.sign_in("ling").await, server.sign_in("mo").await);
    ling.get("/api/v1/me").await.expect(200);
    ling.get("/api/v1/me").await.expect(200);
    let limited = ling.get("/api/v1/me").await;
    assert_eq!(limited.header("retry-after"), "30");
    limited.refused("too-many-requests");
    mo.get("/api/v1/me").await.expect(200);
}

#[tokio::test]
async fn a_flood_from_one_address_stops_before_anyone_is_looked_up() {
    let server = Harness::set(|settings| {
        settings.rates.address_per_minute = 5.try_into().unwrap();
    })
    .await;
    let guess = server.anonymous().with("cookie", "__Host-shouxin=guess");
    for _ in 0..5 {
        guess.get("/api/v1/me").await.refused("sign-in-required");
    }
    guess.get("/api/v1/me").await.refused("too-many-requests");
    server
        .service("sx_12345678_guess")
        .get("/api/v1/me")
        .await
        .refused("too-many-requests");
    server
        .anonymous()
        .from("198.51.100.4")
        .get("/api/v1/me")
        .await
        .refused("sign-in-required");
}

#[tokio::test]
async fn whoever_walks_ids_is_cut_and_the_ledger_notes_it_once() {
    let server = Harness::new().await;
    server.account("watch", &["audit-admin"]).await;
    let watch = server.sign_in("watch").await;
    let walk = |n: u8| {
        format!(
            "/api/v1/staff/{}",
            shouxin_model::StaffId::from_bytes([n; 16])
        )
    };
    for n in 1..=21 {
        watch.get(&walk(n)).await.refused("not-found");
    }
    let cut = watch.get(&walk(22)).await;
    assert_eq!(cut.header("retry-after"), "600");
    cut.refused("walking");
    watch.get("/api/v1/staff").await.refused("walking");
    watch.get("/api/v1/me").await.expect(200);
    let refusals = server
        .entries()
        .await
        .into_iter()
        .filter(|entry| entry.kind == Kind::Refusal)
        .count();
    assert_eq!(refusals, 1);
    server.world.pass(600);
    watch.get("/api/v1/staff").await.expect(200);
}
