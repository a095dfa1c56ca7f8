//! Takes what readers find, one document at a time.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};

use shouxin_detect::{Detector, Hit, Kind, Operator, Piece, Stream, Topic, redact, topics};

use crate::column::Profile;
use crate::place::letters;
use crate::report::{DocumentReport, KindShare, PlaceReport, What};
use crate::share::interval;
use crate::{Finding, Limits, Place, Problem, finding};

/// What a scan looks for and how it is stopped. Shared by threads.
#[derive(Debug)]
pub struct Settings {
    /// Finds.
    pub detector: Detector,
    /// The kinds that count; all if empty.
    pub kinds: Vec<Kind>,
    /// Whether passages on sensitive topics are counted.
    pub topics: bool,
    /// Limits.
    pub limits: Limits,
    /// Set when a person wants it to end.
    pub stop: AtomicBool,
}

impl Settings {
    /// Everything is looked for.
    pub fn new(detector: Detector) -> Self {
        Self {
            detector,
            kinds: Vec::new(),
            topics: true,
            limits: Limits::default(),
            stop: AtomicBool::new(false),
        }
    }

    /// # Errors
    /// `Stopped` if a person asked for the end.
    pub(crate) fn go_on(&self) -> Result<(), Problem> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Problem::Stopped);
        }
        Ok(())
    }

    fn counts(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// Is told each finding as it comes.
pub type Tell<'t> = &'t mut dyn FnMut(&Finding) -> Result<(), Problem>;

/// What is known of a document so far.
pub(crate) struct Collector<'a, 't> {
    pub(crate) settings: &'a Settings,
    pub(crate) report: DocumentReport,
    tell: Option<Tell<'t>>,
    text: Tally,
    passages: u64,
    /// The document within the document, and its part of a mail.
    within: Option<String>,
    part: Option<String>,
    /// What was found, for a copy without it; never part of a report.
    values: Option<Values<'a>>,
}

/// What a copy is to be without.
struct Values<'a> {
    operator: Operator<'a>,
    found: Vec<Value>,
    /// Values of columns whose names tell what they hold, and what stands for each.
    wholes: HashMap<String, String>,
}

/// Where a value stands, and the value.
type Value = (Place, Kind, String);

impl<'a, 't> Collector<'a, 't> {
    pub(crate) fn new(settings: &'a Settings, name: String, tell: Option<Tell<'t>>) -> Self {
        Self {
            settings,
            report: DocumentReport {
                path: vec![name.clone()],
                name,
                ..DocumentReport::default()
            },
            tell,
            text: Tally::default(),
            passages: 0,
            within: None,
            part: None,
            values: None,
        }
    }

    /// Holds the values as well, to take them out of a copy.
    pub(crate) fn with_values(mut self, operator: Operator<'a>) -> Self {
        self.values = Some(Values {
            operator,
            found: Vec::new(),
            wholes: HashMap::new(),
        });
        self
    }

    /// The values, and those that are replaced whole, with what stands for each.
    pub(crate) fn take_values(&mut self) -> (Vec<Value>, HashMap<String, String>) {
        let values = self.values.take();
        values
            .map(|held| (held.found, held.wholes))
            .unwrap_or_default()
    }

    /// Holds a cell whose column tells what it is.
    fn hold_whole(&mut self, column: &str, value: &str) {
        if let Some(values) = &mut self.values
            && let Operator::By(by) = values.operator
            && let Some(whole) = by.cell(column, value)
        {
            values.wholes.insert(value.trim().to_owned(), whole);
        }
    }

    fn hold(&mut self, finding: &Finding, kind: Kind, value: &str) {
        if let Some(values) = &mut self.values {
            let place = finding.place.clone();
            values.found.push((place, kind, value.to_owned()));
        }
    }

    /// The document, and what within it is read now.
    pub(crate) fn document(&self) -> String {
        match &self.within {
            None => self.report.name.clone(),
            Some(within) => format!("{}!/{within}", self.report.name),
        }
    }

