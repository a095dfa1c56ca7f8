//! Workbooks and text documents, written anew.
//!
//! The file is read as a scan reads it, which gives what stands where. Then each part of XML is copied, and
//! what was found is replaced wherever it stands: within runs that a change of style cuts, in cells, in
//! shared strings, in attributes such as the target of a link. Parts that cannot be looked into (embedded
//! files, programs, caches that repeat cells) make the whole file refused.

mod grid;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Cursor, Read, Seek, Write};
use std::ops::Range;
use std::path::Path;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use shouxin_detect::{Check, Hit, Kind, Operator};
use zip::write::SimpleFileOptions;

use super::Replaced;
use crate::collect::Collector;
use crate::column::is_number;
use crate::read::ooxml;
use crate::read::{Input, document as read_document};
use crate::{Place, Problem, Settings};

pub(super) fn workbook(
    path: &Path,
    out: &mut (impl Write + Seek),
    operator: Operator<'_>,
    settings: &Settings,
) -> Result<Replaced, Problem> {
    copy(path, out, operator, settings, Office::Workbook)
}

pub(super) fn document(
    path: &Path,
    out: &mut (impl Write + Seek),
    operator: Operator<'_>,
    settings: &Settings,
) -> Result<Replaced, Problem> {
    copy(path, out, operator, settings, Office::Document)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Office {
    Workbook,
    Document,
}

fn copy(
    path: &Path,
    out: &mut (impl Write + Seek),
    operator: Operator<'_>,
    settings: &Settings,
    kind: Office,
) -> Result<Replaced, Problem> {
    let mut bytes = Vec::new();
    let most = settings.limits.whole_bytes;
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Problem::TooLarge(most >> 20));
    }
    let mut found = Found::of(&bytes, operator, settings)?;
    if kind == Office::Document {
        // A text document tells which cell stands where: `grid` replaces those alone.
        found.wholes.clear();
    }
    let mut archive = ooxml::open(&bytes, &settings.limits)?;
    let names = ooxml::names(&archive);
    if names.iter().any(|name| is_closed(name)) {
        return Err(Problem::NotRewritten {
            zh: "其中有嵌入的文件、宏或数据透视缓存，无法逐一替换；请先去除",
            en: "it holds embedded files, macros or pivot caches, which cannot be rewritten; remove them first",
        });
    }
    let sheets = match kind {
        Office::Workbook => sheets(&mut archive, settings)?,
        Office::Document => HashMap::new(),
    };
    let mut zip = zip::ZipWriter::new(out);
    let mut rewriter = Rewriter {
        found: &found,
        operator,
        settings,
        replaced: Replaced::default(),
    };
    for name in &names {
        settings.go_on()?;
        if name.ends_with('/') {
            continue;
        }
        let options = SimpleFileOptions::default();
        zip.start_file(name.as_str(), options)
            .map_err(|_| Problem::Damaged)?;
        if name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml") {
            let xml = ooxml::part(&mut archive, name)?;
            let xml = match kind {
                Office::Workbook => xml,
                Office::Document => rewriter.cells_of_tables(xml)?,
            };
            let part = Part::of(name, sheets.get(name).map(String::as_str));
            let xml = rewriter.part(&xml, part)?;
            zip.write_all(&xml)?;
        } else {
            // A picture, a font.
            let mut part = archive.by_name(name).map_err(|_| Problem::Damaged)?;
            std::io::copy(&mut part, &mut zip)?;
        }
    }
    zip.finish().map_err(|_| Problem::Damaged)?;
    Ok(rewriter.replaced)
}

/// Parts that repeat content in a form that is not looked into.
fn is_closed(name: &str) -> bool {
    [
        "/embeddings/",
        "/pivotCache/",
        "/activeX/",
        "/externalLinks/",
        "/ctrlProps/",
        "vbaProject",
    ]
    .iter()
    .any(|closed| name.contains(closed))
        || name.ends_with(".bin") && !name.contains("printerSettings")
}

/// What a scan of the file finds, with the values.
struct Found {
    /// Every value, with its kind.
    values: HashMap<String, Kind>,
    /// Finds those of three characters and more within a text.
    within: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// The kinds that stand in a cell, by sheet and cell.
    cells: HashMap<(String, String), Kind>,
    /// What stands for values of columns of a workbook whose names tell what they hold. Text shared by cells names
    /// no column: it is replaced wherever it stands alone.
    wholes: HashMap<String, String>,
}

