//! What runs out next, as each person is told it, and the days on which people work.

use serde_json::{Value, json};

use crate::support::{Harness, Person};

/// Kind, what, whose and state of each duty.
async fn told(h: &Harness, person: &Person) -> Vec<String> {
    let list = h.get(person, "/api/v1/duties").await.ok();
    let duties = list["duties"].as_array().unwrap().iter();
    duties
        .map(|duty| {
            let text = |name: &str| duty[name].as_str().unwrap_or("-").to_owned();
            let mine = if duty["mine"] == true {
                "mine"
            } else {
                "others"
            };
            format!("{} {} {mine} {}", text("kind"), text("what"), text("state"))
        })
        .collect()
}

async fn broken(h: &Harness, adviser: &Person, subject: &str) -> Value {
    h.step_up(adviser).await;
    let body = json!({"subject": subject, "purpose": "repair-contact", "reason": "car on fire"});
    h.post(adviser, "/api/v1/emergencies", body)
        .await
        .expect(201)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_person_is_told_of_what_they_may_act_on() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let security = h.staff("sun.li", &["security-admin"]).await;
    let system = h.staff("gu.lei", &["system-admin"]).await;
    let (subject, _) = h.customer(&writer, "wang.fang").await;
    assert_eq!(told(&h, &adviser).await, [""; 0]);
    // No backup was ever made: by then somebody has to see to it.
    assert_eq!(told(&h, &system).await, ["backup-due never mine on-time"]);

    broken(&h, &adviser, &subject).await;
    let looser =
        crate::support::AFTER_SALES
            .0
            .replacen("clear_per_day = 60", "clear_per_day = 61", 1);
    h.step_up(&security).await;
    let proposal = json!({"register": looser, "reason": "busy season"});
    h.post(&security, "/api/v1/register/proposals", proposal)
        .await
        .expect(201);
    assert_eq!(
        told(&h, &adviser).await,
        [
            "grant-ends repair-contact mine on-time",
            "review-awaited - others on-time"
        ]
    );
    let officers = told(&h, &officer).await;
    assert_eq!(
        officers,
        [
            "alarm-unseen emergency mine on-time",
            "approval-decision register mine on-time",
            "review-due - mine on-time"
        ]
    );
    let of_security = told(&h, &security).await;
    assert!(
        of_security.contains(&"approval-awaited register others on-time".to_owned()),
        "{of_security:?}"
    );
    assert!(
        !of_security
            .iter()
            .any(|duty| duty.starts_with("approval-decision")),
        "{of_security:?}"
    );

    // An hour later nobody has looked at the alarm, and the grant is over.
    for _ in 0..3 {
        // Sessions that nobody uses would end.
        h.world.pass(1200);
        told(&h, &adviser).await;
        told(&h, &officer).await;
    }
    assert_eq!(
        told(&h, &officer).await[0],
        "alarm-unseen emergency mine overdue"
    );
    assert_eq!(
        told(&h, &adviser).await,
        ["review-awaited - others on-time"]
    );
    // No answer names the customer.
    let answer = h.get(&officer, "/api/v1/duties").await;
    assert!(
        !answer.text().contains(&subject) && !answer.text().contains("car on fire"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn what_is_far_off_is_told_as_the_next() {
    let h = Harness::new().await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let list = h.get(&officer, "/api/v1/duties").await.ok();
    assert_eq!(list["duties"], json!([]));
    assert_eq!(
        (
            &list["later"][0]["unit"],
            &list["later"][0]["left"],
            &list["later"][0]["state"]
        ),
        (&json!("days"), &json!(365), &json!("on-time")),
    );
    h.world.pass(300 * 86_400);
    let officer = h.staff("zhou.yun", &["protection-officer"]).await;
    assert_eq!(
        told(&h, &officer).await,
        ["register-review - mine near", "policy-review - mine near"]
    );
    let service = h
        .key(
            &["service-adviser"],
            &["repair-service"],
            &["customer.name"],
        )
        .await;
    h.get(&service, "/api/v1/duties").await.expect(403);
}

#[tokio::test]
async fn the_calendar_has_rest_days_and_says_what_is_not_announced() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let list = h.get(&adviser, "/api/v1/calendar").await.ok();
    assert_eq!(list["days"].as_array().unwrap().len(), 15);
    assert_eq!(
        list["days"][0],
        json!({"date": "2026-11-21", "kind": "weekend", "announced": true})
    );
    let new_year = h
        .get(&adviser, "/api/v1/calendar?from=2026-12-31&days=2")
        .await
        .ok();
    assert_eq!(
        new_year["days"][1],
        json!({"date": "2027-01-01", "kind": "working", "announced": false})
    );
    let autumn = h
        .get(&adviser, "/api/v1/calendar?from=2026-09-20&days=12")
        .await
        .ok();
    assert_eq!(
        (&autumn["days"][0]["kind"], &autumn["days"][11]["kind"]),
        (&json!("make-up"), &json!("holiday"))
    );
    for wrong in [
        "from=2026-9-20",
        "from=yesterday",
        "days=0",
        "days=367",
        "day=1",
    ] {
        h.get(&adviser, &format!("/api/v1/calendar?{wrong}"))
            .await
            .problem(400, "invalid-parameter");
    }
}
