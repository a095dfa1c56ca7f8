//! What the console's screens of people and keys ask for: quotas, names, accounts by filter, alarms that end.

use serde_json::{Value, json};

use crate::support::{Harness, Person};

async fn read(h: &Harness, who: &Person, subject: &str) {
    let path = format!("/api/v1/subjects/{subject}/reads");
    let body = json!({"purpose": "repair-service", "fields": ["customer.name"]});
    h.post(who, &path, body).await.expect(200);
}

/// Used, limit and left of one count of repairs.
fn counted(list: &Value, kind: &str) -> (u64, u64, u64) {
    let all = list["quotas"].as_array().unwrap();
    let found = all
        .iter()
        .find(|one| one["purpose"] == "repair-service" && one["kind"] == kind)
        .unwrap();
    let of = |name: &str| found[name].as_u64().unwrap();
    (of("used"), of("limit"), of("left"))
}

#[tokio::test]
async fn quotas_tell_what_is_used_and_left() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let security = h.staff("sun.li", &["security-admin"]).await;
    let before = h.get(&adviser, "/api/v1/quotas").await.ok();
    assert_eq!(counted(&before, "subjects"), (0, 80, 80));
    let all = h.get(&security, "/api/v1/quotas?all").await.ok();
    assert_eq!((&all["quotas"], &all["total"]), (&json!([]), &json!(0)));
    read(&h, &adviser, &subject).await;
    read(&h, &adviser, &subject).await;
    let after = h.get(&adviser, "/api/v1/quotas").await.ok();
    assert_eq!(counted(&after, "subjects"), (1, 80, 79));
    assert_eq!(counted(&after, "clear"), (0, 60, 60));
    assert!((1..=86_400).contains(&after["seconds_left"].as_u64().unwrap()));
    // Purposes of other roles are not theirs.
    assert!(!after.to_string().contains("warranty-settlement"));

    h.get(&adviser, "/api/v1/quotas?all")
        .await
        .problem(403, "operation-not-permitted");
    let all = h.get(&security, "/api/v1/quotas?all&limit=1").await.ok();
    assert_eq!(counted(&all, "subjects"), (1, 80, 79));
    assert_eq!(all["quotas"].as_array().unwrap().len(), 1);
    assert_eq!(
        all["quotas"][0]["actor"],
        h.get(&adviser, "/api/v1/me").await.ok()["actor"]
    );
    let audit = h.staff("wu.xin", &["audit-admin"]).await;
    h.get(&audit, "/api/v1/quotas")
        .await
        .problem(403, "operation-not-permitted");
}

#[tokio::test]
async fn colleagues_are_named_to_whoever_decides_and_by_exact_ids_only() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let id = h.get(&adviser, "/api/v1/me").await.ok()["actor"].clone();
    let id = id.as_str().unwrap();
    let path = format!("/api/v1/colleagues?ids=stf_00000000000000000000000000,{id}");
    let named = h.get(&officer, &path).await.ok();
    let all = named["colleagues"].as_array().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(
        (&all[0]["staff"], &all[0]["login"]),
        (&json!(id), &json!("li.na"))
    );
    assert_eq!(all[0]["roles"], json!(["service-adviser"]));
    h.get(&adviser, &path)
        .await
        .problem(403, "operation-not-permitted");
    let many = vec![id; 101].join(",");
    for ids in ["", "li.na", "stf_1", &many] {
        h.get(&officer, &format!("/api/v1/colleagues?ids={ids}"))
            .await
            .problem(400, "invalid-parameter");
    }
}

#[tokio::test]
async fn accounts_are_found_by_login_role_and_state_a_page_at_a_time() {
    let h = Harness::new().await;
    let system = h.staff("sys", &["system-admin"]).await;
    h.step_up(&system).await;
    for n in 0..5 {
        h.staff(&format!("ling_{n}"), &["service-adviser"]).await;
    }
    h.staff("lingxn", &["warranty-clerk"]).await;
    let invited = json!({"login": "ling.new", "name": "新人"});
    h.post(&system, "/api/v1/staff", invited).await.expect(201);
    let logins = async |query: &str| {
        let page = h.get(&system, &format!("/api/v1/staff?{query}")).await.ok();
        let all = page["staff"].as_array().unwrap();
        let logins: Vec<String> = all
            .iter()
            .map(|one| one["login"].as_str().unwrap().to_owned())
            .collect();
        (logins.join(" "), page["next"].as_str().map(str::to_owned))
    };
    // `_` is a letter of a login, no placeholder.
    let (found, _) = logins("login=ling_").await;
    assert_eq!(found, "ling_0 ling_1 ling_2 ling_3 ling_4");
    let (found, next) = logins("login=ling_&limit=3").await;
    assert_eq!(
        (found.as_str(), next.as_deref()),
        ("ling_0 ling_1 ling_2", Some("ling_2"))
    );
    let (found, next) = logins("login=ling_&limit=3&after=ling_2").await;
    assert_eq!((found.as_str(), next), ("ling_3 ling_4", None));
    assert_eq!(logins("role=warranty-clerk").await.0, "lingxn");
    // A part of a role's name is no role.
    assert_eq!(logins("role=clerk").await.0, "");
    assert_eq!(logins("login=ling&state=invited").await.0, "ling.new");
    assert_eq!(logins("login=ling&state=disabled").await.0, "");
    assert_eq!(logins("login=lingx&state=active").await.0, "lingxn");
    for query in ["login=%25", "role=A", "state=open"] {
        h.get(&system, &format!("/api/v1/staff?{query}"))
            .await
            .problem(400, "invalid-parameter");
    }
}