impl Found {
    fn of(bytes: &[u8], operator: Operator<'_>, settings: &Settings) -> Result<Self, Problem> {
        let mut collector = Collector::new(settings, String::new(), None).with_values(operator);
        read_document(Input::Bytes(bytes), "", 0, &mut collector)?;
        let (values, wholes) = collector.take_values();
        let mut found = Self {
            values: HashMap::new(),
            within: None,
            cells: HashMap::new(),
            wholes,
        };
        let report = collector.finish();
        // What was not read might hold anything.
        if let Some((_, problem)) = report.problems.into_iter().next() {
            return Err(problem);
        }
        for (place, kind, value) in values {
            if let Place {
                sheet: Some(sheet),
                cell: Some(cell),
                ..
            } = place
            {
                found.cells.entry((sheet, cell)).or_insert(kind);
            }
            found.values.entry(value).or_insert(kind);
        }
        // A name of two characters is part of many words: it counts where it stands alone.
        let mut long: Vec<&str> = found.values.keys().map(String::as_str).collect();
        long.retain(|value| value.chars().count() >= 3);
        long.sort_unstable();
        if !long.is_empty() {
            let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
                .match_kind(MatchKind::LeftmostLongest)
                .build(long)
                .map_err(|_| Problem::TooMany)?;
            found.within = Some(automaton);
        }
        Ok(found)
    }

    /// What stands in a text: what the detector finds, and every value of the file.
    fn hits(&self, text: &str, settings: &Settings) -> Vec<Hit> {
        let trimmed = text.trim();
        // Numbers were judged with their column, which the text alone does not show.
        let mut hits = if is_number(trimmed) {
            Vec::new()
        } else {
            settings.detector.detect(text)
        };
        if let Some(kind) = self.values.get(trimmed) {
            let start = text.len() - text.trim_start().len();
            hits.push(hit(text, start, trimmed.len(), *kind));
        }
        let within = self.within.iter();
        hits.extend(
            within
                .flat_map(|automaton| automaton.leftmost_find_iter(text))
                .filter_map(|found| {
                    let value = text.get(found.start()..found.end())?;
                    let kind = self.values.get(value)?;
                    Some(hit(text, found.start(), value.len(), *kind))
                }),
        );
        hits.sort_by_key(|hit| (hit.bytes.start, std::cmp::Reverse(hit.bytes.end)));
        let mut upto = 0;
        hits.retain(|hit| {
            let is_free = hit.bytes.start >= upto;
            if is_free {
                upto = hit.bytes.end;
            }
            is_free
        });
        hits
    }
}

/// Whether the hit begins before this place and ends after it.
fn holds(hit: &Hit, place: &Range<usize>) -> bool {
    hit.bytes.start < place.start && place.end < hit.bytes.end
}

fn hit(text: &str, at: usize, length: usize, kind: Kind) -> Hit {
    let chars = |upto: usize| text.get(..upto).map_or(0, |head| head.chars().count());
    Hit {
        bytes: at..at + length,
        chars: chars(at)..chars(at + length),
        kind,
        confidence: 1000,
        rule: "document",
        check: Check::None,
        context: None,
        class: kind.class(),
    }
}

/// The parts that hold sheets, with the names of their sheets as the reader tells them.
fn sheets(
    archive: &mut ooxml::Archive<'_>,
    settings: &Settings,
) -> Result<HashMap<String, String>, Problem> {
    let pairs = |xml: &str, element: &str, from: &str, to: &str| -> Vec<(String, String)> {
        let mut reader = Reader::from_str(xml);
        let mut pairs = Vec::new();
        loop {
            match reader.read_event() {
                Ok(Event::Start(e) | Event::Empty(e)) if e.local_name().into_inner() == element => {
                    let values = (ooxml::attribute(&e, from), ooxml::attribute(&e, to));
                    if let (Some(from), Some(to)) = values {
                        pairs.push((from, to));
                    }
                }
                Ok(Event::Eof) | Err(_) => return pairs,
                Ok(_) => {}
            }
        }
    };
    let book = ooxml::part(archive, "xl/workbook.xml")?;
    let links = ooxml::part(archive, "xl/_rels/workbook.xml.rels")?;
    let targets: HashMap<String, String> = pairs(&links, "Relationship", "Id", "Target")
        .into_iter()
        .collect();
    Ok(pairs(&book, "sheet", "id", "name")
        .into_iter()
        .filter_map(|(id, name)| {
            let target = targets.get(&id)?;
            let part = match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("xl/{target}"),
            };
            let shown = crate::collect::safe_name(&settings.detector, &name);
            Some((part, shown))
        })
        .collect())
}

