//! Cases: pages over several states, what a change tells, whom it obeys.

use std::collections::BTreeSet;

use shouxin_model::RecordId;
use shouxin_vault::{CaseChange, CaseError};

use crate::support::{Engine, Harness, after_sales, case_of, on_both_engines};

on_both_engines! {
    pages_over_several_states_show_each_case_once_newest_first
    a_case_that_moves_on_stands_in_one_state_only
    a_day_s_looks_come_to_an_end_as_a_refusal
    a_change_is_refused_before_anything_about_the_case_is_told
    a_change_answers_what_ties_people_to_the_case_and_no_more
    a_number_finds_the_one_case_among_many_and_nobody_else_s
}

const STATES: [&str; 4] = ["booked", "in-progress", "waiting-parts", "completed"];

async fn orders(h: &Harness, count: usize) -> Vec<RecordId> {
    let mut orders = Vec::new();
    for i in 0..count {
        // A moment of its own for each: ids sort by time.
        h.world.pass(1);
        let mobile = format!("1380013{i:04}");
        let written = h.customer_of(&mobile, "li.na").await;
        let change = CaseChange {
            status: Some(STATES[i % 4].to_owned()),
            ..CaseChange::default()
        };
        let adviser = h.staff("li.na", "service-adviser");
        h.vault
            .change_case(&adviser, written.subject, case_of(&written), &change)
            .await
            .unwrap();
        orders.push(case_of(&written));
    }
    orders.reverse();
    orders
}

async fn pages_over_several_states_show_each_case_once_newest_first(engine: Engine) {
    let h = Harness::new(engine).await;
    let orders = orders(&h, 11).await;
    let adviser = h.staff("li.na", "service-adviser");
    for (caller, purpose) in [
        (&adviser, "repair-service"),
        (&h.staff("a", "legal-reviewer"), "complaint-handling"),
    ] {
        let (mut listed, mut before) = (Vec::new(), None);
        loop {
            let page = h
                .vault
                .list_cases(caller, purpose, before, 4)
                .await
                .unwrap();
            assert!(page.refusal.is_none() && page.cases.len() <= 4);
            assert!(page.cases.iter().all(|case| case.open));
            listed.extend(page.cases.iter().map(|case| case.record));
            match page.next {
                Some(next) => before = Some(next),
                None => break,
            }
        }
        assert_eq!(listed, orders, "{purpose}");
    }
    // No limit at all is a page of one.
    assert_eq!(
        h.vault
            .list_cases(&adviser, "repair-service", None, 0)
            .await
            .unwrap()
            .cases
            .len(),
        1
    );
    let nobody = h.staff("wang.wei", "service-adviser");
    assert!(
        h.vault
            .list_cases(&nobody, "repair-service", None, 4)
            .await
            .unwrap()
            .cases
            .is_empty()
    );
}

async fn a_case_that_moves_on_stands_in_one_state_only(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    let (vault, mover) = (h.vault.clone(), adviser.clone());
    let moving = tokio::spawn(async move {
        for i in 0..60 {
            let change = CaseChange {
                status: Some(STATES[i % 4].to_owned()),
                ..CaseChange::default()
            };
            vault
                .change_case(&mover, written.subject, written.records[2].0, &change)
                .await
                .unwrap();
        }
    });
    for _ in 0..60 {
        let page = h
            .vault
            .list_cases(&adviser, "repair-service", None, 10)
            .await
            .unwrap();
        assert_eq!(page.cases.len(), 1);
        assert!(page.cases[0].open);
    }
    moving.await.unwrap();
}

async fn a_day_s_looks_come_to_an_end_as_a_refusal(engine: Engine) {
    let register = after_sales(
        "clear_per_day = 60, searches_per_day = 120",
        "clear_per_day = 60, searches_per_day = 3",
    );
    let h = Harness::with(
        engine,
        &register,
        shouxin_register::profile("after-sales").unwrap().policies,
    )
    .await;
    h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    for _ in 0..3 {
        assert_eq!(
            h.vault
                .list_cases(&adviser, "repair-service", None, 10)
                .await
                .unwrap()
                .cases
                .len(),
            1
        );
    }
    let spent = h
        .vault
        .list_cases(&adviser, "repair-service", None, 10)
        .await
        .unwrap();
    assert_eq!(spent.refusal.unwrap().rule, "search-quota");
    assert!(spent.cases.is_empty());
    let stranger = h
        .vault
        .list_cases(&h.staff("x", "auditor"), "repair-service", None, 10)
        .await
        .unwrap();
    assert_eq!(stranger.refusal.unwrap().rule, "purpose-not-for-role");
}

