//! What the model sees of a stretch that may be a name: numbers of features.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::cn::address::divisions;
use crate::cn::chars::{CharSet, Chars, is_han, longest_ending};
use crate::cn::lexicon::{self, Lattice, Part};
use crate::{Candidate, Kind, table};

use super::candidates::Option;
use super::cues::{ACTS, CALLS, ROLES, TITLES, Words, each};
use super::names::{Names, Place};

/// A text and what was found in it.
pub(super) struct Scene<'t> {
    pub(super) text: &'t Chars<'t>,
    /// Phone and identity numbers, by start, in characters.
    numbers: Vec<(usize, usize)>,
    /// What no name reaches into, by start, in characters.
    barred: Vec<(usize, usize)>,
    /// Where what was found begins, in characters, sorted.
    values: Vec<usize>,
    /// Cells of tables under headings of names, by start, in characters.
    cells: Vec<(usize, usize)>,
}

impl<'t> Scene<'t> {
    pub(super) fn new(text: &'t Chars<'t>, seen: &[Candidate]) -> Self {
        let place = |c: &Candidate| (text.index(c.start), text.index(c.end));
        let numbers = seen
            .iter()
            .filter(|c| {
                matches!(c.kind, Kind::Phone | Kind::IdCard | Kind::Landline) && c.confidence >= 500
            })
            .map(place)
            .collect();
        let mut barred: Vec<(usize, usize)> = seen
            .iter()
            .filter(|c| c.confidence >= 600 && matches!(c.kind, Kind::Address | Kind::Plate))
            .map(place)
            .collect();
        // Each reaches at least as far as those before it, so that the nearest tells for all.
        let mut reach = 0;
        for (_, end) in &mut barred {
            reach = reach.max(*end);
            *end = reach;
        }
        Self {
            text,
            numbers,
            barred,
            values: seen.iter().map(|c| text.index(c.start)).collect(),
            cells: name_cells(text),
        }
    }

    /// Whether a cell under a heading of names is just this stretch.
    pub(super) fn is_name_cell(&self, start: usize, end: usize) -> bool {
        self.cells.binary_search(&(start, end)).is_ok()
    }

    /// The cells of tables under headings of names.
    pub(super) fn cells(&self) -> &[(usize, usize)] {
        &self.cells
    }

    /// Whether something else that was found reaches into this stretch.
    pub(super) fn is_barred(&self, start: usize, end: usize) -> bool {
        let upto = self.barred.partition_point(|&(from, _)| from < end);
        upto.checked_sub(1)
            .and_then(|last| self.barred.get(last))
            .is_some_and(|&(_, to)| to > start)
    }

    /// Whether something that was found begins at `at`.
    pub(super) fn begins_value(&self, at: usize) -> bool {
        self.values.binary_search(&at).is_ok()
    }

    /// How many characters lie between `end` and the next number, up to 12.
    fn number_after(&self, end: usize) -> std::option::Option<usize> {
        let next = self.numbers.partition_point(|&(from, _)| from < end);
        let &(from, _) = self.numbers.get(next)?;
        Some(from - end).filter(|&gap| gap <= 12)
    }

    /// Whether a phone or identity number stands within 12 characters.
    pub(super) fn has_number_near(&self, start: usize, end: usize) -> bool {
        self.number_after(end).is_some() || self.number_before(start).is_some()
    }

    /// Whether a phone or identity number ends right before `start`.
    pub(super) fn follows_number(&self, start: usize) -> bool {
        self.number_before(start) == Some(0)
    }

    /// How many characters lie between the number before and `start`, up to 12.
    fn number_before(&self, start: usize) -> std::option::Option<usize> {
        let next = self.numbers.partition_point(|&(from, _)| from < start);
        let &(_, to) = next
            .checked_sub(1)
            .and_then(|last| self.numbers.get(last))?;
        start.checked_sub(to).filter(|&gap| gap <= 12)
    }
}

fn name_cells(text: &Chars<'_>) -> Vec<(usize, usize)> {
    let is_name = |heading: &std::ops::Range<usize>| {
        let end = text.index(heading.end);
        is_role(text, end) || text.ends(end, "name") || text.ends(end, "Name")
    };
    table::cells(text.text, is_name)
        .into_iter()
        .map(|cell| (text.index(cell.place.start), text.index(cell.place.end)))
        .collect()
}

/// How many features the model tells apart.
pub(super) const COUNT: usize = 1 << 16;

