//! Writing records: matched by key, merged field by field, sealed, indexed and recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, Field, FieldKind, FieldRef, Personal, RecordId, SubjectId, Text};
use shouxin_store::{CommitError, Tx};

use crate::active::Active;
use crate::batch::{Batch, PersonRow, Unfit};
use crate::exports::decoys::Door;
use crate::parted::Parting;
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// A record to create or merge. Values are in their kinds' normal forms.
#[derive(Debug)]
pub struct RecordWrite {
    /// The collection.
    pub collection: String,
    /// Field name to value; a field not named keeps what it has.
    pub values: Vec<(String, Personal<String>)>,
    /// The fields whose values together name the record, if not the register's. Empty: always new.
    pub key: Option<Vec<String>>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordOutcome {
    /// Nothing differed.
    Unchanged,
    /// A record with its key was there and took over what differed.
    Merged,
    /// It is new.
    Created,
}

impl RecordOutcome {
    /// The word in outcome files and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Merged => "merged",
            Self::Created => "created",
        }
    }
}

/// What became of the records of one row, which all belong to one subject.
#[derive(Clone, Debug)]
pub struct Written {
    /// The subject.
    pub subject: SubjectId,
    /// The records, in the order given.
    pub records: Vec<(RecordId, RecordOutcome)>,
    /// The ledger entry.
    pub entry: u64,
    /// The field that takes a value once and has one: nothing of the row was written then.
    pub refused: Option<FieldRef>,
    /// How many pieces of which kinds were found in free texts that changed, and sealed apart from them.
    pub pieces: BTreeMap<FieldKind, u64>,
}

impl Written {
    /// The strongest outcome among the records.
    pub fn outcome(&self) -> RecordOutcome {
        self.records
            .iter()
            .map(|(_, outcome)| *outcome)
            .max()
            .unwrap_or(RecordOutcome::Unchanged)
    }
}