#[tokio::test]
async fn sessions_of_others_are_seen_by_administrators_alone() {
    let h = Harness::new().await;
    let system = h.staff("sys", &["system-admin"]).await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let id = h.get(&adviser, "/api/v1/me").await.ok()["actor"].clone();
    let path = format!("/api/v1/staff/{}/sessions", id.as_str().unwrap());
    let list = h.get(&system, &path).await.ok();
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0]["current"], false);
    h.get(&adviser, &path)
        .await
        .problem(403, "operation-not-permitted");
    h.get(
        &system,
        "/api/v1/staff/stf_00000000000000000000000000/sessions",
    )
    .await
    .problem(404, "not-found");
}

#[tokio::test]
async fn the_last_use_of_a_key_is_told() {
    let h = Harness::new().await;
    let security = h.staff("sun.li", &["security-admin"]).await;
    let key = h
        .key(
            &["service-adviser"],
            &["repair-service"],
            &["customer.name"],
        )
        .await;
    let used = async || {
        let list = h.get(&security, "/api/v1/api-keys").await.ok();
        list["keys"][0]["last_used_at"].clone()
    };
    assert_eq!(used().await, Value::Null);
    h.get(&key, "/api/v1/me").await.ok();
    assert!(used().await.is_string());
}

#[tokio::test]
async fn an_alarm_is_closed_once_after_somebody_looked_and_not_by_whoever_raised_it() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let adviser = h
        .staff("wang.wei", &["service-adviser", "security-operator"])
        .await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    h.step_up(&adviser).await;
    let body = json!({"subject": subject, "purpose": "repair-contact", "reason": "stranded"});
    h.post(&adviser, "/api/v1/emergencies", body)
        .await
        .expect(201);
    let alarm = async || h.get(&officer, "/api/v1/alarms?all").await.ok()["alarms"][0].clone();
    let id = alarm().await["alarm"].as_str().unwrap().to_owned();
    let path = |what: &str| format!("/api/v1/alarms/{id}/{what}");
    let close = json!({"outcome": "harmless"});
    let put = async |who: &Person, what: &str, body: Option<Value>| {
        h.call(who, "PUT", &path(what), body).await
    };
    put(&officer, "outcome", Some(close.clone()))
        .await
        .problem(409, "approval-state");
    assert_eq!(put(&officer, "seen", None).await.status, 204);
    put(&adviser, "outcome", Some(close.clone()))
        .await
        .problem(404, "not-found");
    assert!(alarm().await["seen_at"].is_string());
    assert_eq!(alarm().await["outcome"], Value::Null);
    let closed = put(&officer, "outcome", Some(close.clone())).await;
    assert_eq!(closed.status, 204);
    let told = alarm().await;
    assert_eq!(told["outcome"], "harmless");
    assert!(told["closed_at"].is_string() && told["closed_by"].is_string());
    put(&officer, "outcome", Some(json!({"outcome": "handled"})))
        .await
        .problem(409, "approval-state");
    assert_eq!(alarm().await["outcome"], "harmless");
}

#[tokio::test]
async fn an_approval_names_the_entry_of_its_last_step() {
    let h = Harness::new().await;
    let security = h.staff("sun.li", &["security-admin"]).await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    h.step_up(&officer).await;
    h.step_up(&security).await;
    let text = crate::support::AFTER_SALES.0;
    let looser = text.replacen("clear_per_day = 60", "clear_per_day = 61", 1);
    let body = json!({"register": looser, "reason": "busy season"});
    let asked = h
        .post(&security, "/api/v1/register/proposals", body)
        .await
        .expect(201);
    let path = format!("/api/v1/approvals/{}", asked["approval"].as_str().unwrap());
    let did = async || {
        let shown = h.get(&officer, &path).await.ok();
        let index = shown["entry"].as_u64().unwrap();
        let entry = h
            .get(&officer, &format!("/api/v1/ledger/entries/{index}"))
            .await
            .ok();
        assert!(
            entry
                .to_string()
                .contains(asked["approval"].as_str().unwrap())
        );
        entry.to_string()
    };
    assert!(did().await.contains("proposed"));
    let decision = json!({"digest": asked["digest"], "decision": "reject", "note": "no"});
    h.call(&officer, "PUT", &format!("{path}/decision"), Some(decision))
        .await
        .expect(200);
    assert!(did().await.contains("rejected"));
}
