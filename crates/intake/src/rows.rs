//! A file as a stream of rows.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;

use shouxin_model::Text;

use crate::csv_rows::CsvRows;
use crate::decode::BROKEN;
use crate::delimiter::{HEADER_WITHIN_ROWS, has_header, header_place};
use crate::leaving::{is_mark, restore};
use crate::ndjson::{NamedCells, NdjsonRows};
use crate::row::{Cell, Limits, RawRow, RowProblem};
use crate::{Code, Format, xlsx};

/// The rows of a file, in memory bounded by one row (CSV, NDJSON) or by the file (XLSX).
pub struct Rows<R> {
    source: Source<R>,
    columns: Arc<Vec<String>>,
    header_row: Option<u64>,
    /// Read ahead to find the header and the columns.
    ahead: VecDeque<Result<RawRow, RowProblem>>,
    is_done: bool,
    limits: Limits,
    /// Lines that say whose export this is.
    marks: Vec<String>,
    /// What stands above the header.
    titles: Vec<(u64, Vec<Cell>)>,
}

impl<R: Read> Rows<R> {
    /// Opens a file of this format and reads its header. Titles above the header are passed over.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(mut reader: R, format: &Format, limits: Limits) -> Result<Self, OpenError> {
        let (source, known_header) = match format {
            Format::Csv {
                encoding,
                delimiter,
                has_header,
                quote,
            } => {
                let rows = CsvRows::new(reader, *encoding, *delimiter, *quote, limits);
                (Source::Csv(Box::new(rows)), Some(*has_header))
            }
            Format::Ndjson { encoding } => (
                Source::Ndjson(NdjsonRows::new(reader, *encoding, limits)),
                None,
            ),
            Format::Xlsx { sheet } => {
                let mut bytes = Vec::new();
                let most = limits.xlsx_bytes;
                let read = reader.by_ref().take(most + 1).read_to_end(&mut bytes);
                read.map_err(|_| OpenError::Unreadable)?;
                if bytes.len() as u64 > most {
                    return Err(OpenError::TooLarge);
                }
                let rows = xlsx::read(&bytes, sheet.as_deref(), &limits)?;
                (Source::Xlsx(rows.into_iter()), None)
            }
        };
        let mut rows = Self {
            source,
            columns: Arc::default(),
            header_row: None,
            ahead: VecDeque::new(),
            is_done: false,
            limits,
            marks: Vec::new(),
            titles: Vec::new(),
        };
        if matches!(rows.source, Source::Ndjson(_)) {
            rows.sample(SAMPLE_ROWS);
        } else {
            rows.read_header(known_header)?;
        }
        Ok(rows)
    }

    /// The names of the columns. Unnamed ones are `#n`, repeated ones get ` (2)`. For NDJSON, the
    /// names seen so far; each row carries those of its own time.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Whether no further columns can come: true but for NDJSON, where a name may first stand late.
    pub fn has_final_columns(&self) -> bool {
        !matches!(self.source, Source::Ndjson(_))
    }

    /// The line or row of the header, if there is one.
    pub fn header_row(&self) -> Option<u64> {
        self.header_row
    }

    /// The lines met so far that say whose export this is ([`is_mark`]): they are no rows.
    pub fn marks(&self) -> &[String] {
        &self.marks
    }

    /// The rows above the header, with their numbers: titles, which are no rows of the table.
    pub fn titles(&self) -> &[(u64, Vec<Cell>)] {
        &self.titles
    }

    /// Up to `count` of the next good rows, which stay to be read: for the guesser.
    pub fn sample(&mut self, count: usize) -> Vec<RawRow> {
        while self.ahead.len() < count {
            let Some(row) = self.read() else { break };
            self.ahead.push_back(row);
        }
        self.ahead
            .iter()
            .take(count)
            .filter_map(|row| row.as_ref().ok())
            .cloned()
            .collect()
    }

    fn read_header(&mut self, known: Option<bool>) -> Result<(), OpenError> {
        let mut first = Vec::new();
        while first.len() < HEADER_WITHIN_ROWS {
            match self.next_table_row() {
                Some(row) => first.push(row),
                None => break,
            }
        }
        let texts: Vec<Vec<String>> = first
            .iter()
            .map_while(|row| row.as_ref().ok())
            // Read here only to be weighed.
            .map(|(_, cells)| cells.iter().map(|c| c.expose().to_owned()).collect())
            .collect();
        let place = header_place(&texts);
        let has_header = known.unwrap_or_else(|| has_header(&texts));
        let header = match place {
            None => match first.into_iter().next() {
                Some(Err(problem)) => return Err(OpenError::Header(problem)),
                _ => return Err(OpenError::Empty),
            },
            Some(place) if has_header => {
                let mut rest = first.split_off(place);
                let (number, cells) = rest.remove(0).map_err(OpenError::Header)?;
                self.header_row = Some(number);
                self.titles = first.into_iter().flatten().collect();
                first = rest;
                if let Some(problem) = self.problem_in(number, &cells) {
                    return Err(OpenError::Header(problem));
                }
                cells
            }
            Some(_) => {
                let width = texts.iter().map(Vec::len).max().unwrap_or(0);
                vec![Cell::text_cell(""); width]
            }
        };
        if header.len() > self.limits.columns {
            return Err(OpenError::TooManyColumns);
        }
        self.columns = Arc::new(column_names(&header));
        for row in first {
            let row = row.and_then(|(number, cells)| self.finish(number, cells));
            self.ahead.push_back(row);
        }
        Ok(())
    }

    fn read(&mut self) -> Option<Result<RawRow, RowProblem>> {
        if self.is_done {
            return None;
        }
        let row = if let Source::Ndjson(rows) = &mut self.source {
            let marks = &mut self.marks;
            let next = std::iter::from_fn(|| rows.next()).find(|row| {
                !row.as_ref()
                    .is_ok_and(|(_, cells)| take_mark(marks, cells.iter().map(|(_, cell)| cell)))
            });
            next.map(|row| row.and_then(|(number, cells)| self.place(number, cells)))
        } else {
            let row = self.next_table_row();
            row.map(|row| row.and_then(|(number, cells)| self.finish(number, cells)))
        };
        self.is_done = match &row {
            None => true,
            Some(Err(problem)) => problem.fatal,
            Some(Ok(_)) => false,
        };
        row
    }

    fn next_table_row(&mut self) -> Option<Result<(u64, Vec<Cell>), RowProblem>> {
        loop {
            let row = self.source.next_table_row()?;
            if row
                .as_ref()
                .is_ok_and(|(_, cells)| take_mark(&mut self.marks, cells.iter()))
            {
                continue;
            }
            // In an export of ours an apostrophe may stand before what could begin a formula. In a file of
            // others it may be anything.
            let is_ours = !self.marks.is_empty() && matches!(self.source, Source::Csv(_));
            return Some(row.map(|(number, cells)| match is_ours {
                true => (number, cells.iter().map(as_it_was).collect()),
                false => (number, cells),
            }));
        }
    }

    /// Brings named cells into the order of the columns, which grow by new names.
    fn place(&mut self, number: u64, named: NamedCells) -> Result<RawRow, RowProblem> {
        let mut cells = vec![Cell::text_cell(""); self.columns.len()];
        for (name, cell) in named {
            match self.columns.iter().position(|c| *c == name) {
                Some(place) => cells[place] = cell,
                None if self.columns.len() >= self.limits.columns => {
                    return Err(RowProblem::at(number, Code::TooManyColumns));
                }
                None => {
                    Arc::make_mut(&mut self.columns).push(name);
                    cells.push(cell);
                }
            }
        }
        self.finish(number, cells)
    }

    fn problem_in(&self, number: u64, cells: &[Cell]) -> Option<RowProblem> {
        if self.limits.lenient {
            return None;
        }
        problem_in(number, cells, self.limits.cell_bytes)
    }

    fn finish(&self, number: u64, mut cells: Vec<Cell>) -> Result<RawRow, RowProblem> {
        if let Some(problem) = self.problem_in(number, &cells) {
            return Err(problem);
        }
        let width = self.columns.len();
        if self.limits.lenient && cells.len() > width {
            let beyond = (width..cells.len()).map(|place| format!("#{}", place + 1));
            return Ok(RawRow {
                number,
                columns: Arc::new(self.columns.iter().cloned().chain(beyond).collect()),
                cells,
            });
        }
        if let Some(place) = cells.iter().skip(width).position(|c| !c.is_empty()) {
            let column = Some(width + place + 1);
            return Err(RowProblem {
                column,
                ..RowProblem::at(number, Code::TooManyCells)
            });
        }
        cells.truncate(width);
        Ok(RawRow {
            number,
            columns: Arc::clone(&self.columns),
            cells,
        })
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<RawRow, RowProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        self.ahead.pop_front().or_else(|| self.read())
    }
}

