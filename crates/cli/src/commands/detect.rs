//! `shouxin detect` and `shouxin redact`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use shouxin_detect::{Detector, Hit, Operator, Piece, Scope, Stream, redact};

use crate::fault::Fault;
use crate::progress;
use crate::screen::Screen;

/// Find personal information in text
///
/// Reads files, or standard input without any, and writes one line of JSON for each document (`--format
/// jsonl`: lines `{"id","text"}` become `{"id","spans":[{"start","end","type",…}]}`) or for each hit (`--format
/// text`). Offsets count Unicode characters. Values are never repeated. Memory stays the same however long
/// the input is.
///
/// Example:
///   shouxin detect chat.txt
///   shouxin detect --format jsonl < documents.jsonl > spans.jsonl
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Detect {
    /// The files; standard input without any
    files: Vec<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// Take personal information out of text
///
/// Reads as `detect` does and writes the text with every hit replaced. It cannot be undone.
///
/// Example:
///   shouxin redact chat.txt > chat.redacted.txt
///   shouxin redact --operator mask --format jsonl < documents.jsonl
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Redact {
    /// The files; standard input without any
    files: Vec<PathBuf>,
    /// What takes the place of a hit
    #[arg(long, value_enum, default_value_t = Replacement::Label)]
    operator: Replacement,
    #[command(flatten)]
    how: How,
}

#[derive(Args, Debug)]
struct How {
    /// What the input is: running text, or JSON with a document a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Leave names and addresses out, which is many times as fast
    #[arg(long)]
    structured: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Running text
    Text,
    /// `{"id","text"}` a line
    Jsonl,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Replacement {
    /// Its kind: [PHONE]
    Label,
    /// As many `*` as it had characters
    Mask,
    /// Nothing
    Remove,
}

impl Detect {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let how = self.how;
        work(&self.files, screen, |input, bar, out| match how.format {
            Format::Text => each_piece(input, &how.detector(), bar, |piece| told(out, piece)),
            Format::Jsonl => each_document(input, &how.detector(), bar, |document, hits| {
                let spans = hits.iter().map(|hit| Span::of(hit, 0)).collect();
                line(
                    out,
                    &Spans {
                        id: &document.id,
                        spans,
                    },
                )
            }),
        })
    }
}

impl Redact {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let how = self.how;
        let operator = match self.operator {
            Replacement::Label => Operator::Label,
            Replacement::Mask => Operator::Mask,
            Replacement::Remove => Operator::Remove,
        };
        work(&self.files, screen, |input, bar, out| match how.format {
            Format::Text => each_piece(input, &how.detector(), bar, |piece| {
                out.write_all(redact(&piece.text, &piece.hits, operator).as_bytes())
            }),
            Format::Jsonl => each_document(input, &how.detector(), bar, |document, hits| {
                let text = redact(&document.text, hits, operator);
                line(
                    out,
                    &Document {
                        id: document.id.clone(),
                        text,
                    },
                )
            }),
        })
    }
}

impl How {
    const fn detector(&self) -> Detector {
        Detector::with_scope(if self.structured {
            Scope::Structured
        } else {
            Scope::All
        })
    }
}

/// A document as it is read and, redacted, written.
#[derive(Deserialize, Serialize)]
struct Document {
    #[serde(default)]
    id: serde_json::Value,
    text: String,
}

#[derive(Serialize)]
struct Spans<'a> {
    id: &'a serde_json::Value,
    spans: Vec<Span>,
}

/// A hit as it is written.
#[derive(Serialize)]
struct Span {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: &'static str,
    /// In thousandths.
    confidence: u16,
    rule: &'static str,
    check: &'static str,
    class: &'static str,
}

impl Span {
    fn of(hit: &Hit, chars_before: usize) -> Self {
        Self {
            start: chars_before + hit.chars.start,
            end: chars_before + hit.chars.end,
            kind: hit.kind.word(),
            confidence: hit.confidence,
            rule: hit.rule,
            check: hit.check.word(),
            class: hit.class.word(),
        }
    }
}

type Output<'o> = &'o mut dyn Write;

