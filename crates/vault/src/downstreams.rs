//! Systems that are told of changes: which, about what, and how far each of them is.
//!
//! Positions are indices of ledger entries: every change below is done. `delivered` moves when the stream or the
//! receiver has taken a change, `acknowledged` when the receiver has processed it. Whoever sends holds a lease
//! ([`courier`](self::courier)); everything that changes a system takes the lease away.

mod administer;
mod courier;
mod lag;

use shouxin_model::{DownstreamKind, DownstreamState, Moment};
use shouxin_store::{CommitError, Row, params};
use zeroize::Zeroizing;

use crate::marked::{HeldRow, Marked};
use crate::{Interest, Vault, VaultError};

pub use courier::{Assignment, Progress};
pub use lag::Lag;

/// A system that is told of changes.
#[derive(Clone, Debug)]
pub struct Downstream {
    /// Its name.
    pub name: String,
    /// By what it is told.
    pub kind: DownstreamKind,
    /// A subject of NATS, or an endpoint.
    pub target: String,
    /// What it is told about.
    pub interest: Interest,
    /// Whether it is told.
    pub state: DownstreamState,
    /// Until when the signing secret before the present one signs as well.
    pub old_until: Option<Moment>,
    /// Who registered it, as a pseudonymous id.
    pub created_by: String,
    /// When.
    pub created_at: Moment,
    /// How far it is.
    pub place: Place,
}

/// How far a system is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Every change below was taken by the stream or the receiver.
    pub delivered: u64,
    /// Every change below was processed by the receiver.
    pub acknowledged: u64,
    /// Rises with each replay.
    pub round: u32,
    /// Since when nothing goes through.
    pub failing_since: Option<Moment>,
    /// Why nothing goes through, in a word.
    pub failure: Option<String>,
    /// When an alarm was raised that nobody of it acknowledged anything for long.
    pub alarmed_at: Option<Moment>,
}

/// A system to be registered. Whether its target may be called is for whoever calls it.
#[derive(Clone, Debug)]
pub struct NewDownstream {
    /// Small letters, digits, hyphens.
    pub name: String,
    /// By what it is told.
    pub kind: DownstreamKind,
    /// A subject of NATS, or an endpoint.
    pub target: String,
    /// What it is told about; at least one purpose.
    pub interest: Interest,
    /// Whether it is told everything from the first change on; otherwise what happens from now on.
    pub from_beginning: bool,
}

/// What is to be otherwise.
#[derive(Clone, Debug, Default)]
pub struct DownstreamChange {
    /// Where it is told.
    pub target: Option<String>,
    /// What it is told about.
    pub interest: Option<Interest>,
    /// Whether it is told. A retired one stays so.
    pub state: Option<DownstreamState>,
}

/// What became of a registration or a rotation.
#[derive(Debug)]
pub struct Registered {
    /// The signing secret of a webhook: 32 bytes, given this once.
    pub secret: Option<Zeroizing<Vec<u8>>>,
    /// The ledger entry.
    pub entry: u64,
}

/// Why a system was not registered, changed or moved on.
#[derive(Debug, thiserror::Error)]
pub enum DownstreamError {
    /// The name is none of small letters, digits and hyphens.
    #[error(
        "a name begins with a small letter and has small letters, digits and hyphens, 40 at most"
    )]
    Name,
    /// Another has the name.
    #[error("there is a system of this name")]
    Exists,
    /// There is no such system.
    #[error("there is no such system")]
    NotFound,
    /// It was retired for good.
    #[error("the system was retired")]
    Retired,
    /// The register has no such purpose: its place in the list.
    #[error("the register has no such purpose")]
    Purpose(usize),
    /// None of the purposes has such a part: its place in the list.
    #[error("none of the purposes has such a part")]
    Part(usize),
    /// No purpose, or one of the lists names something twice.
    #[error("names at least one purpose, and nothing twice")]
    Lists,
    /// Only webhooks are signed.
    #[error("only webhooks have a signing secret")]
    NoSecret,
    /// Nobody acknowledges what has not happened.
    #[error("nothing has happened so far in the ledger")]
    NotDelivered,
    /// The caller's key does not name every purpose of this system.
    #[error("the key does not name the purposes of this system")]
    Foreign,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A system with its secrets, as it lies in the store.