    /// Reads a document within this one. What is found is told under its name; its text counts apart.
    pub(crate) fn nested(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let outer = (
            self.within.clone(),
            self.part.take(),
            std::mem::take(&mut self.text),
            std::mem::take(&mut self.passages),
        );
        self.within = Some(match &outer.0 {
            Some(outer) => format!("{outer}!/{name}"),
            None => name.to_owned(),
        });
        let done = read(self);
        self.close_text();
        let document = self.document();
        (self.within, self.part, self.text, self.passages) = outer;
        match done {
            Err(problem) if problem.ends() => Err(problem),
            Err(problem) => {
                self.report.problems.push((document, problem));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Names the part in which passages that name none stand.
    pub(crate) fn set_part(&mut self, part: Option<&str>) {
        self.part = part.map(str::to_owned);
    }

    /// Something of the document could not be read.
    pub(crate) fn problem(&mut self, place: &str, problem: Problem) {
        let told = (place.to_owned(), problem);
        if !self.report.problems.contains(&told) && self.report.problems.len() < MOST_PROBLEMS {
            self.report.problems.push(told);
        }
    }

    /// A passage: a paragraph, a line, a page. `place` tells where the byte at an offset of it stands.
    pub(crate) fn passage(
        &mut self,
        text: &str,
        place: impl Fn(usize) -> Place,
    ) -> Result<(), Problem> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let hits = self.settings.detector.detect(text);
        self.hits(text, &hits, place)
    }

    /// A passage that is announced as one kind: a name in the head of a mail.
    pub(crate) fn announced(
        &mut self,
        kind: Kind,
        text: &str,
        place: Place,
    ) -> Result<(), Problem> {
        let hits = crate::column::announced(&self.settings.detector, kind, text);
        self.hits(text, &hits, |_| place.clone())
    }

    /// A passage in which this was found.
    fn hits(
        &mut self,
        text: &str,
        hits: &[Hit],
        place: impl Fn(usize) -> Place,
    ) -> Result<(), Problem> {
        self.settings.go_on()?;
        self.passages += 1;
        self.text.speaks_of(text, self.settings);
        let mut seen: Vec<Kind> = Vec::new();
        for hit in hits.iter().filter(|hit| self.settings.counts(hit.kind)) {
            let value = text.get(hit.bytes.clone()).unwrap_or_default();
            let place = place(hit.bytes.start).within_if_none(self.part.as_deref());
            let finding = Finding::of(&self.document(), place, value, hit);
            let is_first = !seen.contains(&hit.kind);
            if is_first {
                seen.push(hit.kind);
            }
            self.hold(&finding, hit.kind, value);
            self.keep(hit, finding, is_first)?;
        }
        Ok(())
    }

    /// A finding in running text: told, counted, and kept while there is room.
    fn keep(&mut self, hit: &Hit, finding: Finding, is_first: bool) -> Result<(), Problem> {
        self.text.add(hit, &finding, is_first);
        self.tell(&finding)?;
        if self.report.findings.len() < self.settings.limits.findings {
            self.report.findings.push(finding);
        } else {
            self.report.findings_left_off += 1;
        }
        Ok(())
    }

    /// Running text line by line, however long: each line is a passage.
    pub(crate) fn lines(&mut self) -> Lines<'a> {
        Lines {
            stream: Some(Stream::new(&self.settings.detector)),
            line: 1,
            last: Vec::new(),
        }
    }

    pub(crate) fn tell(&mut self, finding: &Finding) -> Result<(), Problem> {
        match &mut self.tell {
            Some(tell) => tell(finding),
            None => Ok(()),
        }
    }

    /// A name of a column or sheet without what is personal in it.
    pub(crate) fn safe_name(&self, name: &str) -> String {
        safe_name(&self.settings.detector, name)
    }

    fn close_text(&mut self) {
        let tally = std::mem::take(&mut self.text);
        let passages = std::mem::take(&mut self.passages);
        if !tally.is_empty() {
            self.report.places.push(PlaceReport {
                path: vec![self.document()],
                rows: Some(passages),
                sampled: passages,
                topics: tally.told_topics(),
                kinds: tally.shares(passages, true),
                ..PlaceReport::default()
            });
        }
    }

    /// What is known now that the document has ended.
    pub(crate) fn finish(mut self) -> DocumentReport {
        self.close_text();
        self.report
    }
}

/// No document tells more problems than this.
const MOST_PROBLEMS: usize = 200;

impl Place {
    fn within_if_none(self, part: Option<&str>) -> Self {
        if self.part.is_some() {
            self
        } else {
            self.within(part)
        }
    }
}

/// A name without what is personal in it, and not too long.
pub(crate) fn safe_name(detector: &Detector, name: &str) -> String {
    let hits = detector.detect(name);
    let mut safe: String = redact(name, &hits, Operator::Label)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(NAME_CHARS)
        .collect();
    if name.chars().count() > NAME_CHARS {
        safe.push('…');
    }
    safe
}

const NAME_CHARS: usize = 120;

/// Running text as it comes.
pub(crate) struct Lines<'d> {
    stream: Option<Stream<'d>>,
    line: u64,
    /// The last line in which each kind was found, so that a line counts once.
    last: Vec<(Kind, u64)>,
}

