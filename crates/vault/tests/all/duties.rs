//! What runs out next, on both engines: what is kept too long, quotas that are used up, and whose turn it is.

use shouxin_model::{Caller, SubjectId};
use shouxin_vault::approvals::{Decision, Proposal};
use shouxin_vault::{Act, DutyClocks, DutyKind, DutyScope, Holder};

use crate::support::{Engine, Harness, on_both_engines, person, record};

on_both_engines! {
    records_are_counted_once_their_period_is_over
    a_used_up_quota_is_told_to_its_owner_until_midnight
    a_proposal_goes_from_its_decider_to_its_owner
}

const DAY: i64 = 86_400;

async fn told(
    h: &Harness,
    caller: &Caller,
    scope: DutyScope,
) -> Vec<(DutyKind, Option<String>, Option<u64>)> {
    let duties = h
        .vault
        .duties(caller, scope, DutyClocks::default())
        .await
        .unwrap();
    duties
        .into_iter()
        .map(|duty| (duty.kind, duty.what, duty.count))
        .collect()
}

async fn parcel(h: &Harness, subject: SubjectId, waybill: &str, status: &str) {
    let values = [
        ("waybill", waybill),
        ("status", status),
        ("station", "s1"),
        ("pickup_code", "1-2-3456"),
    ];
    let operator = Caller::operator();
    let records = vec![record("parcel", &values)];
    let written = h.vault.write(&operator, Some(subject), records).await;
    written.unwrap();
}

async fn records_are_counted_once_their_period_is_over(engine: Engine) {
    let profile = shouxin_register::profile("express").unwrap();
    let h = Harness::with(engine, profile.register_toml, profile.policies).await;
    let officer = person(&h.vault, 2, "zhou.min", "protection-officer");
    let scope = DutyScope {
        retention: true,
        ..DutyScope::default()
    };
    let customer = [(
        "customer",
        [("name", "王五"), ("mobile", "13800138000")].as_slice(),
    )];
    let subject = h.write(&customer).await.subject;
    parcel(&h, subject, "SF1234567890123", "delivered").await;
    parcel(&h, subject, "SF1234567890124", "delivered").await;
    parcel(&h, subject, "SF1234567890125", "in-transit").await;
    h.world.pass(30 * DAY - 1);
    h.vault.count_expired().await.unwrap();
    assert_eq!(told(&h, &officer, scope).await, []);
    h.world.pass(1);
    // Told as it was counted last.
    assert_eq!(told(&h, &officer, scope).await, []);
    h.vault.count_expired().await.unwrap();
    let over = (DutyKind::RetentionOver, Some("parcel".to_owned()), Some(2));
    assert_eq!(told(&h, &officer, scope).await, [over]);
    assert_eq!(told(&h, &officer, DutyScope::default()).await, []);
}

async fn a_used_up_quota_is_told_to_its_owner_until_midnight(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let (adviser, other) = (
        h.staff("li.na", "service-adviser"),
        h.staff("wang.li", "service-adviser"),
    );
    let register = h.vault.active();
    let purpose = register
        .register
        .purposes
        .iter()
        .find(|purpose| purpose.name == "repair-service")
        .unwrap();
    let limit = purpose.quota.clear_per_day.unwrap();
    for _ in 0..limit {
        assert_eq!(told(&h, &adviser, DutyScope::default()).await, []);
        let name = ["customer.name"];
        h.read(&adviser, subject, "repair-service", &name, &name)
            .await;
    }
    let reached = (
        DutyKind::QuotaReached,
        Some("repair-service".to_owned()),
        None,
    );
    assert_eq!(told(&h, &adviser, DutyScope::default()).await, [reached]);
    assert_eq!(told(&h, &other, DutyScope::default()).await, []);
    h.world.pass(DAY);
    assert_eq!(told(&h, &adviser, DutyScope::default()).await, []);
}

async fn a_proposal_goes_from_its_decider_to_its_owner(engine: Engine) {
    let h = Harness::new(engine).await;
    let security = person(&h.vault, 1, "sun.li", "security-admin");
    let colleague = person(&h.vault, 3, "qian.wei", "security-admin");
    let officer = person(&h.vault, 2, "zhou.min", "protection-officer");
    let proposal = Proposal {
        act: Act::EpochDestruction,
        body: r#"{"epoch":1}"#.to_owned(),
        reason: "the yearly change of keys".to_owned(),
    };
    let asked = h.vault.propose(&security, proposal).await.unwrap();
    let one = async |caller: &Caller| {
        let duties = h
            .vault
            .duties(caller, DutyScope::default(), DutyClocks::default())
            .await
            .unwrap();
        duties
            .first()
            .map(|duty| (duty.kind, duty.holder != Holder::Caller))
    };
    assert_eq!(
        one(&officer).await,
        Some((DutyKind::ApprovalDecision, true))
    );
    assert_eq!(
        one(&security).await,
        Some((DutyKind::ApprovalAwaited, true))
    );
    // Of the silo that asked: no decision of theirs would count.
    assert_eq!(one(&colleague).await, None);
    let decision =
        h.vault
            .decide_approval(&officer, asked.id, asked.digest, Decision::Approve, None);
    decision.await.unwrap();
    assert_eq!(one(&officer).await, None);
    assert_eq!(
        one(&security).await,
        Some((DutyKind::ApprovalUnused, false))
    );
    h.world.pass(DAY);
    assert_eq!(one(&security).await, None);
}
