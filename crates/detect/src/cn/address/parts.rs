//! The parts of an address after its first division or name, read from left to right.

use std::cell::Cell;
use std::sync::OnceLock;

use crate::cn::chars::{CharSet, Chars, Endings, is_han, longest_ending};
use crate::cn::lexicon;
use crate::{Candidate, Kind};

use super::suffixes::{
    BUILDINGS, ESTATES, FIRM_ESTATES, FIRM_ROADS, HOUSES, INNER, LOCKERS, POIS, RELATIONS,
    ROAD_TAILS, ROADS, SIDES, STOP_WORDS, TOWNS, VILLAGES, is_of_name, is_stop_char,
};
use super::{divisions, numbers};

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

/// A part with a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered {
    pub(super) end: usize,
    /// 12号, 3弄.
    pub(super) house: bool,
    /// 3栋, 5号楼.
    pub(super) building: bool,
    /// A house or a building, or a chain of numbers.
    pub(super) strong: bool,
}

/// More characters than stand before the first part that counts.
const AHEAD: usize = 24;

/// The longest name of a road or an estate.
const LONGEST_NAME: usize = 14;

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

    /// Whether what stands before asks for an address (收货地址：, 家住, 寄到).
    pub(super) fn is_announced(&self, at: usize) -> bool {
        let before = self.text.before(at);
        if !announcing().contains(before) {
            return false;
        }
        let before = self.skip_back(at, MARKS);
        static WORDS: OnceLock<Endings> = OnceLock::new();
        let words = WORDS.get_or_init(|| Endings::of(ANNOUNCE));
        words.end(self.text, before) || words.end(self.text, at)
    }

    /// Whether what stands before is a verb of leaving or bringing things (放在, 送到).
    pub(super) fn is_delivered(&self, at: usize) -> bool {
        static WORDS: OnceLock<Endings> = OnceLock::new();
        let words = WORDS.get_or_init(|| Endings::of(DELIVER));
        announcing().contains(self.text.before(at)) && words.end(self.text, at)
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

    /// Whether the number of a room is asked for: 房号5-1-2602.
    pub(super) fn is_room_asked(&self, at: usize) -> bool {
        let before = self.skip_back(at, MARKS);
        [
            "房号",
            "门牌",
            "门牌号",
            "楼号",
            "室号",
            "家住",
            "我住",
            "户号",
        ]
        .iter()
        .any(|word| self.text.ends(before, word))
    }

    /// Whether a verb of leaving or sending stands before: 放某某苑3栋.
    pub(super) fn is_left_at(&self, at: usize) -> bool {
        matches!(self.text.before(at), '放' | '送' | '寄' | '搁' | '丢')
            || ["放在", "放到", "送到", "寄到", "住在", "搬到"]
                .iter()
                .any(|word| self.text.ends(at, word))
    }

    fn skip_back(&self, at: usize, marks: &str) -> usize {
        let mut at = at;
        for _ in 0..4 {
            if at == 0 || !marks.contains(self.text.before(at)) {
                break;
            }
            at -= 1;
        }
        at
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
                .or_else(|| {
                    let firm = comma > read.end && self.is_firm(after_comma);
                    firm.then(|| self.step(after_comma, read)).flatten()
                });
            match next {
                Some(next) if next.end > read.end => read = next,
                _ => break,
            }
        }
        read
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
            .or_else(|| self.relation_step(at, read))
    }

    /// 12号, 院内3排, 1102 after a building, 12-3-401 after a name.
    fn number_step(&self, at: usize, read: Read) -> Option<Read> {
        let at = if self.text.has(at, "院内") || self.text.has(at, "园内") {
            at + 2
        } else {
            at
        };
        if let Some(found) = self.numbered(at) {
            return Some(Read {
                end: found.end,
                doors: read.doors + 1,
                strong: read.strong || found.strong,
                bare: true,
                ..read
            });
        }
        let end = self.bare_room(at).or_else(|| self.letter_room(at))?;
        let chained = self
            .text
            .slice(at..end)
            .iter()
            .any(|c| matches!(c, '-' | '—'));
        let allowed = read.bare || (chained && read.named > 0);
        allowed.then_some(Read {
            end,
            doors: read.doors + if chained { 2 } else { 1 },
            strong: read.strong || chained,
            bare: false,
            ..read
        })
    }

    /// 生产建设兵团, 第八师, 143团, 15连: the divisions of the Xinjiang corps, before any door.
    pub(super) fn corps_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        // Without the bound, a row of divisions would be read to its end from each of its members.
        if read.doors > 0 && !read.corps || read.towns >= 6 {
            return None;
        }
        let next = |end: usize, named: u32| Read {
            end,
            towns: read.towns + 1,
            named: read.named + named,
            corps: true,
            bare: false,
            ..read
        };
        if let Some(length) = text.any(at, &["生产建设兵团", "建设兵团", "兵团"]) {
            return Some(next(at + length, 0));
        }
        let number = numbers::end(text, at + usize::from(text.get(at) == '第'))?;
        let unit = |words: &[&str]| text.any(number, words).map(|length| number + length);
        if let Some(end) = unit(&["师市", "师"]) {
            return Some(next(end, 0));
        }
        let after = text.ends(at, "师") || text.ends(at, "师市") || text.ends(at, "兵团");
        let company = unit(&["团场", "团"])
            .filter(|&end| (read.corps && after) || self.corps_company(end).is_some());
        if let Some(end) = company {
            return Some(next(end, 1));
        }
        (read.corps || text.ends(at, "团"))
            .then(|| self.corps_company(at))
            .flatten()
            .map(|end| Read {
                doors: read.doors + 1,
                strong: true,
                ..next(end, 0)
            })
    }

    /// Past 15连, 三连.
    fn corps_company(&self, at: usize) -> Option<usize> {
        let number = numbers::end(self.text, at)?;
        let end = number + self.text.any(number, &["连队", "连"])?;
        (!matches!(self.text.get(end), '续' | '接' | '线' | '锁' | '衣' | '忙')).then_some(end)
    }

    /// A number with what says of what it is one.
    pub(super) fn numbered(&self, from: usize) -> Option<Numbered> {
        let text = self.text;
        let mut at = from;
        if matches!(text.get(at), '第' | '附' | '之' | '负') {
            at += 1;
        }
        let number = numbers::end(text, at)?;
        let mut end = number;
        if text.get(end) == ' ' && is_han(text.get(end + 1)) && text.get(at).is_ascii_digit() {
            end += 1;
        }
        let gate = text
            .any(end, &["号门口", "号门前", "号门外", "号门卫"])
            .is_some();
        let fits = |words: &[&str]| {
            let length = if gate { Some(1) } else { text.any(end, words) };
            length.map(|length| end + length)
        };
        // 8栋楼下, 3幢楼上: the building ends before 楼.
        let cut = |after: usize| {
            let told = text.ends(after, "栋楼") || text.ends(after, "幢楼");
            after - usize::from(told && matches!(text.get(after), '下' | '上' | '前' | '后'))
        };
        if let Some(after) = fits(BUILDINGS).map(cut).filter(|_| !gate)
            && !self.is_other_number(end, after)
        {
            return Some(Numbered {
                end: after,
                house: false,
                building: true,
                strong: true,
            });
        }
        if let Some(after) = fits(HOUSES)
            && number > at
            && !self.is_other_number(end, after)
        {
            let after = self.past_annex(after);
            let digit = !text.get(at).is_ascii_alphabetic();
            return Some(Numbered {
                end: after,
                house: true,
                building: false,
                strong: digit,
            });
        }
        if let Some(after) = fits(INNER)
            && !self.is_other_number(end, after)
        {
            let annex = text.get(after) == '之' && text.get(after + 1).is_ascii_digit();
            let after = if annex {
                self.past_annex(after + 1)
            } else {
                after
            };
            return Some(Numbered {
                end: after,
                house: false,
                building: false,
                strong: false,
            });
        }
        None
    }

    /// Past 之一, 之3, 附5号 after a house's number.
    fn past_annex(&self, at: usize) -> usize {
        if self.text.ends(at, "号之") || self.text.ends(at, "楼之") {
            return numbers::end(self.text, at).unwrap_or(at);
        }
        if self.text.get(at) == '-' && self.text.get(at + 1).is_ascii_digit() {
            return numbers::end(self.text, at + 1).unwrap_or(at);
        }
        at
    }

    /// Whether 号, 楼, 区 and the like say something else here: 2号线, 5号下午, 3层楼高, 3个.
    fn is_other_number(&self, at: usize, after: usize) -> bool {
        let text = self.text;
        if text.any(at, OTHER_UNITS).is_some() {
            return true;
        }
        let next = is_han(text.get(after))
            .then(|| lexicon::word(text, after - 1..after + 1))
            .flatten();
        let last = text.before(after);
        // 房间, 门口, 室内, 区域: the suffix begins a common word.
        let weak = matches!(
            last,
            '房' | '门'
                | '区'
                | '期'
                | '社'
                | '组'
                | '院'
                | '层'
                | '库'
                | '队'
                | '铺'
                | '排'
                | '舍'
        );
        weak && next.is_some_and(|word| word.cost < 90)
            && !numbers::may_begin(text, after)
            && !text.has(after - 1, "层楼")
    }

    /// A room without a suffix: two to four digits, or a chain of them.
    pub(super) fn bare_room(&self, at: usize) -> Option<usize> {
        let text = self.text;
        let first = text.get(at);
        let letter = usize::from(first.is_ascii_alphabetic());
        let spoken = numbers::is_numeral(first);
        if !text.get(at + letter).is_ascii_digit() && !spoken {
            return None;
        }
        let end = numbers::end(text, at)?;
        let chained = text.slice(at..end).iter().any(|c| matches!(c, '-' | '—'));
        let next = text.get(end);
        let longer = next.is_ascii_alphanumeric()
            || (matches!(next, '.' | '-' | ':') && text.get(end + 1).is_ascii_digit());
        let length = end - at;
        let counted = COUNTERS.contains(next) && !longer
            || next == '公' && matches!(text.get(end + 1), '里' | '斤' | '分' | '尺' | '顷');
        let right = if spoken {
            (3..=4).contains(&length)
        } else {
            chained || (2..=5).contains(&length)
        };
        let date = chained && length >= 8 && text.slice(at..at + 2) == ['2', '0'];
        (right && !longer && !counted && !date).then_some(end)
    }

    /// 20楼F: after a floor one letter is a room, as in Hong Kong.
    fn letter_room(&self, at: usize) -> Option<usize> {
        let letter = self.text.get(at).is_ascii_uppercase()
            && !self.text.get(at + 1).is_ascii_alphanumeric();
        (letter && matches!(self.text.before(at), '楼' | '层')).then_some(at + 1)
    }

    /// （近某路口）, if the address goes on after it or it holds a part.
    fn bracket_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        if !matches!(text.get(at), '(' | '（' | '[' | '【') || read.doors + read.named == 0 {
            return None;
        }
        let close = (at + 1..at + 16).find(|&i| matches!(text.get(i), ')' | '）' | ']' | '】'))?;
        let inner = at + 1..close;
        let held = ESTATES
            .iter()
            .chain(ROADS)
            .any(|word| text.ends(close, word))
            || self.numbered(at + 1).is_some_and(|n| n.end == close)
            // What stands opposite tells nothing nearer than the door, unless the address goes on.
            || RELATIONS.iter().any(|word| text.ends(close, word))
                && self.numbered(close + 1).is_some();
        let clean = inner
            .clone()
            .all(|i| is_han(text.get(i)) || text.get(i).is_ascii_alphanumeric())
            && !inner.clone().any(|i| is_stop(text, i));
        (held && clean).then_some(Read {
            end: close + 1,
            bare: true,
            ..read
        })
    }

    /// A town, or a division written twice.
    fn division_step(&self, at: usize, read: Read) -> Option<Read> {
        // Four more are more than any address has; without the bound, a list of divisions would be read
        // to its end from each of its members.
        if read.doors > 0 || read.towns >= 4 {
            return None;
        }
        if let Some(chain) = divisions::chain(self.text, at)
            && chain.full > 0
            && chain.top >= 3
        {
            return Some(Read {
                end: chain.end,
                towns: read.towns + chain.count,
                bare: false,
                ..read
            });
        }
        for end in at + 2..at + 8 {
            if !self.is_name_char(end - 1) {
                return None;
            }
            if let Some(long) = self.any_place(end, TOWNS) {
                let common = self.text.get(end + long);
                let fits = !matches!(common, '长' | '政' | '村' | '亲')
                    || self.text.get(end + long + 1) == '委';
                return fits.then_some(Read {
                    end: end + long,
                    towns: read.towns + 1,
                    bare: false,
                    ..read
                });
            }
        }
        None
    }

    /// A road, an estate, a village, or any name that a building's number follows.
    fn named_step(&self, at: usize, read: Read) -> Option<Read> {
        if let Some(crossing) = self.crossing_step(at, read) {
            return Some(crossing);
        }
        let (end, firm) = self.named(at, read)?;
        let tail = self.text.any(end, ROAD_TAILS).unwrap_or(0);
        Some(Read {
            end: end + tail,
            named: read.named + 1,
            place: read.place || firm,
            bare: true,
            ..read
        })
    }

    /// 和建设街交叉口 after a road; 向南500米路西 after anything.
    fn crossing_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        if read.named == 0 {
            return None;
        }
        let next = Read {
            relations: read.relations + 1,
            bare: false,
            ..read
        };
        if matches!(text.get(at), '和' | '与') {
            let (end, _) = self.named(at + 1, Read::default())?;
            let tail = text.any(end, ROAD_TAILS)?;
            return Some(Read {
                end: end + tail,
                named: read.named + 1,
                ..next
            });
        }
        let metres = self.way(at)?;
        let side = text
            .any(metres, &["路东", "路西", "路南", "路北", "即到"])
            .unwrap_or(0);
        Some(Read {
            end: metres + side,
            doors: read.doors + 1,
            ..next
        })
    }

    /// Past 向南500米, 以北约2公里处, 南50米: how far from a place named before.
    pub(super) fn way(&self, at: usize) -> Option<usize> {
        let text = self.text;
        let begin = at + usize::from("向往以偏朝再".contains(text.get(at)));
        if !"东西南北前里".contains(text.get(begin)) || begin == at && is_han(text.get(at + 2))
        {
            return None;
        }
        let along = begin
            + 1
            + text
                .any(begin + 1, &["走约", "行约", "大约", "走", "行", "约", "侧"])
                .unwrap_or(0);
        let number = numbers::end(text, along)?;
        Some(number + text.any(number, &["公里处", "米处", "米左右", "公里", "多米", "米"])?)
    }

    fn named(&self, at: usize, read: Read) -> Option<(usize, bool)> {
        let text = self.text;
        let limit = self.name_end(at);
        let first = text.get(at);
        let joins = "至到在于改转往由并收迁".contains(first)
            || ("和与及".contains(first) && read.doors > 0 && !is_of_name(text, at));
        if limit <= at + 1 || joins {
            return None;
        }
        // What a number follows is a name whatever it ends with.
        let then = |number: Numbered| {
            self.numbered(number.end)
                .is_some_and(|n| n.strong || n.building)
        };
        if let Some(number) = self.numbered(limit)
            && text.before(limit) != '月'
            && (number.building
                || then(number)
                || (number.house && limit - at <= 10)
                || self.suffix(at, limit).is_some())
            && (limit - at <= 12)
        {
            return Some((limit, self.suffix(at, limit).is_some_and(|s| s.1)));
        }
        // 恒茂国际 A座: a blank before the building.
        let gap = self.past(limit, 1, " ");
        if gap > limit
            && limit - at <= 8
            && read.doors > 0
            && self.numbered(gap).is_some_and(|n| n.building)
        {
            return Some((limit, false));
        }
        let chain = self
            .bare_room(limit)
            .filter(|&end| text.slice(limit..end).contains(&'-'));
        // 45号书香门第7-5-2304: after a house, three numbers make a name of whatever stands before them.
        let rooms = |end: usize| {
            text.slice(limit..end).iter().filter(|c| **c == '-').count() >= 2
                && read.doors > 0
                && limit - at <= 8
        };
        if chain.is_some_and(|end| self.suffix(at, limit).is_some() || rooms(end)) {
            return Some((limit, true));
        }
        let mut end = at + 2;
        while end <= limit {
            if let Some((length, firm)) = self.suffix(at, end)
                && self.ends_name(end, limit, (length, firm), read)
            {
                return Some((self.later_road(end, limit), firm));
            }
            end += 1;
        }
        None
    }

    /// The last character that may belong to a name that begins at `at`: before a mark, a number with its
    /// suffix, or a word that no address holds.
    fn name_end(&self, at: usize) -> usize {
        let text = self.text;
        let mut end = at;
        while end < at + LONGEST_NAME && self.is_name_char(end) {
            if end > at && (self.numbered(end).is_some() || self.begins_bare(end)) {
                break;
            }
            if is_stop(text, end) || self.is_barred(end) || self.begins_anew(end) {
                break;
            }
            end += 1;
        }
        end
    }

    /// Whether a province or a city in full stands at `at`: another address.
    fn begins_anew(&self, at: usize) -> bool {
        let Some(kept) = self.anew.get(at) else {
            return false;
        };
        kept.get().unwrap_or_else(|| {
            let anew = divisions::chain(self.text, at)
                .is_some_and(|chain| chain.top <= 2 && chain.full > 0);
            kept.set(Some(anew));
            anew
        })
    }

    fn begins_bare(&self, at: usize) -> bool {
        self.text.get(at).is_ascii_digit()
            && !self.text.before(at).is_ascii_digit()
            && self.bare_room(at).is_some()
    }

    fn is_name_char(&self, at: usize) -> bool {
        let c = self.text.get(at);
        (is_han(c) && !is_stop_char(self.text, at)) || c.is_ascii_alphanumeric() || c == '·'
    }

    /// The suffix that ends a name at `end`: its length, and whether it needs nothing more.
    fn suffix(&self, start: usize, end: usize) -> Option<(usize, bool)> {
        let text = self.text;
        if !suffix_ends().contains(text.before(end)) {
            return None;
        }
        let longest = |words: &[&str]| {
            words
                .iter()
                .filter(|word| text.ends(end, word))
                .map(|word| word.chars().count())
                .filter(|&length| start + length < end)
                .max()
        };
        let firm = longest(FIRM_ROADS)
            .into_iter()
            .chain(longest(FIRM_ESTATES))
            .max();
        firm.map(|length| (length, true)).or_else(|| {
            let weak = [ROADS, ESTATES, VILLAGES]
                .into_iter()
                .filter_map(longest)
                .max()?;
            Some((
                weak,
                matches!(text.before(end), '村' | '屯' | '寨')
                    || ["嘎查", "村委会", "居委会"]
                        .iter()
                        .any(|word| text.ends(end, word))
                    || matches!(text.before(end), '组' | '队' | '社') && text.ends(start, "村"),
            ))
        })
    }

    /// Whether a name may end here though no number follows at once.
    fn ends_name(&self, end: usize, limit: usize, suffix: (usize, bool), read: Read) -> bool {
        let (length, firm) = suffix;
        let text = self.text;
        let next = text.get(end);
        if self.numbered(end).is_some() {
            return true;
        }
        // The suffix begins a common word: 路由, 里面, 城市, 园林.
        let mut inside = false;
        lexicon::words_at(text, end - 1, |length, word| {
            inside |= length > 1 && word.cost < 110;
        });
        if inside
            && text
                .any(
                    end - 1,
                    &["路口", "城东", "城西", "城南", "城北", "街口", "村口"],
                )
                .is_none()
        {
            return false;
        }
        if !firm || next == '站' {
            return false;
        }
        let weak = length == 1
            && matches!(
                text.before(end),
                '里' | '道'
                    | '条'
                    | '城'
                    | '府'
                    | '庭'
                    | '湾'
                    | '居'
                    | '园'
                    | '轩'
                    | '阁'
                    | '坊'
                    | '郡'
                    | '弄'
            );
        let more = end < limit;
        !weak
            || !more
            || !is_han(next)
            || read.named == 0 && limit > end && self.numbered(limit).is_some()
    }

    /// 花园路, 新村街: a road's suffix shortly after ends the name instead.
    fn later_road(&self, end: usize, limit: usize) -> usize {
        (end + 1..=(end + 3).min(limit))
            .rev()
            .find(|&later| {
                FIRM_ROADS
                    .iter()
                    .any(|road| self.text.ends(later, road) && road.chars().count() + end <= later)
                    && matches!(self.text.before(later), '路' | '街' | '道' | '巷')
                    && self.ends_name(later, limit, (1, true), Read::default())
            })
            .unwrap_or(end)
    }

    /// 东区, 南门, 北楼, A区 after a name.
    fn side_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        if read.named + read.doors == 0
            || !matches!(
                text.get(at),
                '东' | '西' | '南' | '北' | '中' | '主' | '正' | '后' | '内'
            )
        {
            return None;
        }
        let end = at + 1 + text.any(at + 1, SIDES)?;
        let goes_on = self.numbered(end).is_some()
            || self.begins_bare(end)
            || text.any(end, LOCKERS).is_some();
        let side = text.before(end) == '户' || (text.before(end) == '门' && !is_han(text.get(end)));
        let gate = text.before(end) == '门';
        (goes_on || side).then_some(Read {
            end,
            bare: true,
            relations: read.relations + u32::from(gate),
            ..read
        })
    }

    /// 村西头第二家, 村口 after a village.
    fn village_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        if !matches!(text.before(at), '村' | '庄' | '屯' | '寨' | '组' | '队') || read.named == 0
        {
            return None;
        }
        let length = text.any(
            at,
            &["东头", "西头", "南头", "北头", "村头", "村口", "村尾", "口"],
        )?;
        let mut end = at + length;
        if text.get(end) == '第'
            && let Some(number) = numbers::end(text, end + 1)
            && matches!(text.get(number), '家' | '户')
        {
            end = number + 1;
        }
        Some(Read {
            end,
            doors: read.doors + 1,
            bare: false,
            ..read
        })
    }

    /// 菜鸟驿站, 门卫室, 某某超市 at the end.
    fn locker_step(&self, at: usize, read: Read) -> Option<Read> {
        if read.doors + read.named == 0 && !read.colloquial {
            return None;
        }
        let text = self.text;
        // 楼下面的丰巢
        let at = at + usize::from(text.get(at) == '的' && read.relations > 0);
        for end in at..at + 7 {
            if let Some(long) = self.any_place(end, LOCKERS) {
                return Some(Read {
                    end: end + long,
                    pois: read.pois + 1,
                    bare: true,
                    ..read
                });
            }
            if !self.is_name_char(end)
                || is_stop(text, end)
                || (end > at && self.any_place(end, RELATIONS).is_some())
            {
                break;
            }
        }
        read.colloquial.then(|| self.place_step(at, read)).flatten()
    }

    /// As `Chars::any`, for the lists of places, which are asked at every character.
    fn any_place(&self, at: usize, words: &[&str]) -> Option<usize> {
        place_begins()
            .contains(self.text.get(at))
            .then(|| self.text.any(at, words))
            .flatten()
    }

    /// Another place that this one is told by: 实验小学, 地铁2号线世纪大道站B口.
    fn place_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        let begin = at
            + text
                .any(at, &["那个", "那家", "那边的", "的", "那"])
                .unwrap_or(0);
        if begin > at && read.named + read.pois + read.relations == 0 {
            return None;
        }
        // 北门岗亭: after 北门 the place needs no name of its own.
        let bare = usize::from(read.relations == 0);
        for end in begin + bare..begin + 12 {
            let c = text.get(end);
            let inner = is_han(c) || c.is_ascii_alphanumeric();
            if let Some(long) = self.any_place(end, POIS) {
                let exit = self.past_exit(end + long);
                return Some(Read {
                    end: exit,
                    pois: read.pois + 1,
                    relations: read.relations + u32::from(exit > end + long),
                    bare: true,
                    ..read
                });
            }
            if !inner || is_stop_char(text, end) || is_stop(text, end) {
                return None;
            }
        }
        None
    }

    /// Past B口, 3号口, C出口 after a station.
    fn past_exit(&self, at: usize) -> usize {
        let text = self.text;
        let Some(number) = numbers::end(text, at) else {
            return at;
        };
        text.any(number, &["号出口", "号口", "出口", "口"])
            .map_or(at, |long| number + long)
    }

    /// 旁边, 对面, 楼下: part of the address if more follows, or if nothing nearer to the door was said.
    fn relation_step(&self, at: usize, read: Read) -> Option<Read> {
        if read.named + read.pois + read.doors == 0 && !read.colloquial {
            return None;
        }
        let text = self.text;
        let end = at + self.any_place(at, RELATIONS)?;
        let next = Read {
            end,
            relations: read.relations + 1,
            bare: false,
            ..read
        };
        let more = self.numbered(end).is_some()
            || self
                .locker_step(
                    end,
                    Read {
                        colloquial: false,
                        ..next
                    },
                )
                .is_some()
            || read.colloquial && self.place_step(end, next).is_some();
        let last = read.doors == 0
            && !text.ends(end, "门口")
            && (read.colloquial
                || text.before(end) == '旁' && !is_han(text.get(end))
                || text.before(end) == '角' && read.named > 0
                || text.ends(end, "对面")
                || text.ends(end, "旁边")
                || text.ends(end, "隔壁"));
        (more || last).then_some(next)
    }
}