impl Lines<'_> {
    pub(crate) fn push(
        &mut self,
        collector: &mut Collector<'_, '_>,
        text: &str,
    ) -> Result<(), Problem> {
        let pieces = self.stream.as_mut().map(|stream| stream.push(text));
        for piece in pieces.unwrap_or_default() {
            self.piece(collector, &piece)?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
        let Some(stream) = self.stream.take() else {
            return Ok(());
        };
        let piece = stream.finish();
        self.piece(collector, &piece)?;
        collector.passages += u64::from(!piece.text.is_empty() && !piece.text.ends_with('\n'));
        Ok(())
    }

    fn piece(&mut self, collector: &mut Collector<'_, '_>, piece: &Piece) -> Result<(), Problem> {
        collector.settings.go_on()?;
        if collector.settings.topics {
            self.topics(collector, &piece.text);
        }
        let (mut line, mut upto) = (self.line, 0);
        for hit in &piece.hits {
            line += newlines(&piece.text, upto, hit.bytes.start);
            upto = hit.bytes.start;
            if !collector.settings.counts(hit.kind) {
                continue;
            }
            let value = piece.text.get(hit.bytes.clone()).unwrap_or_default();
            let place = Place::line(line).within(collector.part.as_deref());
            let finding = Finding::of(&collector.document(), place, value, hit);
            let is_first = self.is_first(hit.kind, line);
            collector.keep(hit, finding, is_first)?;
        }
        line += newlines(&piece.text, upto, piece.text.len());
        collector.passages += line - self.line;
        self.line = line;
        Ok(())
    }

    /// Counts the lines that speak of each topic.
    fn topics(&self, collector: &mut Collector<'_, '_>, text: &str) {
        let (mut line, mut upto) = (self.line, 0);
        let mut last: BTreeMap<Topic, u64> = BTreeMap::new();
        for passage in topics(text) {
            line += newlines(text, upto, passage.bytes.start);
            upto = passage.bytes.start.max(upto);
            if last.insert(passage.topic, line) != Some(line) {
                *collector.text.topics.entry(passage.topic).or_default() += 1;
            }
        }
    }

    fn is_first(&mut self, kind: Kind, line: u64) -> bool {
        match self.last.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, last)) => std::mem::replace(last, line) != line,
            None => {
                self.last.push((kind, line));
                true
            }
        }
    }
}

fn newlines(text: &str, from: usize, to: usize) -> u64 {
    let part = text.get(from..to).unwrap_or_default();
    part.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// What was found in one place, by kind.
#[derive(Default)]
pub(crate) struct Tally {
    kinds: BTreeMap<Kind, Count>,
    /// Cells or passages that speak of a sensitive topic.
    topics: BTreeMap<Topic, u64>,
}

#[derive(Default)]
struct Count {
    cells: u64,
    hits: u64,
    confidence: u64,
    samples: Vec<String>,
    first: Place,
}

impl Tally {
    fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.topics.is_empty()
    }

    /// Counts a cell or passage for each topic that it speaks of.
    fn speaks_of(&mut self, text: &str, settings: &Settings) {
        if !settings.topics {
            return;
        }
        let mut seen: Vec<Topic> = topics(text).iter().map(|passage| passage.topic).collect();
        seen.sort_unstable();
        seen.dedup();
        for topic in seen {
            *self.topics.entry(topic).or_default() += 1;
        }
    }

    /// `is_first` of its kind within its cell or passage.
    fn add(&mut self, hit: &Hit, finding: &Finding, is_first: bool) {
        let count = self.kinds.entry(hit.kind).or_default();
        if count.hits == 0 {
            count.first = finding.place.clone();
        }
        count.hits += 1;
        count.confidence += u64::from(hit.confidence);
        count.cells += u64::from(is_first);
        if count.samples.len() < 3 && !count.samples.contains(&finding.masked) {
            count.samples.push(finding.masked.clone());
        }
    }

    fn told_topics(&self) -> Vec<(Topic, u64)> {
        self.topics
            .iter()
            .map(|(topic, cells)| (*topic, *cells))
            .collect()
    }

    fn shares(self, sampled: u64, is_all: bool) -> Vec<KindShare> {
        self.kinds
            .into_iter()
            .map(|(kind, count)| {
                let (low, high) = interval(count.cells, sampled, is_all);
                KindShare {
                    kind,
                    cells: count.cells,
                    low,
                    high,
                    confidence: count.confidence as f64 / count.hits.max(1) as f64 / 1000.0,
                    first: count.first,
                    samples: count.samples,
                }
            })
            .collect()
    }
}

