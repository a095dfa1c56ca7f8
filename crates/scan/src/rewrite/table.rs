//! Tables of lines: the columns are learnt from the first rows, then each cell is judged.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder, StringRecord, WriterBuilder};
use shouxin_detect::Operator;
use shouxin_intake::{Format, sniff};

use super::{Decoded, Replaced};
use crate::column::Profile;
use crate::{Problem, Settings};

pub(super) fn copy(
    path: &Path,
    out: &mut impl Write,
    operator: Operator<'_>,
    settings: &Settings,
) -> Result<Replaced, Problem> {
    let mut head = Vec::new();
    File::open(path)?.take(64 << 10).read_to_end(&mut head)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (delimiter, has_header) = match sniff(&head, Some(&name)) {
        Ok(Format::Csv {
            delimiter,
            has_header,
            ..
        }) => (delimiter, has_header),
        _ => (',', false),
    };
    let Ok(delimiter) = u8::try_from(delimiter) else {
        return Err(Problem::NotRewritten {
            zh: "以全角逗号分隔；请先另存为以半角逗号分隔的 CSV",
            en: "its cells are parted by full-width commas; save it with usual ones first",
        });
    };
    let since_row = Rc::new(Cell::new(0));
    let reader = Utf8 {
        source: Decoded::open(File::open(path)?)?,
        held: Vec::new(),
        at: 0,
        since_row: Rc::clone(&since_row),
        most: settings.limits.value_bytes as u64,
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(reader);
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_writer(out);
    let mut rows = Vec::new();
    let mut record = ByteRecord::new();
    let mut bytes = 0;
    while rows.len() < settings.limits.profile_values && bytes < SAMPLE_BYTES {
        since_row.set(0);
        if !reader.read_byte_record(&mut record).map_err(problem)? {
            break;
        }
        bytes += record.as_slice().len();
        rows.push(StringRecord::from_byte_record_lossy(record.clone()));
    }
    let mut rewriter = Rewriter::learn(&rows, has_header, operator, settings);
    for row in rows {
        rewriter.row(&row, &mut writer)?;
    }
    loop {
        settings.go_on()?;
        since_row.set(0);
        if !reader.read_byte_record(&mut record).map_err(problem)? {
            break;
        }
        let row = StringRecord::from_byte_record_lossy(std::mem::take(&mut record));
        rewriter.row(&row, &mut writer)?;
    }
    writer.flush()?;
    Ok(rewriter.replaced)
}

/// So much of the first rows is held to learn from.
const SAMPLE_BYTES: usize = 8 << 20;

fn problem(error: csv::Error) -> Problem {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        _ => Problem::Damaged,
    }
}

struct Rewriter<'s> {
    /// What each column is called, and what it holds.
    columns: Vec<(String, Profile)>,
    /// Rows up to the header, which are text.
    header: Option<usize>,
    number: usize,
    operator: Operator<'s>,
    settings: &'s Settings,
    replaced: Replaced,
}

impl<'s> Rewriter<'s> {
    fn learn(
        rows: &[StringRecord],
        has_header: bool,
        operator: Operator<'s>,
        settings: &'s Settings,
    ) -> Self {
        let filled = |row: &StringRecord| row.iter().filter(|c| !c.trim().is_empty()).count() > 1;
        let header = has_header.then(|| {
            rows.iter()
                .take(HEADER_WITHIN)
                .position(filled)
                .unwrap_or(0)
        });
        let from = header.map_or(0, |at| at + 1);
        let width = rows.iter().map(StringRecord::len).max().unwrap_or(0);
        let columns = (0..width.min(settings.limits.columns))
            .map(|column| {
                let name = header
                    .and_then(|at| rows.get(at)?.get(column))
                    .unwrap_or_default();
                let values = rows.iter().skip(from).filter_map(|row| row.get(column));
                let profile = Profile::of(&settings.detector, name, values);
                (name.to_owned(), profile)
            })
            .collect();
        Self {
            columns,
            header,
            number: 0,
            operator,
            settings,
            replaced: Replaced::default(),
        }
    }

    fn row(
        &mut self,
        row: &StringRecord,
        writer: &mut csv::Writer<impl Write>,
    ) -> Result<(), Problem> {
        let is_above = self.header.is_some_and(|header| self.number <= header);
        self.number += 1;
        for (at, cell) in row.iter().enumerate() {
            let detector = &self.settings.detector;
            let (replaced, operator, settings) = (&mut self.replaced, self.operator, self.settings);
            let text = match self.columns.get(at) {
                Some((name, profile)) if !is_above => {
                    let hits = profile.judge(detector, cell);
                    replaced.of_cell(name, cell, &hits, operator, settings)
                }
                _ => replaced.of(cell, &detector.detect(cell), operator, settings),
            };
            writer.write_field(text).map_err(problem)?;
        }
        writer.write_record(None::<&[u8]>).map_err(problem)
    }
}

/// The header stands within so many rows.
const HEADER_WITHIN: usize = 6;

/// Text as bytes of UTF-8. A row without end is refused before it fills the memory.
struct Utf8<R> {
    source: Decoded<R>,
    held: Vec<u8>,
    at: usize,
    since_row: Rc<Cell<u64>>,
    most: u64,
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.at == self.held.len() {
            match self.source.piece() {
                Ok(Some(piece)) => {
                    self.held = piece.into_bytes();
                    self.at = 0;
                }
                Ok(None) => return Ok(0),
                Err(_) => return Err(io::Error::from(io::ErrorKind::InvalidData)),
            }
        }
        if self.since_row.get() > self.most {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        let rest = self.held.get(self.at..).unwrap_or_default();
        let count = rest.len().min(to.len());
        if let (Some(to), Some(from)) = (to.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        self.since_row.set(self.since_row.get() + count as u64);
        Ok(count)
    }
}
