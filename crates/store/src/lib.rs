//! Two engines behind one [`Tx`]: SQLite in a data directory, PostgreSQL shared by many nodes.
//!
//! A transaction is a value. The engine runs it together with others in one commit, appends its
//! ledger entries in that same commit, and answers only when all of it is durable. What differs
//! between the engines stays in this crate; one contract suite (`tests/`) holds both to the same.
//!
//! SQL is written once, for both: columns are 64-bit integers, text or bytes; parameters are
//! `$1..$n`; `ON CONFLICT` for upserts; sums are cast (`CAST(SUM(x) AS BIGINT)`); `LIKE` is avoided
//! because SQLite ignores case in it. Text compares by its bytes on both.

mod batch;
mod book;
mod error;
mod kept;
mod ledger;
mod migrate;
mod postgres;
#[cfg(feature = "simulate")]
mod simulated;
mod snapshot;
mod sqlite;
mod store;
mod tables;
mod tx;
mod value;

pub use error::{CommitError, Lost, OpenError, StoreError};
pub use kept::Watched;
pub use ledger::{LedgerHead, StoredCheckpoint};
#[cfg(feature = "simulate")]
pub use simulated::{Fate, Simulation, Waiting};
pub use snapshot::Snapshot;
pub use store::{EngineKind, PostgresOptions, Query, SqliteOptions, Store};
pub use tables::{Table, schema_version, tables};
pub use tx::{Committed, Slot, Tx};
pub use value::{Row, Value};
