//! What has a shape: numbers, codes, plates, addresses on networks, positions, dates of birth.

mod account;
mod birth;
mod code;
mod mail;
mod network;
mod number;
mod numeral;
mod plate;
mod position;
mod run;
mod column;

use crate::page::Page;
use crate::{Candidate, Check, Confidence, Kind};

/// Adds what has a shape to `out`, in no order; candidates may overlap.
pub(crate) fn find(page: &Page<'_>, out: &mut Vec<Candidate>) {
    scan(page, out);
    mail::spoken(page, out);
    account::find(page, out);
    birth::find(page, out);
    code::announced(page, out);
    column::find(page, out);
}

/// One pass over the bytes. Only a few of them can begin or hold anything.
fn scan(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let bytes = page.text.as_bytes();
    let mut at = 0;
    let mut numbers = Numbers::default();
    while let Some(&byte) = bytes.get(at) {
        at = match CLASS[usize::from(byte)] {
            Class::Passed => at + 1,
            Class::Word => word(page, at, &mut numbers, out),
            Class::At => {
                mail::typed(page, at, out);
                at + 1
            }
            Class::Colon => {
                network::from_colon(page, at, out);
                at + 1
            }
            Class::Dot => {
                position::from_dot(page, at, out);
                at + 1
            }
            Class::Degree => {
                position::from_degree(page, at, out);
                at + 1
            }
            Class::Wide => wide(page, at, &mut numbers, out),
        };
    }
}

/// Runs of digits: they span words, which are looked at one by one all the same.
#[derive(Default)]
struct Numbers {
    /// Up to where they were read.
    upto: usize,
    /// The last one, kept for its room.
    run: run::Run,
}

/// A run of letters and digits. Words without a digit end here: nearly nothing is found by them alone.
fn word(page: &Page<'_>, start: usize, numbers: &mut Numbers, out: &mut Vec<Candidate>) -> usize {
    let bytes = page.text.as_bytes();
    let mut end = start;
    let (mut digits, mut letters) = (0, 0);
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'a'..=b'z' | b'A'..=b'Z' => letters += 1,
            _ => break,
        }
        end += 1;
    }
    let length = end - start;
    if matches!(length, 2 | 4) || digits == length && length < 4 {
        network::from_word(page, start, end, out);
    }
    if digits == 0 {
        return end;
    }
    if letters > 0 {
        code::find(page, start, end, out);
    }
    let first = first_digit(page, start, end);
    if first >= numbers.upto && letters <= digits {
        numbers.upto = number::find(page, first, &mut numbers.run, out);
    }
    end
}

/// Where a number may begin in a word: at its start, or after a word that announces one (`tel138…`).
fn first_digit(page: &Page<'_>, start: usize, end: usize) -> usize {
    let letters = page
        .slice(start, end)
        .bytes()
        .take_while(u8::is_ascii_alphabetic)
        .count();
    if letters > 0 && page.word_ends_at(start + letters) {
        start + letters
    } else {
        start
    }
}

/// A character of three bytes that may be a numeral, or the province of a plate.
fn wide(page: &Page<'_>, at: usize, numbers: &mut Numbers, out: &mut Vec<Candidate>) -> usize {
    match numeral::role_at(page.text.as_bytes(), at) {
        Some(numeral::Role::Digit(_)) if at >= numbers.upto => {
            numbers.upto = number::find(page, at, &mut numbers.run, out);
        }
        Some(numeral::Role::Province) => plate::find(page, at, out),
        Some(numeral::Role::Office) => plate::diplomatic(page, at, out),
        Some(numeral::Role::Digit(_)) | None => {}
    }
    at + 3
}

#[derive(Clone, Copy)]
enum Class {
    Passed,
    Word,
    At,
    Colon,
    Dot,
    Degree,
    Wide,
}

const CLASS: [Class; 256] = {
    let mut table = [Class::Passed; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Class::Word,
            b'@' => Class::At,
            b':' => Class::Colon,
            b'.' => Class::Dot,
            // The second byte of `°` begins nothing else in Chinese or English text.
            0xC2 => Class::Degree,
            0xE3..=0xE9 => Class::Wide,
            _ => Class::Passed,
        };
        byte += 1;
    }
    table
};

/// A candidate without a check digit.
fn candidate(
    start: usize,
    end: usize,
    kind: Kind,
    confidence: Confidence,
    rule: &'static str,
) -> Candidate {
    Candidate {
        start,
        end,
        kind,
        confidence,
        rule,
        check: Check::None,
    }
}

/// The same with what its check digit said.
const fn checked(mut candidate: Candidate, holds: bool) -> Candidate {
    candidate.check = if holds { Check::Passed } else { Check::Failed };
    candidate
}
