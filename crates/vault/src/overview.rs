//! What is known about one person beside their records: what they said about purposes, who looked, and how
//! often. Never a value.

use std::collections::BTreeMap;
use std::sync::Arc;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{Caller, Moment, RecordId, SubjectId};
use shouxin_policy::Because;
use shouxin_store::{Row, Tx};

use crate::active;
use crate::integrity::Consent;
use crate::ledger::decoded;
use crate::reads::Stood;
use crate::{ReadError, Vault, VaultError};

/// What a person said and what was done about them.
#[derive(Debug)]
pub struct Overview {
    /// The ledger entry that records this look.
    pub entry: u64,
    /// Why it was refused, if it was; all else is empty then.
    pub refusal: Option<Arc<Because>>,
    /// What the person said, one a purpose, by the purpose's name.
    pub said: Vec<Said>,
    /// The newest entries about the person, newest first, each with its index.
    pub newest: Vec<(u64, Entry)>,
    /// How often the person was looked at, a day that had a look, newest first.
    pub days: Vec<Day>,
    /// From when on all looks are counted: the beginning of the period asked for, or later where the ledger
    /// is too long to be looked through.
    pub since: Moment,
}

/// What a person said about a purpose.
#[derive(Debug)]
pub struct Said {
    /// The purpose, by its name.
    pub purpose: String,
    /// The part of it, `collection.field` or `collection.*`; the whole if `None`.
    pub part: Option<String>,
    /// The way of being reached; every one if `None`.
    pub channel: Option<String>,
    /// `given`, `refused`, `withdrawn`, or `spent` by the single read that it was for.
    pub state: String,
    /// In which form, by its word in the store.
    pub form: String,
    /// When it was taken down.
    pub at: Moment,
    /// From when on it counts; from the moment it was said if `None`.
    pub from: Option<Moment>,
    /// Until when it counts; for good if `None`.
    pub expires_at: Option<Moment>,
    /// The case that it is for; `None`: for any.
    pub case: Option<RecordId>,
    /// Whether a notice in force tells more than the subject was told.
    pub outdated: bool,
    /// `proved`, `partial` or `unproven`.
    pub grade: String,
    /// Counts what this subject said.
    pub epoch: u64,
}

/// The looks of one day in China.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its beginning.
    pub begins: Moment,
    /// Reads with everything masked.
    pub masked: u32,
    /// Reads that opened something.
    pub clear: u32,
    /// Looks that were refused.
    pub refused: u32,
}

/// Entries about one person that one look goes through, newest first: some seconds of work at the very most.
const MOST_LOOKED_AT: usize = 20_000;

const DAY_SECONDS: i64 = 86_400;

impl Vault {
    /// What one person said about purposes, and what the ledger holds about them of the last `days` days, the
    /// newest `limit` entries of it in full. With a purpose it must tie the caller to the person, as for a
    /// read; without one the caller must be somebody who may read the ledger, which is for whoever calls this
    /// to know. The look is recorded, and stands in the ledger before anything is answered.
    ///
    /// # Errors
    /// [`ReadError`]; a refusal by policy is an outcome, not an error. `None` if there is no such person.
    pub async fn overview(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: Option<&str>,
        days: u32,
        limit: usize,
    ) -> Result<Option<Overview>, ReadError> {
        let stood = match purpose {
            Some(purpose) => {
                self.stand(caller, subject, purpose, Kind::Ledger, &looked_up())
                    .await?
            }
            None => self.watch(caller, subject).await?,
        };
        let (pseudonym, entry) = match stood {
            None => return Ok(None),
            Some((Stood::Refused(because), entry)) => {
                return Ok(Some(Overview {
                    entry,
                    refusal: Some(because),
                    said: Vec::new(),
                    newest: Vec::new(),
                    days: Vec::new(),
                    since: self.now(),
                }));
            }
            Some((Stood::Tied(pseudonym), entry)) => (pseudonym, entry),
        };
        // Erased meanwhile: then nothing is told.
        let Some(person) = self.person(subject).await? else {
            return Ok(None);
        };
        let notices = self.active().told.clone();
        let said = person
            .consents
            .iter()
            .map(|row| Said::of(row, &notices))
            .collect::<Result<_, _>>()?;
        let today = self.now().china_day();
        let since = begins(today.saturating_sub(i64::from(days.saturating_sub(1))));
        let told = self.told(pseudonym, entry, since, limit).await?;
        Ok(Some(Overview {
            entry,
            refusal: None,
            said,
            newest: told.newest,
            days: told.days.into_values().rev().collect(),
            since: told.since,
        }))
    }

