//! The rows of one worksheet. Memory is bounded by the file, which is checked before it is unpacked.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx};

use crate::date::{Epoch, serial_to_iso};
use crate::row::{Cell, Limits, Native};
use crate::rows::OpenError;
use crate::{Code, archive};

/// The filled cells of a worksheet: row from 1, then column from 0.
pub(crate) type SheetRows = BTreeMap<u64, BTreeMap<usize, Cell>>;

/// Reads the worksheet of this name, or the first visible one that holds anything.
pub(crate) fn read(
    bytes: &[u8],
    sheet: Option<&str>,
    limits: &Limits,
) -> Result<SheetRows, OpenError> {
    archive::check(bytes, limits)?;
    // The library counts rows and columns of damaged files below zero, and some builds check that.
    let read = catch_unwind(AssertUnwindSafe(|| read_book(bytes, sheet, limits)));
    read.unwrap_or(Err(OpenError::NotASpreadsheet))
}

fn read_book(bytes: &[u8], sheet: Option<&str>, limits: &Limits) -> Result<SheetRows, OpenError> {
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|_| OpenError::NotASpreadsheet)?;
    let names: Vec<String> = match sheet {
        Some(name) => vec![name.to_owned()],
        None => {
            let visible = book
                .sheets_metadata()
                .iter()
                .filter(|s| s.visible == SheetVisible::Visible);
            visible.map(|s| s.name.clone()).collect()
        }
    };
    for name in names {
        let rows = read_sheet(&mut book, &name, limits)?;
        if !rows.is_empty() || sheet.is_some() {
            return Ok(rows);
        }
    }
    Err(OpenError::Empty)
}

fn read_sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    limits: &Limits,
) -> Result<SheetRows, OpenError> {
    let epoch = if book.has_1904_epoch() {
        Epoch::Mac1904
    } else {
        Epoch::Windows1900
    };
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        Err(calamine::XlsxError::WorksheetNotFound(_)) => return Err(OpenError::NoSuchSheet),
        // A chart or macro sheet holds no cells.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(SheetRows::new()),
        Err(_) => return Err(OpenError::NotASpreadsheet),
    };
    let mut rows = SheetRows::new();
    let mut count = 0;
    while let Some(found) = reader.next_cell().map_err(|_| OpenError::NotASpreadsheet)? {
        let (row, column) = found.get_position();
        let Some(cell) = to_cell(found.get_value(), epoch) else {
            continue;
        };
        if cell.is_empty() {
            continue;
        }
        count += 1;
        if count > limits.xlsx_cells {
            return Err(OpenError::TooManyCells);
        }
        rows.entry(u64::from(row) + 1)
            .or_default()
            .insert(column as usize, cell);
    }
    Ok(rows)
}

fn to_cell(value: &DataRef<'_>, epoch: Epoch) -> Option<Cell> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) => Cell::new(text.as_str(), Native::Text),
        DataRef::SharedString(text) => Cell::new(*text, Native::Text),
        DataRef::Bool(truth) => Cell::new(if *truth { "TRUE" } else { "FALSE" }, Native::Bool),
        DataRef::Int(number) => Cell::new(number.to_string(), Native::Number),
        // Rust writes the shortest text that reads back as the same number, without an exponent.
        DataRef::Float(number) => Cell::new(number.to_string(), Native::Number),
        DataRef::DateTime(moment) => date_cell(moment, epoch),
        DataRef::DateTimeIso(text) => Cell::new(text.as_str(), Native::Date),
        DataRef::DurationIso(text) => Cell::new(text.as_str(), Native::Text),
        DataRef::Error(error) => Cell::new(error.to_string(), Native::Error),
    })
}

fn date_cell(moment: &ExcelDateTime, epoch: Epoch) -> Cell {
    let serial = moment.as_f64();
    if moment.is_duration() {
        return Cell::new(serial.to_string(), Native::Number);
    }
    match serial_to_iso(serial, epoch) {
        Ok(iso) => Cell::new(iso, Native::Date),
        // Kept as the number it is, so that the value's own check names the day that never was.
        Err(Code::ExcelLeapDay) => Cell::new(serial.to_string(), Native::Date),
        Err(_) => Cell::new(serial.to_string(), Native::Number),
    }
}
