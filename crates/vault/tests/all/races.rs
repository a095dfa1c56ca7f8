//! Reads and searches that race with a change which ends the right to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use shouxin_ledger::{Entry, Kind};
use shouxin_model::ConsentWord;
use shouxin_model::{Caller, ConsentForm, Form, Personal, SearchMode};
use shouxin_vault::{CaseChange, SearchRequest, Vault, Written};
use tokio::sync::Semaphore;

use crate::support::{Engine, Harness, apply, case_of, on_both_engines, record, request};

on_both_engines! {
    no_read_is_answered_after_the_case_was_closed
    no_read_is_answered_after_processing_was_restricted
    no_read_is_answered_after_consent_was_withdrawn
    no_read_is_answered_clear_after_the_policies_withheld_it
    no_search_finds_anyone_after_the_case_was_closed
    a_withdrawal_wins_every_race_from_its_acknowledgement_on
}

/// Rounds of each race. Every round is one change in the middle of its reads.
const ROUNDS: usize = 4;

/// The fewest looks of one round: 2,000 reads race in the four kinds of races on each engine.
const READS: usize = 125;

/// Readers at once.
const READERS: usize = 25;

/// Customers enough for every read, and no quota in the way.
async fn harness(engine: Engine) -> Harness {
    let profile = shouxin_register::profile("after-sales").unwrap();
    let mut register = profile.register_toml.to_owned();
    for (from, to) in [
        (
            "subjects_per_day = 80, clear_per_day = 60, searches_per_day = 120",
            "subjects_per_day = 8000",
        ),
        (
            "subjects_per_day = 50, clear_per_day = 20, searches_per_day = 20",
            "subjects_per_day = 5000",
        ),
    ] {
        assert!(register.contains(from));
        register = register.replace(from, to);
    }
    Harness::with(engine, &register, profile.policies).await
}

/// What one look came to: its entry, and whether it was answered.
type Look = (u64, bool);

/// Lets looks race with a change, which gives its entry, and holds every look to it. The change sets out
/// when a part of the looks is done, a later one each round; the readers go on until it is over.
async fn race<L, C>(round: usize, look: impl Fn() -> L + Clone + Send + 'static, change: C)
where
    L: Future<Output = Look> + Send + 'static,
    C: Future<Output = u64> + Send + 'static,
{
    let (done, over) = (
        Arc::new(Semaphore::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let mut looking = Vec::new();
    for _ in 0..READERS {
        let (look, done, over) = (look.clone(), done.clone(), over.clone());
        looking.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            while seen.len() < READS / READERS || !over.load(Ordering::Relaxed) {
                seen.push(look().await);
                done.add_permits(1);
            }
            // And one that begins after all was over.
            seen.push(look().await);
            seen
        }));
    }
    let changing = tokio::spawn(async move {
        let some = u32::try_from(READS * (round + 1) / (ROUNDS + 2)).unwrap();
        done.acquire_many(some).await.unwrap().forget();
        let entry = change.await;
        over.store(true, Ordering::Relaxed);
        entry
    });
    let mut looks = Vec::new();
    for looking in looking {
        looks.extend(looking.await.unwrap());
    }
    let changed = changing.await.unwrap();
    for (entry, answered) in &looks {
        assert_eq!(
            *answered,
            *entry < changed,
            "a look under entry {entry}, the change under entry {changed}"
        );
    }
    assert!(
        looks.iter().any(|(_, answered)| *answered),
        "the change comes after some"
    );
    assert!(
        looks.iter().any(|(_, answered)| !answered),
        "the change comes before some"
    );
}

