//! Documents to passages and cells with their places, one format a module.

mod docx;
mod grid;
mod html;
mod json;
mod mail;
pub(crate) mod ooxml;
mod parquet;
mod pdf;
mod text;
mod xlsx;

use std::fs::File;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use shouxin_intake::Encoding;

use crate::collect::Collector;
use crate::{Content, Problem, databases};

/// Where the bytes of a document are.
#[derive(Clone, Copy)]
pub(crate) enum Input<'i> {
    File(&'i Path),
    Bytes(&'i [u8]),
}

impl<'i> Input<'i> {
    pub(crate) fn open(self) -> Result<Box<dyn Read + 'i>, Problem> {
        Ok(match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Bytes(bytes) => Box::new(bytes),
        })
    }

    fn head(self) -> Result<Vec<u8>, Problem> {
        let mut head = Vec::new();
        self.open()?.take(HEAD_BYTES).read_to_end(&mut head)?;
        Ok(head)
    }

    /// The whole document, if it is not beyond `most` bytes.
    pub(crate) fn whole(self, most: u64) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        self.open()?.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(Problem::TooLarge(most >> 20));
        }
        Ok(bytes)
    }
}

/// How much of a document is looked at to tell what it is.
const HEAD_BYTES: u64 = 256 << 10;

/// Reads a document of this name into `collector`; `depth` documents stand around it.
///
/// # Errors
/// See [`Problem`]; what was found before it stays found.
pub(crate) fn document(
    input: Input<'_>,
    name: &str,
    depth: usize,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    collector.settings.go_on()?;
    let head = input.head()?;
    if head.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    let mut content = Content::of(&head, name)?;
    if content == Content::Xlsx {
        content = match input {
            Input::File(path) => Content::in_archive(File::open(path)?)?,
            Input::Bytes(bytes) => Content::in_archive(Cursor::new(bytes))?,
        };
    }
    if depth == 0 {
        collector.report.content = Some(content.clone());
    }
    let whole = || input.whole(collector_limit(collector));
    match content {
        Content::Text(encoding) => text::read(input.open()?, encoding, collector),
        Content::Table(format) => match text::table(input.open()?, &format, collector) {
            // No table after all, or one beyond the limits: text it is in any case.
            Err(problem) if !problem.ends() => {
                collector.problem("", problem);
                let encoding = Encoding::of_head(&head).unwrap_or(Encoding::Utf8);
                text::read(input.open()?, encoding, collector)
            }
            done => done,
        },
        Content::Json => json::read(input.open()?, collector),
        Content::Ndjson => json::lines(input.open()?, collector),
        Content::Xlsx => guarded(&whole()?, collector, xlsx::read),
        Content::Docx => guarded(&whole()?, collector, docx::read),
        Content::Pdf => guarded(&whole()?, collector, pdf::read),
        Content::Html(encoding) => html::read(&whole()?, encoding, collector),
        Content::Mail => mail::read(&whole()?, depth, collector),
        Content::Parquet => match input {
            Input::File(path) => parquet::file(File::open(path)?, collector),
            Input::Bytes(bytes) => parquet::bytes(bytes.to_vec(), collector),
        },
        Content::Sqlite => match input {
            Input::File(path) => databases::sqlite::document(path, collector),
            // A database is opened where it lies.
            Input::Bytes(_) => Err(Problem::Unsupported),
        },
    }
}

fn collector_limit(collector: &Collector<'_, '_>) -> u64 {
    collector.settings.limits.whole_bytes
}

/// A parser of others over bytes of others: if it panics, the file is damaged and the scan goes on.
fn guarded(
    bytes: &[u8],
    collector: &mut Collector<'_, '_>,
    read: fn(&[u8], &mut Collector<'_, '_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    catch_unwind(AssertUnwindSafe(|| read(bytes, collector))).unwrap_or(Err(Problem::Damaged))
}
