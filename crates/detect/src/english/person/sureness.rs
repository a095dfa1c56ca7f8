//! How sure it is that words are one name: what is listed, what announces them, what goes on after them.

use super::announced::{Announced, starts_sentence};
use super::around::{goes_on, is_namesake, is_place};
use super::pinyin::{is_overseas_name, is_pinyin_name, is_syllables};
use super::word::{
    ends_as_surname, is_ambiguous, is_head, is_noun, is_particle, is_season, is_suffix,
};
use crate::Confidence;
use crate::english::lists::{GIVEN, List, PARTICLES, PINYIN, SURNAMES, WORDS};
use crate::english::words::{Shape, Word};

/// How sure it is that these words are one name; none if they are not.
pub(super) fn sureness(
    text: &str,
    words: &[Word<'_>],
    at: usize,
    name: &[Word<'_>],
    announced: Announced,
) -> Option<Confidence> {
    let (first, last) = (name.first()?, name.last()?);
    if last.shape == Shape::Initial && announced != Announced::Strongly {
        return None;
    }
    if matches!(name, [one, two] if is_namesake(one, two)) {
        return None;
    }
    if is_place(text, words, at + name.len() - 1) {
        return None;
    }
    let capitals = name
        .iter()
        .filter(|word| word.shape == Shape::Capitals && !is_suffix(word))
        .count();
    let mixed = capitals > 0
        && capitals
            < name
                .iter()
                .filter(|w| w.is_capital() && w.shape != Shape::Initial && !is_suffix(w))
                .count();
    let suffix = is_suffix(last);
    let surname = if suffix {
        name.get(name.len().checked_sub(2)?)?
    } else {
        last
    };
    if suffix && name.len() < 3 {
        return None;
    }
    let given = first.shape == Shape::Initial || GIVEN.has(first.text) || is_double(first, &GIVEN);
    let family = SURNAMES.has(surname.text)
        || PINYIN.has(surname.text) && !WORDS.has(surname.text)
        || ends_as_surname(surname)
        || is_double(surname, &SURNAMES)
        || surname.text.starts_with("Mc")
        || surname.text.starts_with("O'")
        || is_daughter_of(name);
    let inner = name
        .get(1..name.len() - 1 - usize::from(suffix))
        .unwrap_or_default();
    let inner_fits = inner.iter().all(|word| {
        word.shape == Shape::Initial
            || is_particle(word)
            || word.is("st")
            || is_daughter_of(name)
            || GIVEN.has(word.text)
            || SURNAMES.has(word.text)
            // Kevin Xinyi Huang
            || GIVEN.has(first.text) && PINYIN.has(surname.text) && is_syllables(word.text)
    });
    // Muhammad Hafiz bin Rahman: a name that tells whose child one is.
    let patronymic = inner.iter().any(|word| {
        ["bin", "binti", "binte", "bte", "bint", "ibn"]
            .iter()
            .any(|of| word.is(of))
    });
    if patronymic && (given || announced != Announced::No) {
        return Some(860);
    }
    if is_pinyin_name(name) {
        return Some(if announced == Announced::No { 800 } else { 880 });
    }
    if is_overseas_name(name) && (announced != Announced::No || name.len() == 3) {
        return Some(if announced == Announced::No { 780 } else { 870 });
    }
    if !inner_fits && announced != Announced::Strongly {
        return None;
    }
    if announced == Announced::No && goes_on(text, words, at + name.len() - 1) {
        return None;
    }
    // Headings and licences are in capitals too.
    if capitals > 0 && !(given && family && first.text.len() > 2) && announced < Announced::Fairly {
        return None;
    }
    // Sarah Holt Checksum: the word after a whole name begins something else.
    if !family && !suffix && is_given_and_family(name.get(..name.len() - 1).unwrap_or_default()) {
        return None;
    }
    let is_word = is_ambiguous(first.text);
    let ambiguous = is_word && starts_sentence(text, first.start);
    // Times Square, Canton Fair, Summer Palace
    if announced < Announced::Fairly && (is_word || !given) && is_head(surname) {
        return None;
    }
    let sure = match (given, family, announced) {
        (true, true, Announced::No) if ambiguous && is_ambiguous(surname.text) => return None,
        (true, true, Announced::No) if mixed => return None,
        (true, true, Announced::No) => 860,
        (true, true, _) => 920,
        // Summer Collection
        (true, false, Announced::No)
            if ambiguous
                || is_season(first)
                || mixed
                || first.shape == Shape::Initial
                || is_noun(surname) =>
        {
            return None;
        }
        (true, false, Announced::No) => 740,
        (true, false, _) => 820,
        (false, true, Announced::Strongly) => 840,
        (false, true, Announced::Weakly | Announced::Fairly) => 760,
        (false, false, Announced::Fairly)
            if name.len() == 2
                && name
                    .iter()
                    .all(|word| word.text.len() > 2 && word.shape == Shape::Capital) =>
        {
            700
        }
        // Yevgenia Morozova
        (false, true, Announced::No)
            if name.len() == 2
                && ends_as_surname(surname)
                && first.shape == Shape::Capital
                && first.text.len() > 3
                && !is_head(first) =>
        {
            720
        }
        (false, true, Announced::No)
            if SURNAMES.has(first.text) && !starts_sentence(text, first.start) && !mixed =>
        {
            700
        }
        (false, false, Announced::Strongly) if name.len() <= 3 => 760,
        // Özkent İhsanoğlu: letters with marks are rare in English words, and common in names.
        _ if announced == Announced::No && name.len() <= 3 && has_foreign_letters(name) => 720,
        _ if announced != Announced::No && name.len() <= 3 && has_foreign_letters(name) => 800,
        _ => return None,
    };
    // A first name of one letter is an initial only before a surname that is sure.
    (first.shape != Shape::Initial || family).then_some(sure)
}

/// Mairead Ni Fhloinn: an Irish surname as women bear it, softened after Ni or Nic.
fn is_daughter_of(name: &[Word<'_>]) -> bool {
    matches!(name, [_, of, family] if ["Ni", "Ní", "Nic", "Uí"].contains(&of.text)
        && family.text.len() > 4
        && family.text.as_bytes().get(1) == Some(&b'h'))
}

/// Whether these words are a listed given name and a listed surname, initials between.
fn is_given_and_family(name: &[Word<'_>]) -> bool {
    let (Some(first), Some(last)) = (name.first(), name.last()) else {
        return false;
    };
    name.len() > 1
        && GIVEN.has(first.text)
        && SURNAMES.has(last.text)
        && !GIVEN.has(last.text)
        && name
            .get(1..name.len() - 1)
            .is_some_and(|inner| inner.iter().all(|word| word.shape == Shape::Initial))
}

/// Whether a letter with a mark stands in two words or more of which none is an English word.
fn has_foreign_letters(name: &[Word<'_>]) -> bool {
    let plain = |word: &Word<'_>| {
        is_particle(word)
            || word.shape == Shape::Initial
            || word.shape == Shape::Capital && word.text.len() > 2 && !WORDS.has(word.text)
    };
    let is_marked = |word: &Word<'_>| {
        word.text
            .chars()
            .any(|c| !c.is_ascii() && c.is_alphabetic())
    };
    name.iter().any(is_marked) && name.iter().all(plain)
}

/// Names with a hyphen whose parts are names: Anne-Marie, Smith-Jones.
pub(super) fn is_double(word: &Word<'_>, list: &List) -> bool {
    word.text.contains('-')
        && word
            .text
            .split('-')
            .all(|part| list.has(part) || is_syllables(part) || PARTICLES.has(part))
}
