//! Chinese text in simplified characters, for lists and models that know no others.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::chars::{CharSet, is_han};

/// Each traditional character and its simplified form, a pair a line. All take three bytes in UTF-8, so that nothing
/// moves.
static PAIRS: &str = include_str!("../../data/cn/traditional.txt");

struct Table {
    simple: FxHashMap<char, char>,
    /// Traditional characters and capital numerals: nearly every character is neither.
    odd: CharSet,
}

fn table() -> &'static Table {
    static BUILT: OnceLock<Table> = OnceLock::new();
    BUILT.get_or_init(|| {
        let pairs = PAIRS.lines().filter_map(|pair| {
            let mut pair = pair.chars();
            pair.next().zip(pair.next())
        });
        let simple: FxHashMap<char, char> = pairs.collect();
        let numerals = CAPITALS.iter().map(|(capital, _)| *capital);
        let odd = CharSet::of(simple.keys().copied().chain(numerals));
        Table { simple, odd }
    })
}

/// Numerals as cheques write them, and some write addresses: 叁栋贰单元捌零壹室.
const CAPITALS: [(char, char); 17] = [
    ('壹', '一'),
    ('贰', '二'),
    ('貳', '二'),
    ('叁', '三'),
    ('參', '三'),
    ('叄', '三'),
    ('肆', '四'),
    ('伍', '五'),
    ('陆', '六'),
    ('陸', '六'),
    ('柒', '七'),
    ('捌', '八'),
    ('玖', '九'),
    ('拾', '十'),
    ('佰', '百'),
    ('仟', '千'),
    ('貮', '二'),
];

fn numeral(c: char) -> Option<char> {
    let found = CAPITALS.iter().find(|(capital, _)| *capital == c);
    found.map(|(_, plain)| *plain)
}

/// What is counted in an address: after these a single capital numeral is one.
const COUNTED: &str = "号號栋棟幢座层層楼樓室单單元院弄户戶期";

/// The text with simplified characters for traditional ones, and plain numerals for capital ones where they count.
/// Bytes stay where they are.
pub(crate) fn simplified(text: &str) -> Cow<'_, str> {
    let table = table();
    let Some(first) = text.char_indices().find(|(_, c)| table.odd.contains(*c)) else {
        return Cow::Borrowed(text);
    };
    let mut simple = String::with_capacity(text.len());
    simple.push_str(text.get(..first.0).unwrap_or_default());
    let rest = text.get(first.0..).unwrap_or_default();
    let mut before = simple.chars().next_back().unwrap_or('\0');
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or('\0');
        let plain = match numeral(c) {
            Some(plain) if counts(before, c, next) => Some(plain),
            _ if table.odd.contains(c) => table.simple.get(&c).copied(),
            _ => None,
        };
        simple.push(plain.unwrap_or(c));
        before = c;
    }
    Cow::Owned(simple)
}

/// Whether a capital numeral between these two counts something: 陆, 伍 and others are surnames, too.
fn counts(before: char, c: char, next: char) -> bool {
    let numeral = |c: char| numeral(c).is_some() || "零〇一二三四五六七八九十百千".contains(c);
    let amid = numeral(before) || numeral(next);
    // 姓陆，陆女士, 伍先生 count nothing.
    amid || COUNTED.contains(next)
        && (is_han(before) || before.is_ascii_alphanumeric() || before == ' ')
        || matches!(c, '壹' | '贰' | '貳' | '叁' | '肆') && next.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::{PAIRS, simplified};

    #[test]
    fn pairs_are_sorted_and_of_one_length() {
        assert!(PAIRS.lines().is_sorted());
        assert!(
            PAIRS
                .lines()
                .all(|pair| pair.len() == 6 && pair.chars().count() == 2)
        );
    }

    #[test]
    fn numerals_count_and_surnames_stay() {
        assert_eq!(
            simplified("蘇州市東吳北路壹佰號叄棟肆零伍"),
            "苏州市东吴北路一百号三栋四零五"
        );
        assert_eq!(
            simplified("陆女士和伍先生住叁栋贰单元"),
            "陆女士和伍先生住三栋二单元"
        );
        assert_eq!(simplified("客户陳國華"), "客户陈国华");
    }
}
