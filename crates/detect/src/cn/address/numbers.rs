//! Numbers as addresses write them.

use crate::cn::chars::Chars;

/// Whether a number of an address may begin at `at`, and is not the rest of a longer one.
pub(super) fn may_begin(text: &Chars<'_>, at: usize) -> bool {
    let c = text.get(at);
    let before = text.before(at);
    if c.is_ascii_digit() {
        return !before.is_ascii_alphanumeric()
            && !matches!(before, '.' | '-' | '￥' | '¥' | '$' | '/' | ':');
    }
    if c.is_ascii_uppercase() {
        return !before.is_ascii_alphanumeric();
    }
    (is_numeral(c) && !is_numeral(before)) || (c == '第' && starts(text, at + 1))
}

fn starts(text: &Chars<'_>, at: usize) -> bool {
    text.get(at).is_ascii_digit() || is_numeral(text.get(at))
}

/// 一 to 万 as counts are written.
pub(super) const fn is_numeral(c: char) -> bool {
    matches!(
        c,
        '零' | '〇'
            | '一'
            | '二'
            | '两'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
            | '百'
            | '千'
            | '幺'
    )
}

/// The character after the number that begins at `at`: Arabic with one letter on either side (12, B2, 3A),
/// numerals (十二), a letter alone (A), 甲 to 庚, or a chain of short numbers (12-3-401). Up to five digits.
pub(super) fn end(text: &Chars<'_>, at: usize) -> Option<usize> {
    let from = at;
    let first = text.get(at);
    let mut at = at;
    if first.is_ascii_alphabetic() {
        at += 1;
        if text.get(at).is_ascii_alphabetic() {
            return None;
        }
        at += usize::from(text.get(at) == '-' && text.get(at + 1).is_ascii_digit());
    }
    if text.get(at).is_ascii_digit() {
        at = digits(text, at)?;
        at = chain(text, at)?;
        return Some(at);
    }
    if at > from {
        return Some(at);
    }
    if is_numeral(first) {
        while is_numeral(text.get(at)) && at < from + 7 {
            at += 1;
        }
        return Some(at);
    }
    if !matches!(first, '甲' | '乙' | '丙' | '丁' | '戊' | '己' | '庚') {
        return None;
    }
    // 67号甲1306户
    let mut end = from + 1;
    while text.get(end).is_ascii_digit() && end < from + 6 {
        end += 1;
    }
    Some(end)
}

/// The character after two to four digits that blanks part: 1 4 6 8 弄, 1 7 0 5. Numerals may stand among them.
pub(super) fn spaced_end(text: &Chars<'_>, from: usize) -> Option<usize> {
    let digit = |at: usize| {
        text.get(at).is_ascii_digit()
            || is_numeral(text.get(at)) && !"十百千".contains(text.get(at))
    };
    let mut at = from;
    while digit(at) && text.get(at + 1) == ' ' && digit(at + 2) && at < from + 6 {
        at += 2;
    }
    (at > from && digit(at) && !digit(at + 1) && !(text.get(at + 1) == ' ' && digit(at + 2)))
        .then_some(at + 1)
}

/// The character after a number of two to four characters that a scanner took for letters: IO8, l5Z, 3O2.
pub(super) fn scanned_end(text: &Chars<'_>, from: usize) -> Option<usize> {
    let alike = |c: char| matches!(c, 'O' | 'o' | 'l' | 'I' | 'Z' | 'S' | 'B');
    let mut at = from;
    while at < from + 5 && (text.get(at).is_ascii_digit() || alike(text.get(at))) {
        at += 1;
    }
    let read = text.slice(from..at);
    let digits = read.iter().filter(|c| c.is_ascii_digit()).count();
    let fits = (2..=4).contains(&read.len()) && digits > 0 && digits < read.len();
    (fits && !text.get(at).is_ascii_alphanumeric()).then_some(at)
}

/// Past one to five digits and a letter that belongs to them.
fn digits(text: &Chars<'_>, from: usize) -> Option<usize> {
    let mut at = from;
    while text.get(at).is_ascii_digit() {
        at += 1;
    }
    if at - from > 5 || at == from {
        return None;
    }
    // 1甲1号: a house between two others.
    if matches!(text.get(at), '甲' | '乙' | '丙' | '丁') {
        let mut end = at + 1;
        while text.get(end).is_ascii_digit() && end < at + 4 {
            end += 1;
        }
        return Some(end);
    }
    let letter = text.get(at).is_ascii_alphabetic() && !text.get(at + 1).is_ascii_alphanumeric();
    Some(at + usize::from(letter))
}

/// Past -3-401, ~3, 、5 and the like after a number.
fn chain(text: &Chars<'_>, from: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..4 {
        let joins = matches!(text.get(at), '-' | '—' | '－' | '~' | '～' | '/' | '–');
        let letter = usize::from(text.get(at + 1).is_ascii_alphabetic());
        if joins && letter == 1 && !text.get(at + 2).is_ascii_alphanumeric() {
            at += 2;
            continue;
        }
        if !joins || !text.get(at + 1 + letter).is_ascii_digit() {
            break;
        }
        at = digits(text, at + 1 + letter)?;
    }
    Some(at)
}
