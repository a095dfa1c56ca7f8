//! The data directory of the embedded engine.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use shouxin_store::{OpenError, SqliteOptions, Store, params};

use crate::bed::open_dir;
use crate::contract::set;

#[tokio::test(flavor = "multi_thread")]
async fn one_data_directory_is_open_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open_dir(dir.path()).await;
    let again = Store::open_sqlite(dir.path(), SqliteOptions::default()).await;
    assert!(matches!(again, Err(OpenError::Locked(path)) if path == dir.path()));
    drop(store);
    open_dir(dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_can_read_the_files() {
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join("new/data");
    let store = open_dir(&dir).await;
    set(&store, "name", "value").await;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    let mut names = Vec::new();
    for file in fs::read_dir(&dir).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(
        names,
        [
            "shouxin.db",
            "shouxin.db-shm",
            "shouxin.db-wal",
            "shouxin.lock"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_keeps_what_is_promised() {
    let dir = tempfile::tempdir().unwrap();
    let store = open_dir(dir.path()).await;
    for (pragma, expected) in [
        ("PRAGMA synchronous", 2),
        ("PRAGMA secure_delete", 1),
        ("PRAGMA foreign_keys", 1),
        ("PRAGMA temp_store", 2),
        ("PRAGMA query_only", 1),
    ] {
        let rows = store.query(pragma, params![]).await.unwrap();
        assert_eq!(rows[0].int(0), Ok(expected), "{pragma}");
    }
    let journal = store.query("PRAGMA journal_mode", params![]).await.unwrap();
    assert_eq!(journal[0].text(0), Ok("wal"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_was_tampered_with_takes_no_more_entries() {
    let dir = tempfile::tempdir().unwrap();
    let store = open_dir(dir.path()).await;
    for i in 0..300 {
        set(&store, &i.to_string(), "1").await;
    }
    store.close().await;
    let tamper = rusqlite::Connection::open(dir.path().join("shouxin.db")).unwrap();
    let changed = tamper.execute(
        "UPDATE ledger_batch SET bodies = X'00013A' WHERE first = 299",
        [],
    );
    assert_eq!(changed, Ok(1));
    drop(tamper);

    let store = open_dir(dir.path()).await;
    let refused = store.commit(crate::contract::noted("more", "1")).await;
    let forked = shouxin_store::StoreError::LedgerForked { size: 300 };
    assert_eq!(refused, Err(forked.into()));
    assert_eq!(store.ledger_head().await.unwrap().size, 300);
    assert_eq!(crate::contract::settings(&store).await, 300);
}
