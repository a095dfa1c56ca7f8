//! Accounts that people spell, pause in or put marks into.

use super::digit_at;
use crate::page::Page;
use crate::structured::candidate;
use crate::structured::disguised::{gap_end, goes_on, pause_end};
use crate::{Candidate, Kind};

/// The end of an id some of whose characters are spelled: momo-三四四幺八四, feifei下划线lily23, tony，呃，五八四零二.
pub(super) fn with_numerals(page: &Page<'_>, start: usize) -> Option<usize> {
    let bytes = page.text.as_bytes();
    let (mut at, mut count, mut spelled) = (start, 0, 0);
    if !page.byte(start).is_some_and(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    while count <= 20 {
        match bytes.get(at) {
            Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_') => at += 1,
            _ => match digit_at(bytes, at) {
                Some((_, length)) => {
                    at += length;
                    spelled += 1;
                }
                None => match told_mark(page, at).or_else(|| pause_end(page, at)) {
                    Some(next) => {
                        at = next;
                        spelled += 2;
                        continue;
                    }
                    None => break,
                },
            },
        }
        count += 1;
    }
    let letters = page
        .slice(start, at)
        .bytes()
        .filter(u8::is_ascii_alphabetic);
    (spelled >= 2 && letters.count() >= 2 && (6..=20).contains(&count)).then_some(at)
}

/// Past a word for a mark within an id.
fn told_mark(page: &Page<'_>, at: usize) -> Option<usize> {
    let rest = page.rest(at);
    if !rest.starts_with(['下', '横', '减', '中', '杠']) {
        return None;
    }
    let words = ["下划线", "横杠", "减号", "中划线", "杠"];
    let word = words.iter().find(|word| rest.starts_with(**word))?;
    let next = at + word.len();
    goes_on(page.text.as_bytes(), next).then_some(next)
}

/// The end of an id with the same picture or mark in it twice or more (xiao❤yu❤9527), or of single characters
/// (z h u b a o 8 8).
pub(super) fn interrupted(page: &Page<'_>, start: usize) -> Option<usize> {
    let length = |at: usize| {
        let rest = page.rest(at).bytes();
        rest.take(20).take_while(u8::is_ascii_alphanumeric).count()
    };
    page.after(start).filter(char::is_ascii_alphabetic)?;
    let mut end = start + length(start);
    let mark = page.after(end).filter(|c| {
        matches!(c, '❤' | '♥' | '♡' | '*' | '＊' | '★' | '☆' | '+' | ' ')
            || ('\u{1f300}'..='\u{1faff}').contains(c)
    })?;
    let (mut marks, mut letters, mut singles) = (0, end - start, end == start + 1);
    while page.after(end) == Some(mark) && length(end + mark.len_utf8()) > 0 && letters <= 20 {
        let next = end + mark.len_utf8();
        singles &= length(next) == 1;
        letters += length(next);
        end = next + length(next);
        marks += 1;
    }
    let fits = (6..=20).contains(&letters) && marks >= 2 && (mark != ' ' || singles && marks >= 5);
    fits.then_some(end)
}

/// A QQ number whose groups are too short to be one, or that a pause parts: 六三一，八六，额，零六五; 1八三4幺八.
pub(super) fn qq(page: &Page<'_>, start: usize) -> Option<Candidate> {
    let bytes = page.text.as_bytes();
    let (mut at, mut count, mut found) = (start, 0, None);
    while let Some((digit, length)) = digit_at(bytes, at) {
        if count == 0 && digit == b'0' || count == 11 {
            return None;
        }
        at += length;
        count += 1;
        if digit_at(bytes, at).is_some() {
            continue;
        }
        if count >= 5 && !goes_on(bytes, at) {
            found = Some(at);
        }
        let gap = pause_end(page, at).or_else(|| gap_end(page, at).filter(|_| count < 5));
        match gap {
            Some(next) if digit_at(bytes, next).is_some() => at = next,
            _ => break,
        }
    }
    let after = found.and_then(|end| page.after(end));
    let counts = after.is_some_and(|c| c == '@' || "元块年月日点个条分人群".contains(c));
    found
        .filter(|_| !counts)
        .map(|end| candidate(start, end, Kind::Qq, 900, "qq.disguised"))
}
