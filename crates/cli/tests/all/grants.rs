//! Access for a time and in an emergency, from the command line.

use std::time::Duration;

use crate::stage::{Stage, text};

#[test]
fn access_is_asked_for_counted_down_and_ends() {
    let stage = Stage::start(10, &["adviser", "clerk", "officer"]);
    let subject = stage.customer();
    let read = format!("read {subject} --purpose repair-service --fields customer.name");
    assert!(
        stage
            .run("clerk", &read)
            .refused()
            .contains("purpose-not-for-role")
    );
    let request = |minutes: u32| {
        let words = format!(
            "grants request --purpose repair-service --role service-adviser --field customer.name \
             --subject {subject} --minutes {minutes} --reason covering"
        );
        text(&stage.json("clerk", &words)["approval"])
    };
    let unknown = stage.run(
        "clerk",
        "grants request --purpose repair-service --role service-adviser --field customer.resident_id \
         --minutes 5 --reason covering --lang zh",
    );
    assert!(
        unknown.refused().contains("须写明该目的下的字段"),
        "{}",
        unknown.err
    );

    let brief = request(1);
    assert!(
        stage
            .decide("clerk", "approve", &brief)
            .refused()
            .contains("operation-not-permitted")
    );
    assert!(stage.run("clerk", &read).code == 1);
    stage.decide("officer", "approve", &brief).done();
    let list = stage.json("clerk", "grants list");
    let grant = text(&list["grants"][0]["grant"]);
    let left = list["grants"][0]["seconds_left"].as_u64().unwrap();
    assert!((1..=60).contains(&left), "{left}");
    let shown = stage.run("clerk", "grants list --lang zh");
    assert!(
        shown.done().contains("有效") && shown.out.contains(" 0:"),
        "{}",
        shown.out
    );
    let opened = stage.run("clerk", &read);
    assert!(
        opened.done().contains("masked") && opened.out.contains(&grant),
        "{}",
        opened.out
    );

    // Another, ended by its holder before its time; the first goes on meanwhile.
    stage.decide("officer", "approve", &request(90)).done();
    let list = stage.json("clerk", "grants list");
    let long = list["grants"].as_array().unwrap().iter();
    let long = long.max_by_key(|one| one["seconds_left"].as_u64()).unwrap();
    let long = text(&long["grant"]);
    let shown = stage.run("officer", &format!("grants show {long} --lang zh"));
    assert!(shown.done().contains("1 小时 29 分"), "{}", shown.out);
    let ended = stage.run("clerk", &format!("grants revoke {long}"));
    assert!(ended.done().contains("revoked"), "{}", ended.out);
    let twice = stage.run("clerk", &format!("grants revoke {long} --lang zh"));
    assert!(twice.refused().contains("已到期、已收回"), "{}", twice.err);

    // The minute ends by itself.
    let state = || text(&stage.json("clerk", &format!("grants show {grant}"))["state"]);
    for _ in 0..90 {
        if state() != "live" {
            break;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    assert_eq!(state(), "expired");
    assert!(
        stage
            .run("clerk", &read)
            .refused()
            .contains("purpose-not-for-role")
    );
    let none = stage.run("clerk", "grants list");
    assert!(none.done().contains("There is no grant"), "{}", none.out);
}

#[test]
fn an_emergency_opens_at_once_alarms_and_must_be_reviewed() {
    let stage = Stage::start(10, &["adviser", "officer", "secadmin", "sysadmin"]);
    let stranger = |mobile: &str| {
        let values = format!("{{\"name\": \"测试\", \"mobile\": \"{mobile}\"}}");
        let said = stage.fed("sysadmin", "--json record write customer", &values);
        let written: serde_json::Value = serde_json::from_str(said.done()).unwrap();
        text(&written["subject"])
    };
    let (subject, next) = (stranger("13800000001"), stranger("13800000002"));
    let read = format!("read {subject} --purpose repair-contact --fields customer.name");
    assert!(
        stage
            .run("adviser", &read)
            .refused()
            .contains("no-open-case")
    );
    let break_glass =
        |of: &str| format!("break-glass {of} --purpose repair-contact --reason stranded");
    let not = stage.run("officer", &format!("{} --lang zh", break_glass(&subject)));
    assert!(not.refused().contains("紧急调阅"), "{}", not.err);

    let opened = stage.run("adviser", &break_glass(&subject));
    assert!(
        opened.done().contains("An alarm was raised") && opened.out.contains(" left"),
        "{}",
        opened.out
    );
    stage.run("adviser", &read).done();
    let alarms = stage.run("secadmin", "alarms --lang zh");
    assert!(alarms.done().contains("紧急调阅"), "{}", alarms.out);
    let alarm = text(&stage.json("secadmin", "alarms")["alarms"][0]["alarm"]);
    let seen = stage.run("secadmin", &format!("alarms --seen {alarm}"));
    assert!(seen.done().contains("There is no alarm"), "{}", seen.out);

    let due = stage.run("officer", "reviews list --lang zh");
    assert!(due.done().contains("待复核"), "{}", due.out);
    let emergency = text(&stage.json("officer", "reviews list")["reviews"][0]["emergency"]);
    let shown = stage.run("officer", &format!("reviews show {emergency}"));
    assert!(shown.done().contains("stranded"), "{}", shown.out);
    let decide = format!("reviews decide {emergency} --finding justified --note called-for-help");
    let own = stage.run("adviser", &decide);
    assert!(
        own.refused().contains("operation-not-permitted"),
        "{}",
        own.err
    );

    let again = break_glass(&next);
    let done = stage.run("officer", &decide);
    assert!(done.done().contains("justified"), "{}", done.out);
    let twice = stage.run("officer", &decide);
    assert!(
        twice.refused().contains("was reviewed already"),
        "{}",
        twice.err
    );
    assert!(
        stage
            .run("officer", "reviews list")
            .done()
            .contains("nothing to review")
    );
    stage.run("adviser", &again).done();
}
