//! What was really read, counted from the ledger and held against the register.

use std::collections::BTreeMap;
use std::time::Instant;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{Caller, Personal, SearchMode};
use shouxin_store::Tx;
use shouxin_vault::observations::Observations;
use shouxin_vault::{Actors, KeyScope, SearchRequest};

use crate::support::{Engine, Harness, after_sales, on_both_engines};

on_both_engines! {
    reads_are_counted_by_field_purpose_role_and_form
    whoever_counts_anew_counts_the_same
    reads_of_other_days_do_not_count
    what_a_register_no_longer_declares_is_named
    a_version_is_found_in_the_ledger_and_compared_with_another
}

/// These people, under the roles that they hold now.
fn actors(people: &[&Caller]) -> Actors {
    let staff = people.iter().map(|one| (one.actor(), one.roles.clone()));
    Actors {
        staff: staff.collect(),
        keys: BTreeMap::new(),
    }
}

fn lines(seen: &Observations) -> Vec<String> {
    let line = |flow: &shouxin_vault::observations::Flow| {
        let (purpose, act) = (flow.purpose.as_deref().unwrap_or("-"), flow.act.word());
        format!(
            "{act} {} {purpose} {:?} {} {}",
            flow.field, flow.recipient, flow.form, flow.count
        )
    };
    let mut lines: Vec<String> = seen.flows.iter().map(line).collect();
    lines.sort();
    lines
}

fn found(seen: &Observations, kind: &str) -> Vec<String> {
    let of = seen
        .findings
        .iter()
        .filter(|finding| finding.kind.word() == kind);
    of.map(|finding| {
        let purpose = finding.purpose.as_deref().unwrap_or("-");
        let (given, refused) = (finding.given, finding.refused);
        format!("{} {purpose} {given} {refused}", finding.fields.join(","))
    })
    .collect()
}

const MASKED: &str = "read customer.name repair-contact Role(\"service-adviser\") masked 2";

async fn reads_are_counted_by_field_purpose_role_and_form(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let stranger = h.staff("wang", "service-adviser");
    for _ in 0..2 {
        let fields = ["customer.name", "customer.resident_id"];
        h.read(&adviser, written.subject, "repair-contact", &fields, &[])
            .await;
    }
    let mobile = ["customer.mobile"];
    h.read(
        &adviser,
        written.subject,
        "repair-contact",
        &mobile,
        &mobile,
    )
    .await;
    h.read(&stranger, written.subject, "repair-contact", &mobile, &[])
        .await;
    let find = SearchRequest {
        field: "customer.mobile".parse().unwrap(),
        mode: SearchMode::Exact,
        value: Personal::new("13800138000".to_owned()),
        purpose: "repair-service".to_owned(),
        limit: 10,
    };
    h.vault.search(&adviser, &find).await.unwrap();
    let actors = actors(&[&adviser, &stranger]);
    let seen = h.vault.observations(30, &actors).await.unwrap();
    let lines = lines(&seen);
    for wanted in [
        MASKED,
        "read customer.mobile repair-contact Role(\"service-adviser\") clear 1",
        "read customer.mobile repair-contact Role(\"service-adviser\") withheld 1",
        "read customer.resident_id repair-contact Role(\"service-adviser\") withheld 2",
        "search customer.mobile repair-service Role(\"service-adviser\") search 1",
        "write customer.mobile - Operator written 1",
    ] {
        assert!(
            lines.iter().any(|line| line == wanted),
            "{wanted}: {lines:#?}"
        );
    }
    assert_eq!(seen.behind, 0);
    // Asked for, and the purpose does not need it.
    assert_eq!(
        found(&seen, "not-in-purpose"),
        ["customer.resident_id repair-contact 0 2"]
    );
    let unread = found(&seen, "unread-field");
    assert!(unread.iter().any(|line| line.starts_with("vehicle.plate ")));
    assert!(!unread.iter().any(|line| line.starts_with("customer.name ")));
    // Whoever answers about everything that is held reads it because it is held.
    let officer = h.staff("zhou", "protection-officer");
    let plate = ["vehicle.plate"];
    let read = h
        .read(&officer, written.subject, "rights-answer", &plate, &[])
        .await;
    assert!(read.refusal.is_none());
    let mut with_officer = actors.clone();
    with_officer
        .staff
        .insert(officer.actor(), officer.roles.clone());
    let later = h.vault.observations(30, &with_officer).await.unwrap();
    let still = found(&later, "unread-field");
    assert!(
        still.contains(&"vehicle.plate - 1 0".to_owned()),
        "{still:?}"
    );
    // The vault ties staff to people by it.
    assert!(
        !unread
            .iter()
            .any(|line| line.starts_with("work_order.assignee "))
    );
    assert!(
        !found(&seen, "unused-purpose")
            .iter()
            .any(|line| line.contains("repair-contact"))
    );
    assert!(
        found(&seen, "unused-purpose")
            .iter()
            .any(|line| line.contains("recall-notice"))
    );
}

