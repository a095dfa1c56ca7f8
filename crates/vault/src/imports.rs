//! Importing files: row by row into records, with an outcome for each row, resumable at any moment.

mod feed;
mod rows;
mod samples;
mod trial;

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use data_encoding::BASE64;
use shouxin_intake::{
    Code, FieldNote, Guess, Mapping, MappingFinding, OpenError, OutcomeWriter, PlanFinding, RawRow,
    RowResult, Severity, guess,
};
use shouxin_ledger::Kind;
use shouxin_model::text::Language;
use shouxin_model::{Caller, FieldRef, ImportId, Moment, SubjectId, Text};
use shouxin_store::{Tx, params};

use crate::{Vault, VaultError};

pub(crate) use rows::open as open_table;
pub use trial::Trial;

/// How far an import is.
#[derive(Clone, Debug)]
pub struct ImportStatus {
    /// The import.
    pub id: ImportId,
    /// `open`, `done` or `refused` (the file could not be read to its end).
    pub state: String,
    /// Rows whose outcome is durable.
    pub rows: u64,
    /// Rows by outcome: created, merged, unchanged, refused.
    pub counts: BTreeMap<String, u64>,
    /// Pieces of personal information that were found in free texts and sealed apart from them, by kind.
    pub pieces: BTreeMap<String, u64>,
    /// When it began.
    pub created_at: Moment,
    /// When the last row was done.
    pub updated_at: Moment,
}

/// What became of one row.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// The row as an editor or spreadsheet shows it, from 1.
    pub row: u64,
    /// created, merged, unchanged or refused.
    pub outcome: String,
    /// Stable words of what was found, parted by `; `.
    pub codes: String,
    /// The fields they are about, parted by `; `.
    pub fields: String,
    /// The subject.
    pub subject: Option<SubjectId>,
}

/// A proposed mapping.
pub struct Guessed {
    /// The mapping file's text, to be read and corrected by a person.
    pub mapping: String,
    /// The guesses behind it.
    pub guesses: Vec<Guess>,
    /// The columns of the file.
    pub columns: Vec<String>,
    /// For each column, up to three of its cells: masked, or only their shape.
    pub samples: Vec<Vec<String>>,
    /// The line or row of the headings, if there are any.
    pub header_row: Option<u64>,
}

/// Leaves out what stands in the file: without a heading row, the first customer's values.
impl fmt::Debug for Guessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guessed")
            .field("columns", &self.columns.len())
            .finish_non_exhaustive()
    }
}

/// Why an import did not begin or go on.
#[derive(thiserror::Error)]
pub enum ImportError {
    /// The mapping has findings.
    #[error("the mapping has {} findings", .0.len())]
    Mapping(Vec<MappingFinding>),
    /// The file cannot be read as a table.
    #[error("the file cannot be read: {}", .0.code())]
    File(OpenError),
    /// The mapping does not fit the file's columns.
    #[error("the mapping does not fit the file ({} findings)", .0.len())]
    Columns(Vec<PlanFinding>),
    /// The caller's API key does not cover a field that the mapping feeds.
    #[error("the API key does not cover field {0}")]
    Key(FieldRef),
    /// There is no such import of this caller.
    #[error("there is no import {0}")]
    NotFound(ImportId),
    /// The import is done already.
    #[error("import {0} is done already")]
    Done(ImportId),
    /// The file's first rows are not those that were imported before.
    #[error("this is another file: its first {0} rows are not those already imported")]
    OtherFile(u64),
    /// Another process feeds the same import.
    #[error("import {0} is being fed from elsewhere")]
    Contended(ImportId),
    /// The store, the ledger or the keys failed. What was acknowledged stays; run it again.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The message alone: findings about columns repeat headings of the file.
impl fmt::Debug for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImportError({self})")
    }
}

