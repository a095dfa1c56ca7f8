//! Old consents taken over from a file: a row a word, each graded by what proves it.

use std::collections::BTreeSet;
use std::io::Read;

use data_encoding::HEXLOWER_PERMISSIVE;
use shouxin_intake::{Cell, RawRow};
use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, ConsentForm, ConsentWord, EvidenceGrade, FieldRef, Moment, Personal, SubjectId, Through,
};
use shouxin_store::Tx;

use super::{ConsentError, ConsentEvent, ShownNotice, Statement, events_query};
use crate::active::Active;
use crate::gather::form_of;
use crate::imports::open_table;
use crate::{ImportError, Vault, VaultError};

/// What became of a file of old consents.
#[derive(Clone, Debug)]
pub struct ImportedConsents {
    /// The ledger entry that records it.
    pub entry: u64,
    /// What became of each row, in their order.
    pub rows: Vec<ImportedRow>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportedRow {
    /// Where an editor or spreadsheet shows it, from 1.
    pub number: u64,
    /// What became of it.
    pub outcome: RowOutcome,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// It was taken down, under this entry, and is proved so well.
    Taken(u64, EvidenceGrade),
    /// Something newer that the subject said counts already.
    Newer,
    /// Nobody has this key.
    Nobody,
    /// Several people have this key.
    Several,
    /// The register has no such purpose.
    Purpose,
    /// The word, the form or the date cannot be understood, or makes no sense; or the row cannot be read.
    Unclear,
}

impl RowOutcome {
    /// Its word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Taken(..) => "taken",
            Self::Newer => "newer",
            Self::Nobody => "nobody",
            Self::Several => "several",
            Self::Purpose => "unknown-purpose",
            Self::Unclear => "unclear",
        }
    }
}

/// The most rows of one file.
pub const MOST_ROWS: usize = 2_000;

impl Vault {
    /// Takes over old consents from a file (CSV, XLSX, NDJSON) whose columns are called `key`, `purpose`, `word`,
    /// `form`, `date`, `source`, `evidence`, `notice`, `version`, `language`, `hash`; the first three are needed. `key`
    /// holds the value of this field, which names one person. A word is `proved` with the notice and the hash of the
    /// text that was shown, `partial` with a date and a source, else `unproven`. Rows stand for themselves: each is
    /// taken down or not. What a subject said later than a row stays.
    ///
    /// # Errors
    /// `File` if it cannot be read as a table; `Key` if the caller's key does not cover the field; otherwise the
    /// store failed, and what was taken down until then stays.
    pub async fn import_consents(
        &self,
        caller: &Caller,
        field: &FieldRef,
        file: impl Read,
    ) -> Result<ImportedConsents, ImportError> {
        let active = self.active();
        if active.register.field(field).is_none() || !caller.covers(field) {
            return Err(ImportError::Key(field.clone()));
        }
        let mut numbers = Vec::new();
        let mut read = Vec::new();
        for row in open_table(file, None, None)?.take(MOST_ROWS) {
            match row {
                Ok(row) => {
                    numbers.push(row.number);
                    read.push(Old::of(&row));
                }
                Err(problem) => {
                    numbers.push(problem.row);
                    read.push(None);
                    if problem.fatal {
                        break;
                    }
                }
            }
        }
        let keys: Vec<Personal<String>> = read
            .iter()
            // Into index tags.
            .map(|old| {
                Personal::new(
                    old.as_ref()
                        .map(|old| old.key.expose().clone())
                        .unwrap_or_default(),
                )
            })
            .collect();
        let entry = self.record_import(caller, &active, keys.len()).await?;
        let holders = self.holders(&active, field, &keys).await?;
        let mut done = Vec::with_capacity(read.len());
        for ((number, old), holders) in numbers.into_iter().zip(read).zip(holders) {
            let outcome = match old {
                Some(old) => self.take_over(caller, old, &holders).await?,
                None => RowOutcome::Unclear,
            };
            done.push(ImportedRow { number, outcome });
        }
        Ok(ImportedConsents { entry, rows: done })
    }