/// How the text of a part is grouped.
#[derive(Clone, Copy)]
enum Part<'s> {
    /// Passages are these elements: `p` in documents and drawings, `si` of shared strings.
    Text(&'static [&'static str]),
    /// Cells of this sheet.
    Sheet(&'s str),
}

impl<'s> Part<'s> {
    fn of(name: &str, sheet: Option<&'s str>) -> Self {
        match sheet {
            Some(sheet) => Self::Sheet(sheet),
            None if name == "xl/sharedStrings.xml" => Self::Text(&["si"]),
            None if name.starts_with("xl/comments") => Self::Text(&["text", "author"]),
            None => Self::Text(&["p"]),
        }
    }
}

struct Rewriter<'s> {
    found: &'s Found,
    operator: Operator<'s>,
    settings: &'s Settings,
    replaced: Replaced,
}

/// Elements and text of one passage.
type Events<'x> = Vec<Event<'x>>;

impl Rewriter<'_> {
    /// The part of a text document with the cells replaced that its tables tell to be replaced whole.
    fn cells_of_tables(&mut self, xml: String) -> Result<String, Problem> {
        let Operator::By(by) = self.operator else {
            return Ok(xml);
        };
        Ok(match grid::told_whole(&xml, by)? {
            Some((told, cells)) => {
                self.replaced.values += cells;
                told
            }
            None => xml,
        })
    }

    fn part(&mut self, xml: &str, part: Part<'_>) -> Result<Vec<u8>, Problem> {
        let groups: &[&str] = match part {
            Part::Text(groups) => groups,
            Part::Sheet(_) => &["c", "oddHeader", "oddFooter", "evenHeader", "evenFooter"],
        };
        let mut reader = Reader::from_str(xml);
        let mut writer = Writer::new(Cursor::new(Vec::with_capacity(xml.len())));
        let mut group: Option<(String, usize, Events<'_>)> = None;
        loop {
            let event = reader.read_event().map_err(|_| Problem::Damaged)?;
            let event = self.attributes(event)?;
            match (&event, &mut group) {
                (Event::Eof, _) => break,
                (Event::Start(element), None)
                    if groups.contains(&element.local_name().into_inner()) =>
                {
                    let name = element.local_name().into_inner().to_owned();
                    group = Some((name, 1, vec![event]));
                }
                (Event::Start(element), Some((name, depth, events))) => {
                    *depth += usize::from(element.local_name().into_inner() == name);
                    events.push(event);
                }
                (Event::End(element), Some((name, depth, _))) => {
                    *depth -= usize::from(element.local_name().into_inner() == name);
                    let is_over = *depth == 0;
                    if let Some((_, _, events)) = &mut group {
                        events.push(event);
                    }
                    if is_over && let Some((name, _, events)) = group.take() {
                        let events = match part {
                            Part::Sheet(sheet) if name == "c" => self.cell(events, sheet)?,
                            _ => self.passage(events)?,
                        };
                        for event in events {
                            writer.write_event(event)?;
                        }
                    }
                }
                (_, Some((_, _, events))) => events.push(event),
                // Text outside of any group is a passage of its own.
                (Event::Text(_) | Event::CData(_), None) => {
                    for event in self.passage(vec![event])? {
                        writer.write_event(event)?;
                    }
                }
                (_, None) => writer.write_event(event)?,
            }
        }
        if group.is_some() {
            return Err(Problem::Damaged);
        }
        Ok(writer.into_inner().into_inner())
    }

    /// The same element with what is found in its attributes replaced.
    fn attributes<'x>(&mut self, event: Event<'x>) -> Result<Event<'x>, Problem> {
        let (element, is_empty) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            _ => return Ok(event),
        };
        let mut changed = BytesStart::new(element.name().into_inner().to_owned());
        let mut has_changed = false;
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|_| Problem::Damaged)?;
            let key = attribute.key.into_inner();
            let value = ooxml::unescaped(&attribute.value);
            let local = attribute.key.local_name().into_inner();
            // Who commented or changed something; not the coordinates and ids that fill the rest.
            let is_person = matches!(local, "author" | "initials" | "displayName" | "userId");
            let text = if is_person && !value.is_empty() {
                self.replaced.values += 1;
                self.label(Kind::Person, &value)
            } else if TOLD.contains(&local) {
                let hits = self.found.hits(&value, self.settings);
                self.replaced
                    .of(&value, &hits, self.operator, self.settings)
            } else {
                value.clone()
            };
            has_changed |= text != value;
            changed.push_attribute((key, text.as_str()));
        }
        Ok(match (has_changed, is_empty) {
            (false, _) => event,
            (true, false) => Event::Start(changed.into_owned()),
            (true, true) => Event::Empty(changed.into_owned()),
        })
    }

    fn label(&self, kind: Kind, value: &str) -> String {
        let whole = hit(value, 0, value.len(), kind);
        shouxin_detect::redact(value, &[whole], self.operator)
    }

    /// A passage: its texts are read as one, and what is found is replaced in the text where it begins.
    fn passage<'x>(&mut self, events: Events<'x>) -> Result<Events<'x>, Problem> {
        let mut events = joined(events);
        let mut text = String::new();
        // Where each event of text stands in it, and each that stands for a character.
        let mut places: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, event) in events.iter().enumerate() {
            let start = text.len();
            match event {
                Event::Text(piece) => text.push_str(&ooxml::unescaped(piece)),
                Event::Start(element) | Event::Empty(element) => {
                    text.push_str(ooxml::mark(element).unwrap_or_default());
                }
                _ => {}
            }
            if matches!(event, Event::Text(_) | Event::Empty(_)) {
                places.push((at, start..text.len()));
            }
        }
        if let Some(whole) = self.found.wholes.get(text.trim()) {
            self.replaced.values += 1;
            let rest = std::iter::repeat(String::new());
            return Ok(with_texts(
                events,
                std::iter::once(whole.clone()).chain(rest),
            ));
        }
        let hits = self.found.hits(&text, self.settings);
        let may_change_between = matches!(self.operator, Operator::By(_));
        if hits.is_empty() && !may_change_between {
            return Ok(events);
        }
        let hits: Vec<Hit> = hits
            .into_iter()
            .filter(|hit| self.settings.kinds.is_empty() || self.settings.kinds.contains(&hit.kind))
            .collect();
        self.replaced.values += hits.len() as u64;
        let mut pieces = Vec::new();
        let mut done = 0;
        let mut gone = Vec::new();
        for (at, place) in places {
            if matches!(events.get(at), Some(Event::Text(_))) {
                pieces.push(self.piece(&text, place.clone(), done, &hits));
                done = place.end;
            } else if !place.is_empty() && hits.iter().any(|hit| holds(hit, &place)) {
                gone.push(at);
            }
        }
        for at in gone.into_iter().rev() {
            events.remove(at);
        }
        Ok(with_texts(events, pieces.into_iter()))
    }

    /// The text of a place, without what is found. A hit over a border is told before it; up to `done` all was told.
    fn piece(&self, text: &str, place: Range<usize>, done: usize, hits: &[Hit]) -> String {
        let mut piece = String::new();
        let mut at = place.start;
        for hit in hits {
            if hit.bytes.end <= place.start || hit.bytes.start >= place.end {
                continue;
            }
            let before = text.get(at..hit.bytes.start.max(at)).unwrap_or_default();
            piece.push_str(&self.between(before));
            if hit.bytes.start >= done {
                let value = text.get(hit.bytes.clone()).unwrap_or_default();
                piece.push_str(&self.label(hit.kind, value));
            }
            at = hit.bytes.end.min(place.end);
        }
        piece.push_str(&self.between(text.get(at..place.end).unwrap_or_default()));
        piece
    }

    fn between<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.operator {
            Operator::By(by) => by.between(text),
            _ => Cow::Borrowed(text),
        }
    }

    /// A cell. One that a scan found something in becomes text, so that neither a formula nor the style of
    /// a date gives it back. Those of shared strings are rewritten there.
    fn cell<'x>(&mut self, events: Events<'x>, sheet: &str) -> Result<Events<'x>, Problem> {
        let Some(Event::Start(element)) = events.first() else {
            return Ok(events);
        };
        let reference = ooxml::attribute(element, "r").unwrap_or_default();
        let is_shared = ooxml::attribute(element, "t").as_deref() == Some("s");
        let kind = self
            .found
            .cells
            .get(&(sheet.to_owned(), reference.clone()))
            .filter(|kind| self.settings.kinds.is_empty() || self.settings.kinds.contains(kind));
        let value = cell_value(&events);
        let whole = self.found.wholes.get(value.trim());
        if is_shared && (kind.is_some() || whole.is_some()) {
            return Ok(events);
        }
        let (None, Some(kind)) = (whole, kind) else {
            if let Some(whole) = whole {
                self.replaced.values += 1;
                return Ok(text_cell(element, &reference, whole));
            }
            // The scan looked at its value, but not at its formula.
            let has_formula = events.iter().any(
                |event| matches!(event, Event::Start(e) if e.local_name().into_inner() == "f"),
            );
            return if has_formula {
                self.passage(events)
            } else {
                Ok(events)
            };
        };
        let is_text = matches!(
            ooxml::attribute(element, "t").as_deref(),
            Some("inlineStr" | "str")
        );
        let text = if is_text {
            let hits = self.found.hits(&value, self.settings);
            self.replaced
                .of(&value, &hits, self.operator, self.settings)
        } else {
            self.replaced.values += 1;
            self.label(*kind, &value)
        };
        Ok(text_cell(element, &reference, &text))
    }
}

