//! The second look at what leaves, over HTTP: a file and an answer that hold what the register does not allow for
//! whom they are for. Events to other systems are looked at in `downstreams/webhook.rs`.

use axum::body::Body;
use serde_json::{Value, json};
use shouxin_server::settings::LeakWord;
use shouxin_testkit::registers;

use crate::support::{AFTER_SALES, Answer, Harness, Person, Profile, request};

/// Of a purpose that is left with names, addresses and complaints: a number in an address is none of it.
const ADDRESS: &str = "上海市浦东新区张江镇科苑路1号 收件13912349876";
const PLANTED: &str = "13912349876";

/// The profile whose purpose for copies needs no numbers.
fn without_numbers() -> Profile {
    let (whole, policies) = AFTER_SALES;
    (registers::without_numbers(whole).leak(), policies)
}

/// A file with such an address, asked for, approved and downloaded: its id and the answer.
async fn downloaded(h: &Harness) -> (Person, String, Answer) {
    let writer = h.writer().await;
    let values = json!({"name": "欧阳明", "mobile": "13800138000", "address": ADDRESS});
    h.write(&writer, None, "customer", values).await;
    let one = h.staff("zhou.min", &["protection-officer"]).await;
    let two = h.staff("wu.jie", &["protection-officer"]).await;
    h.step_up(&one).await;
    h.step_up(&two).await;
    let order = json!({"purpose": "rights-answer", "collection": "customer", "fields": ["customer.address"],
        "clear": ["customer.address"], "most_rows": 100, "format": "csv-plain", "headings": "en",
        "reason": "copies for the authority"});
    let asked = h.post(&one, "/api/v1/exports", order).await.expect(201);
    let approval = &asked["approval"];
    let path = format!(
        "/api/v1/approvals/{}/decision",
        approval["approval"].as_str().unwrap()
    );
    let body = json!({"digest": approval["digest"], "decision": "approve"});
    h.call(&two, "PUT", &path, Some(body)).await.expect(200);
    let id = asked["export"]["export"].as_str().unwrap().to_owned();
    let file = format!("/api/v1/exports/{id}/file");
    let sent = request(&one, "POST", &file).body(Body::empty()).unwrap();
    let answer = h.send(sent).await;
    (one, id, answer)
}

/// The ledger's entries of leaks, and the alarms that stand.
async fn told(h: &Harness) -> (Value, Value) {
    let auditor = h.staff("audit.one", &["audit-admin"]).await;
    let security = h.staff("sun.li", &["security-admin"]).await;
    let entries = "/api/v1/ledger/entries?kind=leak";
    let entries = h.get(&auditor, entries).await.ok()["entries"].clone();
    let alarms = h.get(&security, "/api/v1/alarms").await.ok()["alarms"].clone();
    for all in [&entries, &alarms] {
        assert!(!all.to_string().contains(PLANTED), "{all}");
    }
    (entries, alarms)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_what_its_purpose_may_not_have_is_stopped_recorded_and_shown_as_an_alarm() {
    let h = Harness::with(without_numbers()).await;
    let (officer, id, answer) = downloaded(&h).await;
    answer.problem(422, "leak-stopped");
    assert!(!answer.text().contains(PLANTED), "{}", answer.text());
    assert!(
        answer.text().contains("customer.address"),
        "{}",
        answer.text()
    );
    let shown = h.get(&officer, &format!("/api/v1/exports/{id}")).await.ok();
    assert_eq!(
        (&shown["state"], &shown["sha256"]),
        (&json!("stopped"), &Value::Null)
    );
    let (entries, alarms) = told(&h).await;
    assert_eq!(entries.as_array().unwrap().len(), 1, "{entries}");
    assert!(
        entries.to_string().contains("customer.address mobile 1"),
        "{entries}"
    );
    assert_eq!(alarms[0]["kind"], "leak-stopped");
    assert_eq!(alarms[0]["about"], format!("{id}: customer.address mobile"));
    // It waits for somebody among the duties of the day.
    let security = h.staff("gu.lei", &["security-operator"]).await;
    let duties = h.get(&security, "/api/v1/duties").await.ok();
    let what = &duties["duties"][0];
    assert_eq!(
        (&what["kind"], &what["what"]),
        (&json!("alarm-unseen"), &json!("leak-stopped"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_leaks_are_flagged_a_file_leaves_and_an_alarm_tells_so() {
    let h = Harness::at(without_numbers(), |settings| {
        settings.leaks.action = LeakWord::Flag;
    })
    .await;
    let (_, _, answer) = downloaded(&h).await;
    answer.ok();
    assert!(answer.text().contains(PLANTED));
    let (entries, alarms) = told(&h).await;
    assert!(entries.to_string().contains("flagged"), "{entries}");
    assert_eq!(alarms[0]["kind"], "leak-flagged");
}

/// What the look on the way in does not take for an identity number, for what it stands beside; once that is sealed
/// apart, it is one. Several, so that a better look on the way in does not leave the look at answers without a test.
const BESIDE: [&str; 4] = [
    "粤B12345.110105199003072311",
    "00:11:22:33:44:55.110105199003072311",
    "微信abc_123.110105199003072311",
    "110105199003072311.91310115MA1K3NBY5X",
];
const NUMBER: &str = "110105199003072311";

/// A service of a partner reads a complaint that holds all of these. Its purpose needs no identity number.
async fn answered(h: &Harness) -> (Person, Answer) {
    let writer = h.writer().await;
    let (subject, _) = h
        .write(
            &writer,
            None,
            "customer",
            json!({"name": "欧阳明", "mobile": "13800138000"}),
        )
        .await;
    let content = format!("备注{}请回", BESIDE.join("请回，备注"));
    let values = json!({"number": "C-1", "content": content});
    h.write(&writer, Some(&subject), "complaint", values).await;
    let partner = h
        .key(
            &["legal-reviewer"],
            &["complaint-handling"],
            &["complaint.*"],
        )
        .await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let body = json!({"fields": ["complaint.content"], "purpose": "complaint-handling"});
    let answer = h.post(&partner, &path, body).await;
    answer.ok();
    (partner, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_a_placeholder_where_the_recipient_may_not_have_something() {
    let h = Harness::new().await;
    let (partner, answer) = answered(&h).await;
    assert!(answer.text().contains("备注"), "{}", answer.text());
    assert!(!answer.text().contains(NUMBER), "{}", answer.text());
    let (entries, alarms) = told(&h).await;
    assert_eq!(entries.as_array().unwrap().len(), 1, "{entries}");
    let said = entries.to_string();
    assert!(said.contains("complaint.content resident_id"), "{said}");
    assert!(
        said.contains("stopped") && said.contains(&partner.actor),
        "{said}"
    );
    assert!(!said.contains(NUMBER));
    assert_eq!(alarms[0]["kind"], "leak-stopped");
    let about = format!("{}: complaint.content resident_id", partner.actor);
    assert_eq!(alarms[0]["about"], about);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_leaks_are_flagged_an_answer_is_whole_and_an_alarm_tells_so() {
    let h = Harness::set(|settings| settings.leaks.action = LeakWord::Flag).await;
    let (_, answer) = answered(&h).await;
    assert!(answer.text().contains(NUMBER), "{}", answer.text());
    let (entries, alarms) = told(&h).await;
    assert!(entries.to_string().contains("flagged"), "{entries}");
    assert_eq!(alarms[0]["kind"], "leak-flagged");
}
