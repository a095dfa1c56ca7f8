//! Erasure: what is gone, what stays, and that no race and no older copy brings anybody back.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use shouxin_ledger::Kind;
use shouxin_model::{Caller, SubjectId};
use shouxin_store::params;
use shouxin_vault::ErasureError;

use crate::support::{Engine, Harness, on_both_engines, recounted, request, shown};

on_both_engines! {
    an_erased_person_is_gone_and_the_entry_leads_to_nobody
    fifty_readers_race_an_erasure_and_none_opens_after_it
}

/// The tables that lead with the subject, and the links to it elsewhere.
pub(crate) const TRACES: [&str; 14] = [
    "SELECT 1 FROM subject_key WHERE subject = $1",
    "SELECT 1 FROM record WHERE subject = $1",
    "SELECT 1 FROM blind WHERE subject = $1",
    "SELECT 1 FROM facet WHERE subject = $1",
    "SELECT 1 FROM consent WHERE subject = $1",
    "SELECT 1 FROM consent_event WHERE subject = $1",
    "SELECT 1 FROM evidence WHERE subject = $1",
    "SELECT 1 FROM own_code WHERE subject = $1",
    "SELECT 1 FROM own_session WHERE subject = $1",
    "SELECT 1 FROM restriction WHERE subject = $1",
    "SELECT 1 FROM change_event WHERE subject = $1 AND kind <> 'erasure'",
    "SELECT 1 FROM counter_session WHERE subject = $1",
    "SELECT 1 FROM import_row WHERE subject = $1",
    "SELECT 1 FROM subject WHERE id = $1 AND (state <> 'erased' OR pseudonym IS NOT NULL OR salt IS NOT NULL)",
];

async fn an_erased_person_is_gone_and_the_entry_leads_to_nobody(engine: Engine) {
    let h = Harness::new(engine).await;
    let (erased, other) = (
        h.customer_of("13800138000", "li.wei").await,
        h.customer_of("13900139000", "li.wei").await,
    );
    let adviser = h.staff("li.wei", "service-adviser");
    let fields = ["customer.name"];
    let before = h
        .read(&adviser, erased.subject, "repair-service", &fields, &[])
        .await;
    assert!(!shown(&before)[0].ends_with(' '), "{:?}", shown(&before));
    let officer = h.strong_staff("wang.min", "protection-officer");
    assert!(matches!(
        h.vault
            .erase(&officer, erased.subject, "Zhang San asked")
            .await,
        Err(ErasureError::Reason)
    ));
    let done = h
        .vault
        .erase(&officer, erased.subject, "asked-by-subject")
        .await
        .unwrap();
    let (entry, _) = h.vault.entry(done.entry).await.unwrap();
    assert_eq!(entry.kind, Kind::Erasure);
    assert!(entry.subject.is_some());
    assert!(
        entry
            .extra
            .contains(&("reason".into(), "asked-by-subject".into()))
    );
    let store = h.vault.store();
    for sql in TRACES {
        assert!(
            store
                .query(sql, params![erased.subject])
                .await
                .unwrap()
                .is_empty(),
            "{sql}"
        );
    }
    let sql = "SELECT 1 FROM subject WHERE pseudonym = $1";
    assert!(
        store
            .query(sql, params![entry.subject.unwrap()])
            .await
            .unwrap()
            .is_empty()
    );
    let sql = "SELECT 1 FROM quota WHERE kind = $1";
    assert!(
        store
            .query(sql, params![erased.subject.to_string()])
            .await
            .unwrap()
            .is_empty()
    );
    let after = h
        .read(&adviser, erased.subject, "repair-service", &fields, &[])
        .await;
    assert!(!after.found);
    let beside = h
        .read(&adviser, other.subject, "repair-service", &fields, &[])
        .await;
    assert!(beside.found && beside.fields[0].values.len() == 1);
    let again = h
        .vault
        .erase(&officer, erased.subject, "asked-by-subject")
        .await;
    assert!(matches!(again, Err(ErasureError::Already(id)) if id == done.id));
    let nobody = h
        .vault
        .erase(&officer, SubjectId::from_bytes([9; 16]), "asked-by-subject")
        .await;
    assert!(matches!(nobody, Err(ErasureError::SubjectNotFound)));
    recounted(&h.vault).await;
}

