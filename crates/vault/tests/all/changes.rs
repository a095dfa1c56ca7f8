//! What other systems are told is written with the change, and taken down how far each is.

use shouxin_ledger::Kind;
use shouxin_model::ConsentWord::{Given, Withdrawn};
use shouxin_model::{Caller, ConsentForm, DownstreamKind, DownstreamState, SubjectId};
use shouxin_store::{Tx, params};
use shouxin_vault::{
    Changed, ConsentError, DownstreamChange, DownstreamError, Interest, NewDownstream, Progress,
    Statement, VaultError,
};

use crate::support::{Engine, Harness, number, on_both_engines};

on_both_engines! {
    each_change_is_told_with_the_entry_that_tells_it_and_in_their_order
    what_did_not_happen_is_not_told
    an_erasure_is_told_in_place_of_all_before_it
    a_change_that_was_altered_is_told_to_nobody
    one_node_tells_a_system_at_a_time_and_a_change_of_it_takes_the_work_away
    a_stream_that_was_lost_goes_back_to_what_was_processed
    the_secret_is_sealed_and_the_old_one_signs_until_its_time_is_over
}

fn all() -> Interest {
    Interest {
        purposes: vec!["marketing-contact".to_owned()],
        parts: Vec::new(),
    }
}

async fn say(h: &Harness, subject: SubjectId, words: &[shouxin_model::ConsentWord]) -> Vec<u64> {
    let said = |word: &shouxin_model::ConsentWord| {
        Statement::new("marketing-contact", *word, ConsentForm::General)
    };
    let said: Vec<_> = words.iter().map(said).collect();
    let taken = h.vault.take_down(&Caller::operator(), subject, &said).await;
    taken.unwrap().iter().map(|one| one.entry).collect()
}

async fn registered(h: &Harness, kind: DownstreamKind) -> Option<Vec<u8>> {
    let new = NewDownstream {
        name: "crm".to_owned(),
        kind,
        target: "shouxin.changes".to_owned(),
        interest: all(),
        from_beginning: true,
    };
    let officer = Caller::operator();
    let made = h.vault.add_downstream(&officer, &new).await.unwrap();
    assert!(matches!(
        h.vault.add_downstream(&officer, &new).await,
        Err(DownstreamError::Exists)
    ));
    made.secret.map(|secret| secret.to_vec())
}

