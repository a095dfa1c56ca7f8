//! Rows on their way out of the system, written so that [`Rows`](crate::Rows) reads them back as they were.
//!
//! - [`SheetWriter`] writes CSV, XLSX or NDJSON as a stream; every cell is text.
//! - [`neutralise`] keeps a spreadsheet from running a cell of a CSV file, [`restore`] takes it back.
//! - [`is_mark`] tells the line that says whose export a file is; readers pass over it.

mod csv;
mod json;
mod xlsx;

use std::borrow::Cow;
use std::io::{self, Write};

/// What kind of file leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// UTF-8 with its mark and CRLF, as Excel wants it.
    Csv,
    /// UTF-8 without a mark, lines end with LF.
    CsvPlain,
    /// One JSON object a line.
    Ndjson,
    /// A spreadsheet.
    Xlsx,
}

impl Leaving {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Csv, Self::CsvPlain, Self::Ndjson, Self::Xlsx];

    /// The word in requests.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::CsvPlain => "csv-plain",
            Self::Ndjson => "ndjson",
            Self::Xlsx => "xlsx",
        }
    }

    /// The kind of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The most rows of people that one file holds; `None` without a limit.
    pub const fn most_rows(self) -> Option<u64> {
        match self {
            // A sheet has 1,048,576 rows; the header and two marks take three.
            Self::Xlsx => Some(1_048_573),
            Self::Csv | Self::CsvPlain | Self::Ndjson => None,
        }
    }
}

/// Writes one table, row after row, in memory bounded by one row.
pub struct SheetWriter<W: Write> {
    sheet: Sheet<W>,
    columns: Vec<String>,
}

enum Sheet<W: Write> {
    Csv(Box<csv::CsvSheet<W>>),
    Ndjson(json::JsonSheet<W>),
    Xlsx(Box<xlsx::XlsxSheet<W>>),
}

impl<W: Write> SheetWriter<W> {
    /// Begins a file: the mark, then the names of the columns.
    ///
    /// # Errors
    /// `out` failed.
    pub fn start(out: W, kind: Leaving, columns: Vec<String>, mark: &Mark) -> io::Result<Self> {
        let sheet = match kind {
            Leaving::Csv => Sheet::Csv(Box::new(csv::CsvSheet::start(out, true, &columns, mark)?)),
            Leaving::CsvPlain => {
                Sheet::Csv(Box::new(csv::CsvSheet::start(out, false, &columns, mark)?))
            }
            Leaving::Ndjson => Sheet::Ndjson(json::JsonSheet::start(out, mark)?),
            Leaving::Xlsx => Sheet::Xlsx(Box::new(xlsx::XlsxSheet::start(out, &columns, mark)?)),
        };
        Ok(Self { sheet, columns })
    }

    /// Writes one row: a cell for each column, empty where there is no value.
    ///
    /// # Errors
    /// `out` failed; `InvalidData` for a cell longer than a spreadsheet holds.
    pub fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        match &mut self.sheet {
            Sheet::Csv(sheet) => sheet.row(cells),
            Sheet::Ndjson(sheet) => sheet.row(&self.columns, cells),
            Sheet::Xlsx(sheet) => sheet.row(cells),
        }
    }

    /// Hands on to `out` what is still held back, where the format can.
    ///
    /// # Errors
    /// `out` failed.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.sheet {
            Sheet::Csv(sheet) => sheet.flush(),
            Sheet::Ndjson(_) | Sheet::Xlsx(_) => Ok(()),
        }
    }

    /// Ends the file with the mark.
    ///
    /// # Errors
    /// `out` failed.
    pub fn finish(self, mark: &Mark) -> io::Result<()> {
        match self.sheet {
            Sheet::Csv(sheet) => sheet.finish(mark),
            Sheet::Ndjson(sheet) => sheet.finish(mark),
            Sheet::Xlsx(sheet) => sheet.finish(mark),
        }
    }
}

/// The line that says whose export a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What follows [`MARK`]: one line.
    pub text: String,
}

impl Mark {
    /// The whole line.
    pub fn line(&self) -> String {
        format!("{MARK}{}", self.text)
    }
}

/// How the line begins that says whose export a file is.
pub const MARK: &str = "守信导出 Shouxin export ";

/// Whether this is the line that says whose export a file is.
pub fn is_mark(text: &str) -> bool {
    text.trim_start_matches(['\u{feff}', ' ', '"'])
        .starts_with(MARK)
}

/// The text so that no spreadsheet runs it: an apostrophe goes before whatever could begin a formula.
/// [`restore`] gives back the text as it was.
///
/// Source: OWASP, CSV Injection; the full-width signs are what Chinese input methods give.
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if runs(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that [`neutralise`] was given.
pub fn restore(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(inner) if runs(inner.trim_start_matches('\'')) => inner,
        _ => text,
    }
}

/// Whether a spreadsheet may take the text for a formula or a command.
fn runs(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    // Blanks and what nobody sees do not stop every program from looking further.
    let seen = text.trim_start_matches(|c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
    });
    seen.starts_with([
        '=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '|', '｜',
    ])
}

#[cfg(test)]
mod tests;
