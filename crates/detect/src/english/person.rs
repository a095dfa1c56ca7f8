//! Names of people in English text: given name and surname, with titles, initials and particles.
//!
//! Here words that could be one name are put together; what announces a name stands in `announced`, what
//! its neighbours make of it in `around`, what a word can be in `word`, Chinese names in Latin letters in
//! `pinyin`, names with the surname first in `inverted`, those in small letters in `small`, and how sure all that makes
//! it in `sureness`.

mod announced;
mod around;
mod inverted;
mod pinyin;
mod small;
mod sureness;
mod word;

use super::lists::{GIVEN, OVERSEAS, PINYIN, SURNAMES};
use super::words::{Shape, Word, words};
use crate::{Candidate, Check, Confidence, Kind, Normalised};
pub(crate) use announced::is_label;
use announced::{Announced, ROLES, announced, is_row, starts_sentence};
use around::is_in_longer;
use inverted::inverted;
use pinyin::{is_overseas_name, is_pinyin_name, is_syllables};
use small::small_name;
use sureness::sureness;
use word::{is_ambiguous, is_blocked, is_family, is_particle, is_suffix};

/// Adds the names in `text` to `out`. A name that lies within what was seen is left out.
pub(crate) fn find(text: &Normalised<'_>, seen: &[Candidate], out: &mut Vec<Candidate>) {
    let text = text.as_str();
    let words = words(text);
    let mut at = 0;
    while at < words.len() {
        match name_at(text, &words, at, seen) {
            Some((count, sure)) => {
                let (start, last) = (words[at].start, &words[at + count - 1]);
                // Jr. keeps its full stop.
                let is_short = is_suffix(last) && text.as_bytes().get(last.end) == Some(&b'.');
                let end = last.end + usize::from(is_short && last.text.ends_with('r'));
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
        return inverted(text, words, at).or_else(|| small_name(text, words, at));
    }
    if let Some(found) = inverted(text, words, at) {
        return Some(found);
    }
    // Payee Feng, Tony: the role before a name is no part of it.
    if is_label(first.text) && inverted(text, words, at + 1).is_some() {
        return None;
    }
    if let Some(count) = child_of(text, words, at) {
        return Some((count, 860));
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
    // Mary St. John, Herbert St John Ashcombe: no street goes on so.
    let is_saint = |place: usize| {
        matches!(name.get(place..place + 2), Some([st, next])
            if place > 0 && st.is("st") && SURNAMES.has(next.text)
                && (text.get(st.end..next.start) == Some(". ")
                    || GIVEN.has(first.text) && ["John", "Clair", "Pierre"].contains(&next.text)))
    };
    let blocked = |place: usize| {
        name.get(place).is_some_and(is_blocked)
            && !(is_syllable(place) || closes(place) || is_saint(place))
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

/// Muthu s/o Karuppan, Siti a/p Rahman: how many words the name has that says whose child one is, as it is written in
/// Singapore and Malaysia.
fn child_of(text: &str, words: &[Word<'_>], at: usize) -> Option<usize> {
    (at..at + 3).find_map(|last| {
        let (own, of) = (words.get(last)?, words.get(last + 3)?);
        let tie = text.get(own.end..of.start)?;
        let tied = [" s/o ", " d/o ", " a/l ", " a/p ", " S/O ", " D/O "].contains(&tie);
        let begun = words.get(at..=last)?;
        let joined = begun.windows(2).all(|pair| {
            matches!(pair, [one, two] if text.get(one.end..two.start) == Some(" ") && two.is_capital())
        });
        let named = of.is_capital() && !is_blocked(of) && !begun.iter().any(is_blocked);
        let more = words.get(last + 4).is_some_and(|next| {
            text.get(of.end..next.start) == Some(" ") && next.is_capital() && (GIVEN.has(next.text) || SURNAMES.has(next.text))
        });
        (tied && joined && named).then_some(last - at + 4 + usize::from(more))
    })
}

/// How many words from `at` on could be one name: capitals and particles, each a blank from the next.
fn run_length(text: &str, words: &[Word<'_>], at: usize) -> usize {
    let mut count = 1;
    while count < MOST_WORDS {
        let (Some(last), Some(next)) = (words.get(at + count - 1), words.get(at + count)) else {
            break;
        };
        let gap = text.get(last.end..next.start).unwrap_or_default();
        let joined = gap == " " || gap == "  "
            // J. Smith, C.H. Smith, Mary St. John
            || gap == ". " && (last.shape == Shape::Initial || last.is("st"))
            || gap == "." && last.shape == Shape::Initial && next.shape == Shape::Initial;
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
