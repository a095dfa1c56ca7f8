//! Rows as they stand in the file, before anything is known of their meaning.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shouxin_model::{Personal, Text};

use crate::Code;

/// What a cell was in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Native {
    /// Text: every CSV cell, JSON strings, text cells of a spreadsheet.
    Text,
    /// A binary number of a spreadsheet or a JSON number: at most 15 to 17 digits are true.
    Number,
    /// A date or time cell of a spreadsheet; the text is ISO 8601.
    Date,
    /// A truth value; the text is `TRUE` or `FALSE`.
    Bool,
    /// An error of a spreadsheet such as `#N/A`.
    Error,
}

/// One cell. `Debug` does not show its text.
#[derive(Clone, Debug)]
pub struct Cell {
    text: Personal<String>,
    native: Native,
}

impl Cell {
    /// A cell with this text that was this in its file.
    pub fn new(text: impl Into<String>, native: Native) -> Self {
        Self {
            text: Personal::new(text.into()),
            native,
        }
    }

    /// A cell of text.
    pub fn text_cell(text: impl Into<String>) -> Self {
        Self::new(text, Native::Text)
    }

    /// The text as it stands in the file. Each call carries a comment saying where it goes.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// What the cell was in its file.
    pub fn native(&self) -> Native {
        self.native
    }

    /// Whether nothing visible is in the cell.
    pub fn is_empty(&self) -> bool {
        // Read here only to be weighed.
        self.expose()
            .chars()
            .all(|c| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}')
    }
}

/// One row of the file.
#[derive(Clone, Debug)]
pub struct RawRow {
    /// Where an editor or spreadsheet shows it: the line on which it starts, or the row; from 1.
    pub number: u64,
    /// The columns' names, in the order of the cells.
    pub columns: Arc<Vec<String>>,
    /// The cells; never more than columns, perhaps fewer.
    pub cells: Vec<Cell>,
}

impl RawRow {
    /// The cell in the column of this name, or of this place as `#n` from 1.
    pub fn cell(&self, column: &str) -> Option<&Cell> {
        self.cells.get(position(&self.columns, column)?)
    }

    /// A keyed digest of what the row says, without its number: 32 bytes of HMAC-SHA-256 over the
    /// names and texts of its filled cells.
    ///
    /// An import that was killed recognises by it the rows it has finished. Keyed, because a bare
    /// hash of a phone number tells the number to whoever tries them all.
    pub fn digest(&self, key: &[u8; 32]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        for (name, cell) in self.columns.iter().zip(&self.cells) {
            if cell.is_empty() {
                continue;
            }
            // The value goes into a keyed digest and nowhere else.
            for part in [name.as_str(), cell.expose()] {
                mac.update(&(part.len() as u64).to_be_bytes());
                mac.update(part.as_bytes());
            }
        }
        mac.finalize().into_bytes().into()
    }
}

/// The place from 0 of the column with this name, or of this place as `#n` from 1.
pub(crate) fn position(columns: &[String], column: &str) -> Option<usize> {
    columns.iter().position(|c| c == column).or_else(|| {
        let place: usize = column.strip_prefix('#')?.parse().ok()?;
        place.checked_sub(1).filter(|p| *p < columns.len())
    })
}

/// Why a row could not be read. Names places, never what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// The line or row, from 1.
    pub row: u64,
    /// The column, from 1, if one is to blame.
    pub column: Option<usize>,
    /// What is wrong.
    pub code: Code,
    /// Whether nothing can be read after it.
    pub fatal: bool,
}

impl RowProblem {
    pub(crate) fn at(row: u64, code: Code) -> Self {
        Self {
            row,
            column: None,
            code,
            fatal: false,
        }
    }

    pub(crate) fn fatal(row: u64, code: Code) -> Self {
        Self {
            row,
            column: None,
            code,
            fatal: true,
        }
    }

    /// The place and what is wrong there.
    pub fn text(&self) -> Text {
        let what = self.code.text();
        match self.column {
            Some(column) => Text::made(
                format!("第 {} 行第 {column} 列：{}", self.row, what.zh),
                format!("row {}, column {column}: {}", self.row, what.en),
            ),
            None => Text::made(
                format!("第 {} 行：{}", self.row, what.zh),
                format!("row {}: {}", self.row, what.en),
            ),
        }
    }
}

/// What a file may be at most. The defaults suit a server with 1 GiB of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one row of text.
    pub row_bytes: usize,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Columns.
    pub columns: usize,
    /// Levels of nesting in a JSON row; the row itself is the first.
    pub json_depth: usize,
    /// Bytes of a spreadsheet file.
    pub xlsx_bytes: u64,
    /// Bytes of a spreadsheet file once unpacked.
    pub xlsx_unpacked_bytes: u64,
    /// How many times larger than packed a part of a spreadsheet file may unpack.
    pub xlsx_ratio: u64,
    /// Filled cells of a spreadsheet.
    pub xlsx_cells: usize,
    /// Whether a row that does not fit the header is given all the same, its further cells under the names
    /// `#n`, and so are cells with broken bytes or beyond `cell_bytes`: for looking at a file, not for
    /// importing it.
    pub lenient: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            row_bytes: 1 << 20,
            cell_bytes: 64 << 10,
            columns: 1000,
            json_depth: 8,
            xlsx_bytes: 64 << 20,
            xlsx_unpacked_bytes: 512 << 20,
            xlsx_ratio: 200,
            xlsx_cells: 5_000_000,
            lenient: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64, cells: &[(&str, &str)]) -> RawRow {
        RawRow {
            number,
            columns: Arc::new(cells.iter().map(|c| c.0.to_owned()).collect()),
            cells: cells.iter().map(|c| Cell::text_cell(c.1)).collect(),
        }
    }

    #[test]
    fn a_digest_follows_content_and_key_but_not_the_place() {
        let first = row(2, &[("a", "1"), ("b", "")]);
        let moved = row(9, &[("a", "1"), ("b", " ")]);
        let shifted = row(2, &[("a", ""), ("b", "1")]);
        assert_eq!(first.digest(&[1; 32]), moved.digest(&[1; 32]));
        assert_ne!(first.digest(&[1; 32]), first.digest(&[2; 32]));
        assert_ne!(first.digest(&[1; 32]), shifted.digest(&[1; 32]));
    }

    #[test]
    fn a_row_never_shows_its_cells() {
        let shown = format!("{:?}", row(2, &[("a", "planted")]));
        assert!(!shown.contains("planted"), "{shown}");
    }

    #[test]
    fn a_column_is_found_by_name_or_place() {
        let row = row(2, &[("a", "1"), ("b", "2")]);
        assert_eq!(row.cell("b").map(Cell::expose), Some("2"));
        assert_eq!(row.cell("#2").map(Cell::expose), Some("2"));
        assert!(row.cell("#0").is_none() && row.cell("#3").is_none() && row.cell("c").is_none());
    }
}