async fn fifty_readers_race_an_erasure_and_none_opens_after_it(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer_of("13800138000", "li.wei").await;
    let erased = Arc::new(AtomicBool::new(false));
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let adviser = h.staff("li.wei", "service-adviser");
        let (vault, erased) = (h.vault.clone(), Arc::clone(&erased));
        let wanted = request(
            &[written.subject],
            "repair-service",
            &["customer.name"],
            &[],
        );
        readers.spawn(async move {
            let (mut opened, mut gone, mut last) = (0, 0, None);
            while gone < 2 {
                let over = erased.load(Ordering::Acquire);
                let outcome = vault.read(&adviser, &wanted).await.unwrap().remove(0);
                if outcome.found {
                    assert!(!over, "a read that began after the answer opened");
                    assert_eq!(outcome.fields[0].values.len(), 1);
                    (opened, last) = (opened + 1, Some(outcome.entry));
                } else {
                    gone += 1;
                }
            }
            (opened, last)
        });
    }
    // Some have read before.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let officer = h.strong_staff("wang.min", "protection-officer");
    let done = h
        .vault
        .erase(&officer, written.subject, "asked-by-subject")
        .await
        .unwrap();
    erased.store(true, Ordering::Release);
    let mut opened = 0;
    while let Some(read) = readers.join_next().await {
        let (count, last) = read.unwrap();
        opened += count;
        assert!(
            last.is_none_or(|entry| entry < done.entry),
            "opened under an entry after the erasure"
        );
    }
    assert!(opened > 0, "nobody raced");
    recounted(&h.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_the_erased_is_left_in_the_data_directory() {
    let h = Harness::new(Engine::Sqlite).await;
    // Before and after others, so that pages have been split around them.
    let mut all = Vec::new();
    for number in 0..80 {
        all.push(
            h.customer_of(&format!("138001380{number:02}"), "li.wei")
                .await,
        );
    }
    let written = &all[40];
    let sql = "SELECT wrapped FROM subject_key WHERE subject = $1 \
               UNION ALL SELECT sealed FROM record WHERE subject = $1 \
               UNION ALL SELECT tag FROM blind WHERE subject = $1 \
               UNION ALL SELECT pseudonym FROM subject WHERE id = $1";
    let rows = h
        .vault
        .store()
        .query(sql, params![written.subject])
        .await
        .unwrap();
    let pieces: Vec<Vec<u8>> = rows
        .iter()
        .map(|row| row.bytes(0).unwrap().to_vec())
        .collect();
    let found = |pieces: &[Vec<u8>]| {
        let bytes = contents(&h.folder.path().join("data"));
        let is_there = |piece: &&Vec<u8>| {
            bytes
                .windows(piece.len())
                .any(|window| window == &piece[..])
        };
        pieces.iter().filter(is_there).count()
    };
    // What is shorter, such as a record without sealed fields, could be anywhere by chance.
    let pieces: Vec<Vec<u8>> = pieces
        .into_iter()
        .filter(|piece| piece.len() >= 16)
        .collect();
    assert!(pieces.len() >= 3);
    assert_eq!(found(&pieces), pieces.len());
    let officer = h.strong_staff("wang.min", "protection-officer");
    h.vault
        .erase(&officer, written.subject, "asked-by-subject")
        .await
        .unwrap();
    while !h.vault.scrub().await.unwrap() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // The scrub that the erasure began may still be under way.
    for _ in 0..100 {
        if found(&pieces) == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // The pseudonym stays: in the ledger, as text of another spelling, and nowhere as these bytes.
    assert_eq!(found(&pieces), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tombstone_that_could_not_be_kept_is_told_and_kept_by_asking_again() {
    let h = Harness::new(Engine::Sqlite).await;
    let subject = h.customer_of("13800138000", "li.wei").await.subject;
    let officer = h.strong_staff("wang.min", "protection-officer");
    let file = h.folder.path().join("keys/tombstones");
    std::fs::create_dir(&file).unwrap();
    let told = h.vault.erase(&officer, subject, "asked-by-subject").await;
    assert!(matches!(told, Err(ErasureError::Unburied(_))), "{told:?}");
    let rows = h.vault.store().query(TRACES[0], params![subject]).await;
    assert!(rows.unwrap().is_empty());
    std::fs::remove_dir(&file).unwrap();
    let again = h.vault.erase(&officer, subject, "asked-by-subject").await;
    assert!(matches!(again, Err(ErasureError::Already(_))));
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 1);
    // One that is lost is made anew from the store.
    std::fs::remove_file(&file).unwrap();
    let h = h.reopen().await;
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 1);
    // And one that cannot be relied on keeps the vault shut.
    std::fs::write(&file, "AAAA\n").unwrap();
    let tombstones = shouxin_vault::Tombstones::at(&file);
    let shut = h.vault.keep_tombstones(tombstones).await;
    assert!(matches!(shut, Err(ErasureError::Unburied(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn data_from_before_an_erasure_are_erased_again_when_they_are_opened() {
    let h = Harness::new(Engine::Sqlite).await;
    let written = h.customer_of("13800138000", "li.wei").await;
    h.vault.store().close().await;
    let (data, kept) = (h.folder.path().join("data"), h.folder.path().join("kept"));
    copy(&data, &kept);
    let h = h.reopen().await;
    let officer = h.strong_staff("wang.min", "protection-officer");
    let done = h
        .vault
        .erase(&officer, written.subject, "asked-by-subject")
        .await
        .unwrap();
    h.vault.store().close().await;
    std::fs::remove_dir_all(&data).unwrap();
    copy(&kept, &data);
    let h = h.reopen().await;
    for sql in TRACES {
        let rows = h
            .vault
            .store()
            .query(sql, params![written.subject])
            .await
            .unwrap();
        assert!(rows.is_empty(), "{sql}");
    }
    let last = h.vault.store().ledger_head().await.unwrap().size - 1;
    let (entry, _) = h.vault.entry(last).await.unwrap();
    assert_eq!(
        (entry.kind, entry.actor.as_str()),
        (Kind::Erasure, Caller::operator().actor().as_str())
    );
    assert!(entry.extra.contains(&("did".into(), "replayed".into())));
    assert!(
        entry
            .extra
            .contains(&("erasure".into(), done.id.to_string()))
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: writes a person with a thousand records"]
#[allow(clippy::disallowed_methods, reason = "it measures")]
async fn long_a_person_with_a_thousand_records_is_erased_in_fifty_milliseconds() {
    let h = Harness::new(Engine::Sqlite).await;
    let mut records = vec![crate::support::record(
        "customer",
        &[("name", "张三"), ("mobile", "13800138000")],
    )];
    for number in 0..999 {
        let number = format!("WO-{number}");
        records.push(crate::support::record(
            "work_order",
            &[
                ("number", &number),
                ("status", "booked"),
                ("assignee", "li.wei"),
                ("region", "east"),
            ],
        ));
    }
    let written = h
        .vault
        .write(&Caller::operator(), None, records)
        .await
        .unwrap();
    let officer = h.strong_staff("wang.min", "protection-officer");
    let begun = std::time::Instant::now();
    h.vault
        .erase(&officer, written.subject, "asked-by-subject")
        .await
        .unwrap();
    let took = begun.elapsed();
    assert!(took.as_millis() <= 50, "{took:?}");
}

pub(crate) fn contents(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
