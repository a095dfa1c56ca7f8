//! The parts of an address after its first division or name, read from left to right.
//!
//! Here they are read one after the other; what each kind of them is stands in a file of its own: numbers
//! (`number`), divisions (`division`), names (`name`), places told by others (`nearby`). What stands
//! before an address is in `announced`.

mod announced;
mod division;
mod name;
mod nearby;
mod number;

use std::cell::Cell;
use std::sync::OnceLock;

use crate::cn::chars::{CharSet, Chars};
use crate::{Candidate, Kind};

use super::numbers;
use super::suffixes::STOP_WORDS;
pub(crate) use announced::label_before;
use name::{lexicon_name, suffix_ends};
use nearby::place_begins;
use number::Numbered;

/// A text and what stands in it already.
pub(super) struct Reader<'a> {
    pub(super) text: &'a Chars<'a>,
    /// Stretches of characters that are something else, by start.
    barred: Vec<(usize, usize)>,
    /// For each character whether a province or a city in full begins there, once it was asked: every
    /// name that is read asks for the characters after it.
    anew: Vec<Cell<Option<bool>>>,
}

/// What was read so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Read {
    /// The character after the last part.
    pub(super) end: usize,
    /// Parts with a number: houses, buildings, rooms.
    pub(super) doors: u32,
    /// Roads, estates and villages.
    pub(super) named: u32,
    /// Towns that are no part of the list of divisions.
    pub(super) towns: u32,
    /// Whether a number of a house or a building is among them.
    pub(super) strong: bool,
    /// Whether one of the names is surely a road's or an estate's.
    pub(super) place: bool,
    /// 对面, 旁边.
    pub(super) relations: u32,
    /// Places that others are told by.
    pub(super) pois: u32,
    /// Whether the last part was a number that a room may follow bare.
    bare: bool,
    /// Whether a place may be told by another.
    colloquial: bool,
    /// Whether a division of the Xinjiang corps was read.
    corps: bool,
}

impl Read {
    pub(super) fn after_division() -> Self {
        Self::default()
    }

    pub(super) fn after_name(named: bool) -> Self {
        Self {
            named: u32::from(named),
            place: named,
            ..Self::default()
        }
    }

    pub(super) fn colloquial_after_name() -> Self {
        Self {
            colloquial: true,
            ..Self::after_name(true)
        }
    }

    pub(super) fn colloquial() -> Self {
        Self {
            colloquial: true,
            ..Self::default()
        }
    }
}