enum Source<R> {
    Csv(Box<CsvRows<R>>),
    Ndjson(NdjsonRows<R>),
    Xlsx(std::collections::btree_map::IntoIter<u64, std::collections::BTreeMap<usize, Cell>>),
}

impl<R: Read> Source<R> {
    fn next_table_row(&mut self) -> Option<Result<(u64, Vec<Cell>), RowProblem>> {
        match self {
            Self::Csv(rows) => rows.next().map(|row| {
                row.map(|(line, cells)| (line, cells.into_iter().map(Cell::text_cell).collect()))
            }),
            Self::Xlsx(rows) => rows.next().map(|(number, filled)| {
                let width = filled.last_key_value().map_or(0, |(column, _)| column + 1);
                let mut cells = vec![Cell::text_cell(""); width];
                for (column, cell) in filled {
                    cells[column] = cell;
                }
                Ok((number, cells))
            }),
            Self::Ndjson(_) => None,
        }
    }
}

/// A cell of a CSV file as it was before it was written.
fn as_it_was(cell: &Cell) -> Cell {
    // From one cell into another.
    Cell::text_cell(restore(cell.expose()))
}

/// Whether the row is a mark; a bounded number of them is kept.
fn take_mark<'a>(marks: &mut Vec<String>, cells: impl Iterator<Item = &'a Cell>) -> bool {
    let mut filled = cells.filter(|cell| !cell.is_empty());
    let (Some(cell), None) = (filled.next(), filled.next()) else {
        return false;
    };
    // A mark says who exported and nothing of the people in the file.
    let text = cell.expose();
    let found = is_mark(text);
    if found && marks.len() < MARKS_KEPT {
        marks.push(text.trim_start_matches('\u{feff}').trim().to_owned());
    }
    found
}

