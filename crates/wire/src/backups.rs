//! Backups: what there is, what goes on, how the last drill went.

use serde::{Deserialize, Serialize};
use shouxin_model::Moment;
use utoipa::ToSchema;

/// What there is and what goes on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BackupList {
    /// The backups in the repository, oldest first.
    pub backups: Vec<Backup>,
    /// What this server is doing with them, or did last since it was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<BackupWork>,
    /// The last drill that went well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_drill: Option<Drill>,
}

/// One backup.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Backup {
    /// Its number; counts from 1.
    pub number: u64,
    /// Of which moment it is.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// From which engine it was taken: `sqlite` or `postgres`.
    #[schema(example = "sqlite")]
    pub engine: String,
    /// Rows.
    pub rows: u64,
    /// Bytes of its rows, before packing and sealing.
    pub bytes: u64,
    /// How many entries its ledger has.
    pub ledger_size: u64,
}

/// Work on backups.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BackupWork {
    /// `backup` or `drill`.
    #[schema(example = "backup")]
    pub what: String,
    /// `running`, `done` or `failed`.
    #[schema(example = "running")]
    pub state: String,
    /// Rows done.
    pub done: u64,
    /// Rows there are.
    pub total: u64,
    /// When it began.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub began: Moment,
    /// Bytes that a finished backup has written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_bytes: Option<u64>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A drill: a backup put back into a temporary place, verified and opened.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Drill {
    /// When it was done.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// The backup's number.
    pub backup: u64,
    /// Rows that were put back.
    pub rows: u64,
    /// How long all took until it could have served, in milliseconds.
    pub millis: u64,
    /// Rows put back in a second.
    pub rows_per_second: u64,
    /// Bytes of rows put back in a second.
    pub bytes_per_second: u64,
    /// Records picked at random and opened.
    pub records: u64,
    /// Sealed values in them that opened.
    pub values: u64,
    /// The ledger entry.
    pub entry: u64,
}
