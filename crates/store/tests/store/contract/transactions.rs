//! Transactions: whole, isolated, in turn.

use shouxin_store::{CommitError, Query, StoreError, Tx, params};

use super::{SET, contract, noted, one, set, setting, settings};
use crate::bed::Bed;

contract! {
    a_transaction_happens_whole_or_not_at_all
    a_conflict_spares_its_batch_mates
    a_taken_key_is_a_conflict
    a_row_about_an_entry_holds_its_index
    a_guard_holds_the_facts_of_a_decision
    a_mistaken_statement_harms_only_its_own_transaction
    sixty_four_tasks_lose_no_update
    a_quota_stops_exactly_at_its_limit
    queries_together_see_one_state
    a_query_cannot_write
    what_was_committed_is_there_after_reopening
    a_closed_store_says_so
}

async fn a_transaction_happens_whole_or_not_at_all(bed: Bed) {
    let store = bed.open().await;
    let mut tx = noted("first", "1");
    tx.run(
        "UPDATE setting SET value = 'x' WHERE name = $1",
        params!["absent"],
    );
    tx.run_exactly(
        1,
        "UPDATE setting SET value = 'x' WHERE name = $1",
        params!["absent"],
    );
    tx.run(SET, params!["last", "1"]);
    assert_eq!(
        store.commit(tx).await,
        Err(CommitError::Conflict { statement: 2 })
    );
    assert_eq!(settings(&store).await, 0);
    assert_eq!(store.ledger_head().await.unwrap().size, 0);

    assert_eq!(set(&store, "first", "1").await.entries, [0]);
    assert_eq!(store.commit(Tx::new()).await.unwrap().entries, [0u64; 0]);
    assert_eq!(settings(&store).await, 1);
}

async fn a_row_about_an_entry_holds_its_index(bed: Bed) {
    const ABOUT: &str = "INSERT INTO zone_head (zone, seq) \
        VALUES ($1, (SELECT COALESCE(MAX(size), 0) FROM ledger_head) + $2)";
    let store = bed.open().await;
    let tasks: Vec<_> = (0..90)
        .map(|i| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = Tx::new();
                tx.append(format!("{i} before").into_bytes());
                let mut more = noted(&format!("task {i}"), "1");
                let slot = more.append(format!("{i} about").into_bytes());
                more.run_about(slot, ABOUT, params![i.to_string()]);
                tx.extend(more);
                // Batch mates that fail append nothing.
                if i % 3 == 0 {
                    tx.guard(
                        1,
                        "SELECT 1 FROM setting WHERE name = $1",
                        params!["absent"],
                    );
                }
                (i, store.commit(tx).await)
            })
        })
        .collect();
    for task in tasks {
        let (i, committed) = task.await.unwrap();
        let rows = store
            .query(
                "SELECT seq FROM zone_head WHERE zone = $1",
                params![i.to_string()],
            )
            .await
            .unwrap();
        match committed {
            Ok(committed) => {
                let index = u64::try_from(one(rows).int(0).unwrap()).unwrap();
                assert_eq!(index, committed.entries[2]);
                let entries = store.ledger_entries(index, 1).await.unwrap();
                assert_eq!(entries[0].1, format!("{i} about").into_bytes());
            }
            Err(_) => assert!(i % 3 == 0 && rows.is_empty()),
        }
    }
}

async fn a_conflict_spares_its_batch_mates(bed: Bed) {
    let store = bed.open().await;
    set(&store, "taken", "before").await;
    let tasks: Vec<_> = (0..90)
        .map(|i| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = noted(&format!("task {i}"), "1");
                if i % 3 == 0 {
                    tx.run_exactly(1, SET, params!["taken", "after"]);
                }
                store.commit(tx).await
            })
        })
        .collect();
    let mut indices = Vec::new();
    for (i, task) in tasks.into_iter().enumerate() {
        match task.await.unwrap() {
            Ok(committed) => {
                assert_ne!(i % 3, 0);
                let entry = store
                    .ledger_entry(committed.entries[0])
                    .await
                    .unwrap()
                    .unwrap();
                assert_eq!(entry, format!("task {i}").into_bytes());
                indices.extend(committed.entries);
            }
            Err(error) => {
                assert_eq!(i % 3, 0);
                assert_eq!(error, CommitError::Conflict { statement: 1 });
            }
        }
    }
    indices.sort_unstable();
    assert_eq!(indices, (1..=60).collect::<Vec<_>>());
    assert_eq!(settings(&store).await, 61);
    assert_eq!(setting(&store, "taken").await.unwrap(), "before");
}

