use serde_json::{Value, json};
use shouxin_model::StaffId;
use shouxin_vault::said::Kind;

use super::support::{Client, Harness};

/// Administrators of all three silos, signed in.
async fn administrators(server: &Harness) -> [(StaffId, Client); 3] {
    let mut all = Vec::new();
    for (login, role) in [
        ("root", "system-admin"),
        ("guard", "security-admin"),
        ("watch", "audit-admin"),
    ] {
        let id = server.account(login, &[role]).await;
        all.push((id, server.sign_in(login).await));
    }
    all.try_into().ok().unwrap()
}

fn path(staff: StaffId, rest: &str) -> String {
    format!("/api/v1/staff/{staff}{rest}")
}

fn roles(roles: &[&str]) -> Value {
    json!({"roles": roles})
}

#[tokio::test]
async fn an_account_is_opened_given_roles_moved_and_closed() {
    let server = Harness::new().await;
    let [(_, root), (_, guard), (_, watch)] = administrators(&server).await;
    let new = json!({"login": "xin", "name": "新人", "site": "s1", "region": "east"});
    let opened = root.post("/api/v1/staff", new.clone()).await.expect(201);
    let refused = root
        .post("/api/v1/staff", new)
        .await
        .refused("already-exists");
    assert_eq!(refused["places"][0]["at"], "login");
    let xin: StaffId = opened["staff"].as_str().unwrap().parse().unwrap();

    let given = guard
        .put(
            &path(xin, "/roles"),
            roles(&["warranty-clerk", "service-adviser"]),
        )
        .await;
    assert_eq!(given.header("etag"), "\"2\"");
    assert_eq!(
        given.expect(200)["account"]["roles"],
        json!(["service-adviser", "warranty-clerk"])
    );
    let entry = server.last(Kind::Staff).await;
    assert!(
        entry.ends_with(&format!(
            "did=roles staff={xin} given=warranty-clerk given=service-adviser"
        )),
        "{entry}"
    );

    let moved = root
        .patch(&path(xin, ""), json!({"site": "s2", "region": null}))
        .await
        .expect(200);
    assert_eq!(
        (&moved["account"]["site"], &moved["account"]["region"]),
        (&json!("s2"), &Value::Null)
    );
    assert_eq!(moved["account"]["state"], "invited");
    let closed = root
        .patch(&path(xin, ""), json!({"state": "disabled"}))
        .await
        .expect(200);
    assert_eq!(closed["account"]["state"], "disabled");
    assert_eq!(closed["account"]["site"], "s2");

    let one = watch.get(&path(xin, "")).await;
    assert_eq!(one.header("etag"), "\"4\"");
    assert_eq!(one.expect(200)["name"], "新人");
    let page = watch.get("/api/v1/staff?limit=3").await.expect(200);
    let logins: Vec<_> = page["staff"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["login"].clone())
        .collect();
    assert_eq!(logins, ["guard", "root", "watch"]);
    assert_eq!(page["next"], "watch");
    let rest = watch.get("/api/v1/staff?after=watch").await.expect(200);
    assert_eq!(
        (&rest["staff"][0]["login"], &rest["next"]),
        (&json!("xin"), &Value::Null)
    );
}

#[tokio::test]
async fn a_closed_account_can_do_nothing_from_the_next_request_on() {
    let server = Harness::new().await;
    let [(_, root), ..] = administrators(&server).await;
    let ling = server.account("ling", &["service-adviser"]).await;
    let session = server.sign_in("ling").await;
    session.get("/api/v1/register").await.expect(200);
    root.patch(&path(ling, ""), json!({"state": "disabled"}))
        .await
        .expect(200);
    session
        .get("/api/v1/register")
        .await
        .refused("sign-in-required");
    root.patch(&path(ling, ""), json!({"state": "active"}))
        .await
        .expect(200);
    session
        .get("/api/v1/register")
        .await
        .refused("sign-in-required");
    server
        .sign_in("ling")
        .await
        .get("/api/v1/register")
        .await
        .expect(200);
}

#[tokio::test]
async fn changed_roles_count_from_the_next_request_on() {
    let server = Harness::new().await;
    let [(_, root), (_, guard), _] = administrators(&server).await;
    let ling = server.account("ling", &["auditor"]).await;
    let session = server.sign_in("ling").await;
    session.get("/api/v1/policies").await.expect(200);
    guard
        .put(&path(ling, "/roles"), roles(&["service-adviser"]))
        .await
        .expect(200);
    session
        .get("/api/v1/policies")
        .await
        .refused("operation-not-permitted");
    assert_eq!(
        session.get("/api/v1/me").await.expect(200)["roles"],
        json!(["service-adviser"])
    );
    let ended = root.delete(&path(ling, "/sessions")).await.expect(200);
    assert_eq!(ended["ended"], 1);
    session.get("/api/v1/me").await.refused("sign-in-required");
}