struct Stored {
    shown: Downstream,
    held: HeldRow,
    secret: Option<Vec<u8>>,
    old_secret: Option<Vec<u8>>,
    lease_until: Moment,
    attempts: i64,
    stream: (String, i64),
}

impl Vault {
    /// Every system, by name, retired ones among them.
    ///
    /// # Errors
    /// The store could not be read; `Corrupt` if a row is not as it was written.
    pub async fn downstreams(&self) -> Result<Vec<Downstream>, VaultError> {
        let rows = self.store().query(ALL, params![]).await?;
        let stored = rows.iter().map(|row| self.stored(row));
        stored.map(|one| one.map(|one| one.shown)).collect()
    }

    /// The system of this name.
    ///
    /// # Errors
    /// As [`Vault::downstreams`].
    pub async fn downstream(&self, name: &str) -> Result<Option<Downstream>, VaultError> {
        Ok(self.stored_downstream(name).await?.map(|one| one.shown))
    }

    async fn stored_downstream(&self, name: &str) -> Result<Option<Stored>, VaultError> {
        let rows = self.store().query(ONE, params![name]).await?;
        rows.first().map(|row| self.stored(row)).transpose()
    }

    fn stored(&self, row: &Row) -> Result<Stored, VaultError> {
        let corrupt = || VaultError::Corrupt("downstream");
        let list = |i: usize| serde_json::from_str(row.text(i)?).map_err(|_| corrupt());
        let place = Place {
            delivered: row.int(12)?.unsigned_abs(),
            acknowledged: row.int(13)?.unsigned_abs(),
            round: u32::try_from(row.int(14)?).map_err(|_| corrupt())?,
            failing_since: row.opt_moment(15)?,
            failure: row.opt_text(16)?.map(str::to_owned),
            alarmed_at: row.opt_moment(17)?,
        };
        let shown = Downstream {
            name: row.text(0)?.to_owned(),
            kind: DownstreamKind::of_word(row.text(1)?).ok_or_else(corrupt)?,
            target: row.text(2)?.to_owned(),
            interest: Interest {
                purposes: list(3)?,
                parts: list(4)?,
            },
            state: DownstreamState::of_word(row.text(5)?).ok_or_else(corrupt)?,
            old_until: row.opt_moment(8)?,
            created_by: row.text(9)?.to_owned(),
            created_at: row.moment(10)?,
            place,
        };
        Ok(Stored {
            shown,
            held: self.hold_row(Marked::Downstream, row, 0)?,
            secret: row.opt_bytes(6)?.map(<[u8]>::to_vec),
            old_secret: row.opt_bytes(7)?.map(<[u8]>::to_vec),
            lease_until: row.moment(18)?,
            attempts: row.int(19)?,
            stream: (row.text(20)?.to_owned(), row.int(21)?),
        })
    }
}

/// What a secret is sealed for.
fn secret_of(name: &str) -> String {
    format!("downstream {name}")
}

/// A SELECT of the marked columns, then the position.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT d.name, d.kind, d.target, d.purposes, d.parts, d.state, d.secret_sealed, ",
            "d.old_secret_sealed, d.old_until, d.created_by, d.created_at, d.mark, p.delivered, ",
            "p.acknowledged, p.round, p.failing_since, p.failure, p.alarmed_at, p.lease_until, p.attempts, ",
            "p.stream, p.stream_newest FROM downstream d JOIN downstream_position p ON p.name = d.name ",
            $which
        )
    };
}

const ALL: &str = select!("ORDER BY d.name");
const ONE: &str = select!("WHERE d.name = $1");

/// What a commit that lost a race with another change comes to.
fn busy(error: CommitError) -> DownstreamError {
    match error {
        CommitError::Conflict { .. } => VaultError::Busy.into(),
        error => VaultError::from(error).into(),
    }
}
