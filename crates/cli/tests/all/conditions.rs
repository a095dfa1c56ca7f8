//! When, from where and on what device something counts, from the command line; what customers said.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use shouxin_vault::World as _;
use shouxin_vault::world::Machine;

use crate::stage::{Stage, text};

#[test]
fn hours_network_and_device_decide_with_their_reason() {
    let stage = Stage::start(10, &["adviser", "officer", "secadmin"]);
    let subject = stage.customer();
    let read = |purpose: &str| format!("read {subject} --purpose {purpose} --fields customer.name");
    let contact = "quota = { subjects_per_day = 80, clear_per_day = 40, searches_per_day = 80 }";
    let service = "quota = { subjects_per_day = 80, clear_per_day = 60, searches_per_day = 120 }";
    let marketing = "quota = { subjects_per_day = 50, clear_per_day = 20, searches_per_day = 20 }";
    let with = |quota: &str, conditions: &str| format!("{quota}\nconditions = {{ {conditions} }}");
    let hours = format!("hours = \"{}\"", hours_away());
    stage.declare(
        "bound.toml",
        &[
            (contact, &with(contact, "device = true")),
            (service, &with(service, "networks = [\"10.0.0.0/8\"]")),
            (marketing, &with(marketing, &hours)),
        ],
    );
    // Tighter, so nobody else need agree.
    stage.run("secadmin", "register apply bound.toml").done();
    let outside = stage.run("adviser", &read("repair-service"));
    assert!(
        outside.refused().contains("outside-network"),
        "{}",
        outside.err
    );
    let late = stage.run(
        "adviser",
        &format!("{} --lang zh", read("marketing-contact")),
    );
    assert!(
        late.refused().contains("out-of-hours") && late.err.contains("规定时段"),
        "{}",
        late.err
    );

    let unknown = stage.run("adviser", &read("repair-contact"));
    assert!(
        unknown.refused().contains("unknown-device")
            && unknown.err.contains("shouxin devices name"),
        "{}",
        unknown.err
    );
    a_device_counts_once_approved(&stage, &read("repair-contact"));
}

fn a_device_counts_once_approved(stage: &Stage, read: &str) {
    let none = stage.run("adviser", "devices list --lang zh");
    assert!(none.done().contains("没有登记的设备"), "{}", none.out);
    let long = stage.run("adviser", &format!("devices name {}", "x".repeat(61)));
    assert!(long.refused().contains("invalid-value"), "{}", long.err);
    let named = stage.run("adviser", "devices name counter-3");
    assert!(
        named.done().contains("waits for a security administrator"),
        "{}",
        named.out
    );
    let listed = stage.json("secadmin", "devices list");
    let device = text(&listed["devices"][0]["device"]);
    assert!(named.out.contains(&device));
    assert!(
        stage
            .run("adviser", read)
            .refused()
            .contains("unknown-device")
    );
    let approve = format!("devices approve {device}");
    assert!(
        stage
            .run("adviser", &approve)
            .refused()
            .contains("operation-not-permitted")
    );
    let approved = stage.run("secadmin", &format!("{approve} --lang zh"));
    assert!(approved.done().contains("已批准"), "{}", approved.out);
    let twice = stage.run("secadmin", &approve);
    assert!(twice.refused().contains("not-found"), "{}", twice.err);
    stage.run("adviser", read).done();
    let listed = stage.run("adviser", "devices list");
    assert!(
        listed.done().contains("active") && listed.out.contains("this machine"),
        "{}",
        listed.out
    );

    // What it is recognised by lies here, for its owner alone; elsewhere the session alone does not do.
    let folder = stage.bench.path(".config/shouxin/devices");
    let server = fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let file = server.path().join("adviser.json");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::rename(&file, stage.bench.path("elsewhere")).unwrap();
    assert!(
        stage
            .run("adviser", read)
            .refused()
            .contains("unknown-device")
    );
    fs::rename(stage.bench.path("elsewhere"), &file).unwrap();
    // Nor does it make anybody else's session one on a device of theirs.
    fs::copy(&file, server.path().join("officer.json")).unwrap();
    let theirs = stage.json("officer", "devices list");
    assert_eq!(theirs["devices"].as_array().unwrap().len(), 0);

    let revoked = stage.run("adviser", &format!("devices revoke {device}"));
    assert!(revoked.done().contains("is removed"), "{}", revoked.out);
    assert!(!file.exists());
    assert!(
        stage
            .run("adviser", read)
            .refused()
            .contains("unknown-device")
    );
}

