//! Provinces, cities, counties and towns, and chains of them.

use std::sync::OnceLock;

use fst::{Map, Streamer};

use crate::cn::chars::Chars;
use crate::cn::lexicon;

/// One meaning of a name: level 1 (province) to 4 (town), whether the name is a short form, and the code
/// of the statistical bureau: six digits; of a town, its county's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Division(u32);

impl Division {
    const fn level(self) -> u32 {
        (self.0 >> 24) & 7
    }

    const fn is_short(self) -> bool {
        self.0 >> 27 & 1 == 1
    }

    const fn code(self) -> u32 {
        self.0 & 0xff_ffff
    }

    /// Whether `self` lies within `other`, which is of a higher level.
    const fn within(self, other: Self) -> bool {
        let step = match other.level() {
            1 => 10_000,
            2 => 100,
            _ => 1,
        };
        self.level() > other.level() && self.code() / step == other.code() / step
    }
}

/// The longest name has 15 characters.
const LONGEST: usize = 15;

fn names() -> Option<&'static Map<&'static [u8]>> {
    static NAMES: OnceLock<Option<Map<&'static [u8]>>> = OnceLock::new();
    NAMES
        .get_or_init(|| Map::new(&include_bytes!("../../../data/cn/divisions.fst")[..]).ok())
        .as_ref()
}

fn entry(index: usize) -> Option<Division> {
    const TABLE: &[u8] = include_bytes!("../../../data/cn/divisions.bin");
    let bytes = TABLE.get(index * 4..index * 4 + 4)?;
    Some(Division(u32::from_le_bytes(bytes.try_into().ok()?)))
}

/// Whether any name begins with these two characters; false alarms are possible, misses are not.
fn may_begin(first: char, second: char) -> bool {
    static PAIRS: OnceLock<Vec<u64>> = OnceLock::new();
    let pairs = PAIRS.get_or_init(|| {
        let mut pairs = vec![0; PAIR_BITS / 64];
        if let Some(map) = names() {
            let mut stream = map.stream();
            while let Some((name, _)) = stream.next() {
                let mut chars = std::str::from_utf8(name).unwrap_or_default().chars();
                if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                    let bit = pair_bit(first, second);
                    if let Some(bits) = pairs.get_mut(bit / 64) {
                        *bits |= 1_u64 << (bit % 64);
                    }
                }
            }
        }
        pairs
    });
    let bit = pair_bit(first, second);
    pairs
        .get(bit / 64)
        .is_some_and(|bits| bits >> (bit % 64) & 1 == 1)
}

/// Several times as many as names begin with pairs of characters, so that few other pairs share a bit.
const PAIR_BITS: usize = 1 << 17;

/// The bit of a pair of characters.
const fn pair_bit(first: char, second: char) -> usize {
    let hash = (first as u32).wrapping_mul(0x9E37_79B1) ^ (second as u32).wrapping_mul(0x85EB_CA77);
    (hash >> 13) as usize % PAIR_BITS
}

/// A chain of divisions, each within the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    /// The character after it.
    pub(super) end: usize,
    /// How many divisions.
    pub(super) count: u32,
    /// How many of them are written in full (北京市, not 北京).
    pub(super) full: u32,
    /// The level of the first.
    pub(super) top: u32,
    /// The level of the last: 1 province, 2 city, 3 county, 4 town.
    pub(super) level: u32,
}

/// The meanings of a name that begins at `at`: the character after it, and its entries.
fn at(text: &Chars<'_>, at: usize) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    let Some(map) = names() else { return found };
    let start = text.byte(at);
    let end = text.byte((at + LONGEST).min(text.len()));
    let Some(bytes) = text.text.as_bytes().get(start..end) else {
        return found;
    };
    let mut next = at + 1;
    lexicon::prefixes(map.as_fst(), bytes, |length, value| {
        while next < text.len() && text.byte(next) < start + length {
            next += 1;
        }
        found.push((next, (value >> 16) as usize, (value & 0xffff) as usize));
    });
    found
}

/// Whether this is the name of a division, in full or short.
pub(in crate::cn) fn is_name(name: &str) -> bool {
    names().is_some_and(|map| map.get(name).is_some())
}

