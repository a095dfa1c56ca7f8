//! What was said and done about a person: counted rightly, told to whom it concerns, and recorded itself.

use shouxin_ledger::Kind;
use shouxin_model::ConsentWord;
use shouxin_model::{Caller, ConsentForm, SubjectId};
use shouxin_vault::Overview;

use crate::support::{Engine, Harness, on_both_engines};

on_both_engines! {
    looks_are_counted_by_day_in_china_and_by_what_they_showed
    only_whom_a_purpose_ties_to_the_person_is_told_and_each_look_is_recorded
    what_the_person_said_is_told_as_it_stands
    another_person_s_entries_are_no_part_of_it
}

const DAY: i64 = 86_400;

async fn overview(h: &Harness, caller: &Caller, subject: SubjectId) -> Overview {
    h.vault
        .overview(caller, subject, Some("repair-service"), 30, 20)
        .await
        .unwrap()
        .unwrap()
}

/// `masked clear refused` of each day that had a look, newest first.
fn counts(overview: &Overview) -> Vec<(u32, u32, u32)> {
    let days = overview.days.iter();
    days.map(|day| (day.masked, day.clear, day.refused))
        .collect()
}

async fn looks_are_counted_by_day_in_china_and_by_what_they_showed(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let (adviser, other) = (
        h.staff("li.na", "service-adviser"),
        h.staff("wang.wei", "service-adviser"),
    );
    let read = |caller, clear| h.read(caller, subject, "repair-service", &["customer.name"], clear);
    read(&adviser, &[]).await;
    // Beyond thirty days, and so is the writing of the customer.
    h.world.pass(30 * DAY);
    read(&adviser, &[]).await;
    h.world.pass(DAY);
    read(&adviser, &[]).await;
    read(&adviser, &["customer.name"]).await;
    read(&other, &[]).await;
    let told = overview(&h, &adviser, subject).await;
    assert_eq!(counts(&told), [(1, 1, 1), (1, 0, 0)]);
    let [today, yesterday] = told.days.as_slice() else {
        panic!("{:?}", told.days);
    };
    assert_eq!(today.begins.seconds_since(yesterday.begins), DAY);
    // The day turns at midnight in China: 10:00 there is 02:00 UTC, when the harness starts.
    assert_eq!(h.vault.now().seconds_since(today.begins), 10 * 3600);
    assert_eq!(told.since.seconds_since(today.begins), -29 * DAY);
    // A longer period takes in what is older.
    let long = h
        .vault
        .overview(&adviser, subject, Some("repair-service"), 40, 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(counts(&long), [(1, 1, 1), (1, 0, 0), (1, 0, 0)]);
    assert_eq!(long.newest.len(), 1);
}

async fn only_whom_a_purpose_ties_to_the_person_is_told_and_each_look_is_recorded(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let adviser = h.staff("li.na", "service-adviser");
    let told = overview(&h, &adviser, subject).await;
    // The look is an entry about the person, and stands among what is told.
    let (index, entry) = told.newest.first().unwrap();
    assert_eq!((*index, entry.kind), (told.entry, Kind::Ledger));
    assert_eq!(entry.actor, adviser.actor());

    let stranger = h.staff("wang.wei", "service-adviser");
    let refused = overview(&h, &stranger, subject).await;
    assert_eq!(refused.refusal.as_ref().unwrap().rule, "not-assigned");
    assert!(refused.newest.is_empty() && refused.said.is_empty() && refused.days.is_empty());
    let (entry, _) = h.vault.entry(refused.entry).await.unwrap();
    assert_eq!(entry.kind, Kind::Refusal);
    let again = overview(&h, &adviser, subject).await;
    assert_eq!(counts(&again), [(0, 0, 1)]);

    // Those who watch over the ledger need no tie; that they looked is told as well.
    let watcher = h.staff("zhao", "audit-admin");
    let watched = h.vault.overview(&watcher, subject, None, 30, 20).await;
    assert_eq!(watched.unwrap().unwrap().newest[0].1.actor, watcher.actor());
    let nobody = SubjectId::from_bytes([9; 16]);
    for purpose in [None, Some("repair-service")] {
        let none = h.vault.overview(&adviser, nobody, purpose, 30, 20).await;
        assert!(none.unwrap().is_none(), "{purpose:?}");
    }
    let unknown = h.vault.overview(&adviser, subject, Some("idle"), 30, 20);
    assert!(unknown.await.is_err());
}

async fn what_the_person_said_is_told_as_it_stands(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let adviser = h.staff("li.na", "service-adviser");
    assert!(overview(&h, &adviser, subject).await.said.is_empty());
    for (state, word) in [
        (ConsentWord::Given, "given"),
        (ConsentWord::Withdrawn, "withdrawn"),
    ] {
        let given = state == ConsentWord::Given;
        let until = given.then(|| h.vault.now().plus_seconds(DAY));
        h.vault
            .put_consent(
                &Caller::operator(),
                subject,
                "marketing-contact",
                state,
                ConsentForm::General,
                until,
            )
            .await
            .unwrap();
        let told = overview(&h, &adviser, subject).await;
        let [said] = told.said.as_slice() else {
            panic!("{:?}", told.said);
        };
        assert_eq!(
            (
                said.purpose.as_str(),
                said.state.as_str(),
                said.form.as_str()
            ),
            ("marketing-contact", word, "general")
        );
        assert_eq!(said.expires_at, until);
    }
}

async fn another_person_s_entries_are_no_part_of_it(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer_of("13800138001", "li.na").await.subject;
    let other = h.customer_of("13800138002", "li.na").await.subject;
    let adviser = h.staff("li.na", "service-adviser");
    for _ in 0..3 {
        h.read(&adviser, other, "repair-service", &["customer.name"], &[])
            .await;
    }
    h.read(&adviser, subject, "repair-service", &["customer.name"], &[])
        .await;
    assert_eq!(counts(&overview(&h, &adviser, subject).await), [(1, 0, 0)]);
    assert_eq!(counts(&overview(&h, &adviser, other).await), [(3, 0, 0)]);
}