/// More characters than stand before the first part that counts.
const AHEAD: usize = 24;

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a Chars<'a>, seen: &[Candidate]) -> Self {
        let barred = seen
            .iter()
            .filter(|c| is_bar(c.kind) && c.confidence >= 500)
            .map(|c| (text.index(c.start), text.index(c.end)))
            .collect();
        Self {
            text,
            barred,
            anew: vec![Cell::new(None); text.len()],
        }
    }

    /// Whether something else that was found begins shortly before and reaches over this character, or
    /// begins here.
    pub(super) fn is_barred(&self, at: usize) -> bool {
        let upto = self.barred.partition_point(|&(start, _)| start <= at);
        let nearest = self
            .barred
            .get(upto.saturating_sub(4)..upto)
            .unwrap_or_default();
        nearest.iter().any(|&(_, end)| at < end)
    }

    /// Whether anything that a part of an address ends or begins with, or a number, stands shortly
    /// after `at`: most texts have none there, and nothing need be read.
    pub(super) fn has_parts_ahead(&self, at: usize) -> bool {
        let end = (at + AHEAD).min(self.text.len());
        self.text.slice(at..end).iter().any(|&c| {
            c.is_ascii_digit()
                || numbers::is_numeral(c)
                || suffix_ends().contains(c)
                || place_begins().contains(c)
        })
    }

    /// Reads parts from `from` on, as far as they go.
    pub(super) fn tail(&self, from: usize, read: Read) -> Read {
        let mut read = Read { end: from, ..read };
        // No address has so many parts; the bound keeps the whole search linear.
        for _ in 0..24 {
            let blank = self.past(read.end, 2, " \u{3000}");
            let comma = self.past(self.past(read.end, 1, " "), 1, ",，/|·-—");
            let after_comma = self.past(comma, 1, " ");
            let next = self
                .step(read.end, read)
                .or_else(|| (blank > read.end).then(|| self.step(blank, read)).flatten())
                .or_else(|| self.past_pause(read.end).and_then(|at| self.step(at, read)))
                .or_else(|| {
                    // 3栋·1单元·502: marks that part nothing else.
                    let parts = matches!(self.text.get(read.end), '·' | '|');
                    let firm = comma > read.end && (parts || self.is_firm(after_comma));
                    firm.then(|| self.step(after_comma, read)).flatten()
                });
            match next {
                Some(next) if next.end > read.end => read = next,
                _ => break,
            }
        }
        read
    }

    /// Past what is said while one thinks: 大街，那个，八十八号; 嗯 二百一十二号.
    fn past_pause(&self, from: usize) -> Option<usize> {
        let marks = " ，,、…";
        let at = self.past(from, 2, marks);
        let word = self.text.any(
            at,
            &["那个", "这个", "就是", "然后是", "呃", "嗯", "额", "啊"],
        )?;
        // 啊 and its like end what was said before, too: only what is parted from it goes on.
        let next = self.past(at + word, 2, marks);
        (next > at + word || at > from).then_some(next)
    }

    /// Past at most `most` of these marks.
    fn past(&self, from: usize, most: usize, marks: &str) -> usize {
        let mut at = from;
        while at < from + most && marks.contains(self.text.get(at)) && at < self.text.len() {
            at += 1;
        }
        at
    }

    /// Whether what stands after a comma surely carries the address on.
    fn is_firm(&self, at: usize) -> bool {
        if self.is_barred(at) {
            return false;
        }
        if self.numbered(at).is_some_and(|n| n.strong || n.building) {
            return true;
        }
        let name = self.name_end(at);
        (at + 2..=at + 8).contains(&name)
            && !["地点", "地址", "位于", "住址"]
                .iter()
                .any(|word| self.text.str(at..name).contains(word))
            && self.numbered(name).is_some_and(|n| n.strong)
            && lexicon_name(self.text, at, name)
    }

    fn step(&self, at: usize, read: Read) -> Option<Read> {
        if at >= self.text.len() || self.is_barred(at) {
            return None;
        }
        self.number_step(at, read)
            .or_else(|| self.corps_step(at, read))
            .or_else(|| self.bracket_step(at, read))
            .or_else(|| self.division_step(at, read))
            .or_else(|| self.named_step(at, read))
            .or_else(|| self.side_step(at, read))
            .or_else(|| self.village_step(at, read))
            .or_else(|| self.locker_step(at, read))
            .or_else(|| self.yard_step(at, read))
            .or_else(|| self.relation_step(at, read))
    }
}

/// Kinds that no address holds.
const fn is_bar(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Phone
            | Kind::Landline
            | Kind::IdCard
            | Kind::BankCard
            | Kind::Plate
            | Kind::Vin
            | Kind::Email
            | Kind::Uscc
            | Kind::Passport
            | Kind::TravelPermit
            | Kind::Waybill
    )
}

/// Whether a word that no address holds stands at `at`.
pub(super) fn is_stop(text: &Chars<'_>, at: usize) -> bool {
    static FIRSTS: OnceLock<CharSet> = OnceLock::new();
    let firsts = FIRSTS
        .get_or_init(|| CharSet::of(STOP_WORDS.iter().filter_map(|word| word.chars().next())));
    firsts.contains(text.get(at)) && text.any(at, STOP_WORDS).is_some()
}
