//! Text documents: body, tables, headers, footers, notes, comments, what was deleted and is still there.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::grid::Grid;
use super::ooxml::{self, attribute, resolved};
use crate::collect::Collector;
use crate::{Place, Problem};

pub(super) fn read(bytes: &[u8], collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    let mut archive = ooxml::open(bytes, &collector.settings.limits)?;
    for name in ooxml::names(&archive) {
        let Some(part) = part_of(&name) else {
            continue;
        };
        let xml = ooxml::part(&mut archive, &name)?;
        paragraphs(&xml, part, collector)?;
    }
    for name in ooxml::names(&archive) {
        if name.starts_with("word/_rels/") {
            let xml = ooxml::part(&mut archive, &name)?;
            // Addresses that a link leads to: mailto:, tel:.
            ooxml::passages(&xml, "link", &[], &["Target"], collector)?;
        }
    }
    ooxml::properties(&mut archive, collector)
}

/// What people call the part, if it is one that holds text.
pub(crate) fn part_of(name: &str) -> Option<&'static str> {
    let file = name.strip_prefix("word/")?.strip_suffix(".xml")?;
    let parts = [
        ("document", "body"),
        ("header", "header"),
        ("footer", "footer"),
        ("footnotes", "footnote"),
        ("endnotes", "endnote"),
        ("comments", "comment"),
    ];
    let (stem, part) = parts.into_iter().find(|(stem, _)| file.starts_with(stem))?;
    let rest = file.strip_prefix(stem)?;
    rest.bytes().all(|b| b.is_ascii_digit()).then_some(part)
}

/// Where the reader of a part is.
#[derive(Default)]
struct State {
    /// Paragraphs begun and not ended: a text box lies within one.
    open: Vec<String>,
    /// Elements that hold text: `t`, `delText`, `instrText`.
    in_text: bool,
    paragraph: u64,
    /// Tables begun and not ended. Only the outermost is read as a table.
    tables: usize,
    grid: Grid,
    cell: String,
    cell_paragraph: u64,
}

fn paragraphs(
    xml: &str,
    part: &'static str,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let mut reader = Reader::from_str(xml);
    let mut state = State::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => state.start(&element, part, collector)?,
            Ok(Event::Empty(element)) => state.empty(&element, part, collector)?,
            Ok(Event::End(element)) => {
                state.end(element.local_name().into_inner(), part, collector)?;
            }
            Ok(Event::Text(text)) => state.text(&text),
            Ok(Event::CData(text)) => state.text(&text),
            Ok(Event::GeneralRef(reference)) => state.text(&resolved(&reference)),
            Ok(Event::Eof) => {
                return std::mem::take(&mut state.grid).close(collector);
            }
            Ok(_) => {}
            Err(_) => return Err(Problem::Damaged),
        }
    }
}

impl State {
    fn start(
        &mut self,
        element: &BytesStart<'_>,
        part: &'static str,
        collector: &mut Collector<'_, '_>,
    ) -> Result<(), Problem> {
        match element.local_name().into_inner() {
            "p" => {
                self.paragraph += 1;
                self.open.push(String::new());
                if self.open.len() > MOST_DEPTH {
                    return Err(Problem::TooDeep);
                }
            }
            "t" | "delText" | "instrText" => self.in_text = true,
            "tbl" => self.tables += 1,
            "tr" if self.tables == 1 => {
                if self.grid.is_full() {
                    std::mem::take(&mut self.grid).close(collector)?;
                }
                self.grid.row();
            }
            "tc" if self.tables == 1 => {
                self.cell.clear();
                self.cell_paragraph = self.paragraph + 1;
            }
            _ => self.empty(element, part, collector)?,
        }
        Ok(())
    }

    fn empty(
        &mut self,
        element: &BytesStart<'_>,
        part: &'static str,
        collector: &mut Collector<'_, '_>,
    ) -> Result<(), Problem> {
        if let Some(mark) = ooxml::mark(element) {
            self.add(mark);
        }
        match element.local_name().into_inner() {
            // What a picture shows, in words; who wrote a comment or a change.
            "docPr" => {
                if let Some(words) = attribute(element, "descr") {
                    let place = self.place(part, self.paragraph);
                    collector.passage(&words, |_| place.clone())?;
                }
            }
            "comment" | "ins" | "del" => {
                if let Some(name) = attribute(element, "author") {
                    let place = self.place(part, self.paragraph);
                    collector.announced(shouxin_detect::Kind::Person, &name, place)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.in_text {
            self.add(text);
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.push_str(text);
        }
    }

    fn end(
        &mut self,
        local: &str,
        part: &'static str,
        collector: &mut Collector<'_, '_>,
    ) -> Result<(), Problem> {
        match local {
            "t" | "delText" | "instrText" => self.in_text = false,
            "p" => {
                let text = self.open.pop().unwrap_or_default();
                if self.tables > 0 {
                    if !self.cell.is_empty() {
                        self.cell.push('\n');
                    }
                    self.cell.push_str(&text);
                } else {
                    let place = self.place(part, self.paragraph);
                    collector.passage(&text, |_| place.clone())?;
                }
            }
            "tc" if self.tables == 1 => {
                let place = self.place(part, self.cell_paragraph);
                self.grid.cell(place, std::mem::take(&mut self.cell));
            }
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    std::mem::take(&mut self.grid).close(collector)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn place(&self, part: &'static str, paragraph: u64) -> Place {
        Place {
            paragraph: Some(paragraph),
            ..Place::part(part)
        }
    }
}

/// Paragraphs within paragraphs: text boxes within text boxes.
const MOST_DEPTH: usize = 64;
