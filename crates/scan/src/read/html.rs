//! Pages of the web: text, tables, and what stands in attributes, comments and scripts.

use html5gum::{DefaultEmitter, Token, Tokenizer};
use shouxin_intake::{Encoding, TextSource};

use super::grid::Grid;
use crate::collect::Collector;
use crate::{Place, Problem};

pub(super) fn read(
    bytes: &[u8],
    encoding: Encoding,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let mut source = TextSource::open(bytes, encoding);
    let mut text = String::new();
    while let Some(piece) = source.piece()? {
        text.push_str(piece);
    }
    page(&text, collector)
}

/// A page as text, such as the body of a mail.
pub(super) fn page(html: &str, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut reader = Page {
        html,
        line: 1,
        upto: 0,
        text: String::new(),
        lines: Vec::new(),
        tables: 0,
        grid: Grid::default(),
        cell_line: 1,
    };
    for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
        match token {
            Token::StartTag(tag) => {
                reader.go_to(tag.span.start);
                for (name, value) in &tag.attributes {
                    if ATTRIBUTES.contains(&&name[..]) {
                        let value = String::from_utf8_lossy(value).into_owned();
                        let line = reader.line;
                        collector.passage(&value, |_| Place::line(line))?;
                    }
                }
                reader.open(&tag.name, collector)?;
            }
            Token::EndTag(tag) => {
                reader.go_to(tag.span.start);
                reader.close(&tag.name, collector)?;
            }
            Token::String(text) => {
                reader.go_to(text.span.start);
                reader.add(&String::from_utf8_lossy(&text.value));
            }
            Token::Comment(text) => {
                reader.go_to(text.span.start);
                let line = reader.line;
                let words = String::from_utf8_lossy(&text.value).into_owned();
                collector.passage(&words, |_| Place::line(line))?;
            }
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.flush(collector)?;
    reader.grid.close(collector)
}

/// Attributes that hold words or addresses for people.
const ATTRIBUTES: &[&[u8]] = &[
    b"href",
    b"value",
    b"title",
    b"alt",
    b"content",
    b"placeholder",
    b"aria-label",
    b"data-phone",
    b"data-name",
    b"data-email",
    b"data-value",
];

/// Elements within a line: all others end one.
const INLINE: &[&[u8]] = &[
    b"a", b"abbr", b"b", b"bdi", b"bdo", b"cite", b"code", b"data", b"em", b"font", b"i", b"kbd",
    b"label", b"mark", b"q", b"s", b"samp", b"small", b"span", b"strong", b"sub", b"sup", b"time",
    b"u", b"var", b"wbr",
];

struct Page<'h> {
    html: &'h str,
    /// The line of the byte `upto`.
    line: u64,
    upto: usize,
    /// The passage so far, and which lines of the page begin where in it.
    text: String,
    lines: Vec<(usize, u64)>,
    tables: usize,
    grid: Grid,
    cell_line: u64,
}

impl Page<'_> {
    fn go_to(&mut self, at: usize) {
        if let Some(between) = self.html.as_bytes().get(self.upto..at) {
            self.line += between.iter().filter(|b| **b == b'\n').count() as u64;
            self.upto = at;
        }
    }

    fn add(&mut self, text: &str) {
        self.lines.push((self.text.len(), self.line));
        self.text.push_str(text);
    }

    fn open(&mut self, name: &[u8], collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
        match name {
            b"table" => {
                self.flush(collector)?;
                self.tables += 1;
            }
            b"tr" if self.tables == 1 => {
                self.end_cell();
                if self.grid.is_full() {
                    std::mem::take(&mut self.grid).close(collector)?;
                }
                self.grid.row();
            }
            b"td" | b"th" if self.tables == 1 => {
                self.end_cell();
                self.cell_line = self.line;
            }
            b"br" => self.text.push('\n'),
            _ if INLINE.contains(&name) => {}
            _ if self.tables > 0 => self.text.push('\n'),
            _ => self.flush(collector)?,
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8], collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
        match name {
            b"td" | b"th" | b"tr" if self.tables == 1 => self.end_cell(),
            b"table" => {
                if self.tables == 1 {
                    self.end_cell();
                    std::mem::take(&mut self.grid).close(collector)?;
                }
                self.tables = self.tables.saturating_sub(1);
            }
            _ if INLINE.contains(&name) => {}
            _ if self.tables > 0 => self.text.push('\n'),
            _ => self.flush(collector)?,
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.lines.clear();
        if !text.trim().is_empty() {
            let text = text.trim().to_owned();
            self.grid.cell(Place::line(self.cell_line), text);
        }
    }

    fn flush(&mut self, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
        let text = std::mem::take(&mut self.text);
        let lines = std::mem::take(&mut self.lines);
        collector.passage(&text, |at| {
            let piece = lines.partition_point(|(start, _)| *start <= at);
            let (start, line) = lines
                .get(piece.saturating_sub(1))
                .copied()
                .unwrap_or((0, 1));
            let within = text.get(start..at).unwrap_or_default();
            Place::line(line + within.matches('\n').count() as u64)
        })
    }
}
