//! What a disguised or spoken value says, in plain letters and digits.

use std::cmp::Reverse;
use std::sync::OnceLock;

use crate::cue::{self, Cue};
use crate::structured::numeral::digit_at;
use crate::structured::spoken;
use crate::{Kind, Normalised};

/// The value of a hit as people would type it: full-width and invisible characters undone, Chinese numerals
/// and `double five` as digits, `艾特` and `点` as `@` and `.`. So a person who says a number, types it and hides
/// it is one person. It is not checked to be one of its kind; what has no reading comes back in normal form.
pub fn plain(kind: Kind, value: &str) -> String {
    let normalised = Normalised::of(value);
    let text = normalised.as_str();
    match kind {
        Kind::Phone | Kind::Landline | Kind::IdCard | Kind::BankCard | Kind::Imei | Kind::Qq => {
            number(text)
        }
        Kind::Email => mailbox(text),
        _ => text.trim().to_owned(),
    }
}

/// Letters and digits; a plus at the start, and hyphens, which part an extension.
fn number(text: &str) -> String {
    if let Some(digits) = spoken::digits(text) {
        return digits;
    }
    let bytes = text.as_bytes();
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let (kept, length) = match digit_at(bytes, at) {
            Some((digit, length)) => (Some(char::from(digit)), length),
            None => (mark(c, &plain), c.len_utf8()),
        };
        plain.extend(kept);
        at += length;
    }
    plain
}

/// What becomes of a character that is no digit, after what was read.
fn mark(c: char, before: &str) -> Option<char> {
    match c {
        c if c.is_ascii_alphabetic() => Some(c.to_ascii_uppercase()),
        '+' if before.is_empty() => Some('+'),
        '-' | '转' if !before.is_empty() && !before.ends_with('-') => Some('-'),
        _ => None,
    }
}

/// What people write for `@`, the longest first; made ready once.
fn ats() -> &'static [String] {
    static BUILT: OnceLock<Vec<String>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut words: Vec<String> = cue::spellings()
            .filter(|(_, cue)| *cue == Cue::At)
            .map(|(word, _)| word)
            .collect();
        words.sort_by_key(|word| Reverse(word.len()));
        words
    })
}

fn mailbox(text: &str) -> String {
    let mut plain = text.to_ascii_lowercase();
    if !plain.contains('@')
        && let Some(word) = ats().iter().find(|word| plain.contains(word.as_str()))
    {
        plain = plain.replacen(word.as_str(), "@", 1);
    }
    for dot in [" dot ", "(dot)", "[dot]", "点", "。"] {
        plain = plain.replace(dot, ".");
    }
    plain.retain(|c| !c.is_whitespace());
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::Kind;

    #[test]
    fn ways_to_say_a_value_are_one() {
        for (kind, value, expected) in [
            (Kind::Phone, "138零零138000", "13800138000"),
            (Kind::Phone, "幺三八 零零幺三 八零零零", "13800138000"),
            (Kind::Phone, "１３８-0013\u{200b}-8000", "138-0013-8000"),
            (
                Kind::Phone,
                "one three eight double zero 138 triple zero",
                "13800138000",
            ),
            (Kind::Phone, "+44 7700 900123", "+447700900123"),
            (Kind::Landline, "021-56781234转801", "021-56781234-801"),
            (Kind::IdCard, "11010519491231002x", "11010519491231002X"),
            (Kind::Email, "li.na艾特example点com", "li.na@example.com"),
            (Kind::Email, "Li.Na@Example.com", "li.na@example.com"),
            (Kind::Person, " 张伟", "张伟"),
        ] {
            assert_eq!(plain(kind, value), expected, "{value}");
        }
    }
}