/// An hour of the day that is far from now, in Chinese time.
fn hours_away() -> &'static str {
    let seconds = Machine.now().seconds();
    let hour = (seconds / 3_600 + 8) % 24;
    if (4..16).contains(&hour) {
        "mon-sun 22:00-23:00"
    } else {
        "mon-sun 10:00-11:00"
    }
}

#[test]
fn a_customers_word_and_a_restriction_count_from_the_next_read_on() {
    let stage = Stage::start(10, &["adviser", "officer"]);
    let subject = stage.customer();
    let marketing = || {
        let words = format!("read {subject} --purpose marketing-contact --fields customer.name");
        let said = stage.run("adviser", &words);
        said.out + &said.err
    };
    let say = |word: &str| format!("consent {word} {subject} --purpose marketing-contact");
    assert!(marketing().contains("consent"), "{}", marketing());
    assert!(!marketing().contains("This read"), "{}", marketing());
    let not = stage.run("adviser", &say("given"));
    assert!(
        not.refused().contains("operation-not-permitted"),
        "{}",
        not.err
    );
    let unshown = stage.run("officer", &say("given"));
    assert!(
        unshown.refused().contains("notice-not-shown"),
        "{}",
        unshown.err
    );
    let given = stage.run(
        "officer",
        &format!(
            "{} --notice marketing --until 2099-01-01T00:00:00Z",
            say("given")
        ),
    );
    assert!(given.done().contains("ledger entry"), "{}", given.out);
    assert!(marketing().contains("masked"), "{}", marketing());
    let back = stage.run("officer", &format!("{} --lang zh", say("withdrawn")));
    assert!(back.done().contains("撤回同意"), "{}", back.out);
    assert!(!marketing().contains("masked"), "{}", marketing());
    let unknown = stage.run(
        "officer",
        &format!("consent given {subject} --purpose no-such-purpose"),
    );
    assert!(
        unknown.refused().contains("unknown-purpose"),
        "{}",
        unknown.err
    );
    let nobody = "consent given sub_06fs8k0000000000000000000g --purpose marketing-contact --notice marketing";
    assert!(
        stage
            .run("officer", nobody)
            .refused()
            .contains("subject-not-found")
    );

    let read = format!("read {subject} --purpose repair-service --fields customer.name");
    stage.run("adviser", &read).done();
    let put = format!("restriction put {subject} --reason accuracy-contested");
    let story = format!("restriction put {subject} --reason Contested");
    assert!(
        stage
            .run("officer", &story)
            .refused()
            .contains("invalid-value")
    );
    assert_eq!(
        stage.json("officer", &put)["entry"].as_u64().map(|n| n > 0),
        Some(true)
    );
    let restricted = stage.run("adviser", &read);
    assert!(
        restricted.refused().contains("restricted"),
        "{}",
        restricted.err
    );
    let twice = stage.run("officer", &put);
    assert!(twice.refused().contains("already-exists"), "{}", twice.err);
    let lift = format!("restriction lift {subject}");
    let lifted = stage.run("officer", &format!("{lift} --lang zh"));
    assert!(lifted.done().contains("已解除限制"), "{}", lifted.out);
    stage.run("adviser", &read).done();
    let none = stage.run("officer", &lift);
    assert!(none.refused().contains("not-found"), "{}", none.err);
}
