//! What was announced once is the same where it stands again.

use std::collections::BTreeMap;

use crate::border::is_whole;
use crate::page::Page;
use crate::survey::Spot;
use crate::{Candidate, Check, Confidence, Kind};

/// Adds further places of codes that were announced, and of names that were found, to `found`. Only whole
/// words count; one pass over the text, and one for each of a few names.
pub(crate) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let mut again = Vec::new();
    codes(page, found, &mut again);
    names(page.text, found, &mut again);
    found.append(&mut again);
}

/// Surer than nothing, less sure than any rule that knows more.
const SURE: Confidence = 600;

/// Whether a word told it more than its shape did: what has a check digit that holds, or the letters of a
/// carrier, is found everywhere by itself.
fn is_told(candidate: &Candidate) -> bool {
    let by_itself = candidate.check == Check::Passed || candidate.rule == "waybill.carrier";
    !by_itself
        && matches!(
            candidate.kind,
            Kind::Wechat
                | Kind::Qq
                | Kind::Passport
                | Kind::TravelPermit
                | Kind::BankCard
                | Kind::IdCard
                | Kind::Imei
                | Kind::Vin
                | Kind::Uscc
                | Kind::Waybill
        )
}

const fn is_part(byte: u8) -> bool {
    IS_PART[byte as usize]
}

const IS_PART: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let character = byte as u8;
        table[byte] = character.is_ascii_alphanumeric() || matches!(character, b'_' | b'-');
        byte += 1;
    }
    table
};

fn codes(page: &Page<'_>, found: &[Candidate], again: &mut Vec<Candidate>) {
    let text = page.text;
    let mut known: BTreeMap<&str, Kind> = BTreeMap::new();
    for candidate in found.iter().filter(|c| is_told(c) && c.confidence >= 780) {
        if let Some(value) = text.get(candidate.start..candidate.end)
            && value.len() >= 6
            && value.bytes().all(is_part)
        {
            known.insert(value, candidate.kind);
        }
    }
    // A text too short to hold a value twice is done.
    let shortest = known.keys().map(|value| value.len()).min();
    if shortest.is_none_or(|shortest| text.len() < 2 * shortest) {
        return;
    }
    // Nearly all words are of a length that no value has.
    let mut lengths = [false; LENGTHS];
    for value in known.keys() {
        lengths[value.len().min(LENGTHS - 1)] = true;
    }
    let has_digit = |value: &&str| value.bytes().any(|b| b.is_ascii_digit());
    let mut look = |start: usize, end: usize| {
        if lengths[(end - start).min(LENGTHS - 1)]
            && let Some(kind) = text.get(start..end).and_then(|word| known.get(word))
        {
            again.push(repeated(start, end, *kind, "repeat.code"));
        }
    };
    if known.keys().all(has_digit) {
        coded_words(page, &mut look);
    } else {
        all_words(text.as_bytes(), &mut look);
    }
}

/// Values as long as this or longer are told apart by their text alone.
const LENGTHS: usize = 64;

/// Every word with a digit in it: where those stand is known already.
fn coded_words(page: &Page<'_>, look: &mut impl FnMut(usize, usize)) {
    let bytes = page.text.as_bytes();
    let mut done = 0;
    for spot in &page.spots {
        let (Spot::Code { start, .. } | Spot::Number(start)) = *spot else {
            continue;
        };
        if start < done {
            continue;
        }
        // No further back than the word before: words are looked at once.
        let before = bytes.get(done..start).unwrap_or_default();
        let back = before.iter().rev().take_while(|b| is_part(**b)).count();
        done = word_end(bytes, start);
        look(start - back, done);
    }
}

fn all_words(bytes: &[u8], look: &mut impl FnMut(usize, usize)) {
    let mut at = 0;
    while at < bytes.len() {
        let end = word_end(bytes, at);
        look(at, end);
        at = end.max(at + 1);
    }
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|b| is_part(**b)).count()
}

/// How many names are looked for again.
const MOST_NAMES: usize = 8;

fn names(text: &str, found: &[Candidate], again: &mut Vec<Candidate>) {
    let mut known: Vec<&str> = found
        .iter()
        .filter(|c| c.kind == Kind::Person && c.rule.starts_with("en.") && c.confidence >= 740)
        .filter_map(|c| text.get(c.start..c.end))
        .collect();
    known.sort_unstable();
    known.dedup();
    for name in known.into_iter().take(MOST_NAMES) {
        for (at, _) in text.match_indices(name) {
            let end = at + name.len();
            if is_whole(text.as_bytes(), at, end, u8::is_ascii_alphanumeric) {
                again.push(repeated(at, end, Kind::Person, "repeat.name"));
            }
        }
    }
}

const fn repeated(start: usize, end: usize, kind: Kind, rule: &'static str) -> Candidate {
    Candidate {
        start,
        end,
        kind,
        confidence: SURE,
        rule,
        check: Check::None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Detector, Kind};

    #[test]
    fn a_code_is_found_again_without_the_word() {
        let text = "微信lan_8064，备注来意。好的，lan_8064已加，order_8064没有";
        let hits = Detector::new().detect(text);
        let kinds: Vec<Kind> = hits.iter().map(|hit| hit.kind).collect();
        assert_eq!(kinds, [Kind::Wechat, Kind::Wechat]);
    }
}
