//! Rows to ranges: which chunks stay, which get a patch, which are written anew.
//!
//! A backup keeps to the ranges of the one before it. A range whose rows did not change is named again
//! and nothing is written. One in which little changed gets a patch against its chunk, so that a
//! thousand changes scattered over a million rows cost a thousand rows and not a million. One in which
//! much changed is written anew. A range has at most one patch.

use std::cmp::Ordering;
use std::collections::VecDeque;

use rand_core::CryptoRng;
use shouxin_store::{Table, Value};

use super::BackupError;
use super::manifest::{Range, TablePart, key_text};
use super::repository::Chunks;
use super::rows::{self, Packed};

/// Bytes of rows that make a range.
const RANGE: usize = 512 * 1024;

/// Takes the rows of a table in the order of its key and gives its ranges.
pub(super) struct Ranges<'c, 'r> {
    chunks: &'c mut Chunks<'r>,
    table: &'static Table,
    before: VecDeque<(Vec<Value>, Range)>,
    rows: Vec<Packed>,
    bytes: usize,
    done: TablePart,
}

impl<'c, 'r> Ranges<'c, 'r> {
    pub(super) fn new(
        chunks: &'c mut Chunks<'r>,
        table: &'static Table,
        before: Option<&TablePart>,
    ) -> Self {
        let columns: Vec<String> = table.columns.iter().map(|c| (*c).to_owned()).collect();
        let before = before.filter(|before| before.columns == columns);
        let ranges = before.map_or(&[][..], |before| &before.ranges).iter();
        Self {
            chunks,
            table,
            before: ranges
                .filter_map(|range| Some((range.last_key()?, range.clone())))
                .collect(),
            rows: Vec::new(),
            bytes: 0,
            done: TablePart {
                name: table.name.to_owned(),
                columns,
                rows: 0,
                ranges: Vec::new(),
            },
        }
    }

    pub(super) fn push(
        &mut self,
        row: &[Value],
        dice: &mut impl CryptoRng,
    ) -> Result<(), BackupError> {
        let key = self.table.key_of(row);
        // The last range goes on growing until it is full; the others end where they ended.
        while self.before.len() > 1 && self.before[0].0 < key {
            self.end(dice)?;
        }
        if let [(last, range)] = self.before.make_contiguous()
            && *last < key
            && (range.bytes as usize >= RANGE || self.bytes >= RANGE)
        {
            self.end(dice)?;
        }
        if self.before.is_empty() && self.bytes >= RANGE {
            self.end(dice)?;
        }
        let bytes = rows::pack(row);
        self.bytes += bytes.len() + 4;
        self.rows.push(Packed { key, bytes });
        Ok(())
    }

    pub(super) fn finish(mut self, dice: &mut impl CryptoRng) -> Result<TablePart, BackupError> {
        while !self.before.is_empty() || !self.rows.is_empty() {
            self.end(dice)?;
        }
        Ok(self.done)
    }

    /// Ends the range under way.
    fn end(&mut self, dice: &mut impl CryptoRng) -> Result<(), BackupError> {
        let before = self.before.pop_front().map(|(_, range)| range);
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        let Some(last) = rows.last() else {
            // All rows of the range are gone.
            return Ok(());
        };
        let content = listed(&rows);
        let what = rows_of(self.table.name);
        let state = self.chunks.name(&what, &content);
        self.done.rows += rows.len() as u64;
        if let Some(before) = before {
            if before.state == state {
                self.done.ranges.push(before);
                return Ok(());
            }
            let base = chunk_rows(self.chunks, self.table, &before.base)?;
            let patch = patch(&base, &rows);
            if patch.len() * 2 < content.len() {
                let patch =
                    self.chunks
                        .put(&changes_of(self.table.name, &before.base), &patch, dice)?;
                self.done.ranges.push(Range {
                    last: key_text(&last.key),
                    rows: rows.len() as u64,
                    bytes: content.len() as u64,
                    state,
                    base: before.base,
                    patch: Some(patch),
                });
                return Ok(());
            }
        }
        self.write(&rows, dice)
    }

