//! Backups: taken while the deployment runs, sealed, incremental; put back verified, and tried.
//!
//! A backup is one state of every table as rows of no engine in particular, cut into ranges, each a
//! sealed chunk of a [`Repository`]; a signed manifest names them. What was taken from SQLite can be put
//! back into PostgreSQL and the other way round. Zones apart are in it, each sealed under its own keys and
//! put back into a place of its own. No key that opens a person's values is in it: the key
//! folder is backed up apart.

mod drill;
#[cfg(feature = "fuzz")]
pub(crate) mod fuzzing;
mod keep;
mod manifest;
mod ranges;
mod repository;
mod restore;
mod rows;
mod take;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shouxin_model::Moment;
use shouxin_store::{CommitError, OpenError, StoreError};

use crate::{ErasureError, OpenVaultError, VaultError, WitnessError};

pub use drill::Drilled;
pub use keep::{Keep, Pruned};
pub use repository::Repository;
pub use restore::{Restored, Restoring, Target, ZoneTarget, restore};
pub use take::Taken;

/// One backup of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupSummary {
    /// Its number; counts from 1.
    pub number: u64,
    /// Of which moment it is.
    pub at: Moment,
    /// From which engine it was taken: `sqlite` or `postgres`.
    pub engine: String,
    /// How many rows it holds.
    pub rows: u64,
    /// Bytes of its rows, before packing and sealing.
    pub bytes: u64,
    /// How many entries its ledger has.
    pub size: u64,
}

/// Why a backup was not taken, not put back or not tried.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder holds other things, or nothing.
    #[error("{0} is no repository of backups: name an empty folder, or the right one")]
    NotARepository(PathBuf),
    /// The repository is another deployment's.
    #[error("{path} holds backups of {found}; these keys are those of {wanted}")]
    OtherKeys {
        /// The repository.
        path: PathBuf,
        /// Whose ledger it names.
        found: String,
        /// Whose keys were given.
        wanted: String,
    },
    /// Another process works on the repository.
    #[error("another process works on {0}: wait for it")]
    Busy(PathBuf),
    /// A file was changed, cut or lost.
    #[error("{file} is damaged: {why}")]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is no backup of this number.
    #[error("there is no backup {0}")]
    NoBackup(u64),
    /// There is no backup at all.
    #[error("there is no backup yet")]
    Empty,
    /// A newer program took it.
    #[error("the backup has table {0} as this program does not know it: use a newer program")]
    Newer(String),
    /// The backup holds a zone apart whose keys or place were not named.
    #[error("the backup holds zone {0}, which lies apart: name its keys and its place")]
    ZoneNotNamed(String),
    /// The databases did not stand still for as long as it takes to begin.
    #[error("the main database and zone {0} were of different moments each time: try again")]
    OutOfStep(String),
    /// Data are there already: nothing is ever written over them.
    #[error("the place to restore to is not empty")]
    NotEmpty,
    /// What was put back is not what was backed up.
    #[error("what was put back is not what was backed up: {0}")]
    Differs(String),
    /// The file system failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// What was put back does not open.
    #[error(transparent)]
    OpenVault(#[from] OpenVaultError),
    /// The ledger that was put back does not stand up to the witness.
    #[error(transparent)]
    Witness(#[from] WitnessError),
    /// The tombstones could not be replayed.
    #[error(transparent)]
    Erasure(#[from] ErasureError),
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        VaultError::from(error).into()
    }
}

impl From<CommitError> for BackupError {
    fn from(error: CommitError) -> Self {
        VaultError::from(error).into()
    }
}

/// What the settings `backup_last` and `drill_last` hold, for `doctor` and whoever else asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Last<T> {
    pub(crate) at: Moment,
    pub(crate) entry: u64,
    pub(crate) what: T,
}

/// Rows that tell what is under way at the moment of a backup and mean nothing after it: sessions that
/// may have been ended since, answers kept for a repeated request, half-made second factors.
const PASSING: [&str; 3] = ["session", "idempotency", "enrolment"];

/// The tables that a backup holds.
fn kept() -> impl Iterator<Item = &'static shouxin_store::Table> {
    let tables = shouxin_store::tables().iter();
    tables.filter(|table| !PASSING.contains(&table.name))
}