async fn whoever_counts_anew_counts_the_same(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    for turn in 0..4 {
        h.read(
            &adviser,
            written.subject,
            "repair-contact",
            &["customer.name"],
            &[],
        )
        .await;
        // Bit by bit, in pieces of another size each time.
        while h.vault.follow_ledger(turn + 1).await.unwrap() > 0 {}
    }
    let people = actors(&[&adviser]);
    let followed = h.vault.observations(30, &people).await.unwrap();
    assert!(
        lines(&followed)
            .iter()
            .any(|line| line == &MASKED.replace(" 2", " 4"))
    );
    let h = h.reopen().await;
    let anew = h.vault.observations(30, &people).await.unwrap();
    assert_eq!(followed.flows, anew.flows);
    assert_eq!(followed.findings, anew.findings);
    assert_eq!(followed.counted_to, anew.counted_to);
}

async fn reads_of_other_days_do_not_count(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    let people = actors(&[&adviser]);
    let name = ["customer.name"];
    h.read(&adviser, written.subject, "repair-contact", &name, &[])
        .await;
    h.world.pass(10 * 86_400);
    h.read(&adviser, written.subject, "repair-contact", &name, &[])
        .await;
    let count = async |days: u32| {
        let seen = h.vault.observations(days, &people).await.unwrap();
        let own = seen
            .flows
            .iter()
            .filter(|flow| flow.field == name[0] && flow.is_open());
        let own = own.filter(|flow| flow.act.word() == "read");
        own.map(|flow| flow.count).sum::<u64>()
    };
    assert_eq!((count(10).await, count(11).await), (1, 2));
    h.world.pass(85 * 86_400);
    // The first is let go of, and a process that begins now does not look for it.
    assert_eq!(count(90).await, 1);
    let h = h.reopen().await;
    let seen = h.vault.observations(90, &people).await.unwrap();
    assert_eq!(seen.entries, 1);
}

async fn what_a_register_no_longer_declares_is_named(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    let fields = ["customer.name", "customer.landline"];
    h.read(&adviser, written.subject, "repair-contact", &fields, &[])
        .await;
    let people = actors(&[&adviser]);
    let (with, without) = (
        "\"customer.mobile\", \"customer.landline\", ",
        "\"customer.mobile\", ",
    );
    // In the fields of the purpose, and in the review of them.
    let narrower = after_sales(with, without).replacen(with, without, 1);
    let new = shouxin_register::parse("register.toml", &narrower);
    // No purpose needs the field then, which a register may not say: so another has to.
    assert!(new.is_err());
    let narrower = narrower.replacen(
        "\"customer.name\", \"customer.mobile\", \"customer.address\", \"customer.source\",",
        "\"customer.name\", \"customer.mobile\", \"customer.landline\", \"customer.address\", \"customer.source\",",
        1,
    );
    let (plan, reach) = h
        .vault
        .plan_reach("register.toml", &narrower, 30, &people)
        .await
        .unwrap();
    assert!(plan.loosens());
    let cut: Vec<_> = reach
        .cut_off
        .iter()
        .map(|flow| (flow.field.as_str(), flow.count))
        .collect();
    assert_eq!(cut, [("customer.landline", 1)]);
    assert!(
        found(
            &h.vault.observations(30, &people).await.unwrap(),
            "not-in-purpose"
        )
        .is_empty()
    );
    // Whoever left the role read what nobody would be shown as permitted now; a key that is gone likewise.
    let mut left = people.clone();
    left.staff
        .insert(adviser.actor(), vec!["auditor".to_owned()]);
    let seen = h.vault.observations(30, &left).await.unwrap();
    assert_eq!(
        found(&seen, "role-not-declared"),
        ["customer.landline,customer.name repair-contact 2 0"]
    );
    let scope = KeyScope {
        live: true,
        purposes: vec!["repair-contact".to_owned()],
        ..KeyScope::default()
    };
    left.keys.insert("key_1".to_owned(), scope);
    let seen = h.vault.observations(30, &left).await.unwrap();
    assert_eq!(found(&seen, "idle-key").len(), 1);
}