async fn a_change_is_refused_before_anything_about_the_case_is_told(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let close = CaseChange {
        status: Some("closed".to_owned()),
        assignee: None,
        version: Some(99),
    };
    let change = async |login: &str| {
        h.vault
            .change_case(
                &h.staff(login, "service-adviser"),
                written.subject,
                case_of(&written),
                &close,
            )
            .await
    };
    assert!(matches!(
        change("wang.wei").await,
        Err(CaseError::Refused { .. })
    ));
    assert!(matches!(change("li.na").await, Err(CaseError::Version(1))));
    let too_long = CaseChange {
        assignee: Some("x".repeat(3_000)),
        ..CaseChange::default()
    };
    let adviser = h.staff("li.na", "service-adviser");
    let refused = h
        .vault
        .change_case(&adviser, written.subject, case_of(&written), &too_long)
        .await;
    assert!(matches!(refused, Err(CaseError::Value { field, .. }) if field.field() == "assignee"));
    // The customer's own record is no case.
    let customer = written.records[0].0;
    let no_case = h
        .vault
        .change_case(&adviser, written.subject, customer, &close)
        .await;
    assert!(matches!(no_case, Err(CaseError::NotFound(_))));
}

async fn a_change_answers_what_ties_people_to_the_case_and_no_more(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h
        .write(&[
            ("customer", &[("name", "王五"), ("mobile", "13800138000")]),
            (
                "work_order",
                &[
                    ("number", "WO-1"),
                    ("status", "booked"),
                    ("assignee", "li.na"),
                    ("parts_amount", "880.50"),
                ],
            ),
        ])
        .await;
    let change = CaseChange {
        assignee: Some("wang.wei".to_owned()),
        ..CaseChange::default()
    };
    let adviser = h.staff("li.na", "service-adviser");
    let case = h
        .vault
        .change_case(&adviser, written.subject, case_of(&written), &change)
        .await
        .unwrap();
    let told: BTreeSet<_> = case
        .fields
        .iter()
        .map(|(field, value)| format!("{field} {value}"))
        .collect();
    assert_eq!(
        told,
        BTreeSet::from(["assignee wang.wei".to_owned(), "status booked".to_owned()])
    );
    assert_eq!((case.open, case.version), (true, 2));
    let again = h
        .vault
        .change_case(&adviser, written.subject, case_of(&written), &change)
        .await;
    assert!(matches!(again, Err(CaseError::Refused { .. })));
}

async fn a_number_finds_the_one_case_among_many_and_nobody_else_s(engine: Engine) {
    let h = Harness::new(engine).await;
    let orders = orders(&h, 11).await;
    let other = h.customer_of("13900139000", "wang.wei").await;
    let (adviser, reviewer) = (
        h.staff("li.na", "service-adviser"),
        h.staff("a", "legal-reviewer"),
    );
    let find = async |caller, purpose: &str, number: &str| {
        let found = h
            .vault
            .find_cases(caller, purpose, number, 20)
            .await
            .unwrap();
        assert!(found.refusal.is_none());
        found
            .cases
            .into_iter()
            .map(|case| case.record)
            .collect::<Vec<_>>()
    };
    // The oldest, which no first page shows.
    let number = "WO-13800130000";
    let oldest = *orders.last().unwrap();
    assert_eq!(find(&adviser, "repair-service", number).await, [oldest]);
    // Where no tie is asked for, everybody's.
    assert_eq!(
        find(&reviewer, "complaint-handling", number).await,
        [oldest]
    );
    let others = "WO-13900139000";
    assert_eq!(
        find(&reviewer, "complaint-handling", others).await,
        [case_of(&other)]
    );
    // Somebody else's, nobody's, a part of one, and one that is closed: all alike.
    let change = CaseChange {
        status: Some("closed".to_owned()),
        ..CaseChange::default()
    };
    let closed = h.customer_of("13700137000", "li.na").await;
    h.vault
        .change_case(&adviser, closed.subject, case_of(&closed), &change)
        .await
        .unwrap();
    for number in [others, "WO-0", "WO-1380013000", "WO-%", "WO-13700137000"] {
        assert!(
            find(&adviser, "repair-service", number).await.is_empty(),
            "{number}"
        );
    }
    // What is looked for stands in no entry.
    let head = h.vault.store().ledger_head().await.unwrap();
    let entries = h.vault.store().ledger_entries(0, 1_000).await.unwrap();
    assert_eq!(entries.len() as u64, head.size);
    for (_, body) in entries {
        assert!(!String::from_utf8(body).unwrap().contains("WO-"));
    }
}