async fn each_change_is_told_with_the_entry_that_tells_it_and_in_their_order(engine: Engine) {
    let h = Harness::new(engine).await;
    let people = [
        h.customer_of("13800138000", "li.na").await.subject,
        h.customer_of("13900139000", "li.na").await.subject,
    ];
    // At the same time, so that they share commits.
    let tasks: Vec<_> = (0..40)
        .map(|n| {
            let (vault, subject) = (h.vault.clone(), people[n % 2]);
            tokio::spawn(async move {
                let word = if n % 4 < 2 { Given } else { Withdrawn };
                let said = [
                    Statement::new("marketing-contact", word, ConsentForm::General),
                    Statement::new("marketing-contact", Withdrawn, ConsentForm::General),
                ];
                loop {
                    match vault.take_down(&Caller::operator(), subject, &said).await {
                        Err(ConsentError::Vault(VaultError::Busy)) => {}
                        taken => return (subject, taken.unwrap()),
                    }
                }
            })
        })
        .collect();
    let mut expected = Vec::new();
    for task in tasks {
        let (subject, taken) = task.await.unwrap();
        expected.extend(taken.iter().map(|one| (one.entry, subject, one.epoch)));
    }
    expected.sort_unstable();
    let restricted = h
        .vault
        .put_restriction(&Caller::operator(), people[0], "accuracy-contested")
        .await
        .unwrap();
    let mut found = Vec::new();
    let mut from = 0;
    loop {
        let page = h.vault.changes(&all(), from, 7).await.unwrap();
        from = page.next;
        found.extend(page.changes);
        if page.end {
            break;
        }
    }
    let last = found.pop().unwrap();
    assert_eq!(last.entry, restricted);
    assert!(matches!(last.what, Changed::Restriction(change) if change.restricted));
    let told: Vec<_> = found
        .iter()
        .map(|change| match &change.what {
            Changed::Consent(said) => (change.entry, change.subject, said.epoch),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, expected);
    for change in found.iter().chain([&last]) {
        let (entry, _) = h.vault.entry(change.entry).await.unwrap();
        assert_eq!((entry.kind, entry.at), (Kind::Consent, change.at.micros()));
    }
}

async fn what_did_not_happen_is_not_told(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let good = Statement::new("marketing-contact", Given, ConsentForm::General);
    let bad = Statement::new("no-such-purpose", Given, ConsentForm::General);
    let (operator, said) = (Caller::operator(), [good, bad]);
    let taken = h.vault.take_down(&operator, subject, &said);
    assert!(matches!(taken.await, Err(ConsentError::UnknownPurpose)));
    assert_eq!(
        number(&h.vault, "SELECT COUNT(*) FROM change_event").await,
        0
    );
    say(&h, subject, &[Given]).await;
    assert_eq!(
        number(&h.vault, "SELECT COUNT(*) FROM change_event").await,
        1
    );
}

async fn an_erasure_is_told_in_place_of_all_before_it(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    say(&h, subject, &[Given, Withdrawn]).await;
    let officer = h.strong_staff("wang.min", "protection-officer");
    let done = h
        .vault
        .erase(&officer, subject, "asked-by-subject")
        .await
        .unwrap();
    let page = h.vault.changes(&all(), 0, 100).await.unwrap();
    assert_eq!(page.changes.len(), 1);
    let change = &page.changes[0];
    assert_eq!(
        (change.entry, &change.what),
        (done.entry, &Changed::Erasure)
    );
    assert_eq!(change.subject, subject);
}

async fn a_change_that_was_altered_is_told_to_nobody(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    say(&h, subject, &[Withdrawn]).await;
    for sql in [
        "UPDATE change_event SET body = REPLACE(body, 'withdrawn', 'given')",
        "UPDATE change_event SET purpose = 'repair-service'",
        "UPDATE change_event SET kind = 'erasure'",
    ] {
        let before = h.vault.changes(&all(), 0, 10).await;
        assert_eq!(before.unwrap().changes.len(), 1);
        let rows = h
            .vault
            .store()
            .query("SELECT body, purpose, kind FROM change_event", params![]);
        let row = rows.await.unwrap().remove(0).into_values();
        let mut tx = Tx::new();
        tx.run_exactly(1, sql, params![]);
        h.vault.store().commit(tx).await.unwrap();
        assert!(matches!(
            h.vault.changes(&all(), 0, 10).await,
            Err(VaultError::Corrupt("change_event"))
        ));
        let mut tx = Tx::new();
        let back = "UPDATE change_event SET body = $1, purpose = $2, kind = $3";
        tx.run_exactly(1, back, row);
        h.vault.store().commit(tx).await.unwrap();
    }
}

async fn one_node_tells_a_system_at_a_time_and_a_change_of_it_takes_the_work_away(engine: Engine) {
    let h = Harness::new(engine).await;
    registered(&h, DownstreamKind::Nats).await;
    let held = h.vault.claim_downstream("crm").await.unwrap().unwrap();
    assert!(h.vault.claim_downstream("crm").await.unwrap().is_none());
    let progress = Progress {
        delivered: 7,
        processed: false,
        stream: ("made".to_owned(), 3),
        failing: None,
    };
    assert!(h.vault.keep_downstream(&held, &progress).await.unwrap());
    let operator = Caller::operator();
    let pause = DownstreamChange {
        state: Some(DownstreamState::Paused),
        ..DownstreamChange::default()
    };
    h.vault
        .change_downstream(&operator, "crm", &pause)
        .await
        .unwrap();
    assert!(!h.vault.keep_downstream(&held, &progress).await.unwrap());
    assert!(h.vault.claim_downstream("crm").await.unwrap().is_none());
    let resume = DownstreamChange {
        state: Some(DownstreamState::Active),
        ..DownstreamChange::default()
    };
    h.vault
        .change_downstream(&operator, "crm", &resume)
        .await
        .unwrap();
    let again = h.vault.claim_downstream("crm").await.unwrap().unwrap();
    assert_eq!(again.downstream.place.delivered, 7);
    assert_eq!(again.stream, ("made".to_owned(), 3));
    // A node that is silent for too long loses it, and notes nothing any more.
    h.world.pass(60);
    let other = h.vault.claim_downstream("crm").await.unwrap().unwrap();
    assert!(!h.vault.keep_downstream(&again, &progress).await.unwrap());
    assert!(h.vault.keep_downstream(&other, &progress).await.unwrap());
}

async fn a_stream_that_was_lost_goes_back_to_what_was_processed(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    registered(&h, DownstreamKind::Nats).await;
    let entries = say(&h, subject, &[Given, Withdrawn, Given]).await;
    let operator = Caller::operator();
    let held = h.vault.claim_downstream("crm").await.unwrap().unwrap();
    let progress = Progress {
        delivered: entries[2] + 1,
        processed: false,
        stream: ("made".to_owned(), 3),
        failing: None,
    };
    assert!(h.vault.keep_downstream(&held, &progress).await.unwrap());
    let acknowledged = h.vault.acknowledge_downstream(&operator, "crm", entries[0]);
    assert_eq!(acknowledged.await.unwrap().acknowledged, entries[0] + 1);
    let lags = h.vault.downstream_lags().await.unwrap();
    assert_eq!(lags[0].behind, 2);
    assert!(matches!(
        h.vault
            .acknowledge_downstream(&operator, "crm", u64::MAX)
            .await,
        Err(DownstreamError::NotDelivered)
    ));
    // A lower number takes nothing back.
    let lower = h.vault.acknowledge_downstream(&operator, "crm", 0).await;
    assert_eq!(lower.unwrap().acknowledged, entries[0] + 1);
    assert!(h.vault.rewind_downstream(&held).await.unwrap());
    let again = h.vault.claim_downstream("crm").await.unwrap().unwrap();
    let place = &again.downstream.place;
    assert_eq!((place.delivered, place.round), (entries[0] + 1, 1));
    assert_eq!(again.stream, (String::new(), 0));
}

async fn the_secret_is_sealed_and_the_old_one_signs_until_its_time_is_over(engine: Engine) {
    let h = Harness::new(engine).await;
    let secret = registered(&h, DownstreamKind::Webhook).await.unwrap();
    let rows = h
        .vault
        .store()
        .query("SELECT secret_sealed FROM downstream", params![]);
    let sealed = rows.await.unwrap()[0].bytes(0).unwrap().to_vec();
    assert!(!sealed.windows(secret.len()).any(|part| part == secret));
    let operator = Caller::operator();
    let turned = h
        .vault
        .rotate_downstream(&operator, "crm", 60)
        .await
        .unwrap();
    let new = turned.secret.unwrap().to_vec();
    let seen = || async {
        let seen = h.vault.see_downstream("crm").await.unwrap().unwrap();
        seen.secrets
            .iter()
            .map(|one| one.to_vec())
            .collect::<Vec<_>>()
    };
    assert_eq!(seen().await, [new.clone(), secret]);
    h.world.pass(61);
    assert_eq!(seen().await, [new]);
}