    /// As [`Vault::stand`], for whoever watches over the ledger.
    pub(crate) async fn watch(
        &self,
        caller: &Caller,
        subject: SubjectId,
    ) -> Result<Option<(Stood, u64)>, VaultError> {
        let Some(person) = self.person(subject).await? else {
            return Ok(None);
        };
        let mut entry = self.begin(self.now(), Kind::Ledger, caller, &self.active());
        entry.subject = person.pseudonym;
        entry.extra = looked_up();
        let mut tx = Tx::new();
        tx.append(self.bytes(&entry)?);
        let committed = self.store().commit(tx).await?;
        Ok(Some((Stood::Tied(person.pseudonym), committed.entries[0])))
    }

    /// What the ledger holds about a pseudonym from `since` on, up to the entry `last`.
    pub(crate) async fn told(
        &self,
        pseudonym: Option<[u8; 16]>,
        last: u64,
        since: Moment,
        limit: usize,
    ) -> Result<Told, VaultError> {
        let mut told = Told {
            newest: Vec::new(),
            days: BTreeMap::new(),
            since,
        };
        let Some(pseudonym) = pseudonym else {
            return Ok(told);
        };
        let about = self.entries_about(pseudonym, last, MOST_LOOKED_AT).await?;
        let mut oldest = None;
        for index in about.entries {
            let Some(bytes) = self.store().ledger_entry(index).await? else {
                return Err(VaultError::Corrupt("ledger"));
            };
            let entry = decoded(&bytes)?;
            let at = Moment::from_micros(entry.at);
            if at < since && told.newest.len() >= limit {
                return Ok(told);
            }
            oldest = Some(at);
            told.take(index, entry, limit);
        }
        if let Some(from) = about.from {
            let whole_from = match oldest {
                Some(at) if about.cut => at,
                _ => self.made_at(from).await?,
            };
            told.since = since.max(whole_from);
        }
        Ok(told)
    }
}

/// What the entry of a look says.
pub(crate) fn looked_up() -> Vec<(String, String)> {
    vec![("did".to_owned(), "looked-up".to_owned())]
}

/// What the ledger holds about one person.
pub(crate) struct Told {
    /// The newest entries, newest first.
    pub(crate) newest: Vec<(u64, Entry)>,
    /// Looks by day in China.
    pub(crate) days: BTreeMap<i64, Day>,
    /// From when on all looks are counted.
    pub(crate) since: Moment,
}

impl Told {
    fn take(&mut self, index: u64, entry: Entry, limit: usize) {
        let at = Moment::from_micros(entry.at);
        let counted = matches!(entry.kind, Kind::Read | Kind::Reveal | Kind::Refusal);
        if counted && at >= self.since {
            let day = at.china_day();
            let counts = self.days.entry(day).or_insert(Day {
                begins: begins(day),
                masked: 0,
                clear: 0,
                refused: 0,
            });
            let count = match entry.kind {
                Kind::Read => &mut counts.masked,
                Kind::Reveal => &mut counts.clear,
                _ => &mut counts.refused,
            };
            *count += 1;
        }
        if self.newest.len() < limit {
            self.newest.push((index, entry));
        }
    }
}

/// When a day in China begins.
pub(crate) fn begins(china_day: i64) -> Moment {
    Moment::from_seconds(china_day.saturating_mul(DAY_SECONDS) - 8 * 3600)
}

impl Said {
    /// What a row says, judged by what the notices in force tell.
    pub(crate) fn of(row: &Row, told: &active::Told) -> Result<Self, VaultError> {
        let said = Consent::of(row)?;
        let scope = told.purposes.get(said.purpose);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Self {
            purpose: said.purpose.to_owned(),
            part: some(said.part),
            channel: some(said.channel),
            state: said.state.to_owned(),
            form: said.form.to_owned(),
            at: said.at,
            from: said.from,
            expires_at: said.expires_at,
            case: said.case,
            outdated: scope.is_some_and(|scope| said.scope < i64::from(scope.number)),
            grade: said.grade.to_owned(),
            epoch: said.epoch.unsigned_abs(),
        })
    }
}