/// Where a value of a table stands.
#[derive(Clone, Debug)]
pub(crate) enum Spot {
    /// In a line of a text file.
    Line(u64),
    /// In a cell of a worksheet: column from 0, row from 1.
    Cell(usize, u64),
    /// In a row of a table without lines.
    Row(u64),
    /// At a JSON pointer, in a line of NDJSON if there is one.
    Pointer(String, Option<u64>),
    /// In a paragraph or table of a document.
    At(Box<Place>),
}

/// The columns of a table as its values come, in any order.
pub(crate) struct Table {
    /// What stands before the name of a column in its path.
    path: Vec<String>,
    sheet: Option<String>,
    columns: Vec<Column>,
    by_name: std::collections::HashMap<String, usize>,
    waiting_bytes: usize,
    /// Whether columns in which nothing was found are told as well.
    keeps_all: bool,
}

struct Column {
    name: String,
    declared_type: Option<String>,
    /// Values that wait for the profile.
    waiting: Vec<(Spot, String)>,
    profile: Option<Profile>,
    tally: Tally,
    seen: u64,
}

impl Table {
    /// A table whose columns stand under this path.
    pub(crate) fn new(path: Vec<String>, sheet: Option<String>) -> Self {
        Self {
            path,
            sheet,
            columns: Vec::new(),
            by_name: std::collections::HashMap::new(),
            waiting_bytes: 0,
            keeps_all: false,
        }
    }

    /// Tells columns in which nothing was found as well.
    pub(crate) fn keep_all(mut self) -> Self {
        self.keeps_all = true;
        self
    }

    /// The worksheet that it is.
    pub(crate) fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// The column of this name, made if there is none. `None` beyond the limit.
    pub(crate) fn column(
        &mut self,
        collector: &mut Collector<'_, '_>,
        name: &str,
        declared_type: Option<&str>,
    ) -> Option<usize> {
        if let Some(&at) = self.by_name.get(name) {
            return Some(at);
        }
        if self.columns.len() >= collector.settings.limits.columns {
            collector.problem("", Problem::TooMany);
            return None;
        }
        self.by_name.insert(name.to_owned(), self.columns.len());
        self.columns.push(Column {
            name: name.to_owned(),
            declared_type: declared_type.map(str::to_owned),
            waiting: Vec::new(),
            profile: None,
            tally: Tally::default(),
            seen: 0,
        });
        Some(self.columns.len() - 1)
    }

    /// A value of a column.
    pub(crate) fn cell(
        &mut self,
        collector: &mut Collector<'_, '_>,
        column: usize,
        spot: Spot,
        value: &str,
    ) -> Result<(), Problem> {
        collector.settings.go_on()?;
        let sheet = self.sheet.as_deref();
        let Some(held) = self.columns.get_mut(column) else {
            return Ok(());
        };
        held.seen += 1;
        if value.trim().is_empty() {
            return Ok(());
        }
        if held.profile.is_some() {
            return held.look(collector, sheet, &spot, value);
        }
        self.waiting_bytes += value.len();
        held.waiting.push((spot, value.to_owned()));
        if held.waiting.len() >= collector.settings.limits.profile_values
            || self.waiting_bytes > WAITING_BYTES
        {
            self.waiting_bytes -= held.settle(collector, sheet)?;
        }
        Ok(())
    }