#[tokio::test]
async fn nobody_changes_their_own_rights() {
    let server = Harness::new().await;
    let [(root, root_client), (guard, guard_client), _] = administrators(&server).await;
    guard_client
        .put(&path(guard, "/roles"), roles(&["security-admin"]))
        .await
        .refused("own-rights");
    root_client
        .put(&path(root, "/roles"), roles(&[]))
        .await
        .refused("own-rights");
    root_client
        .patch(&path(root, ""), json!({"site": "s9"}))
        .await
        .refused("own-rights");
    root_client
        .patch(&path(root, ""), json!({"state": "active"}))
        .await
        .refused("own-rights");
    let refused = root_client
        .post(&path(root, "/reset"), json!({}))
        .await
        .refused("own-rights");
    assert!(refused["entry"].is_u64());
    let entry = server.last(Kind::Refusal).await;
    assert_eq!(
        entry,
        format!("{root} operation=POST /api/v1/staff/{{staff}}/reset code=own-rights")
    );
}

#[tokio::test]
async fn no_account_combines_silos_or_a_silo_with_business() {
    let server = Harness::new().await;
    let [(root, _), (_, guard), (watch, _)] = administrators(&server).await;
    let ling = server.account("ling", &["service-adviser"]).await;
    let change = |id, names: &'static [&'static str]| guard.put_roles(id, names);
    change(ling, &["system-admin", "security-admin"])
        .await
        .refused("silos-combined");
    change(ling, &["service-adviser", "audit-admin"])
        .await
        .refused("silos-combined");
    change(root, &["system-admin", "audit-admin"])
        .await
        .refused("silos-combined");
    change(watch, &["audit-admin", "auditor"])
        .await
        .refused("silos-combined");
    let unknown = change(ling, &["service-adviser", "king"])
        .await
        .refused("unknown-role");
    assert_eq!(unknown["places"][0]["at"], "roles[1]");
    let customers = change(ling, &["service-adviser", "customer"])
        .await
        .problem(422, "invalid-value");
    assert_eq!(customers["places"][0]["at"], "roles[1]");
    change(ling, &["audit-admin"]).await.expect(200);
}

impl Client {
    async fn put_roles(&self, staff: StaffId, names: &[&str]) -> super::support::Answer {
        self.put(&path(staff, "/roles"), roles(names)).await
    }
}

#[tokio::test]
async fn the_last_administrator_of_a_silo_stays() {
    let server = Harness::new().await;
    let [(_, root), (guard, guard_client), (watch, _)] = administrators(&server).await;
    guard_client
        .put_roles(watch, &[])
        .await
        .refused("last-administrator");
    root.patch(&path(guard, ""), json!({"state": "disabled"}))
        .await
        .refused("last-administrator");
    root.post(&path(guard, "/reset"), json!({}))
        .await
        .refused("last-administrator");

    // Someone who has not taken the account over yet is no replacement.
    let new = json!({"login": "watch2", "name": "新人"});
    let opened = root.post("/api/v1/staff", new).await.expect(201);
    let watch2: StaffId = opened["staff"].as_str().unwrap().parse().unwrap();
    guard_client
        .put_roles(watch2, &["audit-admin"])
        .await
        .expect(200);
    guard_client
        .put_roles(watch, &[])
        .await
        .refused("last-administrator");

    server.account("watch3", &["audit-admin"]).await;
    guard_client.put_roles(watch, &[]).await.expect(200);
}

#[tokio::test]
async fn two_who_remove_each_other_at_once_leave_one() {
    let server = Harness::new().await;
    let first = server.account("guard", &["security-admin"]).await;
    let second = server.account("guard2", &["security-admin"]).await;
    let (one, two) = (
        server.sign_in("guard").await,
        server.sign_in("guard2").await,
    );
    let (a, b) = tokio::join!(one.put_roles(second, &[]), two.put_roles(first, &[]));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!([403, 409].contains(&statuses[1]), "{statuses:?}");
}

