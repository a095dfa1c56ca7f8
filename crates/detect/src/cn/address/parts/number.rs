//! Parts that are numbers: houses, buildings, floors, rooms.

use crate::cn::address::numbers;
use crate::cn::address::suffixes::{BUILDINGS, HOUSES, INNER};
use crate::cn::chars::is_han;
use crate::cn::lexicon;

use super::{Read, Reader};

/// A part with a number.
#[derive(Clone, Copy, Debug)]
pub(in crate::cn::address) struct Numbered {
    pub(in crate::cn::address) end: usize,
    /// 12号, 3弄.
    pub(in crate::cn::address) house: bool,
    /// 3栋, 5号楼.
    pub(in crate::cn::address) building: bool,
    /// A house or a building, or a chain of numbers.
    pub(in crate::cn::address) strong: bool,
}

impl Reader<'_> {
    /// 12号, 院内3排, 1102 after a building, 12-3-401 after a name.
    pub(super) fn number_step(&self, at: usize, read: Read) -> Option<Read> {
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

    /// A number with what says of what it is one.
    pub(in crate::cn::address) fn numbered(&self, from: usize) -> Option<Numbered> {
        let text = self.text;
        let mut at = from;
        if matches!(text.get(at), '第' | '附' | '之' | '负') {
            at += 1;
        }
        let number = numbers::spaced_end(text, at)
            .or_else(|| numbers::scanned_end(text, at))
            .or_else(|| numbers::end(text, at))?;
        let mut end = number;
        let of_block =
            text.get(at).is_ascii_uppercase() && matches!(text.get(end + 1), '座' | '栋' | '幢');
        if text.get(end) == ' '
            && is_han(text.get(end + 1))
            && (text.get(at).is_ascii_digit()
                || of_block
                || number > at + 1 && text.get(at + 1) == ' ')
        {
            end += 1;
        }
        let gate = text
            .any(end, &["号门口", "号门前", "号门外", "号门卫"])
            .is_some();
        let fits = |words: &[&str]| {
            let length = if gate { Some(1) } else { text.any(end, words) };
            length.map(|length| end + length)
        };
        // 8栋楼下, 3幢楼上, 1单元楼道: the part ends before 楼.
        let cut = |after: usize| {
            let told = ["栋楼", "幢楼", "单元楼"]
                .iter()
                .any(|part| text.ends(after, part));
            after
                - usize::from(
                    told && matches!(text.get(after), '下' | '上' | '前' | '后' | '道' | '梯'),
                )
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
        if let Some(after) = fits(INNER).map(cut)
            && !self.is_other_number(end, after)
        {
            let digit = text.get(after + 1);
            // 十二楼之三，
            let spoken = numbers::is_numeral(digit) && !is_han(text.get(after + 2));
            let annex = text.get(after) == '之' && (digit.is_ascii_digit() || spoken);
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
        // 3030号文化体育产业总部大厦
        if text.any(at, OTHER_UNITS).is_some() && !text.has(at, "号文化") {
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
    pub(in crate::cn::address) fn bare_room(&self, at: usize) -> Option<usize> {
        let text = self.text;
        let disguised = numbers::spaced_end(text, at).or_else(|| numbers::scanned_end(text, at));
        if let Some(end) =
            disguised.filter(|end| (end - at == 3 || end - at >= 5) && !is_counted(text.get(*end)))
        {
            return Some(end);
        }
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
        let counted = is_counted(next) && !longer
            || next == '公' && matches!(text.get(end + 1), '里' | '斤' | '分' | '尺' | '顷');
        let right = if spoken {
            (3..=4).contains(&length)
        } else {
            chained || (2..=5).contains(&length)
        };
        // 2026-03-01; 20-4-2904 is a room.
        let year = || text.slice(at..at + 4).iter().all(char::is_ascii_digit);
        let date = chained && length >= 8 && text.slice(at..at + 2) == ['2', '0'] && year();
        (right && !longer && !counted && !date).then_some(end)
    }

    pub(super) fn begins_bare(&self, at: usize) -> bool {
        self.text.get(at).is_ascii_digit()
            && !self.text.before(at).is_ascii_digit()
            && self.bare_room(at).is_some()
    }

    /// 20楼F: after a floor one letter is a room, as in Hong Kong.
    fn letter_room(&self, at: usize) -> Option<usize> {
        let letter = self.text.get(at).is_ascii_uppercase()
            && !self.text.get(at + 1).is_ascii_alphanumeric();
        (letter && matches!(self.text.before(at), '楼' | '层')).then_some(at + 1)
    }
}

/// After a number, what makes it no part of an address.
const OTHER_UNITS: &[&str] = &[
    "号线",
    "门牌",
    " 门牌",
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

fn is_counted(next: char) -> bool {
    COUNTERS.contains(next)
}

/// Counted things and units of money and time: 801元 is no room.
const COUNTERS: &str =
    "号元块年月日天点分秒个件斤克米平吨岁次人度℃%％万千百亿折条张箱台辆套斤两里部只名位倍kKmM℃°小";
