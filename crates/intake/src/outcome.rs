//! What became of each row, as a file that Excel opens, and the tally of a whole import.

use std::collections::BTreeMap;
use std::io::{self, Write};

use shouxin_model::text::Language;
use shouxin_model::{FieldRef, SubjectId};

use crate::note::Severity;
use crate::{FieldNote, RowProblem};

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowResult {
    /// A subject was made.
    Created,
    /// A subject that was known already took in something new.
    Merged,
    /// A subject that was known already had everything.
    Unchanged,
    /// Nothing was taken in.
    Refused,
}

impl RowResult {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Merged => "merged",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }
}

/// Writes the outcome file: `row,outcome,code,field,subject,message`, one line a row, UTF-8 with a
/// byte order mark so that Excel opens it. Several notes of a row stand in one line, parted by `; `.
///
/// No line holds a value of a person: notes are codes, fields and fixed texts.
pub struct OutcomeWriter<W: Write> {
    lines: csv::Writer<W>,
    language: Language,
    quality: Quality,
}

impl<W: Write> OutcomeWriter<W> {
    /// Starts a file: writes the mark and the header.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn start(mut to: W, language: Language) -> io::Result<Self> {
        to.write_all("\u{feff}".as_bytes())?;
        let mut writer = Self::resume(to, language);
        writer.lines.write_record(HEADER)?;
        Ok(writer)
    }

    /// Goes on with a file that was started before.
    pub fn resume(to: W, language: Language) -> Self {
        let lines = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(to);
        Self {
            lines,
            language,
            quality: Quality::default(),
        }
    }

    /// Writes what became of row `number`.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn row(
        &mut self,
        number: u64,
        result: RowResult,
        notes: &[FieldNote],
        subject: Option<SubjectId>,
    ) -> io::Result<()> {
        self.quality.count(result, notes);
        let join = |parts: Vec<String>| parts.join("; ");
        let codes = join(notes.iter().map(|n| n.code.to_owned()).collect());
        let field = |n: &FieldNote| {
            n.field
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        let fields = join(notes.iter().map(field).collect());
        let messages = join(
            notes
                .iter()
                .map(|n| n.text.get(self.language).to_owned())
                .collect(),
        );
        let subject = subject.map(|s| s.to_string()).unwrap_or_default();
        let number = number.to_string();
        self.lines
            .write_record([&number, result.word(), &codes, &fields, &subject, &messages])?;
        Ok(())
    }

    /// Writes that a row could not be read.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn problem(&mut self, problem: &RowProblem) -> io::Result<()> {
        let note = FieldNote {
            code: problem.code.word(),
            severity: Severity::Refused,
            field: None,
            text: problem.text(),
        };
        self.row(problem.row, RowResult::Refused, &[note], None)
    }

    /// Hands everything written so far to the underlying writer.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn flush(&mut self) -> io::Result<()> {
        self.lines.flush()
    }

    /// Ends the file and gives back the writer and the tally.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<(W, Quality)> {
        let quality = self.quality;
        let to = self
            .lines
            .into_inner()
            .map_err(|error| error.into_error())?;
        Ok((to, quality))
    }
}

/// How good the data of an import were: counts of rows and findings (S20), never values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// Rows by what became of them.
    pub rows: BTreeMap<RowResult, u64>,
    /// Findings by field, code and gravity.
    pub findings: BTreeMap<(Option<FieldRef>, &'static str, Severity), u64>,
}

impl Quality {
    /// Counts one row.
    pub fn count(&mut self, result: RowResult, notes: &[FieldNote]) {
        *self.rows.entry(result).or_default() += 1;
        for note in notes {
            let finding = (note.field.clone(), note.code, note.severity);
            *self.findings.entry(finding).or_default() += 1;
        }
    }
}

const HEADER: [&str; 6] = ["row", "outcome", "code", "field", "subject", "message"];

#[cfg(test)]
mod tests {
    use shouxin_model::Text;

    use super::*;
    use crate::Code;

    fn note(code: Code, severity: Severity) -> FieldNote {
        let text = Text::made(code.text().zh, "first, \"second\"");
        FieldNote {
            code: code.word(),
            severity,
            field: Some(FieldRef::new("customer", "mobile")),
            text,
        }
    }

    #[test]
    fn a_line_says_what_became_of_a_row_and_why() {
        let mut writer = OutcomeWriter::start(Vec::new(), Language::English).unwrap();
        let subject = SubjectId::from_bytes([7; 16]);
        writer
            .row(2, RowResult::Created, &[], Some(subject))
            .unwrap();
        let lost = note(Code::ExcelScientific, Severity::Refused);
        writer
            .row(3, RowResult::Refused, &[lost.clone(), lost], None)
            .unwrap();
        let problem = RowProblem {
            column: Some(4),
            ..RowProblem::at(9, Code::BrokenBytes)
        };
        writer.problem(&problem).unwrap();
        let (bytes, quality) = writer.finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], "\u{feff}row,outcome,code,field,subject,message");
        assert_eq!(lines[1], format!("2,created,,,{subject},"));
        assert_eq!(
            lines[2],
            "3,refused,excel-scientific; excel-scientific,customer.mobile; customer.mobile,,\
             \"first, \"\"second\"\"; first, \"\"second\"\"\""
        );
        assert!(
            lines[3].starts_with("9,refused,broken-bytes,,,\"row 9, column 4: "),
            "{}",
            lines[3]
        );
        assert_eq!(quality.rows[&RowResult::Refused], 2);
        assert_eq!(quality.findings.values().sum::<u64>(), 3);
    }

    #[test]
    fn a_file_that_is_gone_on_with_has_one_header() {
        let mut first = OutcomeWriter::start(Vec::new(), Language::Chinese).unwrap();
        first.row(2, RowResult::Merged, &[], None).unwrap();
        let (bytes, _) = first.finish().unwrap();
        let mut second = OutcomeWriter::resume(bytes, Language::Chinese);
        second.row(3, RowResult::Unchanged, &[], None).unwrap();
        let (bytes, _) = second.finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches("outcome").count(), 1);
        assert_eq!(text.lines().count(), 3);
    }
}