/// Looks whether a clear read of the customer's name is answered clear.
fn opening(
    h: &Harness,
    caller: &Caller,
    written: &Written,
    purpose: &'static str,
) -> impl Fn() -> BoxFuture<Look> + Clone + Send + 'static {
    let (vault, caller, subject) = (h.vault.clone(), caller.clone(), written.subject);
    move || {
        let (vault, caller) = (vault.clone(), caller.clone());
        Box::pin(async move {
            let name = ["customer.name"];
            let read = vault
                .read(&caller, &request(&[subject], purpose, &name, &name))
                .await
                .unwrap();
            let field = &read[0].fields[0];
            assert_eq!(
                field.form == Form::Clear,
                field.values.iter().any(|v| v.value.expose() == "欧阳明")
            );
            (read[0].entry, field.form == Form::Clear)
        })
    }
}

type BoxFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;

/// The index of the newest entry of this kind.
async fn newest(vault: &Vault, kind: Kind) -> u64 {
    let mut index = vault.store().ledger_head().await.unwrap().size;
    loop {
        index -= 1;
        if vault.entry(index).await.unwrap().0.kind == kind {
            return index;
        }
    }
}

async fn close(vault: Vault, caller: Caller, written: Written) -> u64 {
    let change = CaseChange {
        status: Some("closed".to_owned()),
        ..CaseChange::default()
    };
    vault
        .change_case(&caller, written.subject, case_of(&written), &change)
        .await
        .unwrap();
    newest(&vault, Kind::Case).await
}

async fn no_read_is_answered_after_the_case_was_closed(engine: Engine) {
    let h = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    for round in 0..ROUNDS {
        let written = h.customer("li.na").await;
        if round > 0 {
            // Opened again: a write of the same order brought it back.
            let open = record("work_order", &[("number", "WO-1"), ("status", "booked")]);
            h.vault
                .write(&Caller::operator(), Some(written.subject), vec![open])
                .await
                .unwrap();
        }
        let look = opening(&h, &adviser, &written, "repair-service");
        race(
            round,
            look,
            close(h.vault.clone(), adviser.clone(), written.clone()),
        )
        .await;
    }
}

async fn no_read_is_answered_after_processing_was_restricted(engine: Engine) {
    let h = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let written = h.customer("li.na").await;
    for round in 0..ROUNDS {
        let look = opening(&h, &adviser, &written, "repair-service");
        let (vault, subject) = (h.vault.clone(), written.subject);
        race(round, look, async move {
            vault
                .put_restriction(&Caller::operator(), subject, "request")
                .await
                .unwrap()
        })
        .await;
        h.vault
            .lift_restriction(&Caller::operator(), written.subject)
            .await
            .unwrap();
    }
}

async fn no_read_is_answered_after_consent_was_withdrawn(engine: Engine) {
    let h = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let written = h.customer("li.na").await;
    let said = |state| {
        let (vault, subject, form) = (h.vault.clone(), written.subject, ConsentForm::General);
        async move {
            vault
                .put_consent(
                    &Caller::operator(),
                    subject,
                    "marketing-contact",
                    state,
                    form,
                    None,
                )
                .await
                .unwrap()
        }
    };
    for round in 0..ROUNDS {
        said(ConsentWord::Given).await;
        let look = opening(&h, &adviser, &written, "marketing-contact");
        race(round, look, said(ConsentWord::Withdrawn)).await;
    }
}

async fn no_read_is_answered_clear_after_the_policies_withheld_it(engine: Engine) {
    let h = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let written = h.customer("li.na").await;
    let open = h.vault.current_sources().await.unwrap().1;
    let masked = open.replacen(
        "action == Action::\"clear\", resource)\nwhen {\n  [Purpose::\"repair-service\"",
        "action == Action::\"masked\", resource)\nwhen {\n  [Purpose::\"repair-service\"",
        1,
    );
    assert_ne!(open, masked);
    for round in 0..ROUNDS {
        let look = opening(&h, &adviser, &written, "repair-service");
        let (vault, masked) = (h.vault.clone(), masked.clone());
        race(round, look, async move {
            apply(&vault, None, Some(&masked)).await.unwrap().entry
        })
        .await;
        apply(&h.vault, None, Some(&open)).await.unwrap();
    }
}