    /// Writes rows as fresh chunks, several where a range has grown too large.
    fn write(&mut self, rows: &[Packed], dice: &mut impl CryptoRng) -> Result<(), BackupError> {
        let mut rest = rows;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = rest.iter().take_while(|row| {
                let fits = bytes < RANGE;
                bytes += row.bytes.len() + 4;
                fits
            });
            let count = fits.count();
            let (part, behind) = rest.split_at(count);
            rest = behind;
            let content = listed(part);
            let name = self.chunks.put(&rows_of(self.table.name), &content, dice)?;
            self.done.ranges.push(Range {
                last: key_text(&part[count - 1].key),
                rows: count as u64,
                bytes: content.len() as u64,
                state: name.clone(),
                base: name,
                patch: None,
            });
        }
        Ok(())
    }
}

/// The rows of a range, once they are shown to be those that were backed up.
pub(super) fn range_rows(
    chunks: &Chunks<'_>,
    table: &Table,
    range: &Range,
) -> Result<Vec<Packed>, BackupError> {
    let mut rows = chunk_rows(chunks, table, &range.base)?;
    let mut last = &range.base;
    if let Some(name) = &range.patch {
        last = name;
        let content = chunks.get(name)?;
        rows = patched(rows, table, &content).ok_or_else(|| misread(chunks, name))?;
    }
    if rows.len() as u64 == range.rows
        && chunks.name(&rows_of(table.name), &listed(&rows)) == range.state
    {
        Ok(rows)
    } else {
        Err(misread(chunks, last))
    }
}

fn chunk_rows(chunks: &Chunks<'_>, table: &Table, name: &str) -> Result<Vec<Packed>, BackupError> {
    let content = chunks.get(name)?;
    let packed = |item: &&[u8]| packed(table, item);
    let items = rows::items(&content).ok_or_else(|| misread(chunks, name))?;
    let rows: Option<Vec<Packed>> = items.iter().map(packed).collect();
    rows.ok_or_else(|| misread(chunks, name))
}

fn packed(table: &Table, item: &[u8]) -> Option<Packed> {
    let values = rows::unpack(item)?;
    (values.len() == table.columns.len()).then(|| Packed {
        key: table.key_of(&values),
        bytes: item.to_vec(),
    })
}

fn misread(chunks: &Chunks<'_>, name: &str) -> BackupError {
    BackupError::Damaged {
        file: chunks.path(name),
        why: "its rows are not those that were backed up",
    }
}

/// What turns `base` into `rows`, both in the order of their keys: a list of keys that are gone and of
/// rows that are new or other, each behind a byte that says which.
fn patch(base: &[Packed], rows: &[Packed]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut item = |kind: u8, bytes: &[u8]| rows::push(&mut out, &[&[kind], bytes].concat());
    let (mut old, mut new) = (base.iter().peekable(), rows.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.key.cmp(&new.key),
        };
        let old = order.is_le().then(|| old.next()).flatten();
        let new = order.is_ge().then(|| new.next()).flatten();
        match (old, new) {
            (Some(old), None) => item(GONE, &rows::pack(&old.key)),
            (Some(old), Some(new)) if old.bytes == new.bytes => {}
            (_, Some(new)) => item(PUT, &new.bytes),
            (None, None) => {}
        }
    }
    out
}

fn patched(base: Vec<Packed>, table: &Table, patch: &[u8]) -> Option<Vec<Packed>> {
    let mut rows: std::collections::BTreeMap<Vec<Value>, Vec<u8>> =
        base.into_iter().map(|row| (row.key, row.bytes)).collect();
    for item in rows::items(patch)? {
        match item.split_first()? {
            (&GONE, key) => drop(rows.remove(&rows::unpack(key)?)?),
            (&PUT, row) => {
                let row = packed(table, row)?;
                rows.insert(row.key, row.bytes);
            }
            _ => return None,
        }
    }
    let packed = |(key, bytes)| Packed { key, bytes };
    Some(rows.into_iter().map(packed).collect())
}

fn listed(rows: &[Packed]) -> Vec<u8> {
    let mut content = Vec::new();
    for row in rows {
        rows::push(&mut content, &row.bytes);
    }
    content
}

fn rows_of(table: &str) -> String {
    format!("rows {table}")
}

fn changes_of(table: &str, base: &str) -> String {
    format!("changes {table} {base}")
}

const GONE: u8 = 0;
const PUT: u8 = 1;