/// The last characters of what ends the names of roads, estates and villages.
fn suffix_ends() -> &'static CharSet {
    static SET: OnceLock<CharSet> = OnceLock::new();
    SET.get_or_init(|| {
        let lists = [FIRM_ROADS, FIRM_ESTATES, ROADS, ESTATES, VILLAGES];
        CharSet::of(
            lists
                .into_iter()
                .flatten()
                .filter_map(|word| word.chars().last()),
        )
    })
}

/// The first characters of places, of towns' suffixes and of words such as 对面.
fn place_begins() -> &'static CharSet {
    static SET: OnceLock<CharSet> = OnceLock::new();
    SET.get_or_init(|| {
        let lists = [TOWNS, LOCKERS, POIS, RELATIONS];
        CharSet::of(
            lists
                .into_iter()
                .flatten()
                .filter_map(|word| word.chars().next()),
        )
    })
}

/// The characters right before an address that was announced.
fn announcing() -> &'static CharSet {
    static SET: OnceLock<CharSet> = OnceLock::new();
    SET.get_or_init(|| {
        let words = ANNOUNCE.iter().chain(DELIVER);
        CharSet::of(
            words
                .filter_map(|word| word.chars().last())
                .chain(MARKS.chars()),
        )
    })
}

/// What may stand between the word that announces an address and the address.
const MARKS: &str = "：:是为在到至于 \t\u{3000}\"“'【[(（|,，=>-";

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