    /// Ends the table. It has so many rows, if that is known; `sampled` of them came here, which counts
    /// for its empty cells as well.
    pub(crate) fn close(
        mut self,
        collector: &mut Collector<'_, '_>,
        rows: Option<u64>,
        sampled: Option<u64>,
    ) -> Result<(), Problem> {
        let sheet = self.sheet.take();
        for mut column in self.columns {
            column.settle(collector, sheet.as_deref())?;
            let sampled = sampled.unwrap_or(column.seen);
            let rows = rows.or(if sampled == column.seen && !self.keeps_all {
                Some(sampled)
            } else {
                None
            });
            if column.tally.is_empty() && !self.keeps_all {
                continue;
            }
            let name = collector.safe_name(&column.name);
            let name = match &sheet {
                Some(sheet) => format!("{sheet}!{name}"),
                None => name,
            };
            collector.report.places.push(PlaceReport {
                path: self.path.iter().cloned().chain([name]).collect(),
                is_column: true,
                rows,
                sampled,
                declared_type: column.declared_type,
                topics: column.tally.told_topics(),
                kinds: column.tally.shares(sampled, rows == Some(sampled)),
                variety: column.profile.map(|p| (p.distinct, p.entropy)),
            });
        }
        Ok(())
    }
}

/// So many bytes of all columns wait for profiles together, at most.
const WAITING_BYTES: usize = 16 << 20;

impl Column {
    /// Judges the column by what waits, then what waits. Gives the bytes that no longer wait.
    fn settle(
        &mut self,
        collector: &mut Collector<'_, '_>,
        sheet: Option<&str>,
    ) -> Result<usize, Problem> {
        if self.profile.is_some() {
            return Ok(0);
        }
        let waiting = std::mem::take(&mut self.waiting);
        let values = waiting.iter().map(|(_, value)| value.as_str());
        let profile = Profile::of(&collector.settings.detector, &self.name, values);
        self.profile = Some(profile);
        let mut bytes = 0;
        for (spot, value) in &waiting {
            bytes += value.len();
            self.look(collector, sheet, spot, value)?;
        }
        Ok(bytes)
    }

    fn look(
        &mut self,
        collector: &mut Collector<'_, '_>,
        sheet: Option<&str>,
        spot: &Spot,
        value: &str,
    ) -> Result<(), Problem> {
        let Some(profile) = &self.profile else {
            return Ok(());
        };
        if profile.may_speak() {
            self.tally.speaks_of(value, collector.settings);
        }
        let hits = profile.judge(&collector.settings.detector, value);
        collector.hold_whole(&self.name, value);
        let mut seen: Vec<Kind> = Vec::new();
        for hit in hits
            .iter()
            .filter(|hit| collector.settings.counts(hit.kind))
        {
            let found = value.get(hit.bytes.clone()).unwrap_or_default();
            let place = self.place(collector, sheet, spot);
            let finding = Finding::of(&collector.document(), place, found, hit);
            let is_first = !seen.contains(&hit.kind);
            if is_first {
                seen.push(hit.kind);
            }
            self.tally.add(hit, &finding, is_first);
            collector.hold(&finding, hit.kind, found);
            collector.tell(&finding)?;
        }
        Ok(())
    }

    fn place(&self, collector: &Collector<'_, '_>, sheet: Option<&str>, spot: &Spot) -> Place {
        let mut place = match spot {
            Spot::Line(line) => Place::line(*line),
            Spot::Cell(column, row) => Place {
                cell: Some(format!("{}{row}", letters(*column))),
                ..Place::default()
            },
            Spot::Row(row) => Place {
                row: Some(*row),
                ..Place::default()
            },
            Spot::Pointer(pointer, line) => Place {
                pointer: Some(collector.safe_name(pointer)),
                line: *line,
                ..Place::default()
            },
            Spot::At(place) => (**place).clone(),
        };
        if !matches!(spot, Spot::Pointer(..)) {
            place.column = Some(collector.safe_name(&self.name));
        }
        place.sheet = sheet.map(str::to_owned);
        place.within_if_none(collector.part.as_deref())
    }
}

/// Tells a report of a database's table apart from others.
pub(crate) fn fingerprint_of_place(place: &PlaceReport, what: What) -> String {
    let mut parts: Vec<&str> = place.path.iter().map(String::as_str).collect();
    parts.push(what.word());
    finding::fingerprint(&parts)
}
