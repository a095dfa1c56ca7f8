//! Being somebody else: accounts that look alike, sessions and codes that are used again.

use serde_json::json;

use crate::people::support::PASSWORD;
use crate::support::Harness;

/// Logins that people would take for `li.na`.
const LOOKALIKES: [&str; 9] = [
    "LI.NA",
    "ｌｉ.ｎａ",
    "li\u{200b}.na",
    "li.na\u{200d}",
    "lі.na",
    "li.nа",
    "li․na",
    " li.na",
    "li.na\u{202e}",
];

#[tokio::test]
async fn no_second_account_looks_like_another_and_no_lookalike_signs_in_as_it() {
    let server = Harness::new().await;
    server.account("root", &["system-admin"]).await;
    server.account("li.na", &[]).await;
    let root = server.sign_in("root").await;
    for login in LOOKALIKES {
        let opened = root
            .post("/api/v1/staff", json!({"login": login, "name": "x"}))
            .await;
        assert_eq!(opened.status, 422, "{login:?}: {}", opened.text());
        let body = json!({"login": login, "password": PASSWORD, "code": server.next_code("li.na")});
        let answer = server.anonymous().post("/api/v1/sessions", body).await;
        answer.refused("credentials-refused");
    }
    root.post("/api/v1/staff", json!({"login": "li.na", "name": "x"}))
        .await
        .refused("already-exists");
    server
        .sign_in("li.na")
        .await
        .get("/api/v1/me")
        .await
        .expect(200);
}

#[tokio::test]
async fn a_planted_session_is_never_taken_over() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let planted = "__Host-shouxin=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let victim = server.anonymous().with("cookie", planted);
    let body = json!({"login": "ling", "password": PASSWORD, "code": server.next_code("ling")});
    let answer = victim.post("/api/v1/sessions", body).await;
    let given = answer.header("set-cookie").to_owned();
    answer.expect(201);
    assert!(
        !given.starts_with(planted),
        "the planted token became a session"
    );
    victim.get("/api/v1/me").await.refused("sign-in-required");
    // Nor does any other place than the cookie carry a token.
    let token = given.split(['=', ';']).nth(1).unwrap();
    for path in [
        format!("/api/v1/me?__Host-shouxin={token}"),
        format!("/api/v1/me?token={token}"),
    ] {
        let answer = server.anonymous().get(&path).await;
        assert_eq!(answer.status, 401, "{path}");
    }
    let bearer = server
        .anonymous()
        .with("authorization", &format!("Bearer {token}"));
    bearer.get("/api/v1/me").await.refused("sign-in-required");
}

#[tokio::test]
async fn one_code_shown_by_two_at_once_steps_up_one() {
    let server = Harness::new().await;
    server.account("ling", &[]).await;
    let first = server.sign_in("ling").await;
    let second = server.sign_in("ling").await;
    let body = json!({"code": server.next_code("ling")});
    let tries = [first.clone(), second, first].map(|client| {
        let body = body.clone();
        tokio::spawn(async move { client.post("/api/v1/sessions/step-up", body).await.status })
    });
    let mut stepped = 0;
    for attempt in tries {
        stepped += usize::from(attempt.await.unwrap() == 200);
    }
    assert_eq!(stepped, 1);
}

#[tokio::test]
async fn a_token_is_worth_nothing_after_whatever_ended_it() {
    let server = Harness::new().await;
    server.account("root", &["system-admin"]).await;
    let staff = server.account("ling", &[]).await;
    let root = server.sign_in("root").await;
    let path = format!("/api/v1/staff/{staff}");
    for how in [
        "signed out",
        "all ended",
        "ended by an administrator",
        "closed",
        "reset",
    ] {
        let ling = server.sign_in("ling").await;
        ling.get("/api/v1/me").await.expect(200);
        match how {
            "signed out" => ling.delete("/api/v1/sessions/current").await.ok(),
            "all ended" => ling.delete("/api/v1/sessions").await.ok(),
            "ended by an administrator" => root.delete(&format!("{path}/sessions")).await.ok(),
            "closed" => root.patch(&path, json!({"state": "disabled"})).await.ok(),
            _ => root.post(&format!("{path}/reset"), json!({})).await.ok(),
        };
        ling.get("/api/v1/me").await.refused("sign-in-required");
        if how == "closed" {
            root.patch(&path, json!({"state": "active"})).await.ok();
            ling.get("/api/v1/me").await.refused("sign-in-required");
        }
    }
}
