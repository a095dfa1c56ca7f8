//! Fields whose keeping period is over.

use shouxin_model::{Caller, Personal, SearchMode, SubjectId};
use shouxin_vault::{CaseChange, SearchRequest};

use crate::support::{Engine, Harness, case_of, on_both_engines, record, shown};

on_both_engines! {
    a_field_is_withheld_once_its_period_is_over
    of_several_records_only_those_within_their_period_are_answered
}

const DAY: i64 = 86_400;

async fn express(engine: Engine) -> Harness {
    let profile = shouxin_register::profile("express").unwrap();
    Harness::with(engine, profile.register_toml, profile.policies).await
}

async fn parcel(h: &Harness, subject: SubjectId, waybill: &str, status: &str) {
    let parcel = record(
        "parcel",
        &[
            ("waybill", waybill),
            ("status", status),
            ("station", "s1"),
            ("recipient_name", "欧阳明"),
            ("pickup_code", "1-2-3456"),
        ],
    );
    h.vault
        .write(&Caller::operator(), Some(subject), vec![parcel])
        .await
        .unwrap();
}

/// What the protection officer sees of the pickup codes and waybills.
async fn seen(h: &Harness, subject: SubjectId) -> Vec<String> {
    let fields = ["parcel.pickup_code", "parcel.recipient_name"];
    let officer = h.strong_staff("zhao.min", "protection-officer");
    shown(
        &h.read(&officer, subject, "rights-answer", &fields, &fields)
            .await,
    )
}

async fn a_field_is_withheld_once_its_period_is_over(engine: Engine) {
    let h = express(engine).await;
    let subject = h
        .write(&[("customer", &[("name", "王五"), ("mobile", "13800138000")])])
        .await
        .subject;
    parcel(&h, subject, "SF1234567890123", "delivered").await;
    h.world.pass(30 * DAY - 1);
    let before = seen(&h, subject).await;
    assert!(!before[0].contains("retention-over"), "{before:?}");
    h.world.pass(1);
    let after = seen(&h, subject).await;
    assert_eq!(after[0], "parcel.pickup_code withheld retention-over ");
    // Kept for two years, not thirty days.
    assert!(after[1].ends_with(" 欧阳明"), "{after:?}");

    let officer = h.staff("zhao.min", "protection-officer");
    let found = |vault: shouxin_vault::Vault| {
        let officer = officer.clone();
        async move {
            let search = SearchRequest {
                field: "parcel.waybill".parse().unwrap(),
                mode: SearchMode::Exact,
                value: Personal::new("SF1234567890123".to_owned()),
                purpose: "rights-answer".to_owned(),
                limit: 10,
            };
            let outcome = vault.search(&officer, &search).await.unwrap();
            assert!(outcome.refusal.is_none(), "{outcome:?}");
            outcome.matches.len()
        }
    };
    assert_eq!(found(h.vault.clone()).await, 1);
    h.world.pass(701 * DAY);
    assert_eq!(found(h.vault.clone()).await, 0);
}

async fn of_several_records_only_those_within_their_period_are_answered(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    let close = CaseChange {
        status: Some("closed".to_owned()),
        ..CaseChange::default()
    };
    h.vault
        .change_case(&adviser, written.subject, case_of(&written), &close)
        .await
        .unwrap();
    h.world.pass(2_192 * DAY);
    let second = record(
        "work_order",
        &[
            ("number", "WO-2"),
            ("status", "booked"),
            ("assignee", "li.na"),
        ],
    );
    h.vault
        .write(&Caller::operator(), Some(written.subject), vec![second])
        .await
        .unwrap();
    let outcome = h
        .read(
            &adviser,
            written.subject,
            "repair-service",
            &["work_order.number"],
            &[],
        )
        .await;
    assert_eq!(
        shown(&outcome),
        ["work_order.number clear business-fields WO-2"]
    );

    let clerk = h.staff("sun.li", "legal-reviewer");
    let all = h
        .vault
        .list_cases(&clerk, "complaint-handling", None, 10)
        .await
        .unwrap();
    assert_eq!(all.cases.len(), 2, "{all:?}");
    let numbers: Vec<_> = all
        .cases
        .iter()
        .map(|case| case.fields.get("number").map(String::as_str))
        .collect();
    assert_eq!(numbers, [Some("WO-2"), None]);
}