impl Vault {
    /// Proposes a mapping by looking at a file's first rows.
    ///
    /// # Errors
    /// `File` if it cannot be read as a table.
    pub fn guess_mapping(
        &self,
        file: impl Read,
        name: Option<&str>,
    ) -> Result<Guessed, ImportError> {
        let mut rows = rows::open(file, name, None)?;
        let sample: Vec<RawRow> = rows.sample(SAMPLE_ROWS);
        let columns = rows.columns().to_vec();
        let register = &self.active().register;
        let guesses = guess(&columns, &sample, register);
        let mapping = Mapping::from_guesses(&columns, &guesses, register).render(&guesses);
        let samples = samples::of(&columns, &sample, &guesses, register);
        Ok(Guessed {
            mapping,
            guesses,
            columns,
            samples,
            header_row: rows.header_row(),
        })
    }

    /// Opens an import under a mapping. The mapping, with its source statement, is kept sealed: constants
    /// and remarks may be about people. The ledger keeps a keyed digest of the statement.
    ///
    /// # Errors
    /// `Mapping` with every finding; `Key` if the caller's API key does not cover what it feeds.
    pub async fn begin_import(
        &self,
        caller: &Caller,
        mapping: &str,
    ) -> Result<ImportId, ImportError> {
        self.refresh().await?;
        let register = self.active().register.clone();
        let parsed =
            Mapping::parse("mapping.toml", mapping, &register).map_err(ImportError::Mapping)?;
        let fed = parsed
            .columns
            .iter()
            .flat_map(|(_, fields)| fields)
            .chain(parsed.constants.keys());
        if let Some(field) = fed.into_iter().find(|field| !caller.covers(field)) {
            return Err(ImportError::Key(field.clone()));
        }
        let now = self.now();
        let id = ImportId::make(now, &mut self.dice());
        let mut collections: Vec<&str> = parsed
            .columns
            .iter()
            .flat_map(|(_, fields)| fields.iter().map(FieldRef::collection))
            .collect();
        collections.sort_unstable();
        collections.dedup();
        let collections = collections.join(",");
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "INSERT INTO import (id, state, collection, source, mapping, digest, rows_done, counts, pieces, actor, created_at, updated_at) \
             VALUES ($1, 'open', $2, $3, $4, $5, 0, '{}', '{}', $6, $7, $8)",
            params![
                id,
                &collections,
                if parsed.source.third_party { "third-party" } else { "own" },
                BASE64.encode(&self.seal_secret(&mapping_context(id), mapping.as_bytes())),
                [0u8; 32],
                caller.actor(),
                now,
                now
            ],
        );
        let id_text = id.to_string();
        let mut extra = vec![
            ("import", id_text.as_str()),
            ("collections", collections.as_str()),
        ];
        let source = &parsed.source;
        let statement = [&source.name, &source.authorisation, &source.date]
            .map(|part| part.as_deref().unwrap_or(""));
        let statement = self.digest_words(&statement.join("\n"));
        if source.third_party {
            extra.push(("statement", statement.as_str()));
        }
        self.record(caller, Kind::Import, &extra, tx)
            .await
            .map_err(VaultError::from)?;
        Ok(id)
    }

    /// How far an import is.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn import_status(&self, id: ImportId) -> Result<ImportStatus, ImportError> {
        let rows = self
            .store()
            .query(
                "SELECT id, state, rows_done, counts, created_at, updated_at, pieces FROM import WHERE id = $1",
                params![id],
            )
            .await
            .map_err(VaultError::from)?;
        let row = rows.first().ok_or(ImportError::NotFound(id))?;
        Ok(import_status(row)?)
    }

    /// The newest imports, at most 100.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn imports(&self) -> Result<Vec<ImportStatus>, VaultError> {
        let rows = self
            .store()
            .query(
                "SELECT id, state, rows_done, counts, created_at, updated_at, pieces FROM import ORDER BY id DESC LIMIT 100",
                params![],
            )
            .await?;
        rows.iter().map(import_status).collect()
    }

    /// Outcomes of rows after `after`, at most `limit`, in the order of the file.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn import_rows(
        &self,
        id: ImportId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ImportRow>, VaultError> {
        let rows = self
            .store()
            .query(
                "SELECT row, outcome, code, field, subject FROM import_row WHERE import = $1 AND row > $2 ORDER BY row LIMIT $3",
                params![id, i64::try_from(after).unwrap_or(i64::MAX), limit],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ImportRow {
                    row: u64::try_from(row.int(0)?).unwrap_or(0),
                    outcome: row.text(1)?.to_owned(),
                    codes: row.opt_text(2)?.unwrap_or_default().to_owned(),
                    fields: row.opt_text(3)?.unwrap_or_default().to_owned(),
                    subject: row.opt_id(4, SubjectId::from_slice)?,
                })
            })
            .collect()
    }

    /// A page of the outcome file: `row,outcome,code,field,subject,message` in CSV, with the header
    /// if `after` is 0. No line holds a value of a person.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn outcome_page(
        &self,
        id: ImportId,
        after: u64,
        language: Language,
    ) -> Result<(Vec<u8>, Option<u64>), VaultError> {
        let rows = self.import_rows(id, after, OUTCOME_PAGE).await?;
        let written = write_outcomes(&rows, after == 0, language);
        let bytes = written.map_err(|_| VaultError::Corrupt("outcome"))?;
        Ok((bytes, rows.last().map(|row| row.row)))
    }
}

