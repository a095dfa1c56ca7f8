//! Writing: whose record it is, what matches, what no index could hold.

use shouxin_model::{Caller, Personal};
use shouxin_vault::{RecordError, RecordOutcome, RecordWrite};

use crate::support::{Engine, Harness, after_sales, number, on_both_engines, record, shown};

on_both_engines! {
    a_car_that_changes_hands_makes_its_new_owner_nobody_else
    records_of_one_row_that_share_a_key_are_one_record
    a_person_s_own_record_written_twice_in_one_row_is_one_record
    a_record_can_be_named_by_a_name
    what_no_index_could_hold_is_refused_by_the_field_and_not_by_the_store
    writers_at_the_same_moment_make_one_customer
    a_position_is_told_once_for_each_rescue
}

async fn a_car_that_changes_hands_makes_its_new_owner_nobody_else(engine: Engine) {
    let h = Harness::new(engine).await;
    let old = h.customer("li.na").await;
    let sold: &[(&str, &[(&str, &str)])] = &[
        ("customer", &[("name", "王五"), ("mobile", "13900139000")]),
        (
            "vehicle",
            &[("vin", "LZZTE5T03TA000001"), ("plate", "沪B54321")],
        ),
    ];
    let new = h.write(sold).await;
    assert_ne!(new.subject, old.subject);
    assert_eq!(new.outcome(), RecordOutcome::Created);
    // The first owner is who they were.
    let adviser = h.staff("li.na", "service-adviser");
    let outcome = h
        .read(
            &adviser,
            old.subject,
            "repair-service",
            &["customer.name", "vehicle.plate"],
            &[],
        )
        .await;
    assert!(
        shown(&outcome)[0].ends_with(" 欧阳*"),
        "{:?}",
        shown(&outcome)
    );
    // Both stay who they are however often they are written.
    assert_eq!(
        (h.write(sold).await.subject, h.write(sold).await.outcome()),
        (new.subject, RecordOutcome::Unchanged)
    );
    assert_eq!(
        h.customer("li.na").await.outcome(),
        RecordOutcome::Unchanged
    );
    assert_eq!(
        number(
            &h.vault,
            "SELECT COUNT(*) FROM record WHERE collection = 'vehicle'"
        )
        .await,
        2
    );
    // A row about the car alone belongs to whoever has it.
    let alone = h
        .write(&[(
            "vehicle",
            &[("vin", "LZZTE5T03TA000001"), ("mileage_km", "1000")],
        )])
        .await;
    assert!([old.subject, new.subject].contains(&alone.subject));
    assert_eq!(alone.outcome(), RecordOutcome::Merged);
}

async fn records_of_one_row_that_share_a_key_are_one_record(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h
        .write(&[
            (
                "vehicle",
                &[("vin", "LZZTE5T03TA000001"), ("plate", "沪A12345")],
            ),
            (
                "vehicle",
                &[("vin", "LZZTE5T03TA000001"), ("plate", "沪A54321")],
            ),
        ])
        .await;
    let outcomes: Vec<_> = written
        .records
        .iter()
        .map(|(_, outcome)| *outcome)
        .collect();
    assert_eq!(outcomes, [RecordOutcome::Created, RecordOutcome::Merged]);
    assert_eq!(written.records[0].0, written.records[1].0);
}

async fn a_person_s_own_record_written_twice_in_one_row_is_one_record(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h
        .write(&[
            ("customer", &[("mobile", "13800138000")]),
            ("customer", &[("mobile", "13900139000")]),
        ])
        .await;
    assert_eq!(written.records[0].0, written.records[1].0);
    // The number that it has now names it, the one before does not.
    let now = h
        .write(&[("customer", &[("mobile", "13900139000"), ("name", "王五")])])
        .await;
    assert_eq!(now.subject, written.subject);
    let before = h
        .write(&[("customer", &[("mobile", "13800138000"), ("name", "王五")])])
        .await;
    assert_ne!(before.subject, written.subject);
}

