//! Running text, logs, and tables of lines.

use std::io::Read;

use shouxin_intake::{
    BROKEN, Encoding, Format, Limits as TableLimits, OpenError, Rows, TextSource,
};

use crate::collect::{Collector, Spot, Table};
use crate::{Place, Problem};

/// Running text of any length in constant memory.
pub(super) fn read(
    reader: impl Read,
    encoding: Encoding,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let mut source = TextSource::open(reader, encoding);
    let mut lines = collector.lines();
    while let Some(piece) = source.piece()? {
        lines.push(collector, &piece.replace(BROKEN, "\u{fffd}"))?;
    }
    lines.finish(collector)
}

/// A table of lines of any length.
pub(super) fn table(
    reader: impl Read,
    format: &Format,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let limits = collector.settings.limits.of_tables();
    let rows = Rows::open(reader, format, limits).map_err(|error| problem(&error, &limits))?;
    let table = Table::new(vec![collector.document()], None);
    rows_into(rows, table, collector, |_, row| Spot::Line(row))
}

/// Every row of a table: what stands above its header as text, the names of its columns, its cells.
pub(super) fn rows_into<R: Read>(
    mut rows: Rows<R>,
    mut table: Table,
    collector: &mut Collector<'_, '_>,
    spot: impl Fn(usize, u64) -> Spot,
) -> Result<(), Problem> {
    let sheet = table.sheet().map(str::to_owned);
    let place = |column: usize, row: u64| match spot(column, row) {
        Spot::Cell(column, row) => Place {
            sheet: sheet.clone(),
            cell: Some(format!("{}{row}", crate::place::letters(column))),
            ..Place::default()
        },
        _ => Place::line(row),
    };
    let titles: Vec<(u64, String)> = rows
        .titles()
        .iter()
        .map(|(row, cells)| {
            // Into the detector.
            let texts: Vec<&str> = cells.iter().map(shouxin_intake::Cell::expose).collect();
            (*row, texts.join("\t"))
        })
        .collect();
    for (row, text) in titles {
        collector.passage(&text, |_| place(0, row))?;
    }
    if let Some(row) = rows.header_row() {
        // Each by itself: 姓名, 备注 announces no name.
        for (at, name) in rows.columns().iter().enumerate() {
            collector.passage(name, |_| place(at, row))?;
        }
    }
    let (mut read, mut failed) = (0, 0);
    let mut columns: Vec<Option<usize>> = Vec::new();
    for row in &mut rows {
        let Ok(row) = row else {
            failed += 1;
            continue;
        };
        read += 1;
        for name in row.columns.iter().skip(columns.len()) {
            columns.push(table.column(collector, name, None));
        }
        for (at, cell) in row.cells.iter().enumerate() {
            if let Some(Some(column)) = columns.get(at) {
                // Into the detector.
                table.cell(collector, *column, spot(at, row.number), cell.expose())?;
            }
        }
    }
    if failed > 0 {
        collector.problem("", Problem::Rows(failed));
    }
    table.close(collector, Some(read), Some(read))
}

/// What a reader of tables says.
pub(super) fn problem(error: &OpenError, limits: &TableLimits) -> Problem {
    match error {
        OpenError::Unreadable => Problem::Unreadable(error.to_string()),
        OpenError::TooLarge => Problem::TooLarge(limits.xlsx_bytes >> 20),
        OpenError::TooManyCells | OpenError::TooManyColumns => Problem::TooMany,
        OpenError::ZipBomb => Problem::Bomb,
        OpenError::OldSpreadsheet => Problem::Encrypted,
        OpenError::Unsupported => Problem::Unsupported,
        OpenError::Empty
        | OpenError::NotASpreadsheet
        | OpenError::NoSuchSheet
        | OpenError::Header(_) => Problem::Damaged,
    }
}