/// Under which context the mapping of an import is sealed.
fn mapping_context(id: ImportId) -> String {
    format!("mapping {id}")
}

/// Rows that a guess looks at.
const SAMPLE_ROWS: usize = 200;

/// Lines of one page of the outcome file.
const OUTCOME_PAGE: u32 = 1_000;

/// What parts the codes of one row, and its fields.
const SEPARATOR: &str = "; ";

fn write_outcomes(
    rows: &[ImportRow],
    with_header: bool,
    language: Language,
) -> std::io::Result<Vec<u8>> {
    let mut writer = if with_header {
        OutcomeWriter::start(Vec::new(), language)?
    } else {
        OutcomeWriter::resume(Vec::new(), language)
    };
    for row in rows {
        let result = match row.outcome.as_str() {
            "created" => RowResult::Created,
            "merged" => RowResult::Merged,
            "unchanged" => RowResult::Unchanged,
            _ => RowResult::Refused,
        };
        let codes = row.codes.split(SEPARATOR).filter(|code| !code.is_empty());
        let notes: Vec<FieldNote> = codes
            .zip(
                row.fields
                    .split(SEPARATOR)
                    .map(Some)
                    .chain(std::iter::repeat(None)),
            )
            .filter_map(|(code, field)| {
                let (code, text) = explained(code)?;
                let severity = if result == RowResult::Refused {
                    Severity::Refused
                } else {
                    Severity::Kept
                };
                Some(FieldNote {
                    code,
                    severity,
                    field: field.and_then(|f| f.parse().ok()),
                    text,
                })
            })
            .collect();
        writer.row(row.row, result, &notes, row.subject)?;
    }
    writer.flush()?;
    Ok(writer.finish()?.0)
}

/// The stored word with its text, for people.
fn explained(word: &str) -> Option<(&'static str, Text)> {
    Code::ALL
        .iter()
        .find(|code| code.word() == word)
        .map(|code| (code.word(), code.text()))
}

fn import_status(row: &shouxin_store::Row) -> Result<ImportStatus, VaultError> {
    Ok(ImportStatus {
        id: row.id(0, ImportId::from_slice)?,
        state: row.text(1)?.to_owned(),
        rows: u64::try_from(row.int(2)?).unwrap_or(0),
        counts: serde_json::from_str(row.text(3)?).map_err(|_| VaultError::Corrupt("import"))?,
        created_at: row.moment(4)?,
        updated_at: row.moment(5)?,
        pieces: serde_json::from_str(row.text(6)?).map_err(|_| VaultError::Corrupt("import"))?,
    })
}

/// Counts of pieces as an entry tells them: `mobile 12`.
fn told_pieces(pieces: &BTreeMap<String, u64>) -> Vec<String> {
    let told = pieces.iter().map(|(kind, count)| format!("{kind} {count}"));
    told.collect()
}
