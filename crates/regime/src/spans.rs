//! Identifiers in running text: where somebody's number or address stands in what was said or written.
//!
//! Only what has check characters, or a shape that nothing else has, is found. Names, places and what is
//! spelled out in words are not: a text without marks is not thereby free of personal information.

use shouxin_model::FieldKind;

use crate::formats::check;

/// A stretch of a text that is an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first character, counted from 0 in Unicode scalar values.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
    /// What it is.
    pub kind: FieldKind,
}

/// The identifiers in `text`, in order, none overlapping: resident IDs, bank cards and VINs whose check
/// characters are right, mobile numbers, number plates, e-mail addresses. Linear in the text's length.
pub fn spans(text: &str) -> Vec<Span> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match email(&chars, at)
            .or_else(|| plate(&chars, at))
            .or_else(|| number(&chars, at))
        {
            Some(span) => {
                at = span.end;
                found.push(span);
            }
            None => at = next(&chars, at),
        }
    }
    found
}

/// Where the next stretch may begin: after the run of letters and digits that stands here.
fn next(chars: &[char], at: usize) -> usize {
    at + run(chars, at, is_local).max(1)
}

/// How many characters from `at` on belong to a run; no more than an identifier can have matter.
fn run(chars: &[char], at: usize, belongs: fn(char) -> bool) -> usize {
    chars[at..].iter().take_while(|c| belongs(**c)).count()
}

fn email(chars: &[char], at: usize) -> Option<Span> {
    let local = run(chars, at, is_local);
    let sign = at + local;
    if !(1..=64).contains(&local) || chars.get(sign) != Some(&'@') {
        return None;
    }
    let host = run(chars, sign + 1, |c| {
        c.is_ascii_alphanumeric() || ".-".contains(c)
    });
    // A full stop that ends the sentence is no part of the host.
    let trail = chars[sign + 1..sign + 1 + host]
        .iter()
        .rev()
        .take_while(|c| ".-".contains(**c))
        .count();
    span(chars, at, sign + 1 + host - trail, FieldKind::Email)
}

fn plate(chars: &[char], at: usize) -> Option<Span> {
    if chars[at].is_ascii() {
        return None;
    }
    let letter = chars.get(at + 1).filter(|c| c.is_ascii_uppercase());
    letter?;
    // The dot after the letter is how plates are painted.
    let dot = usize::from(chars.get(at + 2).is_some_and(|c| "·•".contains(*c)));
    let serial = run(chars, at + 2 + dot, |c| c.is_ascii_alphanumeric());
    (5..=6)
        .contains(&serial)
        .then(|| span(chars, at, at + 2 + dot + serial, FieldKind::Plate))?
}

fn number(chars: &[char], at: usize) -> Option<Span> {
    let length = run(chars, at, |c| c.is_ascii_alphanumeric());
    let end = at + length;
    let digits = chars[at..end].iter().filter(|c| c.is_ascii_digit()).count();
    let kinds: &[FieldKind] = match (length, digits) {
        (11, 11) => &[FieldKind::Mobile],
        // A VIN of digits alone is none that anybody has.
        (17, ..17) => &[FieldKind::Vin],
        (18, 17..) => &[FieldKind::ResidentId, FieldKind::BankCard],
        (16..=19, digits) if digits == length => &[FieldKind::BankCard],
        _ => return None,
    };
    kinds.iter().find_map(|kind| span(chars, at, end, *kind))
}

fn span(chars: &[char], start: usize, end: usize, kind: FieldKind) -> Option<Span> {
    let text: String = chars[start..end].iter().collect();
    check(kind, &text)
        .is_ok()
        .then_some(Span { start, end, kind })
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._%+-".contains(c)
}

#[cfg(test)]
mod tests {
    use super::spans;

    /// What is found, as `kind:text`, joined by blanks.
    fn found(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let told = spans(text).into_iter().map(|span| {
            let text: String = chars[span.start..span.end].iter().collect();
            format!("{}:{text}", span.kind.word())
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn identifiers_are_found_where_they_stand() {
        for (text, expected) in [
            ("请打13800138000联系我。", "mobile:13800138000"),
            (
                "身份证11010519491231002X,谢谢",
                "resident_id:11010519491231002X",
            ),
            ("车架号1HGCM82633A004352", "vin:1HGCM82633A004352"),
            (
                "车牌沪A·12345和沪AD12345",
                "plate:沪A·12345 plate:沪AD12345",
            ),
            ("write to li.na@example.com.", "email:li.na@example.com"),
            ("卡号6222021234567890128", "bank_card:6222021234567890128"),
            (
                "13800138000/13900139000",
                "mobile:13800138000 mobile:13900139000",
            ),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_not_marked() {
        for text in [
            "",
            "@",
            "a@",
            "@b.example",
            "110105194912310021",
            "1HGCM82643A004352",
            "12800138000",
            "138001380001",
            "WO-2026-000123",
            "沪A",
            "今天A12",
            "6222021234567890120",
            "\u{10ffff}\u{0}",
        ] {
            assert_eq!(found(text), "", "{text}");
        }
    }
}
