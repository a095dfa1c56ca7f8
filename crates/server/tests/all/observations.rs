//! What was really read beside what is declared, over HTTP: the map, a plan's reach, versions compared.

use serde_json::{Value, json};

use crate::support::{AFTER_SALES, Harness};

const MAP: &str = "/api/v1/register/observations";

/// The one thing of this list that is so.
fn one(list: &Value, is: impl Fn(&Value) -> bool) -> &Value {
    let mut found = list.as_array().unwrap().iter().filter(|one| is(one));
    let first = found.next().unwrap_or_else(|| panic!("not in {list:#}"));
    assert!(found.next().is_none(), "twice in {list:#}");
    first
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_is_on_the_map_under_the_role_and_the_key_of_whoever_read() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let adviser = h.staff("li.na", &["auditor", "service-adviser"]).await;
    let service = h
        .key(&["warranty-clerk"], &["recall-notice"], &["customer.*"])
        .await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let read =
        json!({"purpose": "repair-contact", "fields": ["customer.name", "customer.resident_id"]});
    h.post(&adviser, &path, read).await.ok();
    let recall = json!({"purpose": "recall-notice", "fields": ["customer.name"]});
    h.post(&service, &path, recall).await.ok();
    let foreign = json!({"purpose": "repair-contact", "fields": ["customer.name"]});
    h.post(&service, &path, foreign).await;

    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let map = h.get(&officer, MAP).await.ok();
    assert_eq!(
        (map["days"].as_u64(), map["behind"].as_u64()),
        (Some(30), Some(0))
    );
    let read_for = |field: &'static str, purpose: &'static str, kind: &'static str| {
        move |flow: &Value| {
            flow["field"] == field
                && flow["purpose"] == purpose
                && flow["recipient"]["kind"] == kind
        }
    };
    // Of two roles the one that may name the purpose.
    let own = one(
        &map["flows"],
        read_for("customer.name", "repair-contact", "role"),
    );
    assert_eq!(own["recipient"]["name"], "service-adviser");
    assert_eq!((&own["form"], &own["count"]), (&json!("masked"), &json!(1)));
    let keyed = one(
        &map["flows"],
        read_for("customer.name", "recall-notice", "key"),
    );
    assert_eq!(keyed["recipient"]["name"], service.actor.as_str());
    let refused = one(
        &map["flows"],
        read_for("customer.name", "repair-contact", "key"),
    );
    assert_eq!(refused["form"], "withheld");
    assert_eq!(refused["undeclared"], "key-not-declared");
    let finding = one(&map["findings"], |one| one["kind"] == "not-in-purpose");
    assert_eq!(finding["fields"], json!(["customer.resident_id"]));
    assert_eq!(
        (&finding["given"], &finding["refused"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(map["keys"][0]["key"], service.actor.as_str());
    // Staff stand behind their role: nobody's id is told.
    assert!(!map.to_string().contains(&adviser.actor));

    h.get(&officer, &format!("{MAP}?days=0"))
        .await
        .problem(400, "invalid-parameter");
    h.get(&officer, &format!("{MAP}?days=91"))
        .await
        .problem(400, "invalid-parameter");
    h.get(&adviser, MAP).await.ok();
    let only = h.staff("wang.wu", &["service-adviser"]).await;
    h.get(&only, MAP)
        .await
        .problem(403, "operation-not-permitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_tells_how_far_it_reaches() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let read = json!({"purpose": "repair-contact", "fields": ["customer.mobile", "customer.name"]});
    h.post(&adviser, &path, read).await.ok();
    let reviewer = h.staff("fa.wu", &["legal-reviewer"]).await;
    let plan = async |text: String| {
        let answer = h.post(
            &reviewer,
            "/api/v1/register/plans",
            json!({"register": text}),
        );
        answer.await.ok()
    };
    let text = AFTER_SALES.0;
    // In the fields of the purpose and in the review of them.
    let needs = "\"customer.name\", \"customer.mobile\", \"customer.landline\"";
    let narrower = text.replacen(needs, "\"customer.name\", \"customer.landline\"", 2);
    let planned = plan(narrower).await;
    let cut = planned["reach"]["cut_off"].as_array().unwrap();
    assert_eq!(cut.len(), 1, "{planned:#}");
    assert_eq!(
        (&cut[0]["field"], &cut[0]["count"]),
        (&json!("customer.mobile"), &json!(1))
    );
    assert_eq!(planned["reach"]["records"], json!([]));

    // One customer only: how many there are is not told.
    let index = "search = [\"exact\", \"last4\"]\nsecond_factor";
    let dropped = plan(text.replacen(index, "search = [\"exact\"]\nsecond_factor", 1)).await;
    assert_eq!(
        dropped["reach"]["records"],
        json!([{"collection": "customer"}])
    );

    // The policies in force name a role that would be gone.
    let role = "[[role]]\nname = \"technical-director\"";
    let renamed = text
        .replacen(role, "[[role]]\nname = \"chief-engineer\"", 1)
        .replace("[\"technical-director\"]", "[\"chief-engineer\"]");
    let findings = &plan(renamed).await["reach"]["policies"];
    assert!(
        findings[0]["at"].as_str().unwrap().starts_with("policies:"),
        "{findings}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_name_their_entry_and_approval_and_are_compared() {
    let h = Harness::new().await;
    let security = h.staff("sun.li", &["security-admin"]).await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    for person in [&security, &officer] {
        h.step_up(person).await;
    }
    let looser = AFTER_SALES.0.replacen("years = 3", "years = 4", 1);
    let proposal = json!({"register": looser, "reason": "busy season"});
    let asked = h
        .post(&security, "/api/v1/register/proposals", proposal)
        .await
        .expect(201);
    let id = asked["approval"].as_str().unwrap();
    let decision = json!({"digest": asked["digest"], "decision": "approve"});
    h.call(
        &officer,
        "PUT",
        &format!("/api/v1/approvals/{id}/decision"),
        Some(decision),
    )
    .await
    .expect(200);
    let body = json!({"register": looser, "approval": id});
    let applied = h
        .post(&security, "/api/v1/register/versions", body)
        .await
        .expect(201);

    let list = h
        .get(&officer, "/api/v1/register/versions?entries=true")
        .await
        .ok();
    assert_eq!(list["register"][0]["entry"], applied["entry"]);
    assert_eq!(list["register"][0]["approval"], id);
    assert_eq!(list["register"][1]["entry"], 0);
    assert_eq!(list["policies"][0]["entry"], 0);
    let plain = h.get(&officer, "/api/v1/register/versions").await.ok();
    assert!(plain["register"][0]["entry"].is_null());

    let compared = h
        .get(&officer, "/api/v1/register/differences?from=1&to=2")
        .await
        .ok();
    assert_eq!(compared["changes"], applied["plan"]["changes"]);
    assert_eq!(compared["loosens"], true);
    assert!(
        compared["text"]
            .as_str()
            .unwrap()
            .contains("+retention = { years = 4")
    );
    h.get(&officer, "/api/v1/register/differences?from=1&to=9")
        .await
        .problem(404, "not-found");
    h.get(&officer, "/api/v1/register/differences?from=1")
        .await
        .problem(400, "invalid-parameter");
}
