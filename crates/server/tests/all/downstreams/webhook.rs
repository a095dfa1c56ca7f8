//! Webhooks, and the feed.

use std::collections::BTreeMap;
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Value, json};
use shouxin_model::Caller;
use shouxin_model::ConsentWord::{Given, Withdrawn};
use shouxin_outbound::{SigningSecret, sign};
use shouxin_server::settings::LeakWord;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{AtWork, administrator, people, register, say, standing, until};
use crate::receiver::{Does, Message, Receiver};
use crate::support::{AFTER_SALES, Harness, Person};

async fn harness(receiver: &Receiver) -> Harness {
    let allow = receiver.url.parse().unwrap();
    Harness::set(|settings| {
        settings.downstreams.allow = allow;
        // Clocks are moved on by hours while people stay signed in.
        settings.sessions.idle_seconds = settings.sessions.absolute_seconds;
    })
    .await
}

fn secret(shown: &Value) -> SigningSecret {
    let base64 = shown["secret"]
        .as_str()
        .unwrap()
        .strip_prefix("whsec_")
        .unwrap();
    SigningSecret::new(Zeroizing::new(BASE64.decode(base64.as_bytes()).unwrap())).unwrap()
}

/// Whether a message is signed as the specification says, by one of several signatures.
fn is_signed(message: &Message, secret: &SigningSecret) -> bool {
    let seconds = message.header("webhook-timestamp").parse().unwrap();
    let own = sign(
        std::slice::from_ref(secret),
        message.header("webhook-id"),
        seconds,
        &message.body,
    );
    message
        .header("webhook-signature")
        .split(' ')
        .any(|one| one == own)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_told_signed_and_in_order_and_nothing_of_the_person() {
    let receiver = Receiver::start().await;
    let h = harness(&receiver).await;
    let admin = administrator(&h).await;
    let subject = people(&h, &admin, 1).await[0];
    // Before it was registered: not told.
    say(&h, subject, Given).await;
    let made = register(&h, &admin, "crm", "webhook", &receiver.hook()).await;
    let _couriers = AtWork::start(&h);
    let entry = say(&h, subject, Withdrawn).await;
    let operator = Caller::operator();
    h.vault
        .put_restriction(&operator, subject, "accuracy-contested")
        .await
        .unwrap();
    until("two messages", || async { receiver.taken().len() == 2 }).await;
    h.vault
        .erase(&operator, subject, "asked-by-subject")
        .await
        .unwrap();
    until("the erasure", || async { receiver.taken().len() == 3 }).await;
    let came = receiver.came();
    let kinds: Vec<_> = receiver
        .taken()
        .iter()
        .map(|event| event["type"].clone())
        .collect();
    assert_eq!(
        kinds,
        [
            "cn.shouxin.consent.changed.v1",
            "cn.shouxin.restriction.changed.v1",
            "cn.shouxin.subject.erased.v1"
        ]
    );
    assert!(
        came.iter()
            .all(|message| is_signed(message, &secret(&made)))
    );
    let first = came[0].event();
    assert_eq!(first["specversion"], "1.0");
    assert_eq!(first["type"], "cn.shouxin.consent.changed.v1");
    assert_eq!(first["subject"], subject.to_string());
    assert_eq!(first["sequence"], format!("{entry:020}"));
    assert_eq!(
        first["data"],
        json!({"entry": entry, "epoch": 2, "purpose": "marketing-contact", "state": "withdrawn",
            "form": "general", "grade": "proved", "scope": 0})
    );
    assert_eq!(came[0].header("webhook-id"), first["id"]);
    assert_eq!(
        came[0].header("content-type"),
        "application/cloudevents+json"
    );
    for message in &came {
        let text = String::from_utf8(message.body.to_vec()).unwrap();
        assert!(
            !text.contains("欧阳") && !text.contains("1380013"),
            "{text}"
        );
    }
    until("nothing behind", || async {
        standing(&h, &admin, "crm").await["behind"] == 0
    })
    .await;
    let metrics = String::from_utf8(h.get(&admin, "/metrics").await.bytes).unwrap();
    assert!(
        metrics.contains("shouxin_downstream_behind{downstream=\"crm\"} 0"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_hangs_and_redirects_loses_nothing_and_keeps_each_order() {
    let receiver = Receiver::start().await;
    let h = harness(&receiver).await;
    let admin = administrator(&h).await;
    let subjects = people(&h, &admin, 6).await;
    register(&h, &admin, "crm", "webhook", &receiver.hook()).await;
    let misdeeds = [
        Does::Fail,
        Does::Take,
        Does::Redirect,
        Does::Take,
        Does::Hang,
        Does::Fail,
    ];
    receiver.next(
        misdeeds
            .into_iter()
            .chain([Does::Take, Does::Fail].into_iter().cycle().take(40)),
    );
    let _couriers = AtWork::start(&h);
    let mut last = 0;
    let began = Instant::now();
    for round in 0..10 {
        for subject in &subjects {
            last = say(&h, *subject, if round % 2 == 0 { Given } else { Withdrawn }).await;
        }
    }
    // Whoever writes waits for no receiver: one of them hangs for fifteen seconds.
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    until("all taken", || async {
        standing(&h, &admin, "crm").await["acknowledged"].as_u64() > Some(last)
    })
    .await;
    let mut by_subject: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for event in receiver.taken() {
        let epochs = by_subject
            .entry(event["subject"].as_str().unwrap().to_owned())
            .or_default();
        let epoch = event["data"]["epoch"].as_u64().unwrap();
        // What was taken and not acknowledged comes again, but nothing newer came before.
        if epochs.last() != Some(&epoch) {
            epochs.push(epoch);
        }
    }
    assert_eq!(by_subject.len(), 6);
    for epochs in by_subject.values() {
        assert_eq!(*epochs, (1..=10).collect::<Vec<u64>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_is_paused_rotated_told_again_tried_and_retired() {
    let receiver = Receiver::start().await;
    let h = harness(&receiver).await;
    let admin = administrator(&h).await;
    let subject = people(&h, &admin, 1).await[0];
    let made = register(&h, &admin, "crm", "webhook", &receiver.hook()).await;
    let _couriers = AtWork::start(&h);
    let of = "/api/v1/downstreams/crm";
    let change = |body: Value| h.call(&admin, "PATCH", of, Some(body));
    change(json!({"state": "paused"})).await.ok();
    say(&h, subject, Given).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(receiver.came().is_empty(), "a paused system was told");
    assert_eq!(standing(&h, &admin, "crm").await["behind"], 1);

    let path = format!("{of}/rotate");
    let rotated = h
        .post(&admin, &path, json!({"overlap_seconds": 3600}))
        .await
        .ok();
    change(json!({"state": "active"})).await.ok();
    until("told afterwards", || async { receiver.taken().len() == 1 }).await;
    let came = receiver.came();
    assert!(is_signed(&came[0], &secret(&made)) && is_signed(&came[0], &secret(&rotated)));
    h.world.pass(3601);
    h.step_up(&admin).await;

    until("acknowledged", || async {
        standing(&h, &admin, "crm").await["behind"] == 0
    })
    .await;
    h.post(&admin, &format!("{of}/replays"), json!({"from": 0}))
        .await
        .ok();
    until("told again", || async { receiver.taken().len() == 2 }).await;
    let came = receiver.came();
    assert_eq!(came[0].event()["id"], came[1].event()["id"]);
    assert!(!is_signed(&came[1], &secret(&made)) && is_signed(&came[1], &secret(&rotated)));

    let test = format!("{of}/tests");
    let tried = h.call(&admin, "POST", &test, None).await.ok();
    assert_eq!(tried, json!({"taken": true}));
    receiver.next([Does::Fail]);
    let tried = h.call(&admin, "POST", &test, None).await.ok();
    assert_eq!(tried, json!({"taken": false, "failure": "status-500"}));

    change(json!({"state": "retired"})).await.ok();
    let answer = change(json!({"state": "active"})).await;
    assert_eq!(answer.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_falls_behind_for_long_is_an_alarm_once_and_a_duty() {
    let receiver = Receiver::start().await;
    let h = harness(&receiver).await;
    let admin = administrator(&h).await;
    let subject = people(&h, &admin, 1).await[0];
    register(&h, &admin, "crm", "webhook", &receiver.hook()).await;
    say(&h, subject, Given).await;
    let duties = || async {
        let list = h.get(&admin, "/api/v1/duties").await.ok();
        let duties = list["duties"].as_array().unwrap().clone();
        duties
            .into_iter()
            .find(|duty| duty["kind"] == "downstream-behind")
    };
    assert_eq!(duties().await, None);
    assert_eq!(h.vault.alarm_about_downstreams(3600).await.unwrap(), 0);
    h.world.pass(3601);
    let duty = duties().await.unwrap();
    assert_eq!(
        (&duty["what"], &duty["state"]),
        (&json!("crm"), &json!("overdue"))
    );
    assert_eq!(h.vault.alarm_about_downstreams(3600).await.unwrap(), 1);
    assert_eq!(h.vault.alarm_about_downstreams(3600).await.unwrap(), 0);
    let officer = h.staff("officer", &["protection-officer"]).await;
    let alarms = h.get(&officer, "/api/v1/alarms").await.ok();
    assert_eq!(alarms["alarms"][0]["kind"], "downstream-behind");
    assert_eq!(alarms["alarms"][0]["about"], "crm");
    let _couriers = AtWork::start(&h);
    until("caught up", || async { duties().await.is_none() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_deployment_allows_is_registered_and_only_with_a_fresh_second_factor() {
    let receiver = Receiver::start().await;
    let h = harness(&receiver).await;
    let admin = h.staff("admin", &["system-admin"]).await;
    let new = |target: &str| json!({"name": "crm", "kind": "webhook", "target": target, "purposes": ["marketing-contact"]});
    let path = "/api/v1/downstreams";
    let answer = h.post(&admin, path, new(&receiver.hook())).await;
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (403, json!("second-factor-required"))
    );
    h.step_up(&admin).await;
    for target in [
        "https://crm.example.com/hook",
        "http://127.0.0.1:1/hook",
        "http://localhost/hook",
        "https://169.254.169.254/latest",
        "http://2130706433/hook",
        "nonsense",
    ] {
        let answer = h.post(&admin, path, new(target)).await;
        assert!(
            [422, 403].contains(&answer.status),
            "{target}: {}",
            answer.status
        );
    }
    let mut foreign = new(&receiver.hook());
    foreign["purposes"] = json!(["no-such-purpose"]);
    assert_eq!(h.post(&admin, path, foreign).await.status, 422);
    let mut foreign = new(&receiver.hook());
    foreign["parts"] = json!(["customer.no_such_field"]);
    assert_eq!(h.post(&admin, path, foreign).await.status, 422);
    let nats = json!({"name": "bus", "kind": "nats", "target": "shouxin.changes", "purposes": ["marketing-contact"]});
    assert_eq!(h.post(&admin, path, nats).await.status, 422);
    h.post(&admin, path, new(&receiver.hook())).await.ok();
    assert_eq!(
        h.post(&admin, path, new(&receiver.hook())).await.status,
        409
    );
    let list = h.get(&admin, path).await;
    assert!(!String::from_utf8(list.bytes).unwrap().contains("whsec_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_reads_what_changed_for_its_purposes_from_its_cursor_and_waits_for_more() {
    let receiver = Receiver::start().await;
    let h = harness(&receiver).await;
    let admin = administrator(&h).await;
    let subject = people(&h, &admin, 1).await[0];
    let service = h
        .key(&["service-adviser"], &["marketing-contact"], &[])
        .await;
    let other = h.key(&["service-adviser"], &["repair-service"], &[]).await;
    for word in [Given, Withdrawn, Given] {
        say(&h, subject, word).await;
    }
    let path = "/api/v1/consents/changes";
    let page = h.get(&service, &format!("{path}?limit=2")).await.ok();
    assert_eq!(
        (page["changes"].as_array().unwrap().len(), &page["more"]),
        (2, &json!(true))
    );
    let cursor = page["cursor"].as_str().unwrap();
    let rest = h
        .get(&service, &format!("{path}?cursor={cursor}"))
        .await
        .ok();
    assert_eq!(rest["changes"].as_array().unwrap().len(), 1);
    assert_eq!(rest["changes"][0]["data"]["epoch"], 3);
    let cursor = rest["cursor"].as_str().unwrap().to_owned();
    let none = h.get(&other, path).await.ok();
    assert_eq!(none["changes"], json!([]));
    for wrong in ["cursor=nonsense", "wait=31", "limit=0", "other=1"] {
        assert_eq!(
            h.get(&service, &format!("{path}?{wrong}")).await.status,
            400,
            "{wrong}"
        );
    }
    let waiting = format!("{path}?cursor={cursor}&wait=20");
    let (woken, ()) = tokio::join!(h.get(&service, &waiting), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        say(&h, subject, Withdrawn).await;
    });
    assert_eq!(woken.ok()["changes"][0]["data"]["state"], "withdrawn");
    let began = Instant::now();
    let quiet = h.get(&other, &format!("{path}?wait=1")).await.ok();
    assert_eq!(quiet["changes"], json!([]));
    assert!(began.elapsed() >= Duration::from_secs(1));
    // A restriction stops every purpose.
    h.vault
        .put_restriction(&Caller::operator(), subject, "accuracy-contested")
        .await
        .unwrap();
    let told = h.get(&other, path).await.ok();
    assert_eq!(told["changes"][0]["data"]["restricted"], true);
}

/// A purpose whose name holds an identity number, which it does not need: nothing else of an event is anybody's
/// choice.
const LEAKY: &str = "call-110105199003072311";

/// A deployment with that purpose, and a system that is told about it; one word is said.
async fn leaking(receiver: &Receiver, action: LeakWord) -> (Harness, Person) {
    let (register, policies) = AFTER_SALES;
    let named = |text: &str| -> &'static str {
        Box::leak(text.replace("marketing-contact", LEAKY).into_boxed_str())
    };
    let allow = receiver.url.parse().unwrap();
    let h = Harness::at((named(register), named(policies)), |settings| {
        settings.downstreams.allow = allow;
        settings.leaks.action = action;
    })
    .await;
    let admin = administrator(&h).await;
    let subject = people(&h, &admin, 1).await[0];
    let new =
        json!({"name": "crm", "kind": "webhook", "target": receiver.hook(), "purposes": [LEAKY]});
    h.post(&admin, "/api/v1/downstreams", new).await.ok();
    let (form, operator) = (shouxin_model::ConsentForm::General, Caller::operator());
    h.vault
        .put_consent(&operator, subject, LEAKY, Given, form, None)
        .await
        .unwrap();
    (h, admin)
}

async fn leak_alarms(h: &Harness) -> Value {
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    h.get(&officer, "/api/v1/alarms").await.ok()["alarms"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_with_what_the_system_may_not_be_told_waits_and_raises_an_alarm() {
    let receiver = Receiver::start().await;
    let (h, admin) = leaking(&receiver, LeakWord::Stop).await;
    let _couriers = AtWork::start(&h);
    until("stopped", || async {
        standing(&h, &admin, "crm").await["failure"] == "leak"
    })
    .await;
    assert!(receiver.came().is_empty());
    let alarms = leak_alarms(&h).await;
    assert_eq!(alarms[0]["kind"], "leak-stopped", "{alarms}");
    assert_eq!(alarms[0]["about"], "crm: purpose resident_id");
    let auditor = h.staff("audit.one", &["audit-admin"]).await;
    let told = h
        .get(&auditor, "/api/v1/ledger/entries?kind=leak")
        .await
        .ok();
    assert!(told.to_string().contains("purpose resident_id 1"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_leaks_are_flagged_the_event_is_told_and_an_alarm_raised() {
    let receiver = Receiver::start().await;
    let (h, _) = leaking(&receiver, LeakWord::Flag).await;
    let _couriers = AtWork::start(&h);
    until("told", || async { receiver.taken().len() == 1 }).await;
    let alarms = leak_alarms(&h).await;
    assert_eq!(alarms[0]["kind"], "leak-flagged", "{alarms}");
}
