//! Importing files: row by row into records, with an outcome for each row, resumable at any moment.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use shouxin_intake::{
    Code, Format, FieldNote, Guess, Limits, Mapping, MappingFinding, OpenError, OutcomeWriter, PlanFinding,
    RawRow, RowPlan, RowProblem, RowResult, Rows, Severity, guess, sniff,
};
use shouxin_ledger::Kind;
use shouxin_model::text::Language;
use shouxin_model::{Caller, FieldRef, ImportId, Moment, Register, SubjectId, Text};
use shouxin_store::{CommitError, Tx, params};
use tokio::sync::mpsc;

use crate::records::{Batch, Row1, Unfit};
use crate::{RecordWrite, Vault, VaultError};

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
#[derive(Debug)]
pub struct Guessed {
    /// The mapping file's text, to be read and corrected by a person.
    pub mapping: String,
    /// The guesses behind it.
    pub guesses: Vec<Guess>,
    /// The columns of the file.
    pub columns: Vec<String>,
}

/// Why an import did not begin or go on.
#[derive(Debug, thiserror::Error)]
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

impl Vault {
    /// Proposes a mapping by looking at a file's first rows.
    ///
    /// # Errors
    /// `File` if it cannot be read as a table.
    pub fn guess_mapping(&self, file: impl Read, name: Option<&str>) -> Result<Guessed, ImportError> {
        let mut rows = open(file, name, None)?;
        let sample: Vec<RawRow> = rows.sample(SAMPLE_ROWS);
        let columns = rows.columns().to_vec();
        let register = &self.active().register;
        let guesses = guess(&columns, &sample, register);
        let mapping = Mapping::from_guesses(&columns, &guesses, register).render(&guesses);
        Ok(Guessed { mapping, guesses, columns })
    }

