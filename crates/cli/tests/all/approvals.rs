//! What two people must agree on, from the command line.

use crate::stage::{Stage, text};

const ASK: &str = "export --purpose rights-answer --fields customer.name,customer.mobile \
                   --reason for-the-authority";

fn ask(stage: &Stage) -> String {
    text(&stage.json("officer", ASK)["approval"]["approval"])
}

#[test]
fn a_decision_counts_for_what_was_seen_and_is_somebody_elses() {
    let mut stage = Stage::start(12, &["adviser", "officer", "deputy", "secadmin"]);
    let approval = ask(&stage);
    let listed = stage.run("deputy", "approvals list");
    assert!(
        listed.done().contains(&approval) && listed.out.contains("open"),
        "{}",
        listed.out
    );
    let chinese = stage.run("deputy", "approvals list --lang zh");
    assert!(
        chinese.done().contains("待审批") && chinese.out.contains("2 天 23 小时"),
        "{}",
        chinese.out
    );
    let shown = stage.run("deputy", &format!("approvals show {approval} --lang zh"));
    assert!(
        shown.done().contains("将要执行的全部内容") && shown.out.contains("customer.mobile"),
        "{}",
        shown.out
    );
    // Whom it does not concern.
    assert!(
        stage
            .run("adviser", "approvals list")
            .done()
            .contains("Nothing waits")
    );
    let hidden = stage.run("adviser", &format!("approvals show {approval}"));
    assert!(hidden.refused().contains("not-found"), "{}", hidden.err);

    let approve = |login: &str, digest: &str| {
        stage.run(
            login,
            &format!("approvals approve {approval} --digest {digest}"),
        )
    };
    let digest = stage.digest("deputy", &approval);
    let other = "0".repeat(64);
    assert!(
        approve("deputy", &other)
            .refused()
            .contains("approval-mismatch")
    );
    assert!(
        approve("officer", &digest)
            .refused()
            .contains("own-approval")
    );
    let own = stage.run(
        "officer",
        &format!("approvals approve {approval} --digest {digest} --lang zh"),
    );
    assert!(own.refused().contains("不能审批自己"), "{}", own.err);
    assert!(
        approve("adviser", &digest)
            .refused()
            .contains("operation-not-permitted")
    );
    let role = approve("secadmin", &digest);
    assert!(
        role.refused()
            .contains("these roles decide about it: protection-officer"),
        "{}",
        role.err
    );
    let decided = stage.json(
        "deputy",
        &format!("approvals approve {approval} --digest {digest} --note as-agreed"),
    );
    assert_eq!(
        (&decided["state"], &decided["note"]),
        (&"approved".into(), &"as-agreed".into())
    );
    let twice = approve("deputy", &digest);
    assert!(twice.refused().contains("approval-state"), "{}", twice.err);

    rejected_and_withdrawn(&stage);
    a_changed_body_is_refused(&stage);
    pages(&stage);
    what_was_altered_beside_the_program_decides_nothing(&mut stage);
}

fn rejected_and_withdrawn(stage: &Stage) {
    let (no, back) = (ask(stage), ask(stage));
    let rejected = stage.decide("deputy", "reject", &no);
    assert!(
        rejected.done().contains("state: rejected"),
        "{}",
        rejected.out
    );
    let withdrawn = stage.run("officer", &format!("approvals withdraw {back} --lang zh"));
    assert!(
        withdrawn.done().contains("状态: 已撤回"),
        "{}",
        withdrawn.out
    );
    for (approval, why) in [
        (&no, "it was rejected"),
        (&back, "its requester withdrew it"),
    ] {
        let used = stage.run(
            "officer",
            &format!("export --approval {approval} --to x.csv"),
        );
        assert!(used.refused().contains(why), "{}", used.err);
        let late = stage.decide("deputy", "approve", approval);
        assert!(late.refused().contains(why), "{}", late.err);
    }
    assert!(!stage.bench.path("x.csv").exists());
}

/// What is carried out is what was approved, to the letter.
fn a_changed_body_is_refused(stage: &Stage) {
    let quota = "quota = { subjects_per_day = 80, clear_per_day = 60, searches_per_day = 120 }";
    let looser = |n: &str| quota.replace("60", n);
    stage.declare("looser.toml", &[(quota, &looser("61"))]);
    stage.declare("other.toml", &[(quota, &looser("600"))]);
    let alone = stage.run("secadmin", "register apply looser.toml");
    assert!(
        alone.refused().contains("shouxin register propose"),
        "{}",
        alone.err
    );
    let words = "register propose looser.toml --reason busy-season";
    let approval = text(&stage.json("secadmin", words)["approval"]);
    stage.decide("officer", "approve", &approval).done();
    let apply = |file: &str| {
        stage.run(
            "secadmin",
            &format!("register apply {file} --approval {approval}"),
        )
    };
    let other = apply("other.toml");
    assert!(
        other.refused().contains("approval-mismatch"),
        "{}",
        other.err
    );
    assert!(apply("looser.toml").done().contains("register version 2"));
    let used = apply("looser.toml");
    assert_eq!(used.code, 1, "{}", used.out);
    let shown = stage.run("officer", &format!("approvals show {approval}"));
    assert!(shown.done().contains("state: spent"), "{}", shown.out);
}

fn pages(stage: &Stage) {
    let all = stage.json("officer", "approvals list --all");
    let all = all["approvals"].as_array().unwrap().len();
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let words = format!("approvals list --all --limit 3{after}");
        let page = stage.json("officer", &words);
        let ids = page["approvals"].as_array().unwrap().iter();
        seen.extend(ids.map(|one| text(&one["approval"])));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        let told = stage.run("officer", &words);
        assert!(
            told.done().contains(&format!("--after {next}")),
            "{}",
            told.out
        );
        after = format!(" --after {next}");
    }
    let each = seen.iter().collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!((seen.len(), each), (all, all));
    assert!(all > 3);
    let wrong = stage.run("officer", "approvals list --after elsewhere");
    assert!(
        wrong.refused().contains("invalid-parameter"),
        "{}",
        wrong.err
    );
}

/// Its time is put off where it is kept: then it is no word of this program any more.
fn what_was_altered_beside_the_program_decides_nothing(stage: &mut Stage) {
    let approval = ask(stage);
    let digest = stage.digest("officer", &approval);
    stage.alter("UPDATE approval SET expires_at = expires_at + 1 WHERE state = 'open'");
    let shown = stage.run("deputy", &format!("approvals show {approval} --lang zh"));
    assert!(shown.refused().contains("[internal]"), "{}", shown.err);
    let approve = format!("approvals approve {approval} --digest {digest}");
    let decided = stage.run("deputy", &approve);
    assert!(decided.refused().contains("[internal]"), "{}", decided.err);
}
