use serde_json::json;
use shouxin_vault::said::Kind;

use super::support::{Harness, PASSWORD};

#[tokio::test]
async fn a_person_signs_in_sees_who_they_are_and_signs_out() {
    let server = Harness::new().await;
    let staff = server
        .account_at("ling", &["service-adviser"], Some("s1"), Some("east"))
        .await;
    let ling = server.sign_in("ling").await;
    assert!(
        server
            .last(Kind::SignIn)
            .await
            .starts_with(&format!("{staff} session=ses_"))
    );

    let me = ling.get("/api/v1/me").await.expect(200);
    assert_eq!(me["actor"], staff.to_string());
    assert_eq!(me["roles"], json!(["service-adviser"]));
    assert_eq!((&me["site"], &me["region"]), (&json!("s1"), &json!("east")));
    assert_eq!(me["person"]["login"], "ling");
    assert_eq!(me["person"]["name"], "测试员");
    let operations = me["operations"].as_array().unwrap();
    let has = |method: &str, path: &str, needs: bool| {
        operations.contains(&json!({"method": method, "path": path, "needs_second_factor": needs}))
    };
    assert!(has("POST", "/api/v1/subjects/{subject}/reads", false));
    assert!(has("PUT", "/api/v1/me/password", false));
    assert!(
        !operations
            .iter()
            .any(|operation| operation["path"] == "/api/v1/staff")
    );

    assert_eq!(ling.delete("/api/v1/sessions/current").await.status, 204);
    ling.get("/api/v1/me").await.refused("sign-in-required");
    assert!(
        server
            .last(Kind::SignOut)
            .await
            .starts_with(&staff.to_string())
    );
}

#[tokio::test]
async fn the_cookie_is_bound_to_host_and_tls_and_hidden_from_scripts() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let body = json!({"login": "ling", "password": PASSWORD, "code": server.next_code("ling")});
    let answer = server.anonymous().post("/api/v1/sessions", body).await;
    let cookie = answer.header("set-cookie").to_owned();
    let (token, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(token.strip_prefix("__Host-shouxin=").unwrap().len(), 43);
    assert_eq!(
        attributes,
        "Path=/; Max-Age=36000; Secure; HttpOnly; SameSite=Strict"
    );
    assert!(!answer.text().contains(token.split_once('=').unwrap().1));
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let server = Harness::new().await;
    let admin = server.account("root", &["system-admin"]).await;
    let closed = server.account("closed", &[]).await;
    server.account("ling", &[]).await;
    let root = server.sign_in("root").await;
    root.patch(
        &format!("/api/v1/staff/{closed}"),
        json!({"state": "disabled"}),
    )
    .await
    .expect(200);
    let code = server.next_code("ling");
    let wrong_code = if code == "000000" { "000001" } else { "000000" };
    let mut answers = Vec::new();
    for body in [
        json!({"login": "ling", "password": "another password 12", "code": code}),
        json!({"login": "ling", "password": PASSWORD, "code": wrong_code}),
        json!({"login": "ling", "password": PASSWORD, "recovery_code": "00000-00000"}),
        json!({"login": "ling", "password": PASSWORD, "recovery_code": "x"}),
        json!({"login": "ling", "password": PASSWORD, "code": code, "recovery_code": "00000-00000"}),
        json!({"login": "nobody", "password": PASSWORD, "code": code}),
        json!({"login": "Robert'); --", "password": PASSWORD}),
        json!({"login": "closed", "password": PASSWORD, "code": server.code("closed")}),
        json!({"login": "", "password": ""}),
    ] {
        let mut said = server
            .anonymous()
            .post("/api/v1/sessions", body)
            .await
            .refused("credentials-refused");
        said.as_object_mut().unwrap().remove("instance");
        answers.push(said);
    }
    assert!(
        answers.windows(2).all(|pair| pair[0] == pair[1]),
        "{answers:?}"
    );
    assert_eq!(answers[0]["status"], 401);
    assert_ne!(admin, closed);
}

#[tokio::test]
async fn a_refused_sign_in_takes_its_time_whoever_is_named() {
    let server = Harness::set(|settings| settings.refused_sign_in_millis = 120).await;
    server.account("ling", &[]).await;
    for login in ["ling", "nobody"] {
        let started = tokio::time::Instant::now();
        let body = json!({"login": login, "password": "another password 12", "code": "000000"});
        server
            .anonymous()
            .post("/api/v1/sessions", body)
            .await
            .refused("credentials-refused");
        assert!(started.elapsed().as_millis() >= 120, "{login}");
    }
}

#[tokio::test]
async fn the_right_password_alone_is_asked_for_the_second_factor() {
    let server = Harness::new().await;
    let ling = server.account("ling", &[]).await;
    let body = json!({"login": "ling", "password": PASSWORD});
    let answer = server
        .anonymous()
        .post("/api/v1/sessions", body.clone())
        .await;
    assert_eq!(answer.status, 401);
    assert!(answer.header("set-cookie").is_empty());
    answer.refused("code-required");
    // It is in the ledger, and no failure.
    assert_eq!(
        server.last(Kind::SignInRefused).await,
        format!("{ling} reason=code-required")
    );
    for _ in 0..10 {
        let again = server.anonymous();
        let again = again.post("/api/v1/sessions", body.clone()).await;
        again.refused("code-required");
    }
    server.sign_in("ling").await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_when_its_day_is_over() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let idle = server.sign_in("ling").await;
    server.world.pass(30 * 60 - 1);
    idle.get("/api/v1/me").await.expect(200);
    server.world.pass(30 * 60 - 1);
    idle.get("/api/v1/me").await.expect(200);
    server.world.pass(30 * 60);
    idle.get("/api/v1/me").await.refused("sign-in-required");

    let busy = server.sign_in("ling").await;
    for _ in 0..20 {
        server.world.pass(1799);
        busy.get("/api/v1/me").await.expect(200);
    }
    server.world.pass(20);
    busy.get("/api/v1/me").await.refused("sign-in-required");
}