async fn a_record_can_be_named_by_a_name(engine: Engine) {
    let register = after_sales(
        "single = true\nkey = [\"mobile\"]",
        "single = true\nkey = [\"name\", \"mobile\"]",
    );
    let h = Harness::with(
        engine,
        &register,
        shouxin_register::profile("after-sales").unwrap().policies,
    )
    .await;
    let write = |name: &'static str| [("customer", [("name", name), ("mobile", "13800138000")])];
    let put = async |name| {
        let [(collection, values)] = &write(name);
        h.write(&[(*collection, &values[..])]).await
    };
    let first = put("欧阳明").await;
    let again = put("欧阳明").await;
    assert_eq!(
        (again.subject, again.outcome()),
        (first.subject, RecordOutcome::Unchanged)
    );
    assert_ne!(put("欧阳亮").await.subject, first.subject);
    // By the name alone, which is searched for in its own way.
    let mut alone = record(
        "customer",
        &[("name", "欧阳明"), ("email", "o@example.com")],
    );
    alone.key = Some(vec!["name".to_owned()]);
    let alone = h
        .vault
        .write(&Caller::operator(), None, vec![alone])
        .await
        .unwrap();
    assert_eq!(
        (alone.subject, alone.outcome()),
        (first.subject, RecordOutcome::Merged)
    );
    // By a field that offers no search for its whole value nothing is found, and nothing breaks.
    let mut unfindable = record(
        "customer",
        &[("name", "欧阳明"), ("address", "上海市浦东新区世纪大道1号")],
    );
    unfindable.key = Some(vec!["address".to_owned()]);
    let new = h
        .vault
        .write(&Caller::operator(), None, vec![unfindable])
        .await
        .unwrap();
    assert_eq!(new.outcome(), RecordOutcome::Created);
}

async fn what_no_index_could_hold_is_refused_by_the_field_and_not_by_the_store(engine: Engine) {
    let h = Harness::new(engine).await;
    let long = "8".repeat(3_000);
    for value in ["WO\0-1", "WO\n1", long.as_str()] {
        let refused = h
            .vault
            .write(
                &Caller::operator(),
                None,
                vec![record("work_order", &[("number", value)])],
            )
            .await;
        assert!(
            matches!(refused, Err(RecordError::Value { field, .. }) if field.to_string() == "work_order.number")
        );
    }
    // A sealed value may hold anything that its kind lets through.
    let text = RecordWrite {
        collection: "work_order".to_owned(),
        values: vec![
            ("number".to_owned(), Personal::new("WO-1".to_owned())),
            (
                "fault_text".to_owned(),
                Personal::new(format!("异响\n{long}")),
            ),
        ],
        key: None,
    };
    h.vault
        .write(&Caller::operator(), None, vec![text])
        .await
        .unwrap();
}

async fn writers_at_the_same_moment_make_one_customer(engine: Engine) {
    let h = Harness::new(engine).await;
    let writers = (0..16).map(|_| {
        let vault = h.vault.clone();
        tokio::spawn(async move {
            let customer = record("customer", &[("name", "张三"), ("mobile", "13800138000")]);
            vault
                .write(&Caller::operator(), None, vec![customer])
                .await
                .unwrap()
        })
    });
    let mut created = 0;
    for writer in writers.collect::<Vec<_>>() {
        created += usize::from(writer.await.unwrap().outcome() == RecordOutcome::Created);
    }
    assert_eq!(
        (
            created,
            number(&h.vault, "SELECT COUNT(*) FROM subject").await
        ),
        (1, 1)
    );
}

async fn a_position_is_told_once_for_each_rescue(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let tell = async |number: &str, position: &str| {
        let rescue = record("rescue", &[("number", number), ("position", position)]);
        let operator = Caller::operator();
        h.vault.write(&operator, Some(subject), vec![rescue]).await
    };
    tell("R-1", "31.245414,121.506379").await.unwrap();
    // The very same, sent again, is no second position.
    let again = tell("R-1", "31.245414,121.506379").await.unwrap();
    assert_eq!(again.outcome(), RecordOutcome::Unchanged);
    let moved = tell("R-1", "31.249999,121.509999").await;
    let Err(RecordError::WrittenOnce { field, entry }) = moved else {
        panic!("{moved:?}");
    };
    assert_eq!(field.as_str(), "rescue.position");
    let (entry, _) = h.vault.entry(entry).await.unwrap();
    assert_eq!(entry.kind, shouxin_ledger::Kind::Refusal);
    assert!(entry.subject.is_some());
    let rule = ("rule".to_owned(), "written-once".to_owned());
    assert!(entry.extra.contains(&rule));
    // What else belongs to that rescue may still change, and another rescue has its own.
    let towed = record("rescue", &[("number", "R-1"), ("outcome", "towed")]);
    h.vault
        .write(&Caller::operator(), Some(subject), vec![towed])
        .await
        .unwrap();
    tell("R-2", "31.249999,121.509999").await.unwrap();
}