/// The value of a cell, without its formula.
fn cell_value(events: &Events<'_>) -> String {
    joined(events.clone())
        .iter()
        .scan(false, |is_formula, event| {
            match event {
                Event::Start(e) => *is_formula = e.local_name().into_inner() == "f",
                Event::End(_) => *is_formula = false,
                Event::Text(text) if !*is_formula => {
                    return Some(ooxml::unescaped(text));
                }
                _ => {}
            }
            Some(String::new())
        })
        .collect()
}

/// A cell of text in the place of another, in its style.
fn text_cell<'x>(element: &BytesStart<'_>, reference: &str, text: &str) -> Events<'x> {
    let mut cell = BytesStart::new("c");
    cell.push_attribute(("r", reference));
    if let Some(style) = ooxml::attribute(element, "s") {
        cell.push_attribute(("s", style.as_str()));
    }
    cell.push_attribute(("t", "inlineStr"));
    let mut text_start = BytesStart::new("t");
    text_start.push_attribute(("xml:space", "preserve"));
    let escaped = quick_xml::escape::escape(text).into_owned();
    let inner = BytesStart::new("is");
    vec![
        Event::Start(cell.clone().into_owned()),
        Event::Start(inner.clone()),
        Event::Start(text_start.clone().into_owned()),
        Event::Text(BytesText::from_escaped(escaped)),
        Event::End(text_start.to_end().into_owned()),
        Event::End(inner.to_end().into_owned()),
        Event::End(cell.to_end().into_owned()),
    ]
}

