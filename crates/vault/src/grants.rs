//! Access beyond a person's roles, for a time: granted by somebody else, or taken at once in an
//! emergency, which alarms and must be reviewed.

mod emergency;
mod list;
mod lookup;
mod request;
mod review;
mod revoke;

use shouxin_model::{
    ApprovalId, Caller, CallerKind, Conditions, FieldRef, GrantId, Moment, Personal, Purpose,
    StaffId, SubjectId,
};
use shouxin_store::{Row, Tx, params};

use crate::{ApprovalError, Marked, Vault, VaultError};

pub use emergency::{EmergencyRequest, Raised};
pub(crate) use lookup::{Held, guard_grant};
pub use review::{Alarm, Closed, Finding, Outcome, Review};

/// Access that a person asks for.
#[derive(Clone)]
pub struct GrantRequest {
    /// The purpose it is for.
    pub purpose: String,
    /// The role of the purpose whose view it lends; not needed where the person's own roles may name it.
    pub role: Option<String>,
    /// The fields: `collection.field`, `collection.*` or `*`.
    pub fields: Vec<String>,
    /// The one subject it is for. Without one it stands for no tie to any.
    pub subject: Option<SubjectId>,
    /// How long it counts once approved, in seconds.
    pub seconds: i64,
    /// When, from where and on what device it counts.
    pub conditions: Conditions,
    /// Why, in the person's words. Kept sealed.
    pub reason: String,
}

/// One grant.
#[derive(Debug)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Whether it was approved before, or is to be reviewed after.
    pub kind: GrantKind,
    /// Who holds it.
    pub holder: StaffId,
    /// The approval it came from; none for an emergency.
    pub approval: Option<ApprovalId>,
    /// The purpose.
    pub purpose: String,
    /// The role whose view it lends.
    pub role: Option<String>,
    /// The fields.
    pub fields: Vec<String>,
    /// The one subject.
    pub subject: Option<SubjectId>,
    /// When, from where and on what device it counts.
    pub conditions: Conditions,
    /// Why, in the holder's words.
    pub reason: Personal<String>,
    /// From when.
    pub starts_at: Moment,
    /// Until when.
    pub expires_at: Moment,
    /// How it stands.
    pub state: GrantState,
    /// Who ended it before its time.
    pub ended_by: Option<String>,
}

/// How a grant came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantKind {
    /// Somebody else approved it.
    Approved,
    /// Its holder broke the glass.
    Emergency,
}

/// How a grant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantState {
    /// It counts.
    Live,
    /// It was ended before its time.
    Revoked,
    /// Its time is over.
    Expired,
}

/// Why access was not asked for, granted, shown, ended or reviewed.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// There is none that the caller may see.
    #[error("there is no such grant")]
    NotFound,
    /// The register has no such purpose, or it gives totals only.
    #[error("the register has no such purpose that opens anyone")]
    Purpose,
    /// The role is none of the purpose's, or one is needed and none was named.
    #[error("name one of the roles of the purpose, whose view is asked for")]
    Role,
    /// Whoever administers the system gets no view of customers.
    #[error("a role of administration and a view of customers do not go together")]
    Silo,
    /// No field of the purpose is meant.
    #[error("fields names at least one field of the purpose, and nothing else")]
    Fields,
    /// Too short or too long.
    #[error("a grant counts for a minute to thirty days")]
    Length,
    /// There is no such subject.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// A reason is missing or too long.
    #[error("the reason says why, in at most 2000 bytes")]
    Reason,
    /// Only people hold grants.
    #[error("only a person who is signed in may do this")]
    NotAPerson,
    /// No second factor was shown within the last ten minutes.
    #[error("this takes a second factor shown within the last ten minutes")]
    SecondFactor,
    /// The register lets none of the caller's roles break the glass under this purpose.
    #[error("none of the caller's roles may break the glass under this purpose")]
    NotEntitled,
    /// An earlier emergency of the caller was not reviewed in time.
    #[error("an earlier emergency of yours is overdue for review")]
    Unreviewed,
    /// Nobody reviews what they did themselves, nor does the silo they belong to.
    #[error("nobody reviews what they did themselves")]
    Own,
    /// It is over already.
    #[error("it is over already")]
    Over,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<ApprovalError> for GrantError {
    fn from(error: ApprovalError) -> Self {
        match error {
            ApprovalError::Vault(error) => Self::Vault(error),
            ApprovalError::Own | ApprovalError::Silo => Self::Own,
            ApprovalError::SecondFactor => Self::SecondFactor,
            ApprovalError::NotAPerson | ApprovalError::Role(_) => Self::NotAPerson,
            ApprovalError::Shape(_) => Self::Reason,
            ApprovalError::Grant(error) => error,
            ApprovalError::NotFound | ApprovalError::Digest | ApprovalError::State(_) => {
                Self::NotFound
            }
        }
    }
}

