//! What scans of other systems found, held against the register.
//!
//! A scan gives names of places, kinds and counts, never a value. What was seen is stored; what it means is worked
//! out when somebody looks, against the register in force: a finding goes away in the moment in which the register
//! declares its place. Decisions are facts of their own, each under a ledger entry.

mod compare;
mod decide;
mod receive;
mod show;
mod stored;
mod suppress;
mod unread;

use serde::{Deserialize, Serialize};
use shouxin_detect::Kind;
use shouxin_model::{Caller, CallerKind, FieldRef, FindingId, Moment, SuppressionId, Text};

use crate::VaultError;

pub use compare::{By, Class, Matched, Severity};
pub use receive::{MOST_PLACES, MOST_UNREAD, Received};
pub use show::{
    Facet, FindingFilter, FindingPage, FindingPlace, HeatPlace, HeatSource, SourceState,
};
pub use suppress::{Pattern, Suppression};

/// What a scan of a system or folder found.
#[derive(Clone, Debug, Serialize)]
pub struct Scan {
    /// The system's name.
    pub source: String,
    /// What it is.
    pub kind: SourceKind,
    /// When it was scanned.
    pub scanned_at: Moment,
    /// What looked: rules, model, versions.
    pub detector: String,
    /// Every place that was looked at. A scan tells the whole of its source: what is neither in it nor in what could
    /// not be read is not there.
    pub places: Vec<ScannedPlace>,
    /// What could not be read, or not wholly: what was found there before stays as it was.
    pub unread: Vec<Unread>,
}

/// A table or file that a scan could not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Schema and table, or file; it stands for everything below. Empty for the whole source.
    pub path: Vec<String>,
    /// The scanner's word for the reason, such as `damaged`.
    pub why: String,
}

/// A place of a scan.
#[derive(Clone, Debug, Serialize)]
pub struct ScannedPlace {
    /// Schema, table and column, or file and column.
    pub path: Vec<String>,
    /// How many rows it has, where that is known.
    pub rows: Option<u64>,
    /// How many were looked at.
    pub sampled: u64,
    /// Its type, as the system declares it.
    pub declared_type: Option<String>,
    /// The kinds that were found.
    pub kinds: Vec<ScannedKind>,
    /// The sensitive topics.
    pub topics: Vec<ScannedTopic>,
}

/// A kind at a place.
#[derive(Clone, Debug, Serialize)]
pub struct ScannedKind {
    /// A word of [`shouxin_detect::Kind`].
    pub kind: String,
    /// In how many of the rows that were looked at.
    pub cells: u64,
    /// The share of rows, at least; 0 to 1.
    pub low: f64,
    /// At most.
    pub high: f64,
    /// How sure the detector is; 0 to 1.
    pub confidence: f64,
}

/// A sensitive topic at a place.
#[derive(Clone, Debug, Serialize)]
pub struct ScannedTopic {
    /// `health`, `religion`, `biometrics`, `minors`, or another word.
    pub topic: String,
    /// In how many of the rows that were looked at.
    pub cells: u64,
}

/// What was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A database of PostgreSQL.
    Postgresql,
    /// A database of MySQL or MariaDB.
    Mysql,
    /// A file of SQLite.
    Sqlite,
    /// Files in a folder.
    Files,
}

impl SourceKind {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql",
            Self::Mysql => "mysql",
            Self::Sqlite => "sqlite",
            Self::Files => "files",
        }
    }

    /// The one of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Postgresql, Self::Mysql, Self::Sqlite, Self::Files]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Personal information of a kind.
    Kind(Kind),
    /// A passage about a sensitive topic: its word.
    Topic(String),
    /// Nothing of what the register declares there: the field.
    Absent(FieldRef),
}

impl What {
    /// `PHONE`, `health`, or `absent`.
    pub fn word(&self) -> &str {
        match self {
            Self::Kind(kind) => kind.word(),
            Self::Topic(topic) => topic,
            Self::Absent(_) => ABSENT,
        }
    }
}

const ABSENT: &str = "absent";

/// How much of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// In how many rows of the sample.
    pub cells: u64,
    /// How many rows were looked at.
    pub sampled: u64,
    /// How many there are, where that is known.
    pub rows: Option<u64>,
    /// The share of rows, at least.
    pub low: f64,
    /// At most.
    pub high: f64,
    /// How sure the detector is.
    pub confidence: f64,
}

impl Amount {
    /// Whether it is materially more than before: surely more than half as much again. Rows are compared where both
    /// are known, shares otherwise.
    fn outgrew(&self, before: &Self) -> bool {
        let (now, then) = match (self.rows, before.rows) {
            (Some(now), Some(then)) => (now as f64, then as f64),
            _ => (1.0, 1.0),
        };
        now * self.low > 1.5 * then * before.high
    }
}