/// Pushes the features of `option`. Each is below [`COUNT`].
pub(super) fn of(scene: &Scene<'_>, lattice: &Lattice, option: &Option, out: &mut Vec<u32>) {
    let mut sink = Sink { out };
    let length = (option.end - option.start) as u32;
    let shape = length * 8 + u32::from(option.surname_chars) * 2 + u32::from(option.spaced);
    sink.add(1, shape, 0);
    let margin = likelihood(lattice, option, shape, &mut sink);
    let left = left_side(scene, lattice, option, &mut sink);
    let right = right_side(scene, lattice, option, &mut sink);
    let coarse = (margin / 3).clamp(-6, 6) as u32;
    sink.add(40, left * 64 + right, u32::from(length > 2));
    sink.add(41, left, coarse);
    sink.add(42, right, coarse);
    sink.add(43, left * 64 + right, coarse);
    borders(scene.text, option, &mut sink);
    numbers(scene, option, &mut sink);
}

struct Sink<'o> {
    out: &'o mut Vec<u32>,
}

impl Sink<'_> {
    fn add(&mut self, sort: u32, a: u32, b: u32) {
        let mut hash = u64::from(sort) << 56 ^ u64::from(a) << 24 ^ u64::from(b);
        hash = (hash ^ hash >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash = (hash ^ hash >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        self.out.push((hash >> 40) as u32 & (COUNT as u32 - 1));
    }
}

/// How likely the stretch is as a name, and as words.
fn likelihood(lattice: &Lattice, option: &Option, shape: u32, sink: &mut Sink<'_>) -> i32 {
    let cost = u32::from(option.surname) + u32::from(option.given);
    let margin = lattice
        .margin(option.start..option.end, cost)
        .clamp(-200, 200)
        / 8;
    sink.add(2, (margin + 64) as u32, 0);
    sink.add(3, (margin / 2 + 64) as u32, shape);
    sink.add(4, u32::from(option.surname) / 8, shape);
    sink.add(5, u32::from(option.given) / 8, shape);
    // Sums of steps, so that what was seen little still counts the right way.
    for step in [-16, -12, -8, -5, -2, 1, 4, 8] {
        if margin >= step {
            sink.add(6, (step + 64) as u32, u32::from(shape >= 24));
        }
    }
    margin
}

/// What touches a name on one side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start = 0,
    Line = 1,
    Colon = 2,
    Comma = 3,
    Stop = 4,
    Open = 5,
    Close = 6,
    Digit = 7,
    Latin = 8,
    Blank = 9,
    Tab = 10,
    Equals = 11,
    Dash = 12,
    At = 13,
    Enumerate = 14,
    Quote = 15,
    Title = 16,
    Han = 17,
    Other = 18,
}

fn edge(c: char) -> Edge {
    match c {
        '\0' => Edge::Start,
        '\n' | '\r' => Edge::Line,
        ':' | '：' => Edge::Colon,
        ',' | '，' => Edge::Comma,
        '。' | '；' | ';' | '！' | '!' | '？' | '?' | '.' | '…' | '~' | '～' => Edge::Stop,
        '(' | '（' | '[' | '【' | '{' | '〔' => Edge::Open,
        ')' | '）' | ']' | '】' | '}' | '〕' => Edge::Close,
        ' ' | '\u{3000}' => Edge::Blank,
        '\t' | '|' => Edge::Tab,
        '=' | '>' => Edge::Equals,
        '-' | '—' | '/' | '_' | '\\' | '*' | '#' => Edge::Dash,
        '@' => Edge::At,
        '、' | '&' | '+' => Edge::Enumerate,
        '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' => Edge::Quote,
        '《' | '》' | '<' => Edge::Title,
        _ if c.is_ascii_digit() => Edge::Digit,
        _ if c.is_alphabetic() && c.is_ascii() => Edge::Latin,
        _ if is_han(c) => Edge::Han,
        _ => Edge::Other,
    }
}

/// The left side; gives a class that joins the edge and what is known of the word there.
fn left_side(scene: &Scene<'_>, lattice: &Lattice, option: &Option, sink: &mut Sink<'_>) -> u32 {
    let text = scene.text;
    let start = option.start;
    let c = text.before(start);
    let kind = edge(c);
    sink.add(10, u32::from(c), 0);
    sink.add(
        11,
        u32::from(c),
        u32::from(text.before(start.saturating_sub(1))),
    );
    sink.add(
        12,
        kind as u32,
        edge(text.before(start.saturating_sub(1))) as u32,
    );
    // Beyond a mark, the word that it follows: 姓名：
    let word_end = if kind == Edge::Han {
        start
    } else {
        label_end(text, start)
    };
    let cue = match cue_before(text, word_end) {
        0 if is_trade(text, word_end) => 4,
        cue => cue,
    };
    sink.add(13, kind as u32, cue);
    sink.add(14, cue, 0);
    if kind == Edge::Han {
        if let Some((word, part)) = lattice.word_before(start) {
            sink.add(15, word_hash(text, word.start, word.end), 0);
            sink.add(16, part as u32, word.len() as u32);
            let cost = lexicon::word(text, word).map_or(20, |w| w.cost / 12);
            sink.add(17, part as u32, u32::from(cost));
        }
    } else if word_end > 1 {
        sink.add(18, word_hash(text, word_end - 2, word_end), 0);
        sink.add(19, word_hash(text, word_end.saturating_sub(3), word_end), 0);
    }
    match cue {
        0 => kind as u32,
        cue => 20 + cue * 2 + u32::from(kind == Edge::Han),
    }
}

