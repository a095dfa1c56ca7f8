//! Numbers that are spoken in English: `oh seven seven double zero, nine hundred one two three`.

use shouxin_model::check_digit::luhn_check;
use shouxin_model::numbering::is_mobile;

use super::{candidate, checked};
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::room::Room;
use crate::{Candidate, Kind};

/// The English words for 0 to 19.
const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
/// The English words for 20, 30 and so on to 90.
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// Whether the word is part of an English number or year, whatever its case: nineteen, hundred, oh.
pub(super) fn is_number_word(word: &str) -> bool {
    ONES.iter()
        .chain(&TENS)
        .chain(&["hundred", "thousand", "and", "oh"])
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// The digits of a text that is one number, some of it spoken in English; none if nothing of it is.
pub(crate) fn digits(text: &str) -> Option<String> {
    let page = Page::of(text, &mut Room::default());
    let first = page.spoken.first()?;
    Some(Reading::of(&page, before(&page, first.start), 0).digits)
}

/// Looks at every run of words for digits, with digits among them.
pub(super) fn find(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let mut next = 0;
    while let Some(said) = page.spoken.get(next) {
        let reading = Reading::of(page, before(page, said.start), next);
        next = reading.next.max(next + 1);
        out.extend(reading.number(page));
    }
}

/// The start of the digits right before a word: `138 double zero 13`.
fn before(page: &Page<'_>, at: usize) -> usize {
    let digits = |c: char| c.is_ascii_digit() || c == ' ' || c == '-' || c == '+';
    let head = page.head(at);
    let from = head.len().saturating_sub(12);
    let near = head.get(from..).unwrap_or_default();
    let rest = near.trim_start_matches(|c: char| !digits(c)).len();
    let all = near.get(near.len() - rest..).unwrap_or_default();
    // Digits up to the word without a break, or none.
    if !all.is_empty() && all.chars().all(digits) && all.bytes().any(|b| b.is_ascii_digit()) {
        let blanks = all.len() - all.trim_start_matches([' ', '-']).len();
        let free = page
            .before(at - rest)
            .is_none_or(|c| !c.is_ascii_alphanumeric());
        if free { at - rest + blanks } else { at }
    } else {
        at
    }
}

/// What was read: the digits, and after which byte how many of them are there.
struct Reading {
    digits: String,
    start: usize,
    /// After each word: the byte, and how many digits so far.
    ends: Vec<(usize, usize)>,
    /// How many words were words, not digits.
    words: usize,
    /// Whether the last word was twenty, thirty and so on.
    ends_in_tens: bool,
    /// The first word that was not read.
    next: usize,
}

/// No number has so many digits.
const MOST_DIGITS: usize = 24;

impl Reading {
    fn of(page: &Page<'_>, start: usize, first: usize) -> Self {
        let mut reading = Self {
            digits: String::new(),
            start,
            ends: Vec::new(),
            words: 0,
            ends_in_tens: false,
            next: first,
        };
        let (mut at, mut times) = (start, 1);
        while reading.digits.len() < MOST_DIGITS {
            let word = page
                .spoken
                .get(reading.next)
                .filter(|said| said.start == at);
            if let Some(said) = word {
                let text = page.slice(said.start, said.end).to_ascii_lowercase();
                reading.words += 1;
                reading.next += 1;
                at = said.end;
                match text.as_str() {
                    "double" => times = 2,
                    "triple" | "treble" => times = 3,
                    _ => {
                        reading.add(&text, times);
                        times = 1;
                        reading.ends.push((at, reading.digits.len()));
                    }
                }
            } else {
                let count = page
                    .rest(at)
                    .bytes()
                    .take(12)
                    .take_while(u8::is_ascii_digit)
                    .count();
                if count == 0 || count > 1 && times > 1 {
                    break;
                }
                let own = page.slice(at, at + count);
                reading.digits.push_str(&own.repeat(times));
                (times, reading.ends_in_tens) = (1, false);
                at += count;
                reading.ends.push((at, reading.digits.len()));
            }
            let after = past_gap(page, at);
            if after == at && !page.rest(at).starts_with(|c: char| c.is_ascii_digit()) {
                break;
            }
            at = after;
        }
        reading
    }

    /// Adds what a word stands for, so many times.
    fn add(&mut self, word: &str, times: usize) {
        if let Some(value) = ONES.iter().position(|known| *known == word) {
            // twenty-three: the nought of twenty gives way.
            if (1..10).contains(&value) && self.ends_in_tens {
                self.digits.pop();
            }
            self.digits.push_str(&value.to_string().repeat(times));
            self.ends_in_tens = false;
        } else if let Some(value) = TENS.iter().position(|known| *known == word) {
            self.digits.push_str(&((value + 2) * 10).to_string());
            self.ends_in_tens = true;
        } else {
            self.ends_in_tens = false;
            self.digits.push_str(match word {
                "hundred" => "00",
                "thousand" => "000",
                _ => "0",
            });
        }
    }

    /// The number, if it is one: the whole run, or all but its last words.
    fn number(&self, page: &Page<'_>) -> Option<Candidate> {
        if self.words < 3 {
            return None;
        }
        let phone = page
            .announced(Cue::Phone, self.start)
            .max(page.announced(Cue::Landline, self.start));
        let bank = page.announced(Cue::Bank, self.start);
        let tries = self.ends.iter().rev().take(3);
        tries.enumerate().find_map(|(place, &(end, count))| {
            let digits = self.digits.get(..count)?;
            let told = if place == 0 { phone } else { Announced::No };
            let found = |kind, sure, rule| candidate(self.start, end, kind, sure, rule);
            if is_phone(digits) {
                return Some(found(Kind::Phone, 860, "phone.spoken"));
            }
            if (15..=19).contains(&count) && place == 0 {
                let (payload, last) = digits.as_bytes().split_at_checked(count - 1)?;
                let holds = luhn_check(payload) == *last.first()?;
                let fits = holds && matches!(digits.as_bytes().first(), Some(b'3'..=b'6'));
                return (fits || bank != Announced::No)
                    .then(|| checked(found(Kind::BankCard, 850, "bank_card.spoken"), holds));
            }
            ((7..=13).contains(&count) && told != Announced::No && bank == Announced::No)
                .then(|| found(Kind::Phone, 760, "phone.spoken"))
        })
    }
}

/// Past what may stand between two words: blanks, a comma or hyphen, `and`, `then`.
fn past_gap(page: &Page<'_>, at: usize) -> usize {
    let mut at = at;
    for _ in 0..3 {
        let rest = page.rest(at);
        let marks = rest.len()
            - rest
                .trim_start_matches([' ', ',', '-', '.', '…', '\n', '/', ';'])
                .len();
        if marks > 5 {
            return at;
        }
        at += marks;
        let rest = page.rest(at);
        let filler = [
            "and ", "then ", "um ", "um, ", "uh ", "uh, ", "er ", "er, ", "erm ", "erm, ",
        ];
        match filler.iter().find(|word| rest.starts_with(**word)) {
            Some(word) => at += word.len(),
            None => break,
        }
    }
    at
}

/// Whether a number of these digits is one of the mainland, North America or Britain, with or without the
/// country's code, or an Australian mobile.
fn is_phone(digits: &str) -> bool {
    let national = ["0086", "86"]
        .iter()
        .find_map(|code| digits.strip_prefix(code))
        .unwrap_or(digits);
    let american = |digits: &str| {
        let bytes = digits.as_bytes();
        let starts = |at: usize| bytes.get(at).is_some_and(|b| (b'2'..=b'9').contains(b));
        digits.len() == 10 && starts(0) && starts(3)
    };
    let british = |digits: &str| {
        digits.len() == 10 && matches!(digits.as_bytes().first(), Some(b'1' | b'2' | b'3' | b'7'))
    };
    national.len() == 11 && is_mobile(national)
        || american(
            digits
                .strip_prefix('1')
                .filter(|rest| rest.len() == 10)
                .unwrap_or(digits),
        )
        || digits.strip_prefix('0').is_some_and(british)
        || digits.len() == 10 && digits.starts_with("04")
        || digits.strip_prefix("44").is_some_and(british)
}
