//! The protected read: facts, verdict, entry, and only then plaintext.

mod round;

use std::collections::BTreeSet;
use std::sync::Arc;

use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, FieldKind, FieldRef, Form, GrantId, Moment, Purpose, RecordId, Register, SubjectId,
};
use shouxin_policy::{Because, Hint, PieceDecision, Used, Verdict};
use shouxin_store::{Tx, params};

use crate::gather::Known;
use crate::open::Opened;
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};
use round::Round;
pub(crate) use round::Stood;

/// What to read, and what for.
#[derive(Clone)]
pub struct ReadRequest {
    /// The subjects: one, or up to 1,000 for a batch; without repeats.
    pub subjects: Vec<SubjectId>,
    /// The fields wanted, without repeats; at most 200.
    pub fields: Vec<FieldRef>,
    /// The purpose.
    pub purpose: String,
    /// The case that ties the caller to the subject; any open case if not named.
    pub case: Option<RecordId>,
    /// The records whose values are wanted; empty: all that hold the fields.
    pub records: BTreeSet<RecordId>,
    /// Those of `fields` that must be opened.
    pub clear: BTreeSet<FieldRef>,
    /// What is to be opened in free texts, by kind.
    pub clear_pieces: BTreeSet<FieldKind>,
    /// Why, in the caller's words. Kept as a keyed digest.
    pub reason: Option<String>,
}

/// Leaves out the reason: people write names into it.
impl std::fmt::Debug for ReadRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadRequest")
            .field("subjects", &self.subjects)
            .field("fields", &self.fields)
            .field("purpose", &self.purpose)
            .field("case", &self.case)
            .field("records", &self.records)
            .field("clear", &self.clear)
            .field("clear_pieces", &self.clear_pieces)
            .finish_non_exhaustive()
    }
}

/// What became of the read of one subject.
#[derive(Debug)]
pub struct ReadOutcome {
    /// The subject.
    pub subject: SubjectId,
    /// The ledger entry that records it.
    pub entry: u64,
    /// Why the read as a whole was refused, if it was.
    pub refusal: Option<Arc<Because>>,
    /// One answer a field, in the order asked.
    pub fields: Vec<FieldOutcome>,
    /// What was decided about personal information in free texts, one a kind.
    pub pieces: Vec<PieceDecision>,
    /// Whether there is such a subject.
    pub found: bool,
}

/// One field of a read.
#[derive(Debug)]
pub struct FieldOutcome {
    /// The field.
    pub field: FieldRef,
    /// The form it is answered in.
    pub form: Form,
    /// The rule that decided.
    pub because: Arc<Because>,
    /// What the caller could do to see more.
    pub hint: Option<Hint>,
    /// The grant that opened it, where the caller's own rights would not.
    pub grant: Option<GrantId>,
    /// The values, one for each record that has one.
    pub values: Vec<Opened>,
}

/// Why a request for a read cannot be decided at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// The register has no such field.
    #[error("the register has no field {0}")]
    UnknownField(FieldRef),
    /// `clear` names a field that `fields` does not.
    #[error("{0} is to be opened but is not among the fields")]
    ClearNotAsked(FieldRef),
    /// A list is empty, too long, or holds something twice.
    #[error("{0}")]
    Shape(&'static str),
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The most subjects of one batch.
pub const MAX_SUBJECTS: usize = 1_000;

/// The most fields of one read.
pub const MAX_FIELDS: usize = 200;

impl Vault {
    /// Reads fields of one or many subjects for a purpose: each in the form that policy allows, each
    /// subject under a ledger entry of its own, all entries durable before anything opens.
    ///
    /// # Errors
    /// [`ReadError`]; a refusal by policy is an outcome, not an error.
    pub async fn read(
        &self,
        caller: &Caller,
        request: &ReadRequest,
    ) -> Result<Vec<ReadOutcome>, ReadError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            let purpose = match check(&active.register, request) {
                Ok(purpose) => purpose,
                Err(error) => {
                    self.unless_newer(&active, error).await?;
                    continue;
                }
            };
            let round = Round {
                vault: self,
                keyrings: self.keyrings_of(&active.register, &request.fields)?,
                active: &active,
                caller,
                purpose,
                request,
            };
            match round.run().await {
                Ok(Some(outcomes)) => return Ok(outcomes),
                // A fact changed between the look and the commit: look again.
                Ok(None) => self.refresh().await?,
                Err(error @ VaultError::CannotUnseal(_)) => {
                    self.unless_newer_keys(&round.keyrings, error).await?
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(VaultError::Busy.into())
    }

    /// What [`Vault::read`] would decide for one subject, without data. Recorded as well, for the
    /// decision tells facts about the subject.
    ///
    /// # Errors
    /// As [`Vault::read`]. `None` if there is no such subject.
    pub async fn explain(
        &self,
        caller: &Caller,
        request: &ReadRequest,
    ) -> Result<Option<Verdict>, ReadError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            let purpose = match check(&active.register, request) {
                Ok(purpose) => purpose,
                Err(error) => {
                    self.unless_newer(&active, error).await?;
                    continue;
                }
            };
            let round = Round {
                vault: self,
                keyrings: self.keyrings_of(&active.register, &request.fields)?,
                active: &active,
                caller,
                purpose,
                request,
            };
            match round.explain().await {
                Err(VaultError::Busy) => self.refresh().await?,
                result => return Ok(result?),
            }
        }
        Err(VaultError::Busy.into())
    }
}

