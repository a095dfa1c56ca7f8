//! Reads: forms, refusals, entries.

use std::collections::BTreeSet;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, Personal, RecordId, SearchMode};
use shouxin_vault::{CaseChange, RecordOutcome, SearchRequest};

use crate::support::{Engine, Harness, case_of, on_both_engines, open_folder, request, shown};

on_both_engines! {
    an_adviser_sees_the_customer_of_an_open_order_masked_and_loses_it_when_the_order_closes
    a_clear_read_of_a_core_field_needs_a_second_factor_of_the_last_ten_minutes
    writing_the_same_customer_again_changes_nothing_and_another_value_merges
    a_search_finds_the_caller_s_own_customers_only_and_is_recorded
    a_quota_ends_the_day_s_clear_reads_and_begins_anew_at_midnight_in_china
    a_read_of_one_record_opens_no_other
    a_batch_answers_each_subject_under_an_entry_of_its_own
    a_subject_that_does_not_exist_is_recorded_and_told
}

async fn an_adviser_sees_the_customer_of_an_open_order_masked_and_loses_it_when_the_order_closes(
    engine: Engine,
) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    let fields = [
        "customer.name",
        "customer.mobile",
        "customer.resident_id",
        "work_order.status",
    ];
    let outcome = h
        .read(&adviser, written.subject, "repair-service", &fields, &[])
        .await;
    let lines = shown(&outcome);
    assert!(
        lines[0].starts_with("customer.name masked ") && lines[0].ends_with(" 欧阳*"),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("customer.mobile masked ") && lines[1].ends_with(" 138****8000"),
        "{lines:?}"
    );
    assert!(
        lines[2].starts_with("customer.resident_id withheld not-in-purpose "),
        "{lines:?}"
    );
    assert!(
        lines[3].starts_with("work_order.status clear ") && lines[3].ends_with(" in-progress"),
        "{lines:?}"
    );

    let other = h.staff("wang.wei", "service-adviser");
    let refused = h
        .read(&other, written.subject, "repair-service", &fields, &[])
        .await;
    assert_eq!(refused.refusal.unwrap().rule, "not-assigned");

    let change = CaseChange {
        status: Some("closed".to_owned()),
        ..CaseChange::default()
    };
    h.vault
        .change_case(&adviser, written.subject, case_of(&written), &change)
        .await
        .unwrap();
    let closed = h
        .read(&adviser, written.subject, "repair-service", &fields, &[])
        .await;
    assert_eq!(closed.refusal.as_ref().unwrap().rule, "case-closed");
    assert!(closed.fields.iter().all(|field| field.values.is_empty()));
    let (entry, _) = h.vault.entry(closed.entry).await.unwrap();
    assert_eq!(entry.kind, Kind::Refusal);
}

async fn a_clear_read_of_a_core_field_needs_a_second_factor_of_the_last_ten_minutes(
    engine: Engine,
) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let mut adviser = h.staff("li.na", "service-adviser");
    let mobile = ["customer.mobile"];
    let form = |outcome: &shouxin_vault::ReadOutcome| shown(outcome)[0].clone();
    let before = h
        .read(
            &adviser,
            written.subject,
            "repair-service",
            &mobile,
            &mobile,
        )
        .await;
    assert!(
        form(&before).starts_with("customer.mobile masked second-factor "),
        "{}",
        form(&before)
    );
    adviser.sign_in.second_factor_at = Some(h.vault.now());
    let clear = h
        .read(
            &adviser,
            written.subject,
            "repair-service",
            &mobile,
            &mobile,
        )
        .await;
    assert!(form(&clear).ends_with(" 13800138000"), "{}", form(&clear));
    let (entry, _) = h.vault.entry(clear.entry).await.unwrap();
    assert_eq!((entry.kind, entry.second_factor), (Kind::Reveal, true));
    h.world.pass(601);
    let late = h
        .read(
            &adviser,
            written.subject,
            "repair-service",
            &mobile,
            &mobile,
        )
        .await;
    assert!(form(&late).starts_with("customer.mobile masked second-factor "));
}

