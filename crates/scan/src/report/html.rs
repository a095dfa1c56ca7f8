//! A report for people: one file that stands by itself, without a script, with pictures as inline SVG.

use askama::Template;
use shouxin_detect::LegalClass;
use shouxin_model::text::Language;

use super::{KindShare, PlaceReport, Report, Source, What};

/// The page in this language. Values in it are masked.
///
/// # Errors
/// None that happens: it is written into memory.
pub fn render(report: &Report, language: Language) -> Result<String, askama::Error> {
    Page::of(report, language).render()
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    language: Language,
    name: String,
    source: Source,
    scanned_at: String,
    detector: String,
    scanned: u64,
    place_count: usize,
    bars: Vec<Bar>,
    bars_height: usize,
    heat: Heat,
    places: Vec<Row>,
    places_left_off: usize,
    problems: Vec<(String, String)>,
    is_sample: bool,
}

/// One kind or topic in the chart of them.
struct Bar {
    title: String,
    word: &'static str,
    class: &'static str,
    cells: u64,
    places: u64,
    /// Of the chart's width, in its units.
    width: f64,
    y: usize,
}

/// The picture of kinds and topics by place.
#[derive(Default)]
struct Heat {
    columns: Vec<HeatColumn>,
    rows: Vec<HeatRow>,
    /// Above the rows, where the kinds are named.
    head: usize,
    width: usize,
    height: usize,
    left_off: usize,
}

struct HeatColumn {
    title: String,
    x: usize,
}

struct HeatRow {
    label: String,
    path: String,
    y: usize,
    cells: Vec<HeatCell>,
}

struct HeatCell {
    x: usize,
    /// 1 to 5: how much of the place is of the kind.
    step: u8,
    text: String,
    told: String,
}

/// One kind in one place of the list.
struct Row {
    path: String,
    is_first: bool,
    declared_type: String,
    sampled: String,
    title: String,
    class: &'static str,
    cells: u64,
    /// Share and its interval in percent, for columns.
    share: Option<Share>,
    confidence: String,
    samples: Vec<String>,
    at: String,
}

struct Share {
    text: String,
    interval: String,
    middle: f64,
    low: f64,
    width: f64,
    is_whole: bool,
}

const BAR_HEIGHT: usize = 26;
const CHART_WIDTH: f64 = 420.0;
const CELL_WIDTH: usize = 46;
const CELL_HEIGHT: usize = 24;
const LABEL_WIDTH: usize = 330;
/// A Latin letter of a title that stands aslant takes so much of the height, in hundredths.
const LETTER_HEIGHT: usize = 560;
/// More rows make no picture.
const HEAT_ROWS: usize = 40;
const LISTED_PLACES: usize = 1_000;

impl Page {
    fn of(report: &Report, language: Language) -> Self {
        let places: Vec<&PlaceReport> = report.places().collect();
        let amounts = report.amounts();
        let bars = bars(&amounts, language);
        Self {
            language,
            name: report.name.clone(),
            source: report.source,
            scanned_at: report.scanned_at.clone(),
            detector: super::detector_id(),
            scanned: report.scanned,
            place_count: places.len(),
            bars_height: bars.len() * BAR_HEIGHT + 4,
            bars,
            heat: Heat::of(&places, &amounts, language),
            places: places
                .iter()
                .take(LISTED_PLACES)
                .flat_map(|place| rows(place, language))
                .collect(),
            places_left_off: places.len().saturating_sub(LISTED_PLACES),
            problems: report
                .problems()
                .map(|(document, place, problem)| {
                    let name = [document, place].join(" ").trim().to_owned();
                    (name, problem.text().get(language).to_owned())
                })
                .collect(),
            is_sample: places.iter().any(|place| !place.is_whole()),
        }
    }

    /// One of two texts.
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    fn tag(&self) -> &'static str {
        match self.language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    fn documents(&self) -> &'static str {
        match (self.source, self.language) {
            (Source::Files, Language::Chinese) => "个文件已扫描",
            (Source::Files, Language::English) => "files scanned",
            (_, Language::Chinese) => "张表已扫描",
            (_, Language::English) => "tables scanned",
        }
    }
}

fn bars(amounts: &[(What, u64, u64)], language: Language) -> Vec<Bar> {
    let mut sorted = amounts.to_vec();
    sorted.sort_by_key(|(what, cells, _)| (std::cmp::Reverse(*cells), *what));
    let most = sorted.first().map_or(1, |(_, cells, _)| *cells).max(1) as f64;
    sorted
        .into_iter()
        .enumerate()
        .map(|(at, (what, cells, places))| Bar {
            title: what.title().get(language).to_owned(),
            word: what.word(),
            class: class(what),
            cells,
            places,
            width: (cells as f64 / most * CHART_WIDTH).max(2.0),
            y: at * BAR_HEIGHT,
        })
        .collect()
}

/// The style of what was found: by its class of law.
const fn class(what: What) -> &'static str {
    match what.class() {
        LegalClass::Sensitive => "sensitive",
        LegalClass::Personal => "personal",
        LegalClass::Organisation => "organisation",
    }
}

