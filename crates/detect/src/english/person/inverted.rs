//! Names as registers write them: the surname, a comma, the given names.

use super::announced::{Announced, announced, is_label};
use super::pinyin::is_syllables;
use super::sureness::is_double;
use super::word::{is_blocked, is_particle};
use crate::Confidence;
use crate::english::lists::{GIVEN, PINYIN, SURNAMES, WORDS};
use crate::english::words::{Shape, Word};

/// DAVIES, GARETH; El Masri, Khalid; Gonçalves, Davi Luiz: how many words the name has that begins at `at`, where one
/// is announced or fills a field, and how sure that is.
pub(super) fn inverted(text: &str, words: &[Word<'_>], at: usize) -> Option<(usize, Confidence)> {
    let family = family_length(text, words, at)?;
    let (last, given) = (words.get(at + family - 1)?, words.get(at + family)?);
    let surname = words.get(at..at + family)?;
    let of_pinyin = PINYIN.has(last.text) && is_syllables(given.text);
    // HE, YU TONG: surname and syllables in capitals, as documents print them.
    let printed = of_pinyin && last.shape == Shape::Capitals && given.shape == Shape::Capitals;
    let comma = match text.get(last.end..given.start) {
        Some(", ") => true,
        Some(" / " | "/" | ",") => printed,
        _ => false,
    };
    let fits = comma
        && given.is_capital()
        && (given.text.len() > 2 || printed)
        && (!WORDS.has(given.text) || printed)
        && (printed
            || !surname
                .iter()
                .any(|word| WORDS.has(word.text) || is_label(word.text)));
    let is_given = GIVEN.has(given.text) || is_double(given, &GIVEN) || of_pinyin;
    if !fits || !is_given {
        return None;
    }
    let listed = family > 1
        || SURNAMES.has(last.text)
        || PINYIN.has(last.text)
        || is_double(last, &SURNAMES);
    let mut count = family + 1;
    while count < family + 3
        && words
            .get(at + count)
            .is_some_and(|next| goes_on(text, words, at + count - 1, next))
    {
        count += 1;
    }
    let (start, end) = (surname.first()?.start, words.get(at + count - 1)?.end);
    // Whoever is announced for certain may have any surname.
    let told = match announced(text, words, at) {
        Announced::Strongly => true,
        Announced::Fairly => listed,
        Announced::Weakly | Announced::No => listed && fills_field(text, start, end),
    };
    told.then_some((count, 800))
}

/// How many words the surname has that begins at `at`: Van den Broek, El Masri.
fn family_length(text: &str, words: &[Word<'_>], at: usize) -> Option<usize> {
    let mut count = 1;
    let mut word = words.get(at)?;
    while is_particle(word) && count < 4 {
        let next = words.get(at + count)?;
        if text.get(word.end..next.start) != Some(" ") {
            return None;
        }
        word = next;
        count += 1;
    }
    (!is_particle(word)).then_some(count)
}

/// Whether another given name or its initial follows the word at `at`.
fn goes_on(text: &str, words: &[Word<'_>], at: usize, next: &Word<'_>) -> bool {
    let parted = words
        .get(at)
        .and_then(|word| text.get(word.end..next.start));
    parted == Some(" ")
        && next.is_capital()
        && !is_blocked(next)
        && (next.shape == Shape::Initial || GIVEN.has(next.text) || is_syllables(next.text))
}

/// Whether a name from `start` to `end` is all that stands in a cell, between quotation marks or after a label:
/// "Yamazaki, Siti", Visa file: CHEN, HAORAN, passport …
fn fills_field(text: &str, start: usize, end: usize) -> bool {
    let head = text.get(..start).unwrap_or_default();
    let tail = text.get(end..).unwrap_or_default();
    if head.ends_with(['"', '|', '\t', '\n', ';', '/']) || head.is_empty() {
        return tail.is_empty()
            || tail.starts_with(['"', '|', '\t', '\n', ';'])
            || tail.starts_with(" /");
    }
    let labelled = head.ends_with([':', '：']) || head.ends_with(": ");
    labelled
        && (tail.is_empty()
            || tail.starts_with([',', '\n', ';', '(', '|', '"', '.'])
            || tail.starts_with("  ")
            || tail.starts_with('/')
            || tail.starts_with(" /")
            || tail.starts_with(" ("))
}
