//! Parts that are names: roads, estates, villages, and whatever a building's number follows.

use std::sync::OnceLock;

use crate::cn::address::suffixes::{
    ESTATES, FIRM_ESTATES, FIRM_ROADS, ROAD_TAILS, ROADS, VILLAGES, is_of_name, is_stop_char,
};
use crate::cn::chars::{CharSet, Chars, is_han};
use crate::cn::lexicon;

use super::{Numbered, Read, Reader, is_stop};

/// The longest name of a road or an estate.
const LONGEST_NAME: usize = 14;

impl Reader<'_> {
    /// A road, an estate, a village, or any name that a building's number follows.
    pub(super) fn named_step(&self, at: usize, read: Read) -> Option<Read> {
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

    pub(super) fn named(&self, at: usize, read: Read) -> Option<(usize, bool)> {
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
        if read.doors > 0 && self.is_house_of_rooms(at, limit) {
            return Some((limit, false));
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

    /// Whether a floor or a room follows what may be the name of a house: 572号星海旺座2501, 8号赛高国际街区B区2楼.
    fn is_house_of_rooms(&self, at: usize, limit: usize) -> bool {
        let text = self.text;
        let name = text.slice(at..limit);
        // 创智天地 is a place, 三天 is none.
        let place = ["天地", "天街", "天下", "天成", "天玺", "机场", "电器城"];
        let place = place.iter().any(|word| text.ends(limit, word));
        let is_name = (3..=10).contains(&name.len())
            && (place
                || !name
                    .iter()
                    .any(|c| "号码元价费电款机件订单修坏换装次天点分".contains(*c)));
        let is_floor = || {
            let floor = self.numbered(limit);
            floor.is_some_and(|_| text.before(limit) != '月')
        };
        let is_room = || {
            self.bare_room(limit)
                .is_some_and(|end| (3..=4).contains(&(end - limit)) && !is_han(text.get(end)))
        };
        is_name && (is_floor() || is_room())
    }

    /// The last character that may belong to a name that begins at `at`: before a mark, a number with its
    /// suffix, or a word that no address holds.
    pub(super) fn name_end(&self, at: usize) -> usize {
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

    pub(super) fn is_name_char(&self, at: usize) -> bool {
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
        // 铁路家属院: what ends a road's name begins that of an estate.
        if text.before(end) == '路' && text.any(end, DWELLINGS).is_some() {
            return false;
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
        // 锦悦府南门
        let gate = "东西南北正大后侧".contains(next) && text.get(end + 1) == '门';
        !weak
            || !more
            || gate && !is_han(text.get(end + 2))
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
}

/// Estates that are named after what their people work at.
const DWELLINGS: &[&str] = &[
    "家属院",
    "家属楼",
    "家属区",
    "宿舍",
    "职工",
    "公寓楼",
    "新村",
];

/// Whether a stretch looks like a name and not like a clause: it ends with a suffix of places.
pub(super) fn lexicon_name(text: &Chars<'_>, start: usize, end: usize) -> bool {
    [ROADS, ESTATES, VILLAGES]
        .into_iter()
        .flatten()
        .any(|word| text.ends(end, word) && start + word.chars().count() < end)
}

/// The last characters of what ends the names of roads, estates and villages.
pub(super) fn suffix_ends() -> &'static CharSet {
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