    /// Whoever asks by keys learns who is known: the ledger says so first.
    async fn record_import(
        &self,
        caller: &Caller,
        active: &Active,
        rows: usize,
    ) -> Result<u64, VaultError> {
        let mut entry = self.begin(self.now(), Kind::Import, caller, active);
        let words = [("did", "consents".to_owned()), ("rows", rows.to_string())];
        entry.extra = words.map(|(word, text)| (word.to_owned(), text)).into();
        let mut tx = Tx::new();
        tx.append(self.bytes(&entry)?);
        Ok(self.store().commit(tx).await?.entries[0])
    }

    async fn take_over(
        &self,
        caller: &Caller,
        old: Old,
        holders: &BTreeSet<SubjectId>,
    ) -> Result<RowOutcome, VaultError> {
        let mut holders = holders.iter();
        let (Some(subject), None) = (holders.next(), holders.next()) else {
            return Ok(match holders.len() {
                0 => RowOutcome::Nobody,
                _ => RowOutcome::Several,
            });
        };
        let found = self
            .person_and(*subject, Some(events_query(*subject)))
            .await?;
        let Some((_, events)) = found else {
            return Ok(RowOutcome::Nobody);
        };
        let said = old.statement;
        for row in &events {
            let event = ConsentEvent::of(row)?;
            let later = said.collected_at.is_none_or(|at| event.collected_at > at);
            if event.purpose == said.purpose && later {
                return Ok(RowOutcome::Newer);
            }
        }
        let grade = said.grade;
        match self.take_down(caller, *subject, &[said]).await {
            Ok(taken) => Ok(RowOutcome::Taken(taken[0].entry, grade)),
            Err(ConsentError::UnknownPurpose | ConsentError::NotCovered) => Ok(RowOutcome::Purpose),
            Err(ConsentError::SubjectNotFound) => Ok(RowOutcome::Nobody),
            Err(ConsentError::Vault(error)) => Err(error),
            Err(_) => Ok(RowOutcome::Unclear),
        }
    }
}

/// A row that could be understood.
struct Old {
    key: Personal<String>,
    statement: Statement,
}

impl Old {
    /// `None` if something of it cannot be understood.
    fn of(row: &RawRow) -> Option<Self> {
        let cell = |name: &str| {
            let cell = row.cell(name).filter(|cell| !cell.is_empty());
            // Words, dates and references; the key goes into a Personal below.
            cell.map(|cell: &Cell| cell.expose().trim().to_owned())
        };
        let mut said = Statement::new(
            &cell("purpose")?,
            ConsentWord::of_word(&cell("word")?)?,
            match cell("form") {
                Some(form) => form_of(&form)?,
                None => ConsentForm::General,
            },
        );
        said.through = Through::Import;
        said.collected_at = match cell("date") {
            Some(date) => Some(moment(&date)?),
            None => None,
        };
        let source = cell("source");
        said.place = match cell("evidence").or_else(|| source.clone()) {
            Some(place) => Some(is_place(&place).then_some(place)?),
            None => None,
        };
        said.notice = match cell("notice") {
            Some(name) => Some(ShownNotice {
                name,
                version: cell("version")?.parse().ok()?,
                hash: HEXLOWER_PERMISSIVE
                    .decode(cell("hash")?.as_bytes())
                    .ok()?
                    .try_into()
                    .ok()?,
                language: cell("language").unwrap_or_else(|| "zh".to_owned()),
            }),
            None => None,
        };
        said.grade = match (&said.notice, said.collected_at, source) {
            (Some(_), Some(_), _) => EvidenceGrade::Proved,
            (None, Some(_), Some(_)) => EvidenceGrade::Partial,
            _ => EvidenceGrade::Unproven,
        };
        Some(Self {
            key: Personal::new(cell("key")?),
            statement: said,
        })
    }
}

/// A reference to a place is no story about somebody: it has no room for one.
pub fn is_place(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._/-".contains(&b);
    (1..=120).contains(&text.len()) && text.bytes().all(plain)
}

/// `2024-05-01`, which begins at midnight in China, or a moment with its zone.
fn moment(text: &str) -> Option<Moment> {
    let day = || Moment::parse_rfc3339(&format!("{text}T00:00:00+08:00"));
    Moment::parse_rfc3339(text).or_else(|_| day()).ok()
}
