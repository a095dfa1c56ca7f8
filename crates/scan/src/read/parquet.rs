//! Columnar tables, row by row.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::{Field, Row};

use crate::Problem;
use crate::collect::{Collector, Spot, Table};

pub(super) fn file(file: File, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    guarded(file, collector)
}

pub(super) fn bytes(bytes: Vec<u8>, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    guarded(Bytes::from(bytes), collector)
}

/// The reader of others may panic over a damaged file, which ends that file alone.
fn guarded<C: ChunkReader + 'static>(
    source: C,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    catch_unwind(AssertUnwindSafe(|| read(source, collector))).unwrap_or(Err(Problem::Damaged))
}

fn read<C: ChunkReader + 'static>(
    source: C,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let reader = SerializedFileReader::new(source).map_err(|error| problem(&error))?;
    let metadata = reader.metadata();
    let largest = metadata.row_groups().iter().map(|group| {
        let columns = group.columns().iter();
        columns
            .map(|column| column.uncompressed_size().max(0))
            .max()
    });
    if largest.flatten().max().unwrap_or(0) > most(collector) {
        return Err(Problem::Bomb);
    }
    let rows = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0);
    let mut table = Table::new(vec![collector.document()], None);
    let mut number = 0;
    let mut damaged = false;
    for row in reader.get_row_iter(None).map_err(|error| problem(&error))? {
        let Ok(row) = row else {
            damaged = true;
            break;
        };
        number += 1;
        group(&row, "", number, 0, &mut table, collector)?;
    }
    table.close(collector, Some(rows), Some(number))?;
    if damaged || number < rows {
        return Err(Problem::Damaged);
    }
    Ok(())
}

fn most(collector: &Collector<'_, '_>) -> i64 {
    i64::try_from(collector.settings.limits.unpacked_bytes).unwrap_or(i64::MAX)
}

fn problem(error: &ParquetError) -> Problem {
    if error.to_string().to_lowercase().contains("encrypt") {
        Problem::Encrypted
    } else {
        Problem::Damaged
    }
}

fn group(
    row: &Row,
    prefix: &str,
    number: u64,
    depth: usize,
    table: &mut Table,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    for (name, field) in row.get_column_iter() {
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        leaf(field, &path, number, depth, table, collector)?;
    }
    Ok(())
}

/// Groups within groups: no honest table goes deeper.
const MOST_DEPTH: usize = 32;

fn leaf(
    field: &Field,
    path: &str,
    number: u64,
    depth: usize,
    table: &mut Table,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    if depth > MOST_DEPTH {
        collector.problem(path, Problem::TooDeep);
        return Ok(());
    }
    let text = match field {
        Field::Null | Field::Bool(_) => return Ok(()),
        Field::Group(row) => return group(row, path, number, depth + 1, table, collector),
        Field::ListInternal(list) => {
            let path = format!("{path}/*");
            return list
                .elements()
                .iter()
                .try_for_each(|field| leaf(field, &path, number, depth + 1, table, collector));
        }
        Field::MapInternal(map) => {
            let (keys, values) = (format!("{path}/(keys)"), format!("{path}/*"));
            return map.entries().iter().try_for_each(|(key, value)| {
                leaf(key, &keys, number, depth + 1, table, collector)?;
                leaf(value, &values, number, depth + 1, table, collector)
            });
        }
        Field::Str(text) => text.clone(),
        // Text without its annotation is common; bytes that form none are not looked into.
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                collector.problem(path, Problem::Binary);
                return Ok(());
            }
        },
        other => other.to_string(),
    };
    match table.column(collector, path, None) {
        Some(column) => table.cell(collector, column, Spot::Row(number), &text),
        None => Ok(()),
    }
}
