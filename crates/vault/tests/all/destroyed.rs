//! Readers at the moment in which a person's keys go.

use std::sync::Arc;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, CallerKind, SessionId, StaffId};
use shouxin_store::{CommitError, Tx, params};
use tokio::sync::Barrier;

use crate::support::{Engine, Harness, number, on_both_engines, recounted, request};

on_both_engines! {
    no_reader_gets_a_value_after_the_entry_of_the_keys_destruction
}

const READERS: usize = 50;

#[allow(clippy::print_stdout, reason = "tells whoever runs it what it tried")]
async fn no_reader_gets_a_value_after_the_entry_of_the_keys_destruction(engine: Engine) {
    let h = Harness::new(engine).await;
    for round in 0..3 {
        let subject = h
            .customer_of(&format!("1380013800{round}"), "li.na")
            .await
            .subject;
        let start = Arc::new(Barrier::new(READERS + 1));
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                let (vault, start) = (h.vault.clone(), Arc::clone(&start));
                let bytes = [u8::try_from(reader + 1).unwrap(); 16];
                let mut officer = h.strong_staff("zhao.min", "protection-officer");
                officer.kind = CallerKind::Staff {
                    id: StaffId::from_bytes(bytes),
                    login: "zhao.min".to_owned(),
                    session: SessionId::from_bytes(bytes),
                };
                tokio::spawn(async move {
                    let mobile = ["customer.mobile"];
                    let asked = request(&[subject], "rights-answer", &mobile, &mobile);
                    start.wait().await;
                    let mut given = Vec::new();
                    for _ in 0..6 {
                        // A reader that others keep from its turn was given nothing.
                        let Ok(read) = vault.read(&officer, &asked).await else {
                            continue;
                        };
                        if read[0].fields.iter().any(|field| !field.values.is_empty()) {
                            given.push(read[0].entry);
                        }
                    }
                    given
                })
            })
            .collect();
        start.wait().await;
        let destroyed = destroy(&h, subject).await;
        let mut given = 0;
        for reader in readers {
            for entry in reader.await.unwrap() {
                assert!(
                    entry < destroyed,
                    "entry {entry} opened, {destroyed} had destroyed"
                );
                given += 1;
            }
        }
        println!("round {round}: {given} reads before the destruction");
    }
    recounted(&h.vault).await;
    assert_eq!(
        number(&h.vault, "SELECT COUNT(*) FROM subject_key").await,
        0
    );
}

/// What an erasure does to the keys: they go, the person is no longer active, and an entry says so, in
/// one transaction. Gives the entry.
async fn destroy(h: &Harness, subject: shouxin_model::SubjectId) -> u64 {
    loop {
        let mut tx = Tx::new();
        tx.run(
            "DELETE FROM subject_key WHERE subject = $1",
            params![subject],
        );
        tx.run("DELETE FROM record WHERE subject = $1", params![subject]);
        tx.run_exactly(
            1,
            "UPDATE subject SET state = 'erased', pseudonym = NULL, version = version + 1 WHERE id = $1",
            params![subject],
        );
        let extra = [("did", "destroyed")];
        match h
            .vault
            .record(&Caller::operator(), Kind::Key, &extra, tx)
            .await
        {
            Ok(entry) => return entry,
            Err(CommitError::Conflict { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}