/// The roles that watch over grants: they see all of them, end them, see alarms and review.
pub(crate) const WATCHERS: [&str; 3] =
    ["security-admin", "security-operator", "protection-officer"];

/// The shortest and longest grant, in seconds.
pub(crate) const LENGTHS: std::ops::RangeInclusive<i64> = 60..=30 * 86_400;

/// The person who calls.
fn person(caller: &Caller) -> Result<StaffId, GrantError> {
    match caller.kind {
        CallerKind::Staff { id, .. } => Ok(id),
        CallerKind::Service { .. }
        | CallerKind::Operator
        | CallerKind::Subject { .. }
        | CallerKind::Page { .. } => Err(GrantError::NotAPerson),
    }
}

fn watches(caller: &Caller) -> bool {
    let holds = |role: &&str| caller.roles.iter().any(|held| held == role);
    person(caller).is_ok() && WATCHERS.iter().any(holds)
}

/// The fields of a purpose that patterns mean.
fn meant<'a>(purpose: &'a Purpose, patterns: &[String]) -> Vec<&'a FieldRef> {
    let is_meant = |field: &&FieldRef| {
        patterns.iter().any(|pattern| {
            pattern == "*"
                || pattern.split_once('.').is_some_and(|(collection, name)| {
                    collection == field.collection() && (name == "*" || name == field.field())
                })
        })
    };
    purpose.fields.iter().filter(is_meant).collect()
}

/// Where the reason of a grant is sealed for.
fn reason_of(id: GrantId) -> String {
    format!("reason {id}")
}

const CORRUPT: VaultError = VaultError::Corrupt("grant");

/// Lets a transaction pass only while the subject is not erased: nothing that names one may be left behind.
fn guard_alive(tx: &mut Tx, subject: SubjectId) {
    tx.guard(
        1,
        "SELECT 1 FROM subject WHERE id = $1 AND state = 'active'",
        params![subject],
    );
}

/// Puts a grant there; its parameters are those of its row.
const INSERT_GRANT: &str = "INSERT INTO access_grant (id, kind, holder, approval, purpose, role, fields, subject, \
    conditions, reason_sealed, starts_at, expires_at, state, ended_by, ended_at, mark) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

/// The columns that `Vault::grant_in` reads, before the rest of a SELECT.
macro_rules! select_grant {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, holder, approval, purpose, role, fields, subject, conditions, reason_sealed, \
             starts_at, expires_at, state, ended_by, ended_at, mark FROM access_grant ",
            $rest
        )
    };
}
use select_grant;

impl Vault {
    fn grant_in(&self, row: &Row, now: Moment) -> Result<Grant, VaultError> {
        self.check_row(Marked::Grant, row, 0)?;
        let id = row.id(0, GrantId::from_slice)?;
        let expires_at = row.moment(11)?;
        Ok(Grant {
            id,
            kind: match row.text(1)? {
                "emergency" => GrantKind::Emergency,
                _ => GrantKind::Approved,
            },
            holder: holder_in(row)?,
            approval: row.opt_id(3, ApprovalId::from_slice)?,
            purpose: row.text(4)?.to_owned(),
            role: row.opt_text(5)?.map(str::to_owned),
            fields: serde_json::from_str(row.text(6)?).map_err(|_| CORRUPT)?,
            subject: row.opt_id(7, SubjectId::from_slice)?,
            conditions: serde_json::from_str(row.text(8)?).map_err(|_| CORRUPT)?,
            reason: self.open_words(&reason_of(id), row.bytes(9)?)?,
            starts_at: row.moment(10)?,
            expires_at,
            state: match row.text(12)? {
                "live" if now < expires_at => GrantState::Live,
                "live" => GrantState::Expired,
                _ => GrantState::Revoked,
            },
            ended_by: row.opt_text(13)?.map(str::to_owned),
        })
    }
}

fn holder_in(row: &Row) -> Result<StaffId, VaultError> {
    Ok(row.id(2, StaffId::from_slice)?)
}