async fn writing_the_same_customer_again_changes_nothing_and_another_value_merges(engine: Engine) {
    let h = Harness::new(engine).await;
    let first = h.customer("li.na").await;
    let again = h.customer("li.na").await;
    assert_eq!(
        (again.subject, again.outcome()),
        (first.subject, RecordOutcome::Unchanged)
    );
    let moved = h
        .write(&[(
            "customer",
            &[("mobile", "138 0013 8000"), ("name", "欧阳明明")],
        )])
        .await;
    assert_eq!(
        (moved.subject, moved.outcome()),
        (first.subject, RecordOutcome::Merged)
    );
    let h = h.reopen().await;
    let adviser = h.staff("li.na", "service-adviser");
    let outcome = h
        .read(
            &adviser,
            first.subject,
            "repair-service",
            &["customer.name"],
            &[],
        )
        .await;
    assert!(
        shown(&outcome)[0].ends_with(" 欧阳**"),
        "{:?}",
        shown(&outcome)
    );
}

async fn a_search_finds_the_caller_s_own_customers_only_and_is_recorded(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let search = |mode, value: &str, field: &str| SearchRequest {
        field: field.parse().unwrap(),
        mode,
        value: Personal::new(value.to_owned()),
        purpose: "repair-service".to_owned(),
        limit: 10,
    };
    let adviser = h.staff("li.na", "service-adviser");
    for (mode, value, field) in [
        (SearchMode::Exact, "+86 138-0013-8000", "customer.mobile"),
        (SearchMode::Last4, "8000", "customer.mobile"),
        (SearchMode::Surname, "欧阳", "customer.name"),
        (SearchMode::Initials, "oym", "customer.name"),
    ] {
        let found = h
            .vault
            .search(&adviser, &search(mode, value, field))
            .await
            .unwrap();
        let reason = found
            .refusal
            .as_ref()
            .map(|because| because.rule.to_string());
        assert_eq!(reason, None, "{mode:?}");
        assert_eq!(found.matches.len(), 1, "{mode:?}");
        assert_eq!(found.matches[0].0, written.subject);
        let (entry, _) = h.vault.entry(found.entry).await.unwrap();
        assert_eq!(entry.kind, Kind::Search);
    }
    let miss = h
        .vault
        .search(
            &adviser,
            &search(SearchMode::Exact, "13800138001", "customer.mobile"),
        )
        .await
        .unwrap();
    assert!(miss.matches.is_empty());
    let other = h.staff("wang.wei", "service-adviser");
    let none = h
        .vault
        .search(
            &other,
            &search(SearchMode::Last4, "8000", "customer.mobile"),
        )
        .await
        .unwrap();
    assert!(none.matches.is_empty());
}

async fn a_quota_ends_the_day_s_clear_reads_and_begins_anew_at_midnight_in_china(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let mut adviser = h.staff("li.na", "service-adviser");
    let name = ["customer.name"];
    for _ in 0..60 {
        adviser.sign_in.second_factor_at = Some(h.vault.now());
        let outcome = h
            .read(&adviser, written.subject, "repair-service", &name, &name)
            .await;
        assert!(
            shown(&outcome)[0].ends_with(" 欧阳明"),
            "{:?}",
            shown(&outcome)
        );
    }
    let spent = h
        .read(&adviser, written.subject, "repair-service", &name, &name)
        .await;
    assert!(
        shown(&spent)[0].starts_with("customer.name masked clear-quota "),
        "{:?}",
        shown(&spent)
    );
    h.world.pass(86_400);
    adviser.sign_in.second_factor_at = Some(h.vault.now());
    let next_day = h
        .read(&adviser, written.subject, "repair-service", &name, &name)
        .await;
    assert!(shown(&next_day)[0].ends_with(" 欧阳明"));
}

async fn a_read_of_one_record_opens_no_other(engine: Engine) {
    let h = Harness::new(engine).await;
    let car = |vin, plate| ("vehicle", vec![("vin", vin), ("plate", plate)]);
    let cars = [
        car("LZZTE5T03TA000001", "沪A12345"),
        car("LZZTE5T05TA000002", "沪B67890"),
    ];
    let mut records = vec![(
        "customer",
        vec![("name", "张三"), ("mobile", "13800138000")],
    )];
    records.extend(cars);
    records.push((
        "work_order",
        vec![
            ("number", "WO-1"),
            ("status", "booked"),
            ("assignee", "li.na"),
        ],
    ));
    let records: Vec<_> = records
        .iter()
        .map(|(name, values)| (*name, &values[..]))
        .collect();
    let written = h.write(&records).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let plate = ["vehicle.plate"];
    let mut request = request(&[written.subject], "repair-service", &plate, &plate);
    let (all, one) = (written.records[1..3].iter(), written.records[2].0);
    let all: BTreeSet<_> = all.map(|(id, _)| *id).collect();
    for (records, values, told) in [
        (BTreeSet::new(), 2, None),
        (all, 2, Some("2")),
        (BTreeSet::from([one]), 1, Some("1")),
        // Somebody else's, or none.
        (
            BTreeSet::from([RecordId::from_bytes([9; 16])]),
            0,
            Some("1"),
        ),
    ] {
        request.records = records;
        let outcome = h.vault.read(&adviser, &request).await.unwrap().remove(0);
        let found = &outcome.fields[0].values;
        assert_eq!(found.len(), values);
        if values == 1 {
            assert_eq!(found[0].value.expose(), "沪B67890");
        }
        let (entry, _) = h.vault.entry(outcome.entry).await.unwrap();
        let words = entry.extra.iter().find(|(word, _)| word == "records");
        assert_eq!(words.map(|(_, count)| count.as_str()), told);
    }
}

