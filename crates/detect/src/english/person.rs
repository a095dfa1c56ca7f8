//! Names of people in English text: given name and surname, with titles, initials and particles.
//!
//! Here words that could be one name are put together; what announces a name stands in `announced`, what
//! its neighbours make of it in `around`, what a word can be in `word`, Chinese names in Latin letters in
//! `pinyin`, and how sure all that makes it in `sureness`.

mod announced;
mod around;
mod pinyin;
mod sureness;
mod word;

use super::lists::{GIVEN, OVERSEAS, PINYIN, SURNAMES, WORDS};
use super::words::{Shape, Word, words};
use crate::{Candidate, Check, Confidence, Kind, Normalised};
pub(crate) use announced::is_label;
use announced::{Announced, ROLES, announced, is_row, starts_sentence};
use around::is_in_longer;
use pinyin::{is_overseas_name, is_pinyin_name, is_syllables};
use sureness::sureness;
use word::{is_ambiguous, is_blocked, is_family, is_particle};

/// Adds the names in `text` to `out`. A name that lies within what was seen is left out.
pub(crate) fn find(text: &Normalised<'_>, seen: &[Candidate], out: &mut Vec<Candidate>) {
    let text = text.as_str();
    let words = words(text);
    let mut at = 0;
    while at < words.len() {
        match name_at(text, &words, at, seen) {
            Some((count, sure)) => {
                let (start, end) = (words[at].start, words[at + count - 1].end);
                if !is_taken(seen, start, end) {
                    out.push(Candidate {
                        start,
                        end,
                        kind: Kind::Person,
                        confidence: sure,
                        rule: "en.person.name",
                        check: Check::None,
                    });
                }
                at += count;
            }
            None => at += 1,
        }
    }
}

/// Whether something seen overlaps these bytes. `seen` is sorted by start.
fn is_taken(seen: &[Candidate], start: usize, end: usize) -> bool {
    let upto = seen.partition_point(|c| c.start < end);
    seen.get(..upto)
        .unwrap_or_default()
        .iter()
        .rev()
        .take(16)
        .any(|c| c.end > start)
}

/// The longest name in words, an initial between counted.
const MOST_WORDS: usize = 5;

/// The name that begins with the word at `at`: how many words it has, and how sure that is.
fn name_at(
    text: &str,
    words: &[Word<'_>],
    at: usize,
    seen: &[Candidate],
) -> Option<(usize, Confidence)> {
    let first = words.get(at)?;
    if !first.is_capital() {
        return small_name(text, words, at)
            .filter(|_| announced(text, words, at) == Announced::Strongly);
    }
    if let Some(sure) = surname_first(text, words, at) {
        // Gonçalves, Davi Luiz: given names go on.
        let more = run_length(text, words, at + 1).min(2);
        let second = words
            .get(at + 2)
            .filter(|word| more == 2 && !is_blocked(word));
        let goes_on =
            second.is_some_and(|word| word.shape == Shape::Initial || GIVEN.has(word.text));
        return Some((2 + usize::from(goes_on), sure));
    }
    let run = run_length(text, words, at);
    if run < 2 || is_in_longer(text, words, at) {
        return None;
    }
    // A name ends before the first word that is part of none.
    let name = words.get(at..at + run)?;
    // Jie and Lu are streets, and syllables of names: Lim Wei Jie, Jie Liang.
    let is_syllable = |place: usize| {
        place == 0
            && is_syllables(first.text)
            && name.get(1).is_some_and(|next| PINYIN.has(next.text))
            || place == 1 && PINYIN.has(first.text) && !is_blocked(first)
            || place == 2
                && (PINYIN.has(first.text) || OVERSEAS.has(first.text))
                && name
                    .get(1..3)
                    .is_some_and(|rest| rest.iter().all(|word| is_syllables(word.text)))
    };
    // Mathew Read: a word that is a surname too, where a given name stands before it and nothing after.
    let closes = |place: usize| {
        name.get(place).is_some_and(|word| {
            place == 1
                && GIVEN.has(first.text)
                && !is_ambiguous(first.text)
                && SURNAMES.has(word.text)
                && word.shape == first.shape
                && !text
                    .get(word.end..)
                    .unwrap_or_default()
                    .starts_with([' ', ':', '/', '-'])
        })
    };
    let blocked = |place: usize| {
        name.get(place).is_some_and(is_blocked) && !is_syllable(place) && !closes(place)
    };
    let run = (0..run).find(|place| blocked(*place)).unwrap_or(run);
    let announced = announced(text, words, at);
    // Payee Long Qin, Per Hannah Hall: a word before a whole name.
    let leads = !GIVEN.has(first.text) && !SURNAMES.has(first.text)
        || ROLES.iter().any(|role| first.is(role))
        || is_ambiguous(first.text) && starts_sentence(text, first.start);
    if run > 2 && leads && !is_family(first) && name.get(1..run).is_some_and(is_whole) {
        return None;
    }
    (2..=run).rev().find_map(|count| {
        let name = words.get(at..at + count)?;
        let announced = match name.last() {
            Some(last) if is_row(text, seen, first.start, last.end) => Announced::Strongly,
            _ => announced,
        };
        let sure = sureness(text, words, at, name, announced)?;
        Some((count, sure))
    })
}

/// DAVIES, GARETH: as registers write names, where one is announced.
fn surname_first(text: &str, words: &[Word<'_>], at: usize) -> Option<Confidence> {
    let (first, second) = (words.get(at)?, words.get(at + 1)?);
    let fits = text.get(first.end..second.start) == Some(", ")
        && second.is_capital()
        && GIVEN.has(second.text)
        && !WORDS.has(first.text)
        && !WORDS.has(second.text)
        && second.text.len() > 2;
    // Whoever is announced for certain may have any surname.
    let least = if SURNAMES.has(first.text) {
        Announced::Fairly
    } else {
        Announced::Strongly
    };
    (fits && announced(text, words, at) >= least).then_some(800)
}

/// How many words from `at` on could be one name: capitals and particles, each a blank from the next.
fn run_length(text: &str, words: &[Word<'_>], at: usize) -> usize {
    let mut count = 1;
    while count < MOST_WORDS {
        let (Some(last), Some(next)) = (words.get(at + count - 1), words.get(at + count)) else {
            break;
        };
        let gap = text.get(last.end..next.start).unwrap_or_default();
        let joined = gap == " " || gap == ". " && last.shape == Shape::Initial || gap == "  ";
        if !joined || !(next.is_capital() || is_particle(next)) {
            break;
        }
        count += 1;
    }
    // A particle ends no name.
    while count > 1
        && words
            .get(at + count - 1)
            .is_some_and(|word| !word.is_capital())
    {
        count -= 1;
    }
    count
}

/// Whether these words are a whole name by themselves.
fn is_whole(name: &[Word<'_>]) -> bool {
    is_pinyin_name(name)
        || is_overseas_name(name) && name.len() == 3
        || matches!(name, [first, .., last]
            if GIVEN.has(first.text) && SURNAMES.has(last.text) && !is_ambiguous(first.text))
}

/// john smith, after `my name is`: both must be listed.
fn small_name(text: &str, words: &[Word<'_>], at: usize) -> Option<(usize, Confidence)> {
    let (first, second) = (words.get(at)?, words.get(at + 1)?);
    let joined = text.get(first.end..second.start) == Some(" ");
    let listed = GIVEN.has(first.text)
        && SURNAMES.has(second.text)
        && !WORDS.has(first.text)
        && !WORDS.has(second.text);
    (joined && listed && first.text.len() > 2 && second.text.len() > 2).then_some((2, 780))
}
