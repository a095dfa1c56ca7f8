//! What two people must agree on: one proposes, another decides, and the act spends the decision.
//!
//! A proposal carries a body that tells exactly what will happen. Its digest binds it: whoever decides
//! names the digest of what they saw, and the act spends an approval of its own digest only. So what
//! was approved and what happens cannot differ.

mod decide;
mod entry;
mod list;
mod propose;
mod spend;
mod withdraw;

use serde::Serialize;
use sha2::{Digest, Sha256};
use shouxin_model::declared::Silo;
use shouxin_model::{ApprovalId, Caller, CallerKind, Moment, Personal, Register, Text};
use shouxin_policy::SECOND_FACTOR_SECONDS;
use shouxin_store::Row;

use crate::{GrantError, HeldRow, Marked, Vault, VaultError};

pub use decide::Decision;
pub(crate) use list::decides;
pub use spend::Approved;

/// What somebody else must approve before it happens. `body` is canonical JSON telling exactly what will
/// happen (fields, counts, a sample of ids), never a person's value.
#[derive(Clone)]
pub struct Proposal {
    /// What kind of act it is.
    pub act: Act,
    /// The act itself, as [`canonical`] writes it; at most [`MAX_BODY`] bytes.
    pub body: String,
    /// Why, in the words of whoever asks. Kept sealed: people write names into reasons.
    pub reason: String,
}

/// Leaves out the reason.
impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Proposal");
        shown.field("act", &self.act).field("body", &self.body);
        shown.finish_non_exhaustive()
    }
}

/// What needs a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Personal data leave in a file.
    Export,
    /// The register is loosened.
    Register,
    /// The policies are loosened.
    Policies,
    /// The key of an epoch is destroyed.
    EpochDestruction,
    /// A person gets access beyond their roles.
    Grant,
    /// A notice widens what people agreed to.
    Notice,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 6] = [
        Self::Export,
        Self::Register,
        Self::Policies,
        Self::EpochDestruction,
        Self::Grant,
        Self::Notice,
    ];

    /// The word in the store, in ledger entries and in HTTP.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Register => "register",
            Self::Policies => "policies",
            Self::EpochDestruction => "epoch-destruction",
            Self::Grant => "grant",
            Self::Notice => "notice",
        }
    }

    /// The act with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }

    /// The roles whose holders may decide about it.
    pub const fn deciders(self) -> &'static [&'static str] {
        match self {
            Self::Export => &["protection-officer"],
            Self::Register | Self::Policies | Self::Notice => {
                &["protection-officer", "legal-reviewer"]
            }
            Self::EpochDestruction | Self::Grant => &["protection-officer", "security-admin"],
        }
    }
}

/// One proposal and what became of it.
#[derive(Debug)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// What kind of act.
    pub act: Act,
    /// Exactly what will happen.
    pub body: String,
    /// SHA-256 over act and body: what a decision names. See [`digest_of`].
    pub digest: [u8; 32],
    /// Why, in the requester's words.
    pub reason: Personal<String>,
    /// Who asked: `stf_…` or `operator`.
    pub requested_by: String,
    /// When.
    pub requested_at: Moment,
    /// When it stops counting: for a decision, and once approved for the act.
    pub expires_at: Moment,
    /// How it stands.
    pub state: ApprovalState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Moment>,
    /// What the decider noted.
    pub note: Option<Personal<String>>,
    /// The silos of administration that the requester belonged to when asking.
    silos: Vec<Silo>,
    row: HeldRow,
}

/// A page of proposals.
#[derive(Debug)]
pub struct ApprovalPage {
    /// Newest first.
    pub approvals: Vec<Approval>,
    /// Before which the next page begins; `None` at the end.
    pub next: Option<ApprovalId>,
}

/// How a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalState {
    /// It awaits a decision.
    Open,
    /// It was approved and not used yet.
    Approved,
    /// It was rejected.
    Rejected,
    /// Its requester withdrew it.
    Withdrawn,
    /// The act happened.
    Spent,
    /// Its time is over.
    Expired,
}

impl ApprovalState {
    /// The word in the store and in HTTP. `expired` is never stored: the clock says it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Spent => "spent",
            Self::Expired => "expired",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        let all = [
            Self::Open,
            Self::Approved,
            Self::Rejected,
            Self::Withdrawn,
            Self::Spent,
        ];
        all.into_iter().find(|state| state.word() == word)
    }
}

/// Why a proposal was not made, decided, withdrawn or spent.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// There is none that the caller may see.
    #[error("there is no such approval")]
    NotFound,
    /// Nobody decides about what they asked for.
    #[error("nobody approves what they asked for themselves")]
    Own,
    /// The decider belongs to the silo of administration that asked.
    #[error("the decider belongs to the silo of administration that asked")]
    Silo,
    /// Only people take part: neither keys of services nor the operator of the machine decide.
    #[error("only a person who is signed in may do this")]
    NotAPerson,
    /// The caller holds none of the roles that decide about this act.
    #[error("deciding about {} takes one of the roles {:?}", .0.word(), .0.deciders())]
    Role(Act),
    /// No second factor was shown within the last ten minutes.
    #[error("deciding takes a second factor shown within the last ten minutes")]
    SecondFactor,
    /// What the decider saw, or what is to happen, is not what was proposed.
    #[error("this is not what was proposed: the digests differ")]
    Digest,
    /// It stands otherwise than this needs.
    #[error("the approval is {}", .0.word())]
    State(ApprovalState),
    /// The proposal lacks something.
    #[error("{}", .0.en)]
    Shape(Text),
    /// The access asked for cannot be granted.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The longest body, in bytes.