/// The same events with other texts, in their order.
fn with_texts<'x>(events: Events<'x>, mut texts: impl Iterator<Item = String>) -> Events<'x> {
    events
        .into_iter()
        .map(|event| match event {
            Event::Text(_) => {
                let text = texts.next().unwrap_or_default();
                let escaped = quick_xml::escape::escape(text.as_str()).into_owned();
                Event::Text(BytesText::from_escaped(escaped))
            }
            other => other,
        })
        .collect()
}

/// Attributes that hold words or addresses for people.
const TOLD: &[&str] = &[
    "Target", "descr", "title", "tooltip", "display", "location", "instr", "val", "name", "alt",
];

/// References and parts of character data become text, and texts that follow each other one.
fn joined(events: Events<'_>) -> Events<'_> {
    let mut joined: Events<'_> = Vec::with_capacity(events.len());
    for event in events {
        let escaped = match event {
            Event::Text(text) => text.into_inner().into_owned(),
            Event::CData(text) => quick_xml::escape::escape(&*text).into_owned(),
            Event::GeneralRef(reference) => {
                let text = ooxml::resolved(&reference);
                quick_xml::escape::escape(text.as_str()).into_owned()
            }
            other => {
                joined.push(other);
                continue;
            }
        };
        if let Some(Event::Text(last)) = joined.last_mut() {
            let whole = format!("{}{escaped}", &**last);
            *last = BytesText::from_escaped(whole);
        } else {
            joined.push(Event::Text(BytesText::from_escaped(escaped)));
        }
    }
    joined
}