impl Vault {
    /// Whether a purpose lets the caller know of a subject, recorded under an entry of this kind that says
    /// `extra`. `None` if there is no such subject.
    pub(crate) async fn stand(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        kind: Kind,
        extra: &[(String, String)],
    ) -> Result<Option<(Stood, u64)>, ReadError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            let Some(purpose) = active.register.purpose(purpose) else {
                self.unless_newer(&active, ReadError::UnknownPurpose)
                    .await?;
                continue;
            };
            let needed = |field: &FieldRef| needs(purpose, field);
            let request = ReadRequest {
                subjects: vec![subject],
                fields: active
                    .register
                    .fields()
                    .map(|(field, _)| field)
                    .filter(needed)
                    .take(MAX_FIELDS)
                    .collect(),
                purpose: purpose.name.clone(),
                case: None,
                records: BTreeSet::new(),
                clear: BTreeSet::new(),
                clear_pieces: BTreeSet::new(),
                reason: None,
            };
            let round = Round {
                vault: self,
                keyrings: self.keyrings_of(&active.register, &request.fields)?,
                active: &active,
                caller,
                purpose,
                request: &request,
            };
            match round.stand(kind, extra).await {
                Err(VaultError::Busy) => self.refresh().await?,
                result => return Ok(result?),
            }
        }
        Err(VaultError::Busy.into())
    }
}

/// Whether the purpose needs the field, by its name or by `collection.*`.
pub(crate) fn needs(purpose: &Purpose, field: &FieldRef) -> bool {
    let named = |one: &FieldRef| {
        one.collection() == field.collection()
            && (one.field() == "*" || one.field() == field.field())
    };
    purpose.fields.iter().any(named)
}

fn check<'a>(register: &'a Register, request: &ReadRequest) -> Result<&'a Purpose, ReadError> {
    let purpose = register
        .purpose(&request.purpose)
        .ok_or(ReadError::UnknownPurpose)?;
    if request.fields.is_empty() || request.fields.len() > MAX_FIELDS {
        return Err(ReadError::Shape("fields holds 1 to 200 names"));
    }
    if request.subjects.is_empty() || request.subjects.len() > MAX_SUBJECTS {
        return Err(ReadError::Shape("subjects holds 1 to 1000 ids"));
    }
    if repeats(&request.fields) {
        return Err(ReadError::Shape("fields names a field twice"));
    }
    if repeats(&request.subjects) {
        return Err(ReadError::Shape("subjects names a subject twice"));
    }
    if let Some(field) = request
        .fields
        .iter()
        .find(|name| register.field(name).is_none())
    {
        return Err(ReadError::UnknownField(field.clone()));
    }
    let asked = |name: &&FieldRef| request.fields.contains(name);
    if let Some(field) = request.clear.iter().find(|name| !asked(name)) {
        return Err(ReadError::ClearNotAsked(field.clone()));
    }
    Ok(purpose)
}

/// Whether something is in the list twice.
fn repeats<T: Ord>(list: &[T]) -> bool {
    if list.len() <= FEW {
        return (1..list.len()).any(|at| list[..at].contains(&list[at]));
    }
    list.iter().collect::<BTreeSet<_>>().len() < list.len()
}

/// So many are compared with each other sooner than they are sorted.
const FEW: usize = 16;

/// What was used, this subject left out if it was read today already.
pub(crate) fn used_beside(used: Used, known: &Known) -> Used {
    Used {
        subjects: used.subjects.saturating_sub(u32::from(known.seen_today)),
        ..used
    }
}

/// Charges what was used beyond `before` to the day's quota, within its limits.
pub(crate) fn charge_used(
    tx: &mut Tx,
    caller: &Caller,
    purpose: &Purpose,
    now: Moment,
    before: Used,
    after: Used,
) {
    let quota = purpose.quota;
    let charges = [
        (
            "subjects",
            after.subjects - before.subjects,
            quota.subjects_per_day,
        ),
        ("clear", after.clear - before.clear, quota.clear_per_day),
    ];
    for (kind, amount, limit) in charges {
        if let Some(limit) = limit
            && amount > 0
        {
            charge(tx, caller, &purpose.name, now, kind, amount, limit);
        }
    }
}

/// Adds `amount` to what the caller has used today; a conflict if that passes `limit`.
pub(crate) fn charge(
    tx: &mut Tx,
    caller: &Caller,
    purpose: &str,
    now: Moment,
    kind: &'static str,
    amount: u32,
    limit: u32,
) {
    tx.run_exactly(
        1,
        "INSERT INTO quota (actor, day, purpose, kind, used) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (actor, day, purpose, kind) DO UPDATE SET used = quota.used + excluded.used \
         WHERE quota.used + excluded.used <= $6",
        params![
            caller.actor(),
            now.china_day(),
            purpose,
            kind,
            amount,
            limit
        ],
    );
}