/// Each file in turn, or standard input. A reader that left early is no fault.
fn work(
    files: &[PathBuf],
    screen: &Screen,
    mut one: impl FnMut(&mut dyn BufRead, &ProgressBar, Output<'_>) -> io::Result<()>,
) -> Result<(), Fault> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let name = |path: Option<&Path>| path.unwrap_or(Path::new("-")).to_owned();
    let mut run = |input: &mut dyn BufRead, path: Option<&Path>, size: u64| {
        let bar = progress::bytes(screen, "查找", "searching", size);
        let done = one(input, &bar, &mut out).and_then(|()| out.flush());
        bar.finish_and_clear();
        match done {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(|error| Fault::file(&name(path), &error)),
        }
    };
    if files.is_empty() {
        return run(
            &mut BufReader::with_capacity(1 << 16, io::stdin().lock()),
            None,
            0,
        );
    }
    for path in files {
        let file = std::fs::File::open(path).map_err(|error| Fault::file(path, &error))?;
        let size = file.metadata().map_or(0, |told| told.len());
        run(
            &mut BufReader::with_capacity(1 << 16, file),
            Some(path),
            size,
        )?;
    }
    Ok(())
}

/// Running text in pieces. Bytes that are no UTF-8 become U+FFFD.
fn each_piece(
    input: &mut dyn BufRead,
    detector: &Detector,
    bar: &ProgressBar,
    mut tell: impl FnMut(&Piece) -> io::Result<()>,
) -> io::Result<()> {
    let mut stream = Stream::new(detector);
    let (mut buffer, mut kept) = (vec![0; 1 << 16], 0);
    loop {
        let read = input.read(buffer.get_mut(kept..).unwrap_or_default())?;
        let bytes = buffer.get(..kept + read).unwrap_or_default();
        // A character that the end of the buffer cuts waits for its other bytes.
        let whole = if read == 0 {
            bytes.len()
        } else {
            whole_characters(bytes)
        };
        let (now, later) = bytes.split_at(whole);
        for piece in stream.push(&String::from_utf8_lossy(now)) {
            tell(&piece)?;
        }
        let later = later.to_vec();
        kept = later.len();
        if let Some(front) = buffer.get_mut(..kept) {
            front.copy_from_slice(&later);
        }
        bar.inc(read as u64);
        if read == 0 {
            return tell(&stream.finish());
        }
    }
}

/// How many bytes hold whole characters: all but up to three that begin one at the end.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.iter().rev().take(3).position(|b| *b >= 0xC0);
    match tail {
        Some(back) => {
            let start = bytes.len() - 1 - back;
            let needs = match bytes.get(start) {
                Some(0xF0..) => 4,
                Some(0xE0..) => 3,
                _ => 2,
            };
            if bytes.len() - start < needs {
                start
            } else {
                bytes.len()
            }
        }
        None => bytes.len(),
    }
}

fn each_document(
    input: &mut dyn BufRead,
    detector: &Detector,
    bar: &ProgressBar,
    mut tell: impl FnMut(&Document, &[Hit]) -> io::Result<()>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = input.take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(());
        }
        bar.inc(read as u64);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let document: Document = serde_json::from_slice(&bytes)?;
        let hits = detector.detect(&document.text);
        tell(&document, &hits)?;
    }
}

/// No document is longer, in bytes: a file without line breaks must not fill the memory.
const LONGEST_LINE: u64 = 64 << 20;

/// One line for each hit of a piece.
fn told(out: Output<'_>, piece: &Piece) -> io::Result<()> {
    piece
        .hits
        .iter()
        .try_for_each(|hit| line(out, &Span::of(hit, piece.chars_before)))
}

fn line(out: Output<'_>, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::whole_characters;

    #[test]
    fn a_character_that_is_cut_waits() {
        let text = "a好𠮷".as_bytes();
        for (upto, expected) in [(1, 1), (2, 1), (3, 1), (4, 4), (5, 4), (7, 4), (8, 8)] {
            assert_eq!(whole_characters(&text[..upto]), expected, "{upto}");
        }
    }
}
