//! Values: what goes in comes out, and never into a message.

use shouxin_store::{CommitError, Query, StoreError, Tx, Value, params};

use super::{SET, contract, noted, one, set, setting};
use crate::bed::Bed;

contract! {
    every_value_comes_back_as_it_went_in
    a_parameter_is_found_by_its_number
    what_one_engine_cannot_hold_neither_takes
    texts_are_ordered_by_their_bytes
    counts_and_truths_are_integers
    a_batch_of_a_thousand_comes_back_in_order
    no_error_repeats_a_value
}

async fn every_value_comes_back_as_it_went_in(bed: Bed) {
    let store = bed.open().await;
    let texts = [
        String::new(),
        "Robert'); DROP TABLE setting; --".to_owned(),
        "$1 ' \" \\ %s ?1 :name @name \r\n\t".to_owned(),
        "张三丰 𠮷野家 👩‍👩‍👧 e\u{301} \u{202e}\u{10ffff}".to_owned(),
        "守".repeat(700_000),
    ];
    let bytes = [vec![], vec![0], (0..=255).collect(), vec![0xa5; 5_000_000]];
    let numbers = [0, 1, -1, i64::MIN, i64::MAX, 1 << 53];
    for (i, text) in texts.iter().enumerate() {
        set(&store, &format!("text {i}"), text).await;
        assert!(
            setting(&store, &format!("text {i}")).await.as_ref() == Some(text),
            "text {i}"
        );
        set(
            &store,
            &format!("name {}", &text[..text.len().min(90)]),
            "1",
        )
        .await;
    }
    let mut tx = Tx::new();
    for (i, bytes) in bytes.iter().enumerate() {
        tx.run(
            "INSERT INTO subject (id, state, version, pseudonym, salt, source, created_at)
             VALUES ($1, 'live', $2, $3, $4, 's', 0)",
            params![[i as u8; 16], numbers[i], None::<Vec<u8>>, bytes],
        );
    }
    store.commit(tx).await.unwrap();
    let sql = "SELECT id, version, pseudonym, salt FROM subject ORDER BY id";
    for (i, row) in store
        .query(sql, params![])
        .await
        .unwrap()
        .into_iter()
        .enumerate()
    {
        let expected = params![[i as u8; 16], numbers[i], None::<i64>, &bytes[i]];
        assert!(row.into_values() == expected, "row {i}");
    }
    for number in numbers {
        let rows = store
            .query("SELECT CAST($1 AS BIGINT)", params![number])
            .await
            .unwrap();
        assert_eq!(one(rows).int(0), Ok(number));
    }
}

async fn a_parameter_is_found_by_its_number(bed: Bed) {
    let store = bed.open().await;
    let mut tx = Tx::new();
    tx.run(
        "INSERT INTO setting (value, name) VALUES ($2, $1)",
        params!["name", "value"],
    );
    store.commit(tx).await.unwrap();
    assert_eq!(setting(&store, "name").await.unwrap(), "value");
    let sql = "SELECT COUNT(*) FROM setting WHERE name = $2 AND value <> $2 AND value = $1";
    let rows = store.query(sql, params!["value", "name"]).await.unwrap();
    assert_eq!(one(rows).int(0), Ok(1));
    for wrong in [
        params![],
        params!["value"],
        params!["value", "name", "more"],
    ] {
        assert!(matches!(
            store.query(sql, wrong).await,
            Err(StoreError::Statement(_))
        ));
    }
}

async fn what_one_engine_cannot_hold_neither_takes(bed: Bed) {
    let store = bed.open().await;
    let nul = StoreError::Nul { parameter: 2 };
    assert_eq!(
        store.commit(noted("name", "a\0b")).await,
        Err(nul.clone().into())
    );
    assert_eq!(
        store.query("SELECT $1, $2", params![1, "\0"]).await,
        Err(nul)
    );
    let mut tx = Tx::new();
    tx.append(vec![0; 65_536]);
    let long = StoreError::EntryTooLong { size_bytes: 65_536 };
    assert_eq!(store.commit(tx).await, Err(long.into()));
    let mut tx = Tx::new();
    let slot = tx.append(vec![7; 65_535]);
    let entry = store.commit(tx).await.unwrap().entry(slot);
    assert_eq!(
        store.ledger_entry(entry).await.unwrap(),
        Some(vec![7; 65_535])
    );
    // A column of bytes or integers takes no text.
    let insert = "INSERT INTO recovery_code (staff, code_hash, used_at) VALUES ($1, $2, $3)";
    for wrong in [
        params![b"staff", "hash", 1],
        params![b"staff", b"hash", "one"],
    ] {
        let mut tx = Tx::new();
        tx.run(insert, wrong);
        assert!(matches!(
            store.commit(tx).await,
            Err(CommitError::Store(StoreError::Statement(_)))
        ));
    }
}