async fn a_taken_key_is_a_conflict(bed: Bed) {
    let store = bed.open().await;
    set(&store, "name", "1").await;
    let again = store.commit(noted("name", "2")).await;
    assert_eq!(again, Err(CommitError::Conflict { statement: 0 }));
    assert_eq!(setting(&store, "name").await.unwrap(), "1");
}

async fn a_guard_holds_the_facts_of_a_decision(bed: Bed) {
    let store = bed.open().await;
    set(&store, "consent", "given").await;
    let decided = |name: &str| {
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM setting WHERE name = $1 AND value = 'given'",
            params!["consent"],
        );
        tx.guard(0, "SELECT 1 FROM setting WHERE name = $1", params!["hold"]);
        tx.run(SET, params![name, "1"]);
        tx.append(name.as_bytes().to_vec());
        tx
    };
    store.commit(decided("allowed")).await.unwrap();

    set(&store, "hold", "1").await;
    assert_eq!(
        store.commit(decided("held")).await,
        Err(CommitError::Conflict { statement: 1 })
    );
    let mut withdraw = Tx::new();
    withdraw.run(
        "UPDATE setting SET value = 'withdrawn' WHERE name = $1",
        params!["consent"],
    );
    store.commit(withdraw).await.unwrap();
    assert_eq!(
        store.commit(decided("withdrawn")).await,
        Err(CommitError::Conflict { statement: 0 })
    );
    assert_eq!(store.ledger_head().await.unwrap().size, 3);
}