async fn no_search_finds_anyone_after_the_case_was_closed(engine: Engine) {
    let h = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    for round in 0..ROUNDS {
        let written = h.customer("li.na").await;
        if round > 0 {
            let open = record("work_order", &[("number", "WO-1"), ("status", "booked")]);
            h.vault
                .write(&Caller::operator(), Some(written.subject), vec![open])
                .await
                .unwrap();
        }
        let (vault, caller) = (h.vault.clone(), adviser.clone());
        let look = move || {
            let (vault, caller) = (vault.clone(), caller.clone());
            async move {
                let search = SearchRequest {
                    field: "customer.mobile".parse().unwrap(),
                    mode: SearchMode::Exact,
                    value: Personal::new("13800138000".to_owned()),
                    purpose: "repair-service".to_owned(),
                    limit: 10,
                };
                let found = vault.search(&caller, &search).await.unwrap();
                (found.entry, !found.matches.is_empty())
            }
        };
        let begun = h.vault.store().ledger_head().await.unwrap().size;
        race(
            round,
            look,
            close(h.vault.clone(), adviser.clone(), written.clone()),
        )
        .await;
        // Nor does the ledger tell anyone that they were found after it.
        let (mut closed, mut found) = (false, 0);
        for (_, bytes) in h
            .vault
            .store()
            .ledger_entries(begun, 1 << 16)
            .await
            .unwrap()
        {
            let entry = Entry::decode(&bytes).unwrap();
            closed |= entry.kind == Kind::Case;
            let tells = entry
                .fields
                .keys()
                .any(|treatment| treatment.form == "found");
            found += usize::from(tells);
            assert!(!(tells && closed), "{entry:?}");
        }
        assert!(closed);
        assert!(found > 0);
    }
}

async fn a_withdrawal_wins_every_race_from_its_acknowledgement_on(engine: Engine) {
    withdrawals(engine, 100).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: 10,000 races of a withdrawal against reads"]
async fn long_ten_thousand_withdrawals_win_in_sqlite() {
    withdrawals(Engine::Sqlite, 10_000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: 10,000 races of a withdrawal against reads"]
async fn long_ten_thousand_withdrawals_win_in_postgres() {
    withdrawals(Engine::Postgres, 10_000).await;
}

/// So many times lets a withdrawal race with two clear reads, and looks once more after it was acknowledged.
#[allow(clippy::print_stdout, reason = "tells whoever runs it what it tried")]
async fn withdrawals(engine: Engine, races: usize) {
    let h = harness(engine).await;
    let written = h.customer("li.na").await;
    let said = |word| {
        let (vault, subject, form) = (h.vault.clone(), written.subject, ConsentForm::General);
        async move {
            let operator = Caller::operator();
            let put = vault.put_consent(&operator, subject, "marketing-contact", word, form, None);
            put.await.unwrap()
        }
    };
    let (mut before, mut denied) = (0, 0);
    let adviser = h.strong_staff("li.na", "service-adviser");
    let look = opening(&h, &adviser, &written, "marketing-contact");
    for _ in 0..races {
        said(ConsentWord::Given).await;
        let looks = [tokio::spawn(look()), tokio::spawn(look())];
        let withdrawn = tokio::spawn(said(ConsentWord::Withdrawn)).await.unwrap();
        // It is acknowledged: whoever looks now sees nothing.
        let (_, clear) = look().await;
        assert!(!clear, "a clear read after the withdrawal was acknowledged");
        for racing in looks {
            let (entry, clear) = racing.await.unwrap();
            assert_eq!(clear, entry < withdrawn, "{entry} {withdrawn}");
            before += usize::from(clear);
            denied += usize::from(!clear);
        }
    }
    println!(
        "{races} races: {before} reads before the withdrawal, {denied} after it, none of them clear"
    );
    assert!(before > 0 && denied > 0, "{before} {denied}");
}