async fn texts_are_ordered_by_their_bytes(bed: Bed) {
    let store = bed.open().await;
    let mut names = ["a", "B", "b", "A", "é", "z", "张", "Z", "_", "李", "1"];
    for name in names {
        set(&store, name, "1").await;
    }
    let rows = store
        .query("SELECT name FROM setting ORDER BY name", params![])
        .await
        .unwrap();
    let ordered: Vec<_> = rows.iter().map(|row| row.text(0).unwrap()).collect();
    names.sort_unstable();
    assert_eq!(ordered, names);
}

async fn counts_and_truths_are_integers(bed: Bed) {
    let store = bed.open().await;
    set(&store, "name", "1").await;
    let sql = "SELECT 1, COUNT(*), EXISTS (SELECT 1 FROM setting), 2 > 3, NULL FROM setting";
    let row = one(store.query(sql, params![]).await.unwrap());
    assert_eq!(row.into_values(), params![1, 1, true, false, None::<i64>]);
    let rows = store
        .query("SELECT name FROM setting LIMIT $1 OFFSET $2", params![5, 0])
        .await;
    assert_eq!(rows.unwrap().len(), 1);
}

async fn a_batch_of_a_thousand_comes_back_in_order(bed: Bed) {
    let store = bed.open().await;
    let id = |i: u64| [[0; 8], i.to_be_bytes()].concat();
    let mut tx = Tx::new();
    for i in 0..2_000u64 {
        tx.run(
            "INSERT INTO blind (subject, field, mode, tag, record) VALUES ($1, 'f', 'exact', $2, $3)",
            params![id(i / 2), id(i), vec![9; 600]],
        );
    }
    store.commit(tx).await.unwrap();
    let sql = "SELECT subject, tag, record FROM blind WHERE subject = $1 ORDER BY field, mode, tag";
    let wanted: Vec<u64> = (0..1_001).rev().collect();
    let params: Vec<_> = wanted.iter().map(|i| params![id(*i)]).collect();
    let queries = params.iter().cloned();
    let queries = queries.map(|params| Query { sql, params }).collect();
    let answers = store.query_many(sql, params).await.unwrap();
    assert_eq!(answers.len(), wanted.len());
    assert_eq!(store.query_groups(queries, 1).await.unwrap(), answers);
    for (i, rows) in wanted.into_iter().zip(answers) {
        assert_eq!(rows.len(), if i == 1_000 { 0 } else { 2 });
        for (row, record) in rows.iter().zip([2 * i, 2 * i + 1]) {
            assert_eq!(row.bytes(0).unwrap(), id(i));
            assert_eq!(row.bytes(1).unwrap(), id(record));
        }
    }
}

async fn no_error_repeats_a_value(bed: Bed) {
    let store = bed.open().await;
    let planted = "PLANTED-13800138000";
    set(&store, planted, planted).await;
    let wrong: [(&'static str, Vec<Value>); 6] = [
        (SET, params![planted, planted]),
        (SET, params![planted, None::<i64>]),
        (
            "INSERT INTO ledger_head (id, size, root) VALUES ($1, 1, $2)",
            params![planted, planted],
        ),
        (
            "SELECT CAST($1 AS BIGINT) + NULL FROM nowhere",
            params![planted],
        ),
        ("SELECT 1 FROM nowhere WHERE name = $1", params![planted]),
        (
            "SELECT 1 FROM setting WHERE name = $1 AND value = $2",
            params![planted],
        ),
    ];
    for (sql, params) in wrong {
        let mut tx = Tx::new();
        tx.run(sql, params.clone());
        let shown = format!("{tx:?}");
        let error = store.commit(tx).await.unwrap_err();
        let refused = store.query(sql, params).await;
        let chain = format!("{shown} {error} {error:?} {refused:?}");
        assert!(
            !chain.contains("PLANTED") && !chain.contains("138"),
            "{chain}"
        );
    }
}