/// One stands at each end of an export; files may be joined.
const MARKS_KEPT: usize = 64;

fn problem_in(number: u64, cells: &[Cell], cell_bytes: usize) -> Option<RowProblem> {
    cells.iter().enumerate().find_map(|(place, cell)| {
        // Read here only to be weighed.
        let text = cell.expose();
        let code = if text.contains(BROKEN) {
            Code::BrokenBytes
        } else if text.contains(char::REPLACEMENT_CHARACTER) {
            Code::LostCharacters
        } else if text.len() > cell_bytes {
            Code::CellTooLong
        } else {
            return None;
        };
        Some(RowProblem {
            column: Some(place + 1),
            ..RowProblem::at(number, code)
        })
    })
}

fn column_names(header: &[Cell]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (place, cell) in header.iter().enumerate() {
        // A column's name describes people's values but is none.
        let words: Vec<&str> = cell.expose().split_whitespace().collect();
        let name = words.join(" ").replace(['\u{feff}', '\u{200b}'], "");
        let name = if name.is_empty() {
            format!("#{}", place + 1)
        } else {
            name
        };
        let unique = (1..)
            .map(|n| {
                if n == 1 {
                    name.clone()
                } else {
                    format!("{name} ({n})")
                }
            })
            .find(|candidate| !names.contains(candidate))
            .unwrap_or_default();
        names.push(unique);
    }
    names
}

/// Rows read ahead to learn the columns of NDJSON.
const SAMPLE_ROWS: usize = 100;

/// Why a file could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Reading failed.
    #[error("the file could not be read")]
    Unreadable,
    /// A kind of file that is not imported.
    #[error("this kind of file is not imported: use CSV, NDJSON or XLSX")]
    Unsupported,
    /// `.xls`, or a spreadsheet with a password.
    #[error("an .xls file or a spreadsheet with a password: save it as .xlsx without one")]
    OldSpreadsheet,
    /// A ZIP archive that is no spreadsheet, or a damaged one.
    #[error("no .xlsx spreadsheet, or a damaged one")]
    NotASpreadsheet,
    /// No worksheet of the name asked for.
    #[error("no worksheet of this name")]
    NoSuchSheet,
    /// A spreadsheet beyond the limit of bytes.
    #[error("the spreadsheet is larger than the limit: save it as CSV")]
    TooLarge,
    /// A spreadsheet beyond the limit of cells.
    #[error("the spreadsheet has more cells than the limit: save it as CSV")]
    TooManyCells,
    /// An archive that unpacks to far more than it is.
    #[error("the archive unpacks to far more than a spreadsheet would: it is not opened")]
    ZipBomb,
    /// More columns than the limit.
    #[error("more columns than the limit")]
    TooManyColumns,
    /// The header itself cannot be read.
    #[error("the header cannot be read: row {}, {}", .0.row, .0.code.word())]
    Header(RowProblem),
}

impl OpenError {
    /// The stable word, for example `zip-bomb`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unreadable => "unreadable",
            Self::Unsupported => "unsupported",
            Self::OldSpreadsheet => "old-spreadsheet",
            Self::NotASpreadsheet => "not-a-spreadsheet",
            Self::NoSuchSheet => "no-such-sheet",
            Self::TooLarge => "too-large",
            Self::TooManyCells => "too-many-cells",
            Self::ZipBomb => "zip-bomb",
            Self::TooManyColumns => "too-many-columns",
            Self::Header(_) => "header",
        }
    }

    /// What happened and what to do about it.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Empty => "文件为空".into(),
            Self::Unreadable => "文件无法读取".into(),
            Self::Unsupported => "不支持此类文件，请使用 CSV、NDJSON 或 XLSX".into(),
            Self::OldSpreadsheet => "这是 .xls 文件或带密码的表格，请另存为不带密码的 .xlsx".into(),
            Self::NotASpreadsheet => "不是 .xlsx 表格，或文件已损坏".into(),
            Self::NoSuchSheet => "没有该名称的工作表".into(),
            Self::TooLarge => "表格超过大小上限，请另存为 CSV".into(),
            Self::TooManyCells => "表格单元格数超过上限，请另存为 CSV".into(),
            Self::ZipBomb => "压缩内容展开后远大于正常表格，已拒绝打开".into(),
            Self::TooManyColumns => "列数超过上限".into(),
            Self::Header(problem) => format!("表头无法读取：{}", problem.text().zh),
        };
        Text::made(zh, self.to_string())
    }
}