/// One thing to decide about.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its id: the same place and kind has the same one for good.
    pub id: FindingId,
    /// The system.
    pub source: String,
    /// Where.
    pub path: Vec<String>,
    /// What stands there.
    pub what: What,
    /// What is wrong with it; `None` once it is declared or gone.
    pub class: Option<Class>,
    /// How much it matters.
    pub severity: Severity,
    /// How it stands.
    pub state: FindingState,
    /// How much of it there is.
    pub amount: Amount,
    /// The column's type, as the system declares it.
    pub declared_type: Option<String>,
    /// What the register in force says about the place.
    pub matched: Matched,
    /// When a scan first saw it.
    pub first_seen: Moment,
    /// When a scan last saw it.
    pub last_seen: Moment,
    /// What somebody decided.
    pub decision: Option<Decision>,
    /// The accepted pattern that it falls under.
    pub suppression: Option<SuppressionId>,
    version: i64,
}

/// How a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingState {
    /// Nobody decided.
    Open,
    /// It is so, and something is to be done.
    Confirmed,
    /// It needs nothing.
    Dismissed,
    /// An accepted pattern says so.
    Suppressed,
    /// It is declared now, or no scan finds it any more.
    Resolved,
}

impl FindingState {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Confirmed,
        Self::Dismissed,
        Self::Suppressed,
        Self::Resolved,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
            Self::Suppressed => "suppressed",
            Self::Resolved => "resolved",
        }
    }
}

/// What somebody decided about a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Who, as a pseudonymous id.
    pub by: String,
    /// When.
    pub at: Moment,
    /// How much of it there was.
    pub amount: Amount,
}

/// The two ways to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum Verdict {
    /// It is so.
    Confirm {
        /// What is to be done.
        task: Task,
    },
    /// It needs nothing.
    Dismiss {
        /// Why.
        reason: Reason,
        /// Of what is accepted: until when.
        until: Option<Moment>,
    },
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $($(#[$one:meta])* $variant:ident = $word:literal;)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$one])* $variant,)*
        }

        impl $name {
            /// Its word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one of this word.
            pub fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// What is to be done about a confirmed finding.
    Task:
    /// The register must declare the place.
    Declare = "declare";
    /// The register must class it higher, and hold it accordingly.
    RaiseClass = "raise-class";
    /// The data must go from there.
    Remove = "remove";
    /// The register must no longer declare it.
    Undeclare = "undeclare";
}

words! {
    /// Why a finding needs nothing.
    Reason:
    /// It is nobody's.
    NotPersonal = "not-personal";
    /// It was made up.
    TestData = "test-data";
    /// It is known, and borne for a time.
    Accepted = "accepted";
}

impl Reason {
    /// Whether it says something about the column, which other columns of its name may share.
    const fn is_about_column(self) -> bool {
        matches!(self, Self::NotPersonal | Self::TestData)
    }
}

/// What happened to a finding.
#[derive(Clone, Debug)]
pub struct FindingAct {
    /// `raised`, `raised-again`, `gone`, `confirmed`, `dismissed`, `reopened`.
    pub did: String,
    /// Words about it: `task`, `reason`, `until`, `cells`, `sampled`.
    pub said: Vec<(String, String)>,
    /// Who, as a pseudonymous id.
    pub actor: String,
    /// When.
    pub at: Moment,
    /// Its ledger entry.
    pub entry: u64,
}

/// Why a scan was not taken in, or a decision not made.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// Something in the scan cannot be accepted: where, and why.
    #[error("the scan cannot be accepted at {at}")]
    Invalid {
        /// A JSON path.
        at: String,
        /// Why, for people.
        why: Text,
    },
    /// A newer scan of the source is known.
    #[error("a newer scan of this source was taken in")]
    Older,
    /// The caller answers for nothing of this.
    #[error("the caller's role does not include this")]
    Role,
    /// There is no such finding, source or pattern.
    #[error("there is nothing of this name")]
    NotFound,
    /// It does not stand so that this could be done.
    #[error("it is {0}")]
    State(&'static str),
    /// It changed meanwhile.
    #[error("it changed meanwhile")]
    Changed,
    /// Whoever made every decision of a pattern does not accept it as well.
    #[error("somebody else accepts a pattern")]
    OwnPattern,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Whoever answers for personal data, or a service that sends scans.
fn may_send(caller: &Caller) -> Result<(), DiscoveryError> {
    match caller.kind {
        CallerKind::Operator | CallerKind::Service { .. } => Ok(()),
        CallerKind::Staff { .. } if caller.roles.iter().any(|role| role == OFFICER) => Ok(()),
        _ => Err(DiscoveryError::Role),
    }
}

/// Whoever decides about findings.
fn may_decide(caller: &Caller) -> Result<(), DiscoveryError> {
    let decides = |role: &String| [OFFICER, REVIEWER].contains(&role.as_str());
    match caller.kind {
        CallerKind::Operator => Ok(()),
        CallerKind::Staff { .. } if caller.roles.iter().any(decides) => Ok(()),
        _ => Err(DiscoveryError::Role),
    }
}

const OFFICER: &str = "protection-officer";
const REVIEWER: &str = "legal-reviewer";
