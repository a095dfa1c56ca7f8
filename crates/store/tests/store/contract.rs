//! The contract suite: each fact is one function, run on both engines.

mod ledger;
mod transactions;
mod values;

use shouxin_store::{Committed, Row, Store, Tx, params};

/// Makes one test of each fact for each engine.
macro_rules! contract {
    ($($fact:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $fact() {
                super::$fact(crate::bed::Bed::sqlite().await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $fact() {
                super::$fact(crate::bed::Bed::postgres().await).await;
            })*
        }
    };
}
pub(crate) use contract;

pub(crate) const SET: &str = "INSERT INTO setting (name, value) VALUES ($1, $2)";

/// A transaction that sets `name` to `value` and says so in the ledger.
pub(crate) fn noted(name: &str, value: &str) -> Tx {
    let mut tx = Tx::new();
    tx.run_exactly(1, SET, params![name, value]);
    tx.append(name.as_bytes().to_vec());
    tx
}

pub(crate) async fn set(store: &Store, name: &str, value: &str) -> Committed {
    store.commit(noted(name, value)).await.unwrap()
}

/// The value of a setting.
pub(crate) async fn setting(store: &Store, name: &str) -> Option<String> {
    let rows = store
        .query("SELECT value FROM setting WHERE name = $1", params![name])
        .await
        .unwrap();
    rows.first().map(|row| row.text(0).unwrap().to_owned())
}

/// How many settings there are.
pub(crate) async fn settings(store: &Store) -> i64 {
    one(store
        .query("SELECT COUNT(*) FROM setting", params![])
        .await
        .unwrap())
    .int(0)
    .unwrap()
}

pub(crate) fn one(mut rows: Vec<Row>) -> Row {
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}