    /// Opens an import under a mapping. Its source statement goes into the ledger.
    ///
    /// # Errors
    /// `Mapping` with every finding.
    pub async fn begin_import(&self, caller: &Caller, mapping: &str) -> Result<ImportId, ImportError> {
        let register = self.active().register.clone();
        let parsed = Mapping::parse("mapping.toml", mapping, &register).map_err(ImportError::Mapping)?;
        let now = self.now();
        let id = ImportId::make(now, &mut self.dice());
        let mut collections: Vec<&str> =
            parsed.columns.iter().flat_map(|(_, fields)| fields.iter().map(FieldRef::collection)).collect();
        collections.sort_unstable();
        collections.dedup();
        let collections = collections.join(",");
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "INSERT INTO import (id, state, collection, source, mapping, digest, rows_done, counts, actor, created_at, updated_at) \
             VALUES ($1, 'open', $2, $3, $4, $5, 0, '{}', $6, $7, $8)",
            params![
                id,
                &collections,
                parsed.source.name.clone().unwrap_or_default(),
                mapping,
                [0u8; 32],
                caller.actor(),
                now,
                now
            ],
        );
        let id_text = id.to_string();
        let mut extra = vec![("import", id_text.as_str()), ("collections", collections.as_str())];
        let source = &parsed.source;
        let statement = [
            ("source", source.name.as_deref()),
            ("authorisation", source.authorisation.as_deref()),
            ("given", source.date.as_deref()),
        ];
        extra.extend(statement.into_iter().filter_map(|(word, text)| Some((word, text?))));
        self.record(caller, Kind::Import, &extra, tx).await.map_err(VaultError::from)?;
        Ok(id)
    }

    /// Feeds a file to an import, from its first row on: rows whose outcome is durable are passed
    /// over, so that an import that was killed goes on where it stopped. `progress` hears of each
    /// batch that became durable.
    ///
    /// # Errors
    /// [`ImportError`]; outcomes that are durable stay.
    pub async fn feed_import(
        &self,
        caller: &Caller,
        id: ImportId,
        file: impl Read + Send + 'static,
        name: Option<String>,
        mut progress: impl FnMut(&ImportStatus) + Send,
    ) -> Result<ImportStatus, ImportError> {
        let (mut status, mapping, mut digest) = self.open_import(caller, id).await?;
        let register = self.active().register.clone();
        let mapping = Mapping::parse("mapping.toml", &mapping, &register).map_err(ImportError::Mapping)?;
        let key = self.token_digest("import", id.as_bytes());
        let (send, mut receive) = mpsc::channel(2);
        // Decoding and drafting need no store: they run beside the commits.
        let reading = tokio::task::spawn_blocking(move || read(file, name.as_deref(), &mapping, &register, &key, &send));
        let mut seen = 0u64;
        let mut chain = [0u8; 32];
        while let Some(page) = receive.recv().await {
            let mut page: Vec<Read1> = page;
            for row in &page {
                chain = self.token_digest("import-chain", &[chain.as_slice(), &row.digest].concat());
                seen += 1;
                if seen == status.rows && chain.as_slice() != digest.as_slice() {
                    return Err(ImportError::OtherFile(status.rows));
                }
            }
            let passed = status.rows.saturating_sub(seen - page.len() as u64);
            page.drain(..usize::try_from(passed).unwrap_or(usize::MAX).min(page.len()));
            if page.is_empty() {
                continue;
            }
            self.commit_page(caller, &mut status, &page, &chain).await?;
            digest = chain.to_vec();
            progress(&status);
        }
        if seen < status.rows {
            return Err(ImportError::OtherFile(status.rows));
        }
        match reading.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(VaultError::Corrupt("file").into()),
        }
        self.end_import(caller, &mut status).await?;
        Ok(status)
    }

    /// How far an import is.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn import_status(&self, id: ImportId) -> Result<ImportStatus, ImportError> {
        let rows = self
            .store()
            .query(
                "SELECT id, state, rows_done, counts, created_at, updated_at FROM import WHERE id = $1",
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
                "SELECT id, state, rows_done, counts, created_at, updated_at FROM import ORDER BY id DESC LIMIT 100",
                params![],
            )
            .await?;
        rows.iter().map(import_status).collect()
    }

    /// Outcomes of rows after `after`, at most `limit`, in the order of the file.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn import_rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>, VaultError> {
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

    async fn open_import(
        &self,
        caller: &Caller,
        id: ImportId,
    ) -> Result<(ImportStatus, String, Vec<u8>), ImportError> {
        let rows = self
            .store()
            .query(
                "SELECT id, state, rows_done, counts, created_at, updated_at, mapping, digest, actor FROM import WHERE id = $1",
                params![id],
            )
            .await
            .map_err(VaultError::from)?;
        let row = rows.first().ok_or(ImportError::NotFound(id))?;
        let status = import_status(row)?;
        let (mapping, digest, actor) = (
            row.text(6).map_err(VaultError::from)?.to_owned(),
            row.bytes(7).map_err(VaultError::from)?.to_vec(),
            row.text(8).map_err(VaultError::from)?,
        );
        // Somebody else's import looks like none.
        if actor != caller.actor() {
            return Err(ImportError::NotFound(id));
        }
        if status.state == "done" {
            return Err(ImportError::Done(id));
        }
        Ok((status, mapping, digest))
    }

    /// Commits the rows of a page with their outcomes, one ledger entry each, or none of it.
    async fn commit_page(
        &self,
        caller: &Caller,
        status: &mut ImportStatus,
        page: &[Read1],
        chain: &[u8; 32],
    ) -> Result<(), ImportError> {
        let import = status.id.to_string();
        for _ in 0..8 {
            let active = self.active();
            let now = self.now();
            let batch = Batch { vault: self, active: &active, caller, now, kind: Kind::Import, source: &import };
            let rows: Vec<Row1<'_>> = page
                .iter()
                .filter(|row| !row.records.is_empty())
                .map(|row| Row1 { subject: None, records: &row.records })
                .collect();
            let (mut tx, written) = match batch.build(&rows).await {
                Ok(built) => built,
                Err(Unfit::NoSubject) => return Err(VaultError::Corrupt("import").into()),
                Err(Unfit::Vault(error)) => return Err(error.into()),
            };
            let mut written = written.into_iter();
            let mut next = status.clone();
            for row in page {
                let done = if row.records.is_empty() { None } else { written.next() };
                let (outcome, subject) = match &done {
                    Some(done) => (done.outcome().word(), Some(done.subject)),
                    None => (RowResult::Refused.word(), None),
                };
                *next.counts.entry(outcome.to_owned()).or_default() += 1;
                next.rows += 1;
                tx.run_exactly(
                    1,
                    "INSERT INTO import_row (import, row, outcome, code, field, subject) VALUES ($1, $2, $3, $4, $5, $6)",
                    params![
                        status.id,
                        i64::try_from(row.number).unwrap_or(i64::MAX),
                        outcome,
                        row.codes.as_str(),
                        row.fields.as_str(),
                        subject.map(|subject| subject.as_bytes().to_vec())
                    ],
                );
            }
            let counts = serde_json::to_string(&next.counts).map_err(|_| VaultError::Corrupt("import"))?;
            tx.run_exactly(
                1,
                "UPDATE import SET rows_done = $1, digest = $2, counts = $3, updated_at = $4 WHERE id = $5 AND rows_done = $6",
                params![
                    i64::try_from(next.rows).unwrap_or(i64::MAX),
                    chain,
                    counts,
                    now,
                    status.id,
                    i64::try_from(status.rows).unwrap_or(i64::MAX)
                ],
            );
            match self.store().commit(tx).await {
                Ok(_) => {
                    next.updated_at = now;
                    *status = next;
                    return Ok(());
                }
                Err(CommitError::Conflict { .. }) => {
                    // A customer changed meanwhile, or somebody else feeds this very import.
                    if self.import_status(status.id).await?.rows != status.rows {
                        return Err(ImportError::Contended(status.id));
                    }
                    self.refresh().await?;
                }
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn end_import(&self, caller: &Caller, status: &mut ImportStatus) -> Result<(), ImportError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE import SET state = 'done', updated_at = $1 WHERE id = $2 AND rows_done = $3 AND state = 'open'",
            params![self.now(), status.id, i64::try_from(status.rows).unwrap_or(i64::MAX)],
        );
        let id = status.id.to_string();
        let counts: Vec<(String, String)> =
            status.counts.iter().map(|(word, count)| (word.clone(), count.to_string())).collect();
        let mut extra = vec![("import", id.as_str()), ("did", "done")];
        extra.extend(counts.iter().map(|(word, count)| (word.as_str(), count.as_str())));
        match self.record(caller, Kind::Import, &extra, tx).await {
            Ok(_) => {
                "done".clone_into(&mut status.state);
                Ok(())
            }
            Err(CommitError::Conflict { .. }) => Err(ImportError::Contended(status.id)),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }
}

/// Rows committed together. Large enough that fsync costs little, small enough that a kill repeats
/// little work.
const PAGE: usize = 500;

/// Rows that a guess looks at.
const SAMPLE_ROWS: usize = 200;

/// Lines of one page of the outcome file.
const OUTCOME_PAGE: u32 = 1_000;

/// How much of a file tells its format.
const HEAD_BYTES: usize = 64 * 1024;

/// A row that was read: its records, or why it has none.
struct Read1 {
    number: u64,
    digest: [u8; 32],
    records: Vec<RecordWrite>,
    codes: String,
    fields: String,
}

/// Opens a file of any known format.
fn open<R: Read>(
    file: R,
    name: Option<&str>,
    sheet: Option<&str>,
) -> Result<Rows<BufReader<R>>, ImportError> {
    let mut file = BufReader::with_capacity(HEAD_BYTES, file);
    let head = file.fill_buf().map_err(|_| ImportError::File(OpenError::Unreadable))?;
    let mut format = sniff(head, name).map_err(ImportError::File)?;
    if let (Format::Xlsx { sheet: of }, Some(wanted)) = (&mut format, sheet) {
        *of = Some(wanted.to_owned());
    }
    Rows::open(file, &format, Limits::default()).map_err(ImportError::File)
}

/// Reads a whole file into pages of drafted rows.
fn read(
    file: impl Read,
    name: Option<&str>,
    mapping: &Mapping,
    register: &Register,
    key: &[u8; 32],
    pages: &mpsc::Sender<Vec<Read1>>,
) -> Result<(), ImportError> {
    let rows = open(file, name, mapping.sheet.as_deref())?;
    let plan = RowPlan::new(mapping, register, rows.columns(), rows.has_final_columns()).map_err(ImportError::Columns)?;
    let mut page = Vec::with_capacity(PAGE);
    for row in rows {
        let fatal = matches!(&row, Err(problem) if problem.fatal);
        page.push(match row {
            Ok(row) => draft(&plan, &row, key),
            Err(problem) => unreadable(&problem),
        });
        if page.len() == PAGE || fatal {
            let full = std::mem::replace(&mut page, Vec::with_capacity(PAGE));
            // The receiver is gone when the import failed: it has its own error.
            if pages.blocking_send(full).is_err() || fatal {
                return Ok(());
            }
        }
    }
    if !page.is_empty() {
        // As above.
        let _ = pages.blocking_send(page);
    }
    Ok(())
}

fn draft(plan: &RowPlan, row: &RawRow, key: &[u8; 32]) -> Read1 {
    let (records, notes) = match plan.draft(row) {
        Ok(drafted) => {
            let records = drafted.drafts.into_iter().map(|draft| RecordWrite {
                collection: draft.collection,
                key: Some(draft.key.into_iter().map(|(name, _)| name).collect()),
                values: draft.values,
            });
            (records.collect(), drafted.notes)
        }
        Err(refusal) => (Vec::new(), refusal.reasons),
    };
    let (codes, fields) = joined(&notes);
    Read1 { number: row.number, digest: row.digest(key), records, codes, fields }
}

fn unreadable(problem: &RowProblem) -> Read1 {
    Read1 {
        number: problem.row,
        digest: [0; 32],
        records: Vec::new(),
        codes: problem.code.word().to_owned(),
        fields: String::new(),
    }
}

fn joined(notes: &[FieldNote]) -> (String, String) {
    let codes: Vec<&str> = notes.iter().map(|note| note.code).collect();
    let fields: Vec<String> =
        notes.iter().map(|note| note.field.as_ref().map(ToString::to_string).unwrap_or_default()).collect();
    (codes.join(SEPARATOR), fields.join(SEPARATOR))
}

const SEPARATOR: &str = "; ";

fn write_outcomes(rows: &[ImportRow], with_header: bool, language: Language) -> std::io::Result<Vec<u8>> {
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
            .zip(row.fields.split(SEPARATOR).map(Some).chain(std::iter::repeat(None)))
            .filter_map(|(code, field)| {
                let (code, text) = explained(code)?;
                let severity = if result == RowResult::Refused { Severity::Refused } else { Severity::Kept };
                Some(FieldNote { code, severity, field: field.and_then(|f| f.parse().ok()), text })
            })
            .collect();
        writer.row(row.row, result, &notes, row.subject)?;
    }
    writer.flush()?;
    Ok(writer.finish()?.0)
}

/// The stored word with its text, for people.
fn explained(word: &str) -> Option<(&'static str, Text)> {
    Code::ALL.iter().find(|code| code.word() == word).map(|code| (code.word(), code.text()))
}

fn import_status(row: &shouxin_store::Row) -> Result<ImportStatus, VaultError> {
    Ok(ImportStatus {
        id: row.id(0, ImportId::from_slice)?,
        state: row.text(1)?.to_owned(),
        rows: u64::try_from(row.int(2)?).unwrap_or(0),
        counts: serde_json::from_str(row.text(3)?).map_err(|_| VaultError::Corrupt("import"))?,
        created_at: row.moment(4)?,
        updated_at: row.moment(5)?,
    })
}
