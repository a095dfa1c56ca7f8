//! The rows of a file, drafted into records.

use std::io::{BufRead, BufReader, Read};

use shouxin_intake::{
    Code, FieldNote, Format, Limits, Mapping, OpenError, RawRow, RecordDraft, RowPlan, RowProblem,
    RowRefusal, Rows, Severity, sniff,
};
use shouxin_model::{ExportId, FieldRef, Personal, Register};
use tokio::sync::mpsc;

use super::{ImportError, SEPARATOR};
use crate::RecordWrite;
use crate::exports::decoys::Decoys;
use crate::parted::Parting;
use crate::records::fits_index;

/// A row that was read: its records, or why it has none.
pub(super) struct FileRow {
    pub(super) number: u64,
    pub(super) digest: [u8; 32],
    pub(super) records: Vec<RecordWrite>,
    /// The free texts of its records.
    pub(super) parting: Parting,
    pub(super) codes: String,
    pub(super) fields: String,
    /// The exports whose decoy it is.
    pub(super) decoy_of: Vec<ExportId>,
}

/// How far a file could be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// To its end.
    Whole,
    /// Until nothing in it made sense any more.
    Broken,
}

/// Rows committed together. Large enough that fsync costs little, small enough that a kill repeats
/// little work.
const PAGE: usize = 500;

/// How much of a file tells its format.
const HEAD_BYTES: usize = 64 * 1024;

/// Opens a file of any known format.
pub(crate) fn open<R: Read>(
    file: R,
    name: Option<&str>,
    sheet: Option<&str>,
) -> Result<Rows<BufReader<R>>, ImportError> {
    let mut file = BufReader::with_capacity(HEAD_BYTES, file);
    let head = file
        .fill_buf()
        .map_err(|_| ImportError::File(OpenError::Unreadable))?;
    let mut format = sniff(head, name).map_err(ImportError::File)?;
    if let (Format::Xlsx { sheet: of }, Some(wanted)) = (&mut format, sheet) {
        *of = Some(wanted.to_owned());
    }
    Rows::open(file, &format, Limits::default()).map_err(ImportError::File)
}

/// Reads a whole file into pages of drafted rows.
///
/// # Errors
/// [`ImportError`]; `File(Unreadable)` if the bytes end before the file does. What was read until then
/// is sent, so that the import can go on from there.
pub(super) fn read(
    file: impl Read,
    name: Option<&str>,
    mapping: &Mapping,
    register: &Register,
    key: &[u8; 32],
    decoys: Option<&Decoys>,
    pages: &mpsc::Sender<Vec<FileRow>>,
) -> Result<End, ImportError> {
    let rows = open(file, name, mapping.sheet.as_deref())?;
    let plan = RowPlan::new(mapping, register, rows.columns(), rows.has_final_columns())
        .map_err(ImportError::Columns)?;
    let mut page = Vec::with_capacity(PAGE);
    let mut end = Ok(End::Whole);
    for row in rows {
        match row {
            Ok(row) => page.push(draft(&plan, register, &row, key, decoys)),
            Err(problem) if problem.fatal && problem.code == Code::Unreadable => {
                end = Err(ImportError::File(OpenError::Unreadable));
                break;
            }
            Err(problem) => {
                page.push(unreadable(&problem));
                if problem.fatal {
                    end = Ok(End::Broken);
                    break;
                }
            }
        }
        if page.len() == PAGE {
            let full = std::mem::replace(&mut page, Vec::with_capacity(PAGE));
            // The receiver is gone when the import failed: it has its own error.
            if pages.blocking_send(full).is_err() {
                return end;
            }
        }
    }
    if !page.is_empty() {
        // As above.
        let _ = pages.blocking_send(page);
    }
    end
}

fn draft(
    plan: &RowPlan,
    register: &Register,
    row: &RawRow,
    key: &[u8; 32],
    decoys: Option<&Decoys>,
) -> FileRow {
    if let Some(decoys) = decoys {
        // Into keyed tags, which are compared and dropped.
        let decoy_of = decoys.of(row.cells.iter().map(|cell| cell.expose()));
        if !decoy_of.is_empty() {
            return FileRow {
                number: row.number,
                digest: row.digest(key),
                records: Vec::new(),
                parting: Parting::default(),
                codes: Code::DecoyReturned.word().to_owned(),
                fields: String::new(),
                decoy_of,
            };
        }
    }
    let drafted = plan
        .draft(row)
        .and_then(|drafted| match unfit(register, &drafted.drafts) {
            reasons if reasons.is_empty() => Ok(drafted),
            reasons => Err(RowRefusal { reasons }),
        });
    let (records, notes): (Vec<_>, _) = match drafted {
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
    FileRow {
        number: row.number,
        digest: row.digest(key),
        parting: Parting::of(register, &records),
        records,
        codes,
        fields,
        decoy_of: Vec::new(),
    }
}

/// The values that no index could hold.
fn unfit(register: &Register, drafts: &[RecordDraft]) -> Vec<FieldNote> {
    let values = drafts.iter().flat_map(|draft| {
        draft
            .values
            .iter()
            .map(|(name, value)| (FieldRef::new(&draft.collection, name.as_str()), value))
    });
    let note = |(name, value): (FieldRef, &Personal<String>)| {
        let field = register.field(&name)?;
        // Measured only.
        let why = fits_index(field, value.expose()).err()?;
        let code = Code::CheckFailed.word();
        Some(FieldNote {
            code,
            severity: Severity::Refused,
            field: Some(name),
            text: why,
        })
    };
    values.filter_map(note).collect()
}

fn unreadable(problem: &RowProblem) -> FileRow {
    FileRow {
        number: problem.row,
        digest: [0; 32],
        records: Vec::new(),
        parting: Parting::default(),
        codes: problem.code.word().to_owned(),
        fields: String::new(),
        decoy_of: Vec::new(),
    }
}

fn joined(notes: &[FieldNote]) -> (String, String) {
    let codes: Vec<&str> = notes.iter().map(|note| note.code).collect();
    let fields: Vec<String> = notes
        .iter()
        .map(|note| {
            note.field
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
        })
        .collect();
    (codes.join(SEPARATOR), fields.join(SEPARATOR))
}