/// Whether a stretch looks like a name and not like a clause: it ends with a suffix of places.
fn lexicon_name(text: &Chars<'_>, start: usize, end: usize) -> bool {
    [ROADS, ESTATES, VILLAGES]
        .into_iter()
        .flatten()
        .any(|word| text.ends(end, word) && start + word.chars().count() < end)
}

/// Whether a word that no address holds stands at `at`.
pub(super) fn is_stop(text: &Chars<'_>, at: usize) -> bool {
    static FIRSTS: OnceLock<CharSet> = OnceLock::new();
    let firsts = FIRSTS
        .get_or_init(|| CharSet::of(STOP_WORDS.iter().filter_map(|word| word.chars().next())));
    firsts.contains(text.get(at)) && text.any(at, STOP_WORDS).is_some()
}

/// How long the word that announces an address is with which `head` ends, in bytes.
pub(crate) fn label_before(head: &str) -> Option<usize> {
    longest_ending(head, 6, |word| ANNOUNCE.contains(&word))
}

/// Words before an address.
const ANNOUNCE: &[&str] = &[
    "房号",
    "门牌",
    "楼号",
    "地址",
    "住址",
    "地点",
    "家住",
    "住在",
    "我住",
    "现住",
    "居住",
    "住",
    "位于",
    "坐落",
    "所在地",
    "寄到",
    "寄往",
    "寄至",
    "寄去",
    "送到",
    "送至",
    "送往",
    "发到",
    "发往",
    "发至",
    "邮寄到",
    "邮到",
    "收货",
    "收件",
    "派送",
    "配送",
    "户籍",
    "户籍地",
    "户口",
    "籍贯",
    "现居",
    "通讯",
    "通信",
    "住所",
    "住所地",
    "住处",
    "位置",
    "上门",
    "安装",
    "到达",
    "派至",
    "派到",
    "搬到",
    "改到",
    "改成",
    "改为",
    "换到",
    "换成",
    "目的地",
    "集合点",
    "集合",
    "集合地点",
    "网点",
    "出发地",
    "前往",
    "起点",
    "终点",
    "现居",
    "始发地",
    "取件",
    "寄件",
    "address",
    "addr",
    "Address",
    "ADDRESS",
];