async fn a_batch_answers_each_subject_under_an_entry_of_its_own(engine: Engine) {
    let h = Harness::new(engine).await;
    let mut subjects = Vec::new();
    for i in 0..30 {
        let mobile = format!("1380013{:04}", 1000 + i);
        let number = format!("WO-{i}");
        let assignee = if i % 2 == 0 { "li.na" } else { "wang.wei" };
        let written = h
            .write(&[
                (
                    "customer",
                    &[("name", "张三"), ("mobile", mobile.as_str())][..],
                ),
                (
                    "work_order",
                    &[
                        ("number", number.as_str()),
                        ("status", "booked"),
                        ("assignee", assignee),
                    ][..],
                ),
            ])
            .await;
        subjects.push(written.subject);
    }
    let adviser = h.staff("li.na", "service-adviser");
    let request = request(&subjects, "repair-service", &["customer.mobile"], &[]);
    let outcomes = h.vault.read(&adviser, &request).await.unwrap();
    let answered = outcomes.iter().filter(|o| o.refusal.is_none()).count();
    assert_eq!(answered, 15);
    let mut entries: Vec<u64> = outcomes.iter().map(|o| o.entry).collect();
    entries.dedup();
    assert_eq!(entries.len(), 30);
}

#[tokio::test]
async fn checkpoints_are_signed_and_an_older_data_directory_does_not_start() {
    let h = Harness::new(Engine::Sqlite).await;
    let witness = shouxin_vault::Witness::at(h.folder.path().join("outside/witness"));
    h.customer("li.na").await;
    assert!(
        h.vault
            .sign_checkpoint(Some(&witness))
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        h.vault
            .sign_checkpoint(Some(&witness))
            .await
            .unwrap()
            .is_none()
    );
    h.vault.face(&witness).await.unwrap();

    // Another deployment's witness is no witness.
    let profile = shouxin_register::profile("after-sales").unwrap();
    let other = Harness::seeded(Engine::Sqlite, profile.register_toml, profile.policies, 8).await;
    assert!(matches!(
        other.vault.face(&witness).await,
        Err(shouxin_vault::WitnessError::NotOurs(_))
    ));

    // An older copy of the data directory.
    let copy = tempfile::tempdir().unwrap();
    h.vault.store().close().await;
    for file in std::fs::read_dir(h.folder.path().join("data"))
        .unwrap()
        .flatten()
    {
        if file.path().is_file() {
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    let h = h.reopen().await;
    h.customer("wang.wei").await;
    h.vault
        .sign_checkpoint(Some(&witness))
        .await
        .unwrap()
        .unwrap();
    let store = open_folder(copy.path()).await;
    let keyring = shouxin_vault::keydir::open(&h.folder.path().join("keys"), None).unwrap();
    let older = shouxin_vault::Vault::open(store, keyring, h.world.clone())
        .await
        .unwrap();
    assert!(matches!(
        older.face(&witness).await,
        Err(shouxin_vault::WitnessError::Older { .. })
    ));
    older.accept_older(&witness).await.unwrap();
    older.face(&witness).await.unwrap();
}

async fn a_subject_that_does_not_exist_is_recorded_and_told(engine: Engine) {
    let h = Harness::new(engine).await;
    let nobody = shouxin_model::SubjectId::from_bytes([9; 16]);
    let outcome = h
        .read(
            &Caller::operator(),
            nobody,
            "repair-service",
            &["customer.name"],
            &[],
        )
        .await;
    assert!(!outcome.found && outcome.fields.is_empty());
}