#[tokio::test]
async fn signing_in_anew_leaves_no_use_for_the_old_token() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    server.account("mo", &[]).await;
    let first = server.sign_in("ling").await;
    // A browser sends the cookie that it has; whoever planted it gains nothing.
    let body = json!({"login": "mo", "password": PASSWORD, "code": server.next_code("mo")});
    let second = first.sign_in(body).await;
    assert_eq!(
        second.get("/api/v1/me").await.expect(200)["person"]["login"],
        "mo"
    );
    first.get("/api/v1/me").await.refused("sign-in-required");
}

#[tokio::test]
async fn one_sees_ones_sessions_and_ends_them_one_by_one_or_all() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    server.account("mo", &[]).await;
    let desk = server.sign_in("ling").await.with("user-agent", "x");
    let mo = server.sign_in("mo").await;
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
    let body = json!({"login": "ling", "password": PASSWORD, "code": server.next_code("ling")});
    let phone = server
        .anonymous()
        .from("198.51.100.4")
        .with("user-agent", agent)
        .sign_in(body)
        .await;

    let list = desk.get("/api/v1/sessions").await.expect(200);
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0]["agent"], "Firefox");
    assert_eq!(sessions[0]["address"], "198.51.100.4");
    assert_eq!(
        (&sessions[0]["current"], &sessions[1]["current"]),
        (&json!(false), &json!(true))
    );

    let of_phone = format!(
        "/api/v1/sessions/{}",
        sessions[0]["session"].as_str().unwrap()
    );
    mo.delete(&of_phone).await.refused("not-found");
    phone.get("/api/v1/me").await.expect(200);
    assert_eq!(desk.delete(&of_phone).await.status, 204);
    phone.get("/api/v1/me").await.refused("sign-in-required");

    let again = server.sign_in("ling").await;
    assert_eq!(desk.delete("/api/v1/sessions").await.status, 204);
    desk.get("/api/v1/me").await.refused("sign-in-required");
    again.get("/api/v1/me").await.refused("sign-in-required");
    mo.get("/api/v1/me").await.expect(200);
}

#[tokio::test]
async fn one_account_in_two_places_is_noted() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    server.sign_in("ling").await;
    server.sign_in("ling").await;
    assert!(!server.last(Kind::SignIn).await.contains("concurrent"));
    let body = json!({"login": "ling", "password": PASSWORD, "code": server.next_code("ling")});
    server.anonymous().from("198.51.100.4").sign_in(body).await;
    let entry = server.last(Kind::SignIn).await;
    assert!(entry.contains(" concurrent=2"), "{entry}");
    assert!(!entry.contains("198.51"), "{entry}");
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_the_old_password() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let other = server.sign_in("ling").await;
    let ling = server.sign_in("ling").await;
    let change = |current: &str, password: &str| json!({"current": current, "password": password});
    let path = "/api/v1/me/password";
    ling.put(
        path,
        change("another password 12", "春眠不觉晓处处闻啼鸟夜来"),
    )
    .await
    .refused("credentials-refused");
    let weak = ling
        .put(path, change(PASSWORD, "passwordpassword"))
        .await
        .refused("weak-password");
    assert_eq!(weak["places"][0]["at"], "password");
    ling.put(path, change(PASSWORD, "ling-春眠不觉晓-Vb7-tolk"))
        .await
        .refused("weak-password");
    assert_eq!(
        ling.put(path, change(PASSWORD, "春眠不觉晓处处闻啼鸟夜来"))
            .await
            .status,
        204
    );
    ling.get("/api/v1/me").await.expect(200);
    other.get("/api/v1/me").await.refused("sign-in-required");
    let old = json!({"login": "ling", "password": PASSWORD, "code": server.next_code("ling")});
    server
        .anonymous()
        .post("/api/v1/sessions", old)
        .await
        .refused("credentials-refused");
    let new = json!({"login": "ling", "password": "春眠不觉晓处处闻啼鸟夜来", "code": server.code("ling")});
    server
        .anonymous()
        .sign_in(new)
        .await
        .get("/api/v1/me")
        .await
        .expect(200);
}

#[tokio::test]
async fn a_session_does_not_outlive_its_time_by_a_clock_that_goes_back() {
    let server = Harness::new().await;
    server.account("ling", &["service-adviser"]).await;
    let ling = server.sign_in("ling").await;
    // A clock that is set right by a little keeps nobody out.
    server.world.pass(-30);
    ling.get("/api/v1/me").await.expect(200);
    server.world.pass(-3600);
    ling.get("/api/v1/me").await.refused("sign-in-required");
}