async fn a_mistaken_statement_harms_only_its_own_transaction(bed: Bed) {
    let store = bed.open().await;
    let mistakes: [(&'static str, Vec<shouxin_store::Value>); 5] = [
        ("INSERT INTO nowhere (name) VALUES ($1)", params!["a"]),
        (
            "INSERT INTO setting (name, value) VALUES ($1, $2)",
            params!["a"],
        ),
        (
            "INSERT INTO setting (name, value) VALUES ($1, $2)",
            params!["a", None::<i64>],
        ),
        (
            "INSERT INTO quota (actor, day, purpose, kind, used) VALUES ('a', $1, 'p', 'k', 1)",
            params!["x"],
        ),
        ("SELEKT $1", params!["a"]),
    ];
    for (i, (sql, params)) in mistakes.into_iter().enumerate() {
        let mut tx = noted(&format!("mistake {i}"), "1");
        tx.run(sql, params);
        let good = noted(&format!("good {i}"), "1");
        let (bad, good) = tokio::join!(store.commit(tx), store.commit(good));
        assert!(
            matches!(bad, Err(CommitError::Store(StoreError::Statement(_)))),
            "{sql}: {bad:?}"
        );
        assert_eq!(good.unwrap().entries, [i as u64]);
    }
    assert_eq!(settings(&store).await, 5);
}

async fn sixty_four_tasks_lose_no_update(bed: Bed) {
    let store = bed.open().await;
    let mut tx = Tx::new();
    tx.run(
        "INSERT INTO subject (id, state, version, source, created_at) VALUES ($1, 'live', $2, 't', 0)",
        params![[1u8; 16], 0],
    );
    store.commit(tx).await.unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                loop {
                    let rows = store
                        .query("SELECT version FROM subject", params![])
                        .await
                        .unwrap();
                    let version = rows[0].int(0).unwrap();
                    let mut tx = Tx::new();
                    tx.run_exactly(
                        1,
                        "UPDATE subject SET version = version + 1 WHERE id = $1 AND version = $2",
                        params![[1u8; 16], version],
                    );
                    tx.append(version.to_be_bytes().to_vec());
                    match store.commit(tx).await {
                        Ok(_) => return,
                        Err(CommitError::Conflict { statement: 0 }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let version = one(store
        .query("SELECT version FROM subject", params![])
        .await
        .unwrap());
    assert_eq!(version.int(0), Ok(64));
    let entries = store.ledger_entries(0, 100).await.unwrap();
    let expected: Vec<_> = (0..64u64).map(|i| (i, i.to_be_bytes().to_vec())).collect();
    assert_eq!(entries, expected);
}

async fn a_quota_stops_exactly_at_its_limit(bed: Bed) {
    let store = bed.open().await;
    let spend = |n: i64| {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "INSERT INTO quota (actor, day, purpose, kind, used) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (actor, day, purpose, kind) DO UPDATE SET used = quota.used + excluded.used
             WHERE quota.used + excluded.used <= $6",
            params!["stf_a", 20_000, "repair", "clear", n, 10],
        );
        store.commit(tx)
    };
    for n in [4, 5, 1] {
        spend(n).await.unwrap();
    }
    assert_eq!(spend(1).await, Err(CommitError::Conflict { statement: 0 }));
    let used = store
        .query("SELECT CAST(SUM(used) AS BIGINT) FROM quota", params![])
        .await
        .unwrap();
    assert_eq!(one(used).int(0), Ok(10));
}

async fn queries_together_see_one_state(bed: Bed) {
    let store = bed.open().await;
    set(&store, "left", "0").await;
    set(&store, "right", "0").await;
    let writer = store.clone();
    let writing = tokio::spawn(async move {
        for i in 1..60 {
            let mut tx = Tx::new();
            for side in ["left", "right"] {
                let sql = "UPDATE setting SET value = $1 WHERE name = $2";
                tx.run_exactly(1, sql, params![i.to_string(), side]);
            }
            writer.commit(tx).await.unwrap();
        }
    });
    while !writing.is_finished() {
        let side = |name: &str| Query {
            sql: "SELECT value FROM setting WHERE name = $1",
            params: params![name],
        };
        let answers = store
            .query_all(vec![side("left"), side("right")])
            .await
            .unwrap();
        assert_eq!(answers[0], answers[1]);
        // Many pairs, shared among readers: each pair is of one state.
        let pairs = (0..41).flat_map(|_| [side("left"), side("right")]);
        let answers = store.query_groups(pairs.collect(), 2).await.unwrap();
        assert_eq!(answers.len(), 82);
        for pair in answers.chunks(2) {
            assert_eq!(pair[0], pair[1]);
        }
    }
    writing.await.unwrap();
    assert_eq!(setting(&store, "right").await.unwrap(), "59");
    assert!(store.query_all(vec![]).await.unwrap().is_empty());
    assert!(store.query_groups(vec![], 2).await.unwrap().is_empty());
}

async fn a_query_cannot_write(bed: Bed) {
    let store = bed.open().await;
    assert!(matches!(
        store.query(SET, params!["name", "1"]).await,
        Err(StoreError::Statement(_) | StoreError::Unavailable(_))
    ));
    assert_eq!(settings(&store).await, 0);
}

async fn what_was_committed_is_there_after_reopening(bed: Bed) {
    for round in 0..3u64 {
        let store = bed.open().await;
        for i in 0..150 {
            let committed = set(&store, &format!("{round}/{i}"), "1").await;
            assert_eq!(committed.entries, [round * 150 + i]);
        }
        store.close().await;
    }
    let store = bed.open().await;
    assert_eq!(settings(&store).await, 450);
    assert_eq!(store.ledger_head().await.unwrap().size, 450);
}

async fn a_closed_store_says_so(bed: Bed) {
    let store = bed.open().await;
    let clone = store.clone();
    let last = tokio::spawn(async move { clone.commit(noted("last", "1")).await });
    tokio::task::yield_now().await;
    store.close().await;
    store.close().await;
    assert_eq!(
        store.query("SELECT 1", params![]).await,
        Err(StoreError::Closed)
    );
    assert_eq!(
        store.commit(noted("late", "1")).await,
        Err(StoreError::Closed.into())
    );
    // Whether the commit on its way came before the close or after, its answer is the truth.
    let committed = last.await.unwrap().is_ok();
    assert_eq!(settings(&bed.open().await).await, i64::from(committed));
}