/// Past marks and blanks to the left, at most three.
pub(super) fn label_end(text: &Chars<'_>, start: usize) -> usize {
    let mut end = start;
    for _ in 0..3 {
        let mark = matches!(
            edge(text.before(end)),
            Edge::Colon
                | Edge::Blank
                | Edge::Equals
                | Edge::Tab
                | Edge::Open
                | Edge::Dash
                | Edge::Quote
                | Edge::Close
                | Edge::Comma
        );
        if !mark {
            break;
        }
        end -= 1;
    }
    end
}

/// The words that announce names, with the class of each, and the characters that they end in.
fn cues() -> &'static (Cues, CharSet) {
    static CUES: OnceLock<(Cues, CharSet)> = OnceLock::new();
    CUES.get_or_init(|| {
        let cues = cues_of(&[(ROLES, 1), (CALLS, 2), (TITLES, 3)]);
        let lasts = CharSet::of(cues.keys().filter_map(|word| word.chars().last()));
        (cues, lasts)
    })
}

/// How long the word that announces a name is with which `head` ends, in bytes.
pub(crate) fn label_before(head: &str) -> std::option::Option<usize> {
    let (cues, _) = cues();
    longest_ending(head, LONGEST_CUE, |word| cues.contains_key(word))
}

/// 1 a role or label, 2 a verb that announces a name, 3 a title, 0 none of them; 4 is what
/// [`is_trade`] tells.
fn cue_before(text: &Chars<'_>, end: usize) -> u32 {
    let (cues, lasts) = cues();
    if !lasts.contains(text.before(end)) {
        return 0;
    }
    (1..=LONGEST_CUE.min(end))
        .filter_map(|length| cues.get(text.str(end - length..end)).copied())
        .min()
        .unwrap_or(0)
}

/// Whether a role or a label of names ends before `end`.
pub(super) fn is_role(text: &Chars<'_>, end: usize) -> bool {
    cue_before(text, end) == 1
}

/// Whether these characters are the word for a role: 车主.
pub(super) fn is_role_word(text: &Chars<'_>, start: usize, end: usize) -> bool {
    cues().0.get(text.str(start..end)) == Some(&1)
}

/// Whether a word for a role begins before `start` and ends at `end`: 开|单医生.
pub(super) fn is_longer_role(text: &Chars<'_>, start: usize, end: usize) -> bool {
    (end.saturating_sub(LONGEST_CUE)..start).any(|from| is_role_word(text, from, end))
}

/// Whether what ends before `end` is probably what somebody does: 查勘员, 锅炉工, 化妆师.
fn is_trade(text: &Chars<'_>, end: usize) -> bool {
    matches!(
        text.before(end),
        '员' | '师' | '长' | '工' | '手' | '人' | '者' | '生'
    ) && end >= 3
        && is_han(text.get(end - 2))
        && is_han(text.get(end - 3))
        && lexicon::word(text, end - 1..end + 1).is_none_or(|word| word.cost > 110)
}

/// Whether a word that announces names ends before `end`.
pub(super) fn is_announced(text: &Chars<'_>, end: usize) -> bool {
    cue_before(text, end) != 0 || matches!(text.before(end), '员' | '师') && is_trade(text, end)
}

/// Whether a title of two characters stands at `start`: 先生 is no given name.
pub(super) fn is_title(text: &Chars<'_>, start: usize) -> bool {
    matches!(
        text.str(start..start + 2),
        "先生"
            | "女士"
            | "小姐"
            | "师傅"
            | "老师"
            | "经理"
            | "主任"
            | "医生"
            | "阿姨"
            | "老板"
            | "同学"
            | "总监"
            | "店长"
            | "队长"
            | "律师"
            | "教授"
            | "大爷"
            | "大妈"
            | "大姐"
            | "大哥"
            | "叔叔"
    )
}

/// Words and the class of each; of two classes the one that was listed first.
type Cues = FxHashMap<&'static str, u32>;

const LONGEST_CUE: usize = 5;

fn cues_of(tables: &[(Words, u32)]) -> Cues {
    let mut cues = Cues::default();
    for &(words, class) in tables {
        for word in each(words) {
            cues.entry(word).or_insert(class);
        }
    }
    cues
}