async fn a_version_is_found_in_the_ledger_and_compared_with_another(engine: Engine) {
    let h = Harness::new(engine).await;
    h.world.pass(60);
    let caller = Caller::operator();
    let shorter = after_sales("retention = { years = 3", "retention = { years = 2");
    let applied = h.vault.apply(&caller, Some(&shorter), None).await.unwrap();
    for version in h.vault.register_history().await.unwrap() {
        let at = version.applied_at;
        let (entry, approval) = h
            .vault
            .entry_of_version(true, version.version, at)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            entry,
            if version.version == 1 {
                0
            } else {
                applied.entry
            }
        );
        assert_eq!(approval, None);
    }
    let (plan, text) = h.vault.register_difference(1, 2).await.unwrap().unwrap();
    assert_eq!(plan, applied.plan);
    assert!(text.contains("\n-retention = { years = 3"), "{text}");
    let (back, _) = h.vault.register_difference(2, 1).await.unwrap().unwrap();
    assert!(back.loosens() && !plan.loosens());
    assert!(h.vault.register_difference(1, 3).await.unwrap().is_none());
}

#[allow(clippy::print_stdout, reason = "a long test says what it measured")]
#[allow(clippy::disallowed_methods, reason = "it measures")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: counts a ledger of a hundred thousand entries"]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "how long it really takes is what it tells"
)]
async fn long_a_hundred_thousand_entries_are_counted_in_seconds() {
    let h = Harness::new(Engine::Sqlite).await;
    let entries = 100_000;
    let now = h.vault.now().micros();
    let mut tx = Tx::new();
    for number in 0..entries {
        let mut entry = Entry::new(now + number, Kind::Read, format!("stf_{}", number % 50));
        entry.purpose = Some("repair-contact".to_owned());
        entry.subject = Some([7; 16]);
        entry.register = 1;
        for field in ["name", "mobile", "email", "wechat", "landline"] {
            entry.add_field("masked", "own-order", format!("customer.{field}"));
        }
        tx.append(entry.encode().unwrap());
        if number % 1_000 == 999 {
            h.vault
                .store()
                .commit(std::mem::take(&mut tx))
                .await
                .unwrap();
        }
    }
    let begun = Instant::now();
    let mut longest = std::time::Duration::ZERO;
    loop {
        let piece = Instant::now();
        let left = h.vault.follow_ledger(2_000).await.unwrap();
        longest = longest.max(piece.elapsed());
        if left == 0 {
            break;
        }
    }
    let all = begun.elapsed();
    let asked = Instant::now();
    let seen = h.vault.observations(30, &Actors::default()).await.unwrap();
    let answered = asked.elapsed();
    println!(
        "{entries} entries: {all:?}, 2,000 of them at most {longest:?}; a question then {answered:?}"
    );
    let uses: u64 = seen.flows.iter().map(|flow| flow.count).sum();
    assert_eq!(uses, 5 * u64::try_from(entries).unwrap());
    assert!(all.as_secs() < 120, "{all:?}");
}
