//! What can go wrong. No message carries a value: engines repeat values in their own messages, so
//! only codes and the names of tables, columns and constraints are taken over.

use std::path::PathBuf;

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the data directory open.
    #[error("{0} is open in another process")]
    Locked(PathBuf),
    /// A newer version of the program has already changed the schema. Run that version.
    #[error("the schema has migration {found}; this program knows migrations up to {known}")]
    Newer {
        /// The newest migration in the store.
        found: i64,
        /// The newest migration in this program.
        known: i64,
    },
    /// A migration was applied with another text than the one in this program.
    #[error("migration {0} in the store differs from the one in this program")]
    Migration(i64),
    /// The engine cannot keep what is promised: its version, encoding or journal is wrong.
    #[error("the engine is not suitable: {0}")]
    Unsuitable(String),
    /// The data directory cannot be made or opened.
    #[error("cannot open {path}")]
    Directory {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The engine failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an embedded store closed itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// The disk did not take what was to be made durable. Flushing again may succeed without having
    /// written it, so nothing more is promised by this process.
    #[error("the disk failed to make a commit durable")]
    Flush,
    /// A commit did not come back in time.
    #[error("the disk has not answered a commit for {0} seconds")]
    Stuck(u64),
}

/// Why the engine gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The engine cannot be reached or has no room. Nothing was changed; the caller may retry.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// The connection was lost during the commit: the change may have happened or not.
    #[error("the store did not acknowledge the commit")]
    Unacknowledged,
    /// The ledger in the store does not continue the one this process has seen, or does not match
    /// its own root. Nothing is appended until an operator has looked.
    #[error("ledger forked at size {size}: appends are stopped")]
    LedgerForked {
        /// The size at which the difference was seen.
        size: u64,
    },
    /// The ledger has no such entry or size.
    #[error("the ledger has {size} entries; {wanted} is beyond it")]
    BeyondLedger {
        /// The entry or size asked for.
        wanted: u64,
        /// How many entries there are.
        size: u64,
    },
    /// A ledger entry is longer than 65,535 bytes.
    #[error("a ledger entry of {size_bytes} bytes is too long")]
    EntryTooLong {
        /// Its length.
        size_bytes: usize,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A text holds NUL, which PostgreSQL cannot store.
    #[error("parameter ${parameter} holds a NUL character")]
    Nul {
        /// The parameter, counted from 1.
        parameter: usize,
    },
    /// A column is missing, NULL or of another kind.
    #[error("column {column} is not {wanted}")]
    Column {
        /// The column, counted from 0.
        column: usize,
        /// What was asked for.
        wanted: &'static str,
    },
    /// The engine refused the statement: a mistake in the program.
    #[error("the engine refused the statement: {0}")]
    Statement(String),
}

/// Why a transaction was not committed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A guard or an expected number of rows did not hold, or a unique key was already taken. The
    /// facts behind the transaction have changed: read again, then decide again.
    #[error("statement {statement} of the transaction met other facts than expected")]
    Conflict {
        /// The statement, counted from 0 in the order in which the transaction was built.
        statement: usize,
    },
    /// The engine failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