/// The longest chain of divisions that begins at `from`, blanks between them allowed.
pub(super) fn chain(text: &Chars<'_>, from: usize) -> Option<Chain> {
    if !may_begin(text.get(from), text.get(from + 1)) {
        return None;
    }
    grow(text, from, None, Chain::default())
}

/// Looks for the division that comes next. Depth is at most four, because each lies within the last.
fn grow(text: &Chars<'_>, from: usize, above: Option<Division>, so_far: Chain) -> Option<Chain> {
    let mut best: Option<Chain> = None;
    for (end, first, count) in at(text, from) {
        let road = is_road_next(text, end);
        let mut seen: Option<Division> = None;
        for division in (first..first + count).filter_map(entry) {
            let fits = above.is_none_or(|above| division.within(above));
            // Namesakes in the same place and level lead to the same chains: try each level and place once.
            // 南京路 begins with no city, 跃进路 with no town.
            let cut = road && division.is_short();
            if !fits
                || cut
                || seen.is_some_and(|s| {
                    s.level() == division.level() && (above.is_some() || s.level() == 4)
                })
            {
                continue;
            }
            seen = Some(division);
            let chain = Chain {
                end,
                count: so_far.count + 1,
                full: so_far.full + u32::from(!division.is_short()),
                top: if so_far.count == 0 {
                    division.level()
                } else {
                    so_far.top
                },
                level: division.level(),
            };
            let next = past_blank(text, end);
            let longer = if division.level() < 4 {
                grow(text, next, Some(division), chain)
            } else {
                None
            };
            for option in [Some(chain), longer].into_iter().flatten() {
                if best.is_none_or(|b| (option.end, option.full) > (b.end, b.full)) {
                    best = Some(option);
                }
            }
        }
    }
    best
}

/// Whether what stands at `at` makes a road's name of what stands before it.
fn is_road_next(text: &Chars<'_>, at: usize) -> bool {
    const ROADS: &[&str] = &["路", "街", "大街", "大道", "巷", "弄", "胡同", "道"];
    let side = matches!(
        text.get(at),
        '东' | '西' | '南' | '北' | '中' | '新' | '一' | '二' | '三' | '四' | '五'
    );
    text.any(at, ROADS).is_some() || (side && text.any(at + 1, ROADS).is_some())
}

/// Past what may stand between two divisions: blanks, a hyphen, a slash, a comma.
fn past_blank(text: &Chars<'_>, from: usize) -> usize {
    let mut at = from;
    while at < from + 2
        && matches!(
            text.get(at),
            ' ' | '\u{3000}' | '-' | '/' | ',' | '，' | '·' | '|' | '\t'
        )
    {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use fst::Streamer;

    use super::{Chain, chain, names};
    use crate::Normalised;
    use crate::cn::chars::Chars;

    fn check(text: &str, expected: Option<(usize, u32, u32)>) {
        let text = Normalised::of(text);
        let found = chain(&Chars::of(text.as_str()), 0).map(
            |Chain {
                 end, count, level, ..
             }| (end, count, level),
        );
        assert_eq!(found, expected, "{}", text.as_str());
    }

    #[test]
    fn every_name_has_two_characters() {
        let mut stream = names().map(|map| map.stream());
        while let Some((name, _)) = stream.as_mut().and_then(Streamer::next) {
            assert!(std::str::from_utf8(name).unwrap().chars().count() > 1);
        }
    }

    #[test]
    fn chains_follow_what_lies_where() {
        check("浙江省杭州市西湖区文三路", Some((9, 3, 3)));
        check("浙江杭州西湖文三路", Some((6, 3, 3)));
        check("北京市朝阳区建国门外大街", Some((6, 2, 3)));
        check("内蒙古包头市", Some((6, 2, 2)));
        check("内蒙古自治区呼和浩特市回民区", Some((14, 3, 3)));
        check("广东省东莞市长安镇", Some((9, 3, 4)));
        check("湖北省恩施土家族苗族自治州恩施市", Some((16, 3, 3)));
        check("香港特别行政区九龙油尖旺区", Some((13, 3, 3)));
        check("中山路", None);
        check("中山火炬", Some((2, 1, 2)));
        check("", None);
        check("你好", None);
    }
}