#[tokio::test]
async fn the_system_administrator_appoints_the_first_of_the_other_silos_and_nobody_else() {
    let server = Harness::new().await;
    server.account("root", &["system-admin"]).await;
    let root = server.sign_in("root").await;
    let open = |login: &str, names: &[&str]| {
        let body = json!({"login": login, "name": "新人", "roles": names});
        let root = root.clone();
        async move { root.post("/api/v1/staff", body).await }
    };
    open("a", &["service-adviser"])
        .await
        .refused("operation-not-permitted");
    open("b", &["system-admin"])
        .await
        .refused("operation-not-permitted");
    open("c", &["security-admin", "audit-admin"])
        .await
        .refused("silos-combined");
    open("d", &["security-admin"]).await.expect(201);
    open("e", &["security-admin"])
        .await
        .refused("operation-not-permitted");
    let ling = server.account("ling", &["service-adviser"]).await;
    root.put_roles(ling, &["audit-admin"])
        .await
        .refused("operation-not-permitted");
    root.put_roles(ling, &[])
        .await
        .refused("operation-not-permitted");
    let plain = server.account("plain", &[]).await;
    root.put_roles(plain, &["audit-admin"]).await.expect(200);
    root.put_roles(plain, &[])
        .await
        .refused("operation-not-permitted");
    let refusal = server.last(Kind::Refusal).await;
    assert!(
        refusal.ends_with("operation=PUT /api/v1/staff/{staff}/roles code=operation-not-permitted"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_reset_account_is_taken_over_anew_without_its_silo() {
    let server = Harness::new().await;
    let [(_, root), (_, guard), _] = administrators(&server).await;
    let guard2 = server.account("guard2", &["security-admin"]).await;
    let ling = server.account("ling", &["service-adviser"]).await;
    let session = server.sign_in("ling").await;

    let reset = root
        .post(&path(ling, "/reset"), json!({}))
        .await
        .expect(200);
    session.get("/api/v1/me").await.refused("sign-in-required");
    let one = root.get(&path(ling, "")).await.expect(200);
    assert_eq!(
        (&one["state"], &one["second_factor"]),
        (&json!("invited"), &json!(false))
    );
    assert_eq!(one["roles"], json!(["service-adviser"]));
    let body = json!({"code": reset["activation_code"], "password": "gusle peron dvorak 1912"});
    server
        .anonymous()
        .post("/api/v1/activations", body)
        .await
        .expect(201);
    let back = json!({"login": "ling", "password": "gusle peron dvorak 1912"});
    let back = server.anonymous().sign_in(back).await;
    assert_eq!(
        back.get("/api/v1/me").await.expect(200)["person"]["enrolled"],
        false
    );

    root.post(&path(guard2, "/reset"), json!({}))
        .await
        .expect(200);
    assert!(
        server
            .last(Kind::Staff)
            .await
            .ends_with(" taken=security-admin")
    );
    assert_eq!(
        root.get(&path(guard2, "")).await.expect(200)["roles"],
        json!([])
    );
    guard
        .put_roles(guard2, &["security-admin"])
        .await
        .expect(200);
}

#[tokio::test]
async fn a_change_of_what_one_has_not_seen_is_refused() {
    let server = Harness::new().await;
    let [_, (_, guard), _] = administrators(&server).await;
    let ling = server.account("ling", &[]).await;
    let with = |version: &str| guard.clone().with("if-match", version);
    with("\"1\"")
        .put_roles(ling, &["auditor"])
        .await
        .expect(200);
    with("\"1\"")
        .put_roles(ling, &[])
        .await
        .refused("precondition-failed");
    with("2")
        .put_roles(ling, &[])
        .await
        .refused("invalid-parameter");
    with("\"2\"").put_roles(ling, &[]).await.expect(200);
    with("*").put_roles(ling, &["auditor"]).await.expect(200);
}

#[tokio::test]
async fn the_ledger_names_people_by_id_only() {
    let server = Harness::new().await;
    let [(_, root), (_, guard), _] = administrators(&server).await;
    let new = json!({"login": "ouyang.mubai", "name": "欧阳慕白", "site": "浦东店"});
    let opened = root.post("/api/v1/staff", new).await.expect(201);
    let staff: StaffId = opened["staff"].as_str().unwrap().parse().unwrap();
    guard
        .put_roles(staff, &["service-adviser"])
        .await
        .expect(200);
    for entry in server.entries().await {
        let bytes = String::from_utf8(entry.encode().unwrap()).unwrap();
        for word in ["ouyang", "欧阳", "浦东", "192.0.2"] {
            assert!(!bytes.contains(word), "{bytes}");
        }
    }
}
