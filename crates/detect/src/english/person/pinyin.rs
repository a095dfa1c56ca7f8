//! Chinese names in Latin letters: pinyin, and as Hong Kong, Singapore, Malaysia and Taiwan write them.

use super::word::{is_ambiguous, is_name_too};
use crate::english::lists::{OVERSEAS, PINYIN, WORDS};
use crate::english::words::Word;

/// Zhang Wei, Li Xiaoming, Xiaoming Wang, ZHANG San, Ouyang Na, Wang Xiao Ming.
pub(super) fn is_pinyin_name(name: &[Word<'_>]) -> bool {
    let (Some(first), Some(last)) = (name.first(), name.last()) else {
        return false;
    };
    if !(2..=3).contains(&name.len())
        || name
            .iter()
            .any(|word| word.text.len() < 2 || WORDS.has(word.text) && !is_name_too(word.text))
    {
        return false;
    }
    let rest_is = |rest: &[Word<'_>]| rest.iter().all(|word| is_syllables(word.text));
    is_pinyin_surname(first.text) && rest_is(name.get(1..).unwrap_or_default())
        || is_pinyin_surname(last.text)
            && rest_is(name.get(..name.len() - 1).unwrap_or_default())
            && !is_ambiguous(first.text)
}

/// Lim Wei Jie, Chan Tai Man, Siu-ming Wong, Goh Ah Kow: a surname as it is written overseas, and syllables.
pub(super) fn is_overseas_name(name: &[Word<'_>]) -> bool {
    let (Some(first), Some(last)) = (name.first(), name.last()) else {
        return false;
    };
    let rest_is = |rest: &[Word<'_>]| rest.iter().all(|word| is_overseas_given(word.text));
    let plain = |word: &Word<'_>| !WORDS.has(word.text) || is_name_too(word.text);
    (2..=3).contains(&name.len())
        && name.iter().all(plain)
        && ((OVERSEAS.has(first.text) || name.len() == 3 && PINYIN.has(first.text))
            && rest_is(name.get(1..).unwrap_or_default())
            || OVERSEAS.has(last.text) && rest_is(name.get(..name.len() - 1).unwrap_or_default()))
}

/// One or two syllables, perhaps with a hyphen, of Mandarin, Cantonese, Hokkien.
fn is_overseas_given(word: &str) -> bool {
    const FINALS: [&str; 48] = [
        "a", "ee", "oo", "oi", "oy", "oon", "oong", "ung", "um", "im", "am", "om", "em", "ak",
        "ek", "ik", "ok", "uk", "at", "et", "it", "ot", "ut", "ap", "ip", "op", "up", "eung",
        "euk", "ai", "au", "ay", "iu", "ow", "an", "in", "un", "en", "on", "ang", "ing", "ong",
        "eng", "o", "uat", "iew", "uay", "ah",
    ];
    const INITIALS: [&str; 26] = [
        "tsz", "ts", "kw", "gw", "ng", "sz", "ch", "sh", "kh", "th", "ph", "b", "p", "m", "f", "d",
        "t", "n", "l", "g", "k", "h", "w", "s", "y", "j",
    ];
    let one = |part: &str| {
        let small = part.to_ascii_lowercase();
        let cantonese = || {
            INITIALS.iter().any(|initial| {
                small.strip_prefix(initial).is_some_and(|rest| {
                    FINALS.contains(&rest) || rest.is_empty() && *initial == "tsz"
                })
            })
        };
        (2..=6).contains(&small.len()) && (small == "ah" || is_syllables(&small) || cantonese())
    };
    word.split('-').count() <= 2 && word.split('-').all(one)
}

fn is_pinyin_surname(word: &str) -> bool {
    PINYIN.has(word)
}

/// Whether the word is one to three syllables of pinyin: xiao'ming, Jian-guo.
pub(super) fn is_syllables(word: &str) -> bool {
    let small: String = word
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    small.len() >= 2 && small.len() <= 12 && syllables(&small, 3)
}

fn syllables(rest: &str, most: usize) -> bool {
    if rest.is_empty() {
        return true;
    }
    most > 0
        && (1..=rest.len().min(6)).rev().any(|len| {
            rest.is_char_boundary(len) && {
                let (head, tail) = rest.split_at(len);
                is_syllable(head) && syllables(tail, most - 1)
            }
        })
}

/// An initial and a final that go together closely enough: a few more are let through than exist.
fn is_syllable(text: &str) -> bool {
    const INITIALS: [&str; 24] = [
        "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x",
        "r", "z", "c", "s", "y", "w", "",
    ];
    const FINALS: [&str; 35] = [
        "a", "o", "e", "i", "u", "v", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong",
        "ia", "ie", "iao", "iu", "ian", "in", "iang", "ing", "iong", "ua", "uo", "uai", "ui",
        "uan", "un", "uang", "ue", "ve", "er", "io",
    ];
    INITIALS.iter().any(|initial| {
        text.strip_prefix(initial).is_some_and(|rest| {
            FINALS.contains(&rest) && (!initial.is_empty() || rest.starts_with(['a', 'e', 'o']))
        })
    })
}