impl Heat {
    fn of(places: &[&PlaceReport], amounts: &[(What, u64, u64)], language: Language) -> Self {
        let mut shown: Vec<&&PlaceReport> = places.iter().collect();
        let cells = |place: &PlaceReport| What::all().filter_map(|w| place.cells(w)).sum::<u64>();
        shown.sort_by(|a, b| cells(b).cmp(&cells(a)).then_with(|| a.path.cmp(&b.path)));
        let left_off = shown.len().saturating_sub(HEAT_ROWS);
        shown.truncate(HEAT_ROWS);
        // The same order as everywhere else in the report.
        shown.sort_by(|a, b| a.path.cmp(&b.path));
        let x = |at: usize| LABEL_WIDTH + at * CELL_WIDTH;
        let longest = amounts
            .iter()
            .map(|(what, ..)| what.title().get(language).chars().map(width_of).sum())
            .max()
            .unwrap_or(0);
        let head = 26 + longest * LETTER_HEIGHT / 100;
        Self {
            head,
            columns: amounts
                .iter()
                .enumerate()
                .map(|(at, (what, ..))| HeatColumn {
                    title: what.title().get(language).to_owned(),
                    x: x(at) + CELL_WIDTH / 2,
                })
                .collect(),
            rows: shown
                .iter()
                .enumerate()
                .map(|(row, place)| HeatRow {
                    label: shortened(&place.shown()),
                    path: place.shown(),
                    y: head + row * CELL_HEIGHT,
                    cells: amounts
                        .iter()
                        .enumerate()
                        .filter_map(|(at, (what, ..))| {
                            let cells = place.cells(*what)?;
                            Some(heat_cell(place, *what, cells, x(at), language))
                        })
                        .collect(),
                })
                .collect(),
            width: x(amounts.len()) + 110,
            height: head + shown.len() * CELL_HEIGHT + 4,
            left_off,
        }
    }
}

fn heat_cell(
    place: &PlaceReport,
    what: What,
    cells: u64,
    x: usize,
    language: Language,
) -> HeatCell {
    let part = cells as f64 / place.sampled.max(1) as f64;
    let step = if place.is_column {
        step(part, [0.01, 0.1, 0.5, 0.9])
    } else {
        step(cells as f64, [2.0, 10.0, 100.0, 1_000.0])
    };
    let text = if place.is_column {
        percent(part)
    } else {
        compact(cells)
    };
    HeatCell {
        x,
        step,
        told: format!(
            "{} · {}: {}",
            place.shown(),
            what.title().get(language),
            text
        ),
        text,
    }
}

/// The shade of a value: 1 below the first border, 5 from the last on.
fn step(value: f64, borders: [f64; 4]) -> u8 {
    borders
        .iter()
        .fold(1, |step, border| step + u8::from(value >= *border))
}

/// `98%`, `<1%`.
fn percent(part: f64) -> String {
    if part > 0.0 && part < 0.01 {
        "<1%".to_owned()
    } else {
        format!("{:.0}%", part * 100.0)
    }
}

/// `950`, `12k`.
fn compact(count: u64) -> String {
    match count {
        0..=9_999 => count.to_string(),
        10_000..=9_999_999 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

/// A path that fits beside the picture: its end, which tells most. Wide characters count double.
fn shortened(path: &str) -> String {
    if path.chars().map(width_of).sum::<usize>() <= LABEL_CHARS {
        return path.to_owned();
    }
    let mut left = LABEL_CHARS - 2;
    let end: Vec<char> = path
        .chars()
        .rev()
        .take_while(|c| {
            let fits = left >= width_of(*c);
            left = left.saturating_sub(width_of(*c));
            fits
        })
        .collect();
    std::iter::once('…').chain(end.into_iter().rev()).collect()
}

/// How wide a character is, in Latin letters.
const fn width_of(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

const LABEL_CHARS: usize = 46;

fn rows(place: &PlaceReport, language: Language) -> Vec<Row> {
    let mut kinds: Vec<&KindShare> = place.kinds.iter().collect();
    kinds.sort_by_key(|share| (std::cmp::Reverse(share.cells), share.kind));
    let sampled = match place.rows {
        Some(rows) if rows != place.sampled => format!("{} / {rows}", place.sampled),
        _ => place.sampled.to_string(),
    };
    kinds
        .into_iter()
        .enumerate()
        .map(|(at, share)| Row {
            path: place.shown(),
            is_first: at == 0,
            declared_type: place.declared_type.clone().unwrap_or_default(),
            sampled: sampled.clone(),
            title: What::Kind(share.kind).title().get(language).to_owned(),
            class: class(What::Kind(share.kind)),
            cells: share.cells,
            share: place.is_column.then(|| Share::of(place, share)),
            confidence: format!("{:.2}", share.confidence),
            samples: share.samples.clone(),
            at: share.first.told(language),
        })
        .chain(
            place
                .topics
                .iter()
                .enumerate()
                .map(|(at, (topic, cells))| Row {
                    path: place.shown(),
                    is_first: at == 0 && place.kinds.is_empty(),
                    declared_type: place.declared_type.clone().unwrap_or_default(),
                    sampled: sampled.clone(),
                    title: topic.title().get(language).to_owned(),
                    class: "sensitive",
                    cells: *cells,
                    share: None,
                    confidence: String::new(),
                    samples: Vec::new(),
                    at: String::new(),
                }),
        )
        .collect()
}

impl Share {
    fn of(place: &PlaceReport, share: &KindShare) -> Self {
        let middle = share.cells as f64 / place.sampled.max(1) as f64;
        Self {
            text: percent(middle),
            interval: format!("{:.1}–{:.1}%", share.low * 100.0, share.high * 100.0),
            middle: middle * 100.0,
            low: share.low * 100.0,
            width: ((share.high - share.low) * 100.0).max(1.0),
            is_whole: place.is_whole(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{compact, percent, shortened};

    #[test]
    fn numbers_and_paths_are_short() {
        assert_eq!(percent(0.004), "<1%");
        assert_eq!(percent(0.995), "100%");
        assert_eq!(compact(12_345), "12k");
        assert_eq!(shortened("a/b.csv › 手机号"), "a/b.csv › 手机号");
        let long = shortened(&"客户资料/".repeat(20));
        assert!(long.starts_with('…') && long.chars().count() < 30, "{long}");
    }
}
