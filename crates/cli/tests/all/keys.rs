//! Keys from the command line: turned, destroyed by two, split and rebuilt.

use std::fs;

use crate::stage::{Stage, text};

#[test]
fn keys_turn_while_reading_goes_on_and_an_epoch_is_destroyed_by_two() {
    let stage = Stage::start(12, &["adviser", "sysadmin", "secadmin", "officer"]);
    let subject = stage.customer();
    let clear = format!(
        "read {subject} --purpose repair-contact --fields customer.mobile --clear customer.mobile"
    );
    let opened = || {
        let read = stage.json("adviser", &clear);
        text(&read["fields"][0]["values"][0]["value"])
    };
    let number = opened();

    let listed = stage.run("sysadmin", "keys list");
    assert!(
        listed.done().contains("current") && listed.out.contains("keyring"),
        "{}",
        listed.out
    );
    let chinese = stage.run("sysadmin", "keys list --lang zh");
    assert!(chinese.done().contains("当前") && chinese.out.contains("轮次"));
    assert!(
        stage
            .run("adviser", "keys list")
            .refused()
            .contains("operation-not-permitted")
    );
    let inventory = stage.run("officer", "keys inventory --lang zh");
    assert!(
        inventory.done().contains("AES-256-GCM") && inventory.out.contains("量子风险"),
        "{}",
        inventory.out
    );

    let rotated = stage.run("sysadmin", "keys rotate");
    assert!(
        rotated.done().contains("epoch 2 began (international)"),
        "{}",
        rotated.out
    );
    assert!(
        rotated.err.contains("Wrapping keys is done"),
        "{}",
        rotated.err
    );
    let epochs = stage.json("sysadmin", "keys list")["epochs"].clone();
    let state = |epoch: u64| {
        let of = epochs.as_array().unwrap().iter();
        let mut of = of.filter(|of| of["epoch"] == epoch);
        of.next().unwrap().clone()
    };
    assert_eq!(state(1)["keys"], 0);
    assert_eq!(state(2)["state"], "current");
    assert_eq!(opened(), number);

    one_field_changes_its_suite(&stage);
    let resealed = stage.run("sysadmin", "keys reseal");
    assert!(
        resealed.done().contains("are sealed anew"),
        "{}",
        resealed.out
    );
    assert!(
        resealed.err.contains("Sealing anew is done"),
        "{}",
        resealed.err
    );
    let idle = stage.run("sysadmin", "keys watch");
    assert!(idle.done().contains("No work on keys is under way"));
    assert_eq!(opened(), number);

    an_epoch_is_destroyed(&stage);
    assert_eq!(opened(), number);
}

/// Two suites in one deployment, and no read between them fails.
fn one_field_changes_its_suite(stage: &Stage) {
    let line = "name = \"mobile\"\n";
    stage.declare(
        "national.toml",
        &[(line, "name = \"mobile\"\nsuite = \"national\"\n")],
    );
    stage.run("secadmin", "register apply national.toml").done();
    let followed = stage.run("sysadmin", "keys watch");
    assert!(
        followed.err.contains("Updating records is done"),
        "{}{}",
        followed.done(),
        followed.err
    );
    let inventory = stage.json("officer", "keys inventory");
    let in_use = inventory["in_use"].as_array().unwrap();
    let national: Vec<_> = in_use
        .iter()
        .filter(|of| of["suite"] == "national")
        .collect();
    assert_eq!(national.len(), 1, "{inventory}");
    assert_eq!(national[0]["fields"][0], "mobile");
    assert_eq!(national[0]["waiting"], 0);
}

fn an_epoch_is_destroyed(stage: &Stage) {
    let current = stage.run("secadmin", "keys destroy-epoch 2 --reason yearly-change");
    assert!(
        current.refused().contains("rotate first"),
        "{}",
        current.err
    );
    let asked = stage.json("secadmin", "keys destroy-epoch 1 --reason yearly-change");
    let approval = text(&asked["approval"]);
    let destroy = format!("keys destroy-epoch 1 --approval {approval}");
    let early = stage.run("secadmin", &destroy);
    assert!(
        early.refused().contains("nobody has decided about it yet"),
        "{}",
        early.err
    );
    let own = stage.decide("secadmin", "approve", &approval);
    assert!(own.refused().contains("own-approval"), "{}", own.err);
    stage.decide("officer", "approve", &approval).done();
    let other = stage.run("sysadmin", &destroy);
    assert_eq!(other.code, 1, "whoever asked carries it out: {}", other.out);
    let done = stage.run("secadmin", &format!("{destroy} --lang zh"));
    assert!(done.done().contains("第 1 轮密钥已销毁"), "{}", done.out);
    let listed = stage.run("sysadmin", "keys list");
    assert!(listed.done().contains("destroyed"), "{}", listed.out);
    let again = stage.run("secadmin", &destroy);
    assert_eq!(again.code, 1, "{}", again.out);
}

#[test]
fn a_lost_root_is_rebuilt_from_shares() {
    let mut stage = Stage::start(10, &["adviser"]);
    let subject = stage.customer();
    let read = format!("read {subject} --purpose repair-service --fields customer.name");
    stage.run("adviser", &read).done();
    stage.stop();
    let Stage { bench, .. } = &stage;
    let split = bench.shouxin("keys split --data data --any 2 --of 3 --out shares");
    assert!(
        split.done().contains("any 2 of which rebuild the root"),
        "{}",
        split.out
    );
    let (key, lost) = (bench.path("data-keys/root.key"), bench.path("lost"));
    fs::rename(&key, &lost).unwrap();
    let locked = bench.shouxin("ledger verify --data data");
    assert_ne!(locked.code, 0, "{}", locked.out);
    let one = bench.shouxin("keys recover --keys data-keys shares/share-1-of-3");
    assert_ne!(one.code, 0, "{}", one.out);
    assert!(!key.exists());
    let rebuilt = bench
        .shouxin("keys recover --keys data-keys shares/share-3-of-3 shares/share-1-of-3 --lang zh");
    assert!(rebuilt.done().contains("根密钥已恢复"), "{}", rebuilt.out);
    assert!(key.exists());
    stage.start_again();
    stage.run("adviser", &read).done();
}
