//! Several nodes on one PostgreSQL, and wires that break between them.

use shouxin_ledger::{Frontier, Hash};
use shouxin_store::{CommitError, OpenError, PostgresOptions, Store, StoreError, Tx, params};
use shouxin_testkit::postgres::Database;

use crate::bed::{open_url, server};
use crate::contract::{SET, noted, set, setting, settings};
use crate::proxy::{Cut, Proxy};

async fn database() -> Database {
    server().await.database().await
}

/// The root over the stored entries, and how many there are, by counting anew.
async fn recounted(store: &Store) -> (u64, Hash) {
    let mut frontier = Frontier::new();
    for (i, entry) in store.ledger_entries(0, 1 << 20).await.unwrap() {
        assert_eq!(i, frontier.size());
        frontier.append(Hash::of_leaf(&entry));
    }
    (frontier.size(), frontier.root())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_keep_one_ledger() {
    let database = database().await;
    let (a, b) = tokio::join!(open_url(database.url()), open_url(database.url()));
    let nodes = [a, b];
    let tasks: Vec<_> = (0..24)
        .map(|task| {
            let store = nodes[task % 2].clone();
            tokio::spawn(async move {
                for i in 0..25 {
                    let name = format!("{task}-{i}");
                    let committed = set(&store, &name, "1").await;
                    let entry = store.ledger_entry(committed.entries[0]).await.unwrap();
                    assert_eq!(entry, Some(name.into_bytes()));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for store in &nodes {
        let head = store.ledger_head().await.unwrap();
        assert_eq!((head.size, head.root), recounted(store).await);
        assert_eq!((head.size, settings(store).await), (600, 600));
    }
    // A node that has slept takes in what the other wrote meanwhile, and goes on.
    for i in 0..700 {
        set(&nodes[0], &format!("long {i}"), "1").await;
    }
    assert_eq!(set(&nodes[1], "awake", "1").await.entries, [1_300]);
    let head = nodes[1].ledger_head().await.unwrap();
    assert_eq!((head.size, head.root), recounted(&nodes[1]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_holds_against_the_other_node() {
    let database = database().await;
    let nodes = [
        open_url(database.url()).await,
        open_url(database.url()).await,
    ];
    let tasks: Vec<_> = (0..40)
        .map(|i| {
            let store = nodes[i % 2].clone();
            tokio::spawn(async move {
                let mut tx = Tx::new();
                tx.guard(
                    0,
                    "SELECT 1 FROM setting WHERE value = $1",
                    params!["only one"],
                );
                tx.run(SET, params![i.to_string(), "only one"]);
                tx.append(i.to_string().into_bytes());
                store.commit(tx).await
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => done += 1,
            Err(error) => assert_eq!(error, CommitError::Conflict { statement: 0 }),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(settings(&nodes[0]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_acknowledgement_is_lost_is_not_done_twice() {
    let database = database().await;
    let proxy = Proxy::to(database.url()).await;
    let store = open_url(&proxy.url).await;
    set(&store, "before", "1").await;
    for (i, cut) in [Cut::AfterCommit, Cut::BeforeCommit, Cut::AfterCommit]
        .into_iter()
        .enumerate()
    {
        proxy.cut(cut);
        let committed = set(&store, &format!("cut {i}"), "1").await;
        assert!(proxy.has_cut());
        assert_eq!(committed.entries, [i as u64 + 1]);
    }
    let head = store.ledger_head().await.unwrap();
    assert_eq!((head.size, head.root), recounted(&store).await);
    assert_eq!((head.size, settings(&store).await), (4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_acknowledgement_without_entries_is_admitted() {
    let database = database().await;
    let proxy = Proxy::to(database.url()).await;
    let store = open_url(&proxy.url).await;
    for (name, cut, done) in [
        ("kept", Cut::AfterCommit, true),
        ("lost", Cut::BeforeCommit, false),
    ] {
        proxy.cut(cut);
        let mut tx = Tx::new();
        tx.run(SET, params![name, "1"]);
        assert_eq!(
            store.commit(tx).await,
            Err(StoreError::Unacknowledged.into())
        );
        assert_eq!(setting(&store, name).await.is_some(), done);
    }
    set(&store, "after", "1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forked_ledger_stops_appends_and_nothing_else() {
    let database = database().await;
    let store = open_url(database.url()).await;
    for i in 0..10 {
        set(&store, &i.to_string(), "1").await;
    }
    // Someone puts back an older state behind the node's back.
    for sql in [
        "DELETE FROM ledger_batch WHERE first >= 8",
        "UPDATE ledger_head SET size = 8 WHERE id = 1",
    ] {
        let mut tx = Tx::new();
        tx.run(sql, params![]);
        store.commit(tx).await.unwrap();
    }
    let mut silent = Tx::new();
    silent.run(SET, params!["silent", "1"]);
    let (refused, silent) = tokio::join!(store.commit(noted("more", "1")), store.commit(silent));
    assert_eq!(refused, Err(StoreError::LedgerForked { size: 8 }.into()));
    silent.unwrap();
    assert_eq!(
        (setting(&store, "more").await, settings(&store).await),
        (None, 11)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_cut_off_anywhere_is_completed_by_the_next_start() {
    let database = database().await;
    let proxy = Proxy::to(database.url()).await;
    let options = PostgresOptions {
        connections: 1,
        ..Default::default()
    };
    let mut cuts = 0;
    for chunks in 0.. {
        proxy.let_through(chunks);
        match Store::open_postgres(&proxy.url, options).await {
            Ok(store) => {
                proxy.let_through(-1);
                set(&store, "name", "1").await;
                break;
            }
            Err(OpenError::Store(StoreError::Unavailable(_))) => cuts += 1,
            Err(error) => panic!("cut after {chunks} chunks: {error:?}"),
        }
    }
    assert!(cuts > 20, "the wire was cut only {cuts} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_migrate_once() {
    let database = database().await;
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let url = database.url().to_owned();
            tokio::spawn(async move { open_url(&url).await })
        })
        .collect();
    for (i, start) in starts.into_iter().enumerate() {
        let store = start.await.unwrap();
        assert_eq!(set(&store, &i.to_string(), "1").await.entries, [i as u64]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_unavailable() {
    let options = PostgresOptions::default();
    let nobody = Store::open_postgres("postgres://shouxin@127.0.0.1:1/none", options).await;
    assert!(matches!(
        nobody,
        Err(OpenError::Store(StoreError::Unavailable(_)))
    ));
    let nonsense = Store::open_postgres("postgres//secret", options)
        .await
        .unwrap_err();
    assert!(!format!("{nonsense} {nonsense:?}").contains("secret"));
}
