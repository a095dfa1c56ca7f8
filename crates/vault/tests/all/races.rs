//! Reads and searches that race with a change which ends the right to them.

use std::sync::Arc;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, ConsentForm, Form, Personal, SearchMode};
use shouxin_vault::{CaseChange, ConsentWord, SearchRequest, Vault, Written};
use tokio::sync::Barrier;

use crate::support::{Engine, Harness, case_of, on_both_engines, record, request};

on_both_engines! {
    no_read_is_answered_after_the_case_was_closed
    no_read_is_answered_after_processing_was_restricted
    no_read_is_answered_after_consent_was_withdrawn
    no_read_is_answered_clear_after_the_policies_withheld_it
    no_search_finds_anyone_after_the_case_was_closed
}

/// Rounds of each race. Every round is one change in the middle of its reads.
const ROUNDS: usize = 4;

/// Reads of one round: 2,000 reads race in the four kinds of races on each engine.
const READS: usize = 125;

/// Readers at once.
const READERS: usize = 25;

/// Customers enough for every read, and no quota in the way.
async fn harness(engine: Engine) -> Harness {
    let profile = shouxin_register::profile("after-sales").unwrap();
    let mut register = profile.register_toml.to_owned();
    for (from, to) in [
        ("subjects_per_day = 80, clear_per_day = 60, searches_per_day = 120", "subjects_per_day = 8000"),
        ("subjects_per_day = 50, clear_per_day = 20, searches_per_day = 20", "subjects_per_day = 5000"),
    ] {
        assert!(register.contains(from));
        register = register.replace(from, to);
    }
    Harness::with(engine, &register, profile.policies).await
}

/// What one look came to: its entry, and whether it was answered.
type Look = (u64, bool);

/// Lets looks race with a change, which gives its entry, and holds every look to it.
async fn race<L, C>(look: impl Fn() -> L, change: C)
where
    L: Future<Output = Look> + Send + 'static,
    C: Future<Output = u64> + Send + 'static,
{
    let start = Arc::new(Barrier::new(READERS + 1));
    let begun = start.clone();
    let changing = tokio::spawn(async move {
        begun.wait().await;
        change.await
    });
    let mut looking = Vec::new();
    for _ in 0..READERS {
        let looks: Vec<L> = (0..READS / READERS).map(|_| look()).collect();
        let begun = start.clone();
        looking.push(tokio::spawn(async move {
            begun.wait().await;
            let mut seen = Vec::new();
            for look in looks {
                seen.push(look.await);
            }
            seen
        }));
    }
    let mut looks = Vec::new();
    for looking in looking {
        looks.extend(looking.await.unwrap());
    }
    let changed = changing.await.unwrap();
    for (entry, answered) in looks {
        assert_eq!(answered, entry < changed, "a look under entry {entry}, the change under entry {changed}");
    }
}

/// Whether a clear read of the customer's name is answered clear.
async fn opens(vault: Vault, caller: Caller, written: Written, purpose: &'static str) -> Look {
    let name = ["customer.name"];
    let read = vault.read(&caller, &request(&[written.subject], purpose, &name, &name)).await.unwrap();
    let field = &read[0].fields[0];
    assert_eq!(field.form == Form::Clear, field.values.iter().any(|v| v.value.expose() == "欧阳明"));
    (read[0].entry, field.form == Form::Clear)
}

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
    let change = CaseChange { status: Some("closed".to_owned()), ..CaseChange::default() };
    vault.change_case(&caller, written.subject, case_of(&written), &change).await.unwrap();
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
            h.vault.write(&Caller::operator(), Some(written.subject), vec![open]).await.unwrap();
        }
        let look = || opens(h.vault.clone(), adviser.clone(), written.clone(), "repair-service");
        race(look, close(h.vault.clone(), adviser.clone(), written.clone())).await;
    }
}

async fn no_read_is_answered_after_processing_was_restricted(engine: Engine) {
    let h = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let written = h.customer("li.na").await;
    for _ in 0..ROUNDS {
        let look = || opens(h.vault.clone(), adviser.clone(), written.clone(), "repair-service");
        let (vault, subject) = (h.vault.clone(), written.subject);
        race(look, async move { vault.put_restriction(&Caller::operator(), subject, "request").await.unwrap() }).await;
        h.vault.lift_restriction(&Caller::operator(), written.subject).await.unwrap();
    }
}

async fn no_read_is_answered_after_consent_was_withdrawn(engine: Engine) {
    let h = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let written = h.customer("li.na").await;
    let said = |state| {
        let (vault, subject, form) = (h.vault.clone(), written.subject, ConsentForm::General);
        async move {
            vault.put_consent(&Caller::operator(), subject, "marketing-contact", state, form, None).await.unwrap()
        }
    };
    for _ in 0..ROUNDS {
        said(ConsentWord::Given).await;
        let look = || opens(h.vault.clone(), adviser.clone(), written.clone(), "marketing-contact");
        race(look, said(ConsentWord::Withdrawn)).await;
    }
}

async fn no_read_is_answered_clear_after_the_policies_withheld_it(engine: Engine) {
    let h = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let written = h.customer("li.na").await;
    let open = h.vault.current_sources().await.unwrap().1;
    let masked = open.replacen("action == Action::\"clear\", resource)\nwhen {\n  [Purpose::\"repair-service\"", 
        "action == Action::\"masked\", resource)\nwhen {\n  [Purpose::\"repair-service\"", 1);
    assert_ne!(open, masked);
    for _ in 0..ROUNDS {
        let look = || opens(h.vault.clone(), adviser.clone(), written.clone(), "repair-service");
        let (vault, masked) = (h.vault.clone(), masked.clone());
        race(look, async move { vault.apply(&Caller::operator(), None, Some(&masked)).await.unwrap().entry }).await;
        h.vault.apply(&Caller::operator(), None, Some(&open)).await.unwrap();
    }
}

async fn no_search_finds_anyone_after_the_case_was_closed(engine: Engine) {
    let h = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    for round in 0..ROUNDS {
        let written = h.customer("li.na").await;
        if round > 0 {
            let open = record("work_order", &[("number", "WO-1"), ("status", "booked")]);
            h.vault.write(&Caller::operator(), Some(written.subject), vec![open]).await.unwrap();
        }
        let look = || {
            let (vault, caller) = (h.vault.clone(), adviser.clone());
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
        race(look, close(h.vault.clone(), adviser.clone(), written.clone())).await;
    }
}