/// Why a record was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The register has no such collection.
    #[error("the register has no collection {0}")]
    UnknownCollection(String),
    /// The register has no such field.
    #[error("the register has no field {0}")]
    UnknownField(FieldRef),
    /// A field is named twice.
    #[error("field {0} is named twice")]
    Twice(FieldRef),
    /// The caller's API key does not cover the field.
    #[error("the API key does not cover field {0}")]
    Key(FieldRef),
    /// The value is none of the field's kind; says why without the value.
    #[error("field {field}: {}", .why.en)]
    Value {
        /// The field.
        field: FieldRef,
        /// What is wrong.
        why: Text,
    },
    /// The field takes a value once, and the record has one: nothing was written.
    #[error("field {field} takes a value once, and has one (ledger entry {entry})")]
    WrittenOnce {
        /// The field.
        field: FieldRef,
        /// The entry that says so.
        entry: u64,
    },
    /// There is no such subject.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// The record is a decoy of one of our own exports: somebody feeds exported data back. An alarm was raised.
    #[error("the record is a decoy of an export (ledger entry {entry})")]
    Decoy {
        /// The entry that says so.
        entry: u64,
    },
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Writes the records of one subject, given as values that people or systems typed.
    ///
    /// # Errors
    /// [`RecordError`]; nothing is written then.
    pub async fn write(
        &self,
        caller: &Caller,
        subject: Option<SubjectId>,
        mut records: Vec<RecordWrite>,
    ) -> Result<Written, RecordError> {
        // As typed: that a decoy's number belongs to no segment is not the answer it should get.
        self.refuse_decoy(caller, &records).await?;
        for _ in 0..ATTEMPTS {
            let active = self.active();
            if let Err(error) = records
                .iter_mut()
                .try_for_each(|record| normalise(&active, caller, record))
            {
                self.unless_newer(&active, error).await?;
                continue;
            }
            let parting;
            (records, parting) = parted(&active, records).await?;
            let row = PersonRow {
                subject,
                records: &records,
                parting: &parting,
            };
            let now = self.now();
            let batch = Batch {
                vault: self,
                active: &active,
                caller,
                now,
                kind: Kind::RecordWrite,
                source: "api",
            };
            let rows = [row];
            let turns = self.turns(&batch.zones(&rows)).await?;
            let (writes, mut written) = match batch.build(&rows).await {
                Ok(built) => built,
                Err(Unfit::NoSubject) => return Err(RecordError::SubjectNotFound),
                Err(Unfit::Vault(error)) => return Err(error.into()),
            };
            match turns.commit(writes).await {
                Ok(committed) => {
                    let mut written = written.remove(0);
                    written.entry = committed.entries[0];
                    return match written.refused {
                        Some(field) => Err(RecordError::WrittenOnce {
                            field,
                            entry: written.entry,
                        }),
                        None => Ok(written),
                    };
                }
                Err(CommitError::Conflict { .. }) => self.refresh().await?,
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }

    /// Lets no decoy of an export in again: records it, with an alarm, and refuses it.
    async fn refuse_decoy(
        &self,
        caller: &Caller,
        records: &[RecordWrite],
    ) -> Result<(), RecordError> {
        let values = records.iter().flat_map(|record| &record.values);
        // Into keyed tags, which are compared and dropped.
        let values: Vec<&str> = values.map(|(_, value)| value.expose().as_str()).collect();
        let exports = self.decoy_of(&values).await?;
        if exports.is_empty() {
            return Ok(());
        }
        let met = exports.into_iter().map(|export| (export, 1)).collect();
        let (now, active) = (self.now(), self.active());
        let mut tx = Tx::new();
        self.alarm_of_decoys(&mut tx, &active, caller, now, &Door::Record, &met)?;
        let committed = self.store().commit(tx).await.map_err(VaultError::from)?;
        let entry = committed.entries[0];
        Err(RecordError::Decoy { entry })
    }
}

/// The free texts of the records, parted on a thread that holds up nobody else.
async fn parted(
    active: &Arc<Active>,
    records: Vec<RecordWrite>,
) -> Result<(Vec<RecordWrite>, Parting), VaultError> {
    if Parting::is_idle(&active.register, &records) {
        return Ok((records, Parting::default()));
    }
    let active = Arc::clone(active);
    let parting = tokio::task::spawn_blocking(move || {
        let parting = Parting::of(&active.register, &records);
        (records, parting)
    });
    parting.await.map_err(|_| VaultError::Corrupt("text"))
}

/// The normal form and check of every value.
fn normalise(
    active: &Active,
    caller: &Caller,
    record: &mut RecordWrite,
) -> Result<(), RecordError> {
    let collection = active
        .register
        .collection(&record.collection)
        .ok_or_else(|| RecordError::UnknownCollection(record.collection.clone()))?;
    let mut seen = BTreeSet::new();
    for (name, value) in &mut record.values {
        let full = FieldRef::new(&collection.name, name.as_str());
        let field = collection
            .field(name)
            .ok_or_else(|| RecordError::UnknownField(full.clone()))?;
        if !seen.insert(name.clone()) {
            return Err(RecordError::Twice(full));
        }
        if !caller.covers(&full) {
            return Err(RecordError::Key(full));
        }
        // Into the store's normal form; the typed form is wiped.
        let normal = shouxin_regime::normalise(field.kind, value.expose()).into_owned();
        if !field.values.is_empty() && !field.values.contains(&normal) {
            let why = Text::made(
                format!("应为以下之一:{}", field.values.join("、")),
                format!("is one of {}", field.values.join(", ")),
            );
            return Err(RecordError::Value { field: full, why });
        }
        if let Err(why) = fits_index(field, &normal) {
            return Err(RecordError::Value { field: full, why });
        }
        if field.check == shouxin_model::CheckRule::Refuse
            && let Err(failure) = shouxin_regime::check(field.kind, &normal)
            && failure.severity() == shouxin_regime::Severity::Refuse
        {
            return Err(RecordError::Value {
                field: full,
                why: failure.text(),
            });
        }
        *value = Personal::new(normal);
    }
    Ok(())
}

/// Whether a facet's value fits an index that both engines can hold, whatever the field's own rule
/// says about bad values.
pub(crate) fn fits_index(field: &Field, value: &str) -> Result<(), Text> {
    if !field.facet || (value.len() <= MAX_FACET_BYTES && !value.contains(char::is_control)) {
        return Ok(());
    }
    Err(Text::made(
        format!("至多 {MAX_FACET_BYTES} 字节,且不含控制字符"),
        format!("has at most {MAX_FACET_BYTES} bytes and no control characters"),
    ))
}

/// PostgreSQL's B-trees hold keys of up to about 2,700 bytes.
const MAX_FACET_BYTES: usize = 512;