pub const MAX_BODY: usize = 1 << 20;

/// The longest reason or note, in bytes.
pub const MAX_REASON: usize = 2_000;

/// How long a proposal waits for a decision, in seconds: three days.
pub const OPEN_SECONDS: i64 = 3 * 86_400;

/// How long an approval waits for its act, in seconds: one day.
pub const APPROVED_SECONDS: i64 = 86_400;

/// The one spelling of a body: keys in order, no blanks.
///
/// # Errors
/// `Corrupt` if the value is no JSON.
pub fn canonical(body: &impl Serialize) -> Result<String, VaultError> {
    let mut value = serde_json::to_value(body).map_err(|_| VaultError::Corrupt("proposal"))?;
    // Another crate of the build may ask serde_json to keep the order of keys.
    value.sort_all_objects();
    Ok(value.to_string())
}

/// The digest that binds an act and its body: SHA-256 over a label, the act's word and the body, each
/// ended by a line feed, which neither holds.
pub fn digest_of(act: Act, body: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in ["shouxin approval v1", act.word(), body] {
        hash.update(part.as_bytes());
        hash.update(b"\n");
    }
    hash.finalize().into()
}

/// The silos of administration that a caller's roles belong to.
pub(crate) fn silos(register: &Register, caller: &Caller) -> Vec<Silo> {
    let held = caller.roles.iter().filter_map(|role| register.role(role));
    let mut silos: Vec<Silo> = held.filter_map(|role| role.silo).collect();
    silos.sort_unstable();
    silos.dedup();
    silos
}

/// A person other than the one who asked, from none of the silos that asked. The functions that decide
/// take one, so that nobody decides about what they asked for themselves.
#[must_use]
pub(crate) struct Another {
    actor: String,
}

impl Another {
    /// This caller, unless it is the one who asked.
    ///
    /// # Errors
    /// `NotAPerson`, `Own`, `Silo`.
    pub(crate) fn than(
        requested_by: &str,
        requester_silos: &[Silo],
        caller: &Caller,
        register: &Register,
    ) -> Result<Self, ApprovalError> {
        if !matches!(caller.kind, CallerKind::Staff { .. }) {
            return Err(ApprovalError::NotAPerson);
        }
        let actor = caller.actor();
        if actor == requested_by {
            return Err(ApprovalError::Own);
        }
        if silos(register, caller)
            .iter()
            .any(|silo| requester_silos.contains(silo))
        {
            return Err(ApprovalError::Silo);
        }
        Ok(Self { actor })
    }

    /// The person's name in the store and the ledger.
    pub(crate) fn actor(&self) -> &str {
        &self.actor
    }
}

/// Whether a second factor was shown within the last ten minutes.
pub(crate) fn is_strong(caller: &Caller, now: Moment) -> bool {
    let shown = caller.sign_in.second_factor_at;
    shown.is_some_and(|at| at <= now && at.plus_seconds(SECOND_FACTOR_SECONDS) >= now)
}

/// Whether a text can stand as a reason: something, and not too much of it.
pub(crate) fn is_reason(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= MAX_REASON
}

pub(crate) fn hex(digest: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest)
}

impl Vault {
    /// The words that a person wrote, sealed for this one place.
    pub(crate) fn seal_words(&self, place: &str, words: &str) -> Vec<u8> {
        self.seal_secret(place, words.as_bytes())
    }

    /// The words sealed for this place.
    pub(crate) fn open_words(
        &self,
        place: &str,
        sealed: &[u8],
    ) -> Result<Personal<String>, VaultError> {
        let words = self.open_secret(place, sealed)?;
        let words = String::from_utf8(words.to_vec()).map_err(|_| VaultError::Corrupt("words"))?;
        Ok(Personal::new(words))
    }

    /// The approval in a row, held against its mark.
    fn approval_in(&self, row: &Row, now: Moment) -> Result<Approval, VaultError> {
        let held = self.hold_row(Marked::Approval, row, 0)?;
        let id = row.id(0, ApprovalId::from_slice)?;
        let stored = ApprovalState::from_word(row.text(9)?).ok_or(CORRUPT)?;
        let expires_at = row.moment(8)?;
        let waits = matches!(stored, ApprovalState::Open | ApprovalState::Approved);
        let note = row.opt_bytes(12)?;
        Ok(Approval {
            id,
            act: act_in(row)?,
            digest: row.bytes(2)?.try_into().map_err(|_| CORRUPT)?,
            body: row.text(3)?.to_owned(),
            reason: self.open_words(&reason_of(id), row.bytes(4)?)?,
            requested_by: row.text(5)?.to_owned(),
            requested_at: row.moment(7)?,
            expires_at,
            state: if waits && now >= expires_at {
                ApprovalState::Expired
            } else {
                stored
            },
            decided_by: row.opt_text(10)?.map(str::to_owned),
            decided_at: row.opt_moment(11)?,
            note: note
                .map(|sealed| self.open_words(&note_of(id), sealed))
                .transpose()?,
            silos: serde_json::from_str(row.text(6)?).map_err(|_| CORRUPT)?,
            row: held,
        })
    }
}

fn act_in(row: &Row) -> Result<Act, VaultError> {
    Act::from_word(row.text(1)?).ok_or(CORRUPT)
}

/// Where the reason of an approval is sealed for.
fn reason_of(id: ApprovalId) -> String {
    format!("reason {id}")
}

/// Where the decider's note is sealed for.
fn note_of(id: ApprovalId) -> String {
    format!("note {id}")
}

const CORRUPT: VaultError = VaultError::Corrupt("approval");