/// Verbs of leaving and bringing.
const DELIVER: &[&str] = &[
    "送",
    "送到",
    "放到",
    "放在",
    "放",
    "寄到",
    "存到",
    "存在",
    "丢在",
    "扔在",
    "我在",
    "就在",
    "人在",
    "地址",
    "地址：",
    "地址是",
    "位置",
    "位置：",
    "位置在",
    "位置是",
    "开到",
    "到",
    "在",
    "找",
];

/// After a number, what makes it no part of an address.
const OTHER_UNITS: &[&str] = &[
    "号线",
    "号登机口",
    "号航站楼",
    "号窗口",
    "号柜台",
    "号桌",
    "号码",
    "号机",
    "号文",
    "号令",
    "号公告",
    "号车",
    "号位",
    "号床",
    "号下单",
    "号签",
    "号电池",
    "号字",
    "号选手",
    "号球",
    "号技师",
    "号客服",
    "号坐席",
    "号工单",
    "号订单",
    "号以前",
    "号以后",
    "号之后",
    "号凌晨",
    "号上午",
    "号下午",
    "室内",
    "层面",
    "层级",
    "期间",
    "期货",
    "区间",
    "区别",
    "组织",
    "组件",
    "社会",
    "队伍",
    "门课",
    "排座",
    "座位",
    "座椅",
    "户型",
    "户口",
    "楼盘",
    "房产",
    "舍不",
    "院长",
    "院士",
    "期限",
    "院校",
    "排量",
    "库存",
    "铺设",
    "层次",
    "F码",
    "座谈",
    "幢幢",
    "斋月",
];

/// Counted things and units of money and time: 801元 is no room.
const COUNTERS: &str =
    "号元块年月日天点分秒个件斤克米平吨岁次人度℃%％万千百亿折条张箱台辆套斤两里部只名位倍kKmM℃°小";