fn right_side(scene: &Scene<'_>, lattice: &Lattice, option: &Option, sink: &mut Sink<'_>) -> u32 {
    let text = scene.text;
    let end = option.end;
    let c = text.get(end);
    let kind = if end >= text.len() {
        Edge::Start
    } else {
        edge(c)
    };
    sink.add(20, u32::from(c), 0);
    sink.add(21, u32::from(c), u32::from(text.get(end + 1)));
    sink.add(22, kind as u32, edge(text.get(end + 1)) as u32);
    let word_start = if kind == Edge::Han { end } else { end + 1 };
    let cue = cue_after(text, word_start);
    sink.add(23, kind as u32, cue);
    if kind == Edge::Han {
        if let Some((word, part)) = lattice.word_after(end) {
            sink.add(25, word_hash(text, word.start, word.end), 0);
            sink.add(26, part as u32, word.len() as u32);
            let cost = lexicon::word(text, word).map_or(20, |w| w.cost / 12);
            sink.add(27, part as u32, u32::from(cost));
        }
        let names = Names::built_in();
        let longer = names.given(c, Place::Second) / 16;
        sink.add(28, u32::from(longer), (end - option.start) as u32);
    } else if is_han(text.get(word_start)) {
        sink.add(29, word_hash(text, word_start, word_start + 2), 0);
    }
    match cue {
        0 => kind as u32,
        cue => 20 + cue * 2 + u32::from(kind == Edge::Han),
    }
}

/// 1 a title, 2 a word that follows names, 3 a role, 0 none of them.
fn cue_after(text: &Chars<'_>, start: usize) -> u32 {
    if !is_han(text.get(start)) {
        return 0;
    }
    static CUES: OnceLock<(Cues, CharSet)> = OnceLock::new();
    let (cues, firsts) = CUES.get_or_init(|| {
        let cues = cues_of(&[(TITLES, 1), (ACTS, 2), (ROLES, 3)]);
        let firsts = CharSet::of(cues.keys().filter_map(|word| word.chars().next()));
        (cues, firsts)
    });
    if !firsts.contains(text.get(start)) {
        return 0;
    }
    (1..=LONGEST_CUE)
        .take_while(|length| start + length <= text.len())
        .filter_map(|length| cues.get(text.str(start..start + length)).copied())
        .min()
        .unwrap_or(0)
}

/// What the stretch and its borders are as words.
fn borders(text: &Chars<'_>, option: &Option, sink: &mut Sink<'_>) {
    let given = option.start + usize::from(option.surname_chars);
    let known = |start: usize, end: usize| {
        lexicon::word(text, start..end)
            .map_or((30, Part::Other), |w| (u32::from(w.cost) / 12, w.part))
    };
    let (whole, part) = known(option.start, option.end);
    sink.add(30, whole, part as u32);
    let place = divisions::is_name(text.str(option.start..option.end));
    sink.add(39, u32::from(place), whole);
    let (rest, part) = known(given, option.end);
    sink.add(31, rest, part as u32 * 8 + (option.end - given) as u32);
    let (over_left, _) = if option.start > 0 {
        known(option.start - 1, option.start + 1)
    } else {
        (30, Part::Other)
    };
    sink.add(32, over_left, 0);
    let (over_right, _) = known(option.end - 1, option.end + 1);
    sink.add(33, over_right, 0);
    let (head, _) = known(option.start, option.start + 2);
    sink.add(34, head, (option.end - option.start) as u32);
    sink.add(35, u32::from(text.get(option.start)), 0);
    sink.add(
        36,
        u32::from(text.before(option.end)),
        (option.end - option.start) as u32,
    );
    sink.add(
        37,
        u32::from(text.get(given)),
        (option.end - option.start) as u32,
    );
    // A surname and a character that often stands first in a given name, then one that often is second.
    let right = is_han(text.get(option.end));
    let left = is_han(text.before(option.start));
    sink.add(
        38,
        u32::from(left) * 2 + u32::from(right),
        (option.end - option.start) as u32,
    );
}

fn numbers(scene: &Scene<'_>, option: &Option, sink: &mut Sink<'_>) {
    let near = |gap: std::option::Option<usize>| match gap {
        None => 0,
        Some(0..=1) => 1,
        Some(2..=4) => 2,
        Some(_) => 3,
    };
    let after = near(scene.number_after(option.end));
    let before = near(scene.number_before(option.start));
    sink.add(50, after, 0);
    sink.add(51, before, 0);
    sink.add(
        52,
        after * 4 + before,
        edge(scene.text.before(option.start)) as u32,
    );
    sink.add(53, after, edge(scene.text.get(option.end)) as u32);
}

fn word_hash(text: &Chars<'_>, start: usize, end: usize) -> u32 {
    text.slice(start..end.min(text.len()))
        .iter()
        .fold(17_u32, |hash, &c| {
            hash.wrapping_mul(16_777_619) ^ u32::from(c)
        })
}
