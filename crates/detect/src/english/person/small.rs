//! Names in small letters, which only what stands around them tells from other words.

use super::announced::{Announced, announced, starts_sentence};
use super::pinyin::is_syllables;
use super::word::is_particle;
use crate::Confidence;
use crate::english::lists::{GIVEN, PINYIN, SURNAMES, WORDS};
use crate::english::words::Word;

/// john smith, after `my name is`; "siti santoso"; pieter van den broek: every word but the particles must be listed.
/// How many words it has, and how sure that is.
pub(super) fn small_name(text: &str, words: &[Word<'_>], at: usize) -> Option<(usize, Confidence)> {
    let count = length(text, words, at)?;
    let (first, last) = (words.get(at)?, words.get(at + count - 1)?);
    let told = match announced(text, words, at) {
        Announced::Strongly => true,
        // receiver will call, driver rick said
        Announced::Fairly => first.text.len() > 3 && last.text.len() > 3,
        Announced::Weakly | Announced::No => false,
    };
    let greeted = says_who(text, words, at);
    (told
        || greeted
        || is_quoted(text, first.start, last.end)
        || signs(text, first.start, last.end))
    .then_some((count, 780))
}

/// How many words from `at` on are a listed name.
fn length(text: &str, words: &[Word<'_>], at: usize) -> Option<usize> {
    let first = words.get(at)?;
    let mut count = 1;
    let last = loop {
        let (here, next) = (words.get(at + count - 1)?, words.get(at + count)?);
        if text.get(here.end..next.start) != Some(" ") || count > 3 {
            return None;
        }
        count += 1;
        if !is_particle(next) {
            break next;
        }
    };
    let plain = |word: &Word<'_>| word.text.len() > 2 && !WORDS.has(word.text);
    let listed = GIVEN.has(first.text) && SURNAMES.has(last.text) && plain(first) && plain(last);
    let pinyin = |surname: &Word<'_>, given: &Word<'_>| {
        PINYIN.has(surname.text)
            && given.text.len() > 4
            && is_syllables(given.text)
            && !WORDS.has(given.text)
    };
    (listed || count == 2 && (pinyin(first, last) || pinyin(last, first))).then_some(count)
}

/// hi its john smith; can you move my appointment? its john smith
fn says_who(text: &str, words: &[Word<'_>], at: usize) -> bool {
    let Some(its) = at.checked_sub(1).and_then(|before| words.get(before)) else {
        return false;
    };
    let greets = at.checked_sub(2).and_then(|before| words.get(before));
    let greeted = greets.is_some_and(|hi| ["hi", "hey", "hello"].iter().any(|word| hi.is(word)));
    ["its", "it's"].iter().any(|word| its.is(word)) && (greeted || starts_sentence(text, its.start))
}

/// Whether quotation marks hold these bytes and nothing else.
fn is_quoted(text: &str, start: usize, end: usize) -> bool {
    let marks = ['"', '“', '”'];
    text.get(..start).is_some_and(|head| head.ends_with(marks))
        && text.get(end..).is_some_and(|tail| tail.starts_with(marks))
}

/// Whether the text ends with it, after a sentence: … and wont delete it. arvin pham
fn signs(text: &str, start: usize, end: usize) -> bool {
    let head = text.get(..start).unwrap_or_default();
    let tail = text.get(end..).unwrap_or_default();
    tail.trim_matches(['.', ' ', '\n']).is_empty()
        && (head.ends_with(". ") || head.ends_with("! ") || head.ends_with('\n'))
}
