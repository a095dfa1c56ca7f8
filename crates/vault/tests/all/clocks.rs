//! A clock that jumps: what was true stays true, and nothing waits for a time that will not come.

use shouxin_model::ConsentWord;
use shouxin_model::{Caller, ConsentForm};
use shouxin_store::{Tx, params};

use crate::support::{Engine, Harness, after_sales, on_both_engines, recounted, shown};

on_both_engines! {
    a_ledger_written_by_a_jumping_clock_is_right
    a_job_taken_by_a_clock_that_went_back_since_is_free
    a_second_factor_of_the_future_is_none
}

const HOUR: i64 = 3_600;
const TEN_YEARS: i64 = 315_360_000;

/// The order of entries is their index; their times are what the clock said.
async fn a_ledger_written_by_a_jumping_clock_is_right(engine: Engine) {
    let h = Harness::new(engine).await;
    let operator = Caller::operator();
    let subject = h.customer_of("13800138000", "li.na").await.subject;
    let until = Some(h.vault.now().plus_seconds(24 * HOUR));
    let (given, general) = (ConsentWord::Given, ConsentForm::General);
    h.vault
        .put_consent(
            &operator,
            subject,
            "marketing-contact",
            given,
            general,
            until,
        )
        .await
        .unwrap();
    let mut counts = Vec::new();
    for by in [
        0,
        HOUR,
        -2 * HOUR,
        TEN_YEARS,
        -TEN_YEARS,
        -TEN_YEARS,
        TEN_YEARS + HOUR,
    ] {
        h.world.pass(by);
        let adviser = h.strong_staff("li.na", "service-adviser");
        let field = ["customer.mobile"];
        let read = h
            .read(&adviser, subject, "marketing-contact", &field, &[])
            .await;
        counts.push(read.refusal.is_none());
        h.write(&[("customer", &[("mobile", "13800138000"), ("name", "李明")])])
            .await;
        h.vault.sign_checkpoint(None).await.unwrap();
    }
    // A consent counts until its day by the clock there is, and not beyond.
    assert_eq!(counts, [true, true, true, false, true, true, true]);
    let report = h.vault.verify_ledger(&[], |_, _| {}).await.unwrap();
    assert!(report.is_right(), "{:?}", report.findings);
    recounted(&h.vault).await;
    let examined = h.vault.examine(&operator, |_| {}).await.unwrap();
    assert_eq!(examined.findings, []);
}

async fn a_job_taken_by_a_clock_that_went_back_since_is_free(engine: Engine) {
    let h = Harness::new(engine).await;
    h.customer_of("13800138000", "li.na").await;
    let national = after_sales("suite = \"international\"", "suite = \"national\"");
    h.vault
        .apply(&Caller::operator(), Some(&national), None)
        .await
        .unwrap();
    let take = async |lease| {
        let mut tx = Tx::new();
        tx.run(
            "UPDATE job SET state = 'running', lease_until = $1",
            params![lease],
        );
        h.vault.store().commit(tx).await.unwrap();
    };
    take(h.vault.now().plus_seconds(20)).await;
    assert!(!h.vault.work().await.unwrap(), "another node holds it");
    // Taken while the clock was ten years ahead; whoever took it died.
    take(h.vault.now().plus_seconds(TEN_YEARS)).await;
    while h.vault.work().await.unwrap() {}
    let jobs = h.vault.jobs().await.unwrap();
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
}

async fn a_second_factor_of_the_future_is_none(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer_of("13800138000", "li.na").await.subject;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let mobile = ["customer.mobile"];
    let read = h
        .read(&adviser, subject, "repair-contact", &mobile, &mobile)
        .await;
    assert!(shown(&read)[0].contains(" clear "), "{:?}", shown(&read));
    for by in [-HOUR, TEN_YEARS] {
        h.world.pass(by);
        let read = h
            .read(&adviser, subject, "repair-contact", &mobile, &mobile)
            .await;
        assert!(!shown(&read)[0].contains(" clear "), "{:?}", shown(&read));
    }
}
