//! Codes after the word that announces them, spoken or typed so that a filter overlooks them: in numerals, with marks
//! and pauses between, with letters for digits. What they read must have the form of their kind.

use shouxin_model::check_digit::{is_uscc_character, luhn_check, resident_id_check, vin_check};
use shouxin_model::numbering::{is_division, is_mobile};

use super::account::{answer_at, value_at};
use super::candidate;
use super::code::is_waybill;
use super::number::is_date;
use super::numeral::digit_at;
use crate::cue::Cue;
use crate::page::Page;
use crate::{Candidate, Confidence, Kind};

/// Looks at what begins at `value`, which a word of `cue` before `from` announces, or at the answer to a question.
pub(super) fn find(page: &Page<'_>, cue: Cue, from: usize, value: usize, out: &mut Vec<Candidate>) {
    if let Some((_, kind, reads)) = KINDS.iter().find(|(known, ..)| *known == cue) {
        find_as(page, (*kind, *reads), from, value, out);
    }
}

fn find_as(
    page: &Page<'_>,
    (kind, reads): (Kind, Reads),
    from: usize,
    value: usize,
    out: &mut Vec<Candidate>,
) {
    let start = match goes_on(page.text.as_bytes(), value) {
        true => Some(value),
        false => answer_at(page, from),
    };
    let found = start.and_then(|start| Some((start, read(page, start, reads)?)));
    // Plain ones are no business of this.
    if let Some((start, (end, true))) = found {
        out.push(candidate(start, end, kind, SURE, "code.disguised"));
    }
}

/// Numbers with a check digit or in a plan, announced and missed by what looks for numbers: 150、204、1973、0520、6976.
pub(super) fn missed(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let mut starts: Vec<usize> = out.iter().map(|found| found.start).collect();
    starts.sort_unstable();
    for said in page.said() {
        let Some((_, kind, reads)) = NUMBERS.iter().find(|(cue, ..)| *cue == said.cue) else {
            continue;
        };
        let next = starts.partition_point(|start| *start < said.end);
        if starts
            .get(next)
            .is_some_and(|start| *start < said.end + REACH)
        {
            continue;
        }
        find_as(
            page,
            (*kind, *reads),
            said.end,
            value_at(page, said.end),
            out,
        );
    }
}

/// How far after its word a number that was found may begin, in bytes.
const REACH: usize = 48;

const NUMBERS: [(Cue, Kind, Reads); 4] = [
    (Cue::IdCard, Kind::IdCard, is_id_card),
    (Cue::Bank, Kind::BankCard, is_bank_card),
    (Cue::Imei, Kind::Imei, is_imei),
    (Cue::Phone, Kind::Phone, is_phone),
];

/// More than what a rule for plain codes finds within.
const SURE: Confidence = 890;

/// Whether characters in capitals, digits and letters, are a code.
type Reads = fn(&[u8]) -> bool;

const KINDS: [(Cue, Kind, Reads); 6] = [
    (Cue::Vin, Kind::Vin, is_vin),
    (Cue::Uscc, Kind::Uscc, is_uscc),
    (Cue::Passport, Kind::Passport, is_passport),
    (Cue::Permit, Kind::TravelPermit, is_permit),
    (Cue::Waybill, Kind::Waybill, is_parcel),
    (Cue::Mac, Kind::Mac, is_hardware),
];

/// More than any code has.
const LONGEST: usize = 20;

/// The end of the longest code from `start` on, and whether it is disguised.
fn read(page: &Page<'_>, start: usize, reads: Reads) -> Option<(usize, bool)> {
    let bytes = page.text.as_bytes();
    let mut code = [0; LONGEST];
    let (mut at, mut length, mut is_odd, mut found) = (start, 0, false, None);
    while let Some(room) = code.get_mut(length) {
        if let Some((digit, long)) = digit_at(bytes, at) {
            is_odd |= long > 1;
            *room = digit;
            at += long;
        } else if let Some(letter) = bytes.get(at).filter(|b| b.is_ascii_alphabetic()) {
            *room = letter.to_ascii_uppercase();
            at += 1;
        } else {
            break;
        }
        length += 1;
        if goes_on(bytes, at) {
            continue;
        }
        let so_far = code.get(..length).unwrap_or_default();
        if reads(so_far) {
            is_odd |= has_lookalikes(so_far);
            found = Some((at, is_odd));
            // A plain one ends where it ends.
            if !is_odd {
                break;
            }
        }
        match gap_end(page, at) {
            Some(next) => (at, is_odd) = (next, true),
            None => break,
        }
    }
    found
}

/// Whether a letter or a digit in any writing stands at `at`.
pub(super) fn goes_on(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) || digit_at(bytes, at).is_some()
}

/// Past at most three marks and words that part the pieces of a code, if it goes on after them.
pub(super) fn gap_end(page: &Page<'_>, at: usize) -> Option<usize> {
    let mut next = at;
    for _ in 0..3 {
        next += mark_length(page.rest(next))?;
        if goes_on(page.text.as_bytes(), next) {
            return Some(next);
        }
    }
    None
}

/// The length of the mark or the pause at the start of `rest`.
pub(super) fn mark_length(rest: &str) -> Option<usize> {
    let c = rest.chars().next()?;
    match c {
        '然' | '那' | '冒' | '呃' | '嗯' | '额' | '啊' => {
            let word = PAUSES.iter().find(|word| rest.starts_with(**word));
            word.map(|word| word.len())
        }
        _ => is_mark(c).then(|| c.len_utf8()),
    }
}

/// The same where a pause is among them.
pub(super) fn pause_end(page: &Page<'_>, at: usize) -> Option<usize> {
    let next = gap_end(page, at)?;
    let gap = page.slice(at, next);
    PAUSES.iter().any(|word| gap.contains(word)).then_some(next)
}

#[rustfmt::skip]
const fn is_mark(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '*' | '_' | '|' | '/' | '·' | ',' | '，' | '、' | '—' | '…' | '~' | '～' | '+' | ':' | '\n' | '\u{3000}'
        | '「' | '」' | '【' | '】' | '[' | ']' | '(' | ')' | '（' | '）' | '<' | '>')
}

const PAUSES: [&str; 9] = [
    "然后呢",
    "然后是",
    "然后",
    "那个",
    "冒号",
    "呃",
    "嗯",
    "额",
    "啊",
];

/// The digit that a character of a code is or looks like.
pub(super) const fn lookalike(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b),
        b'O' => Some(b'0'),
        b'I' | b'L' => Some(b'1'),
        b'Z' => Some(b'2'),
        b'S' => Some(b'5'),
        b'B' => Some(b'8'),
        _ => None,
    }
}

/// Whether these are digits, a few of them as the letters that they look like.
fn are_digits(code: &[u8]) -> bool {
    let letters = code.iter().filter(|b| b.is_ascii_alphabetic()).count();
    letters * 3 <= code.len() && code.iter().all(|b| lookalike(*b).is_some())
}

/// Whether a letter stands in it that is read as a digit.
fn has_lookalikes(code: &[u8]) -> bool {
    code.iter().skip(2).any(|b| matches!(b, b'O' | b'I'))
}

fn is_vin(code: &[u8]) -> bool {
    let Ok(code) = <&[u8; 17]>::try_from(code) else {
        return false;
    };
    let read = code.map(|b| match b {
        b'I' => b'1',
        b'O' | b'Q' => b'0',
        other => other,
    });
    let serial = read.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    read[8] == vin_check(&read) || read[0] == b'L' && serial >= 4
}

fn is_uscc(code: &[u8]) -> bool {
    let Ok(code) = <&[u8; 18]>::try_from(code) else {
        return false;
    };
    let read = code.map(|b| {
        if is_uscc_character(b) {
            b
        } else {
            lookalike(b).unwrap_or(b)
        }
    });
    let region = read
        .get(2..8)
        .and_then(|region| std::str::from_utf8(region).ok());
    matches!(read[0], b'1' | b'5' | b'9')
        && read.iter().all(|b| is_uscc_character(*b))
        && region.is_some_and(is_division)
}

fn is_passport(code: &[u8]) -> bool {
    match code {
        [b'E' | b'G' | b'P' | b'S' | b'D', rest @ ..] if rest.len() == 8 && are_digits(rest) => {
            true
        }
        [b'E' | b'P' | b'S' | b'D' | b'K' | b'M', second, rest @ ..] => {
            second.is_ascii_alphabetic() && rest.len() == 7 && are_digits(rest)
        }
        _ => false,
    }
}

fn is_permit(code: &[u8]) -> bool {
    match code {
        [b'H' | b'M', rest @ ..] if matches!(rest.len(), 8 | 10) => are_digits(rest),
        [b'C' | b'W' | b'L' | b'T', rest @ ..] if rest.len() == 8 && are_digits(rest) => true,
        [b'C', second, rest @ ..] => {
            second.is_ascii_alphabetic() && rest.len() == 7 && are_digits(rest)
        }
        // 通行证2026/03/11到期
        digits => {
            digits.len() == 8
                && digits.iter().all(u8::is_ascii_digit)
                && !std::str::from_utf8(digits).is_ok_and(is_date)
        }
    }
}

fn is_parcel(code: &[u8]) -> bool {
    let letters = code.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let Some((letters, rest)) = code.split_at_checked(letters) else {
        return false;
    };
    let postal = letters.len() == 2 && rest.len() == 11 && rest.ends_with(b"CN");
    let carrier = std::str::from_utf8(letters).is_ok_and(|letters| is_waybill(letters, rest.len()));
    carrier && rest.iter().all(u8::is_ascii_digit)
        || postal && rest.iter().take(9).all(u8::is_ascii_digit)
}

fn is_hardware(code: &[u8]) -> bool {
    let hex = |b: &u8| b.is_ascii_hexdigit() || lookalike(*b).is_some();
    // MAC 2026-03-11 08:15: a time has no letters.
    let letters = code.iter().filter(|b| matches!(b, b'A'..=b'F')).count();
    code.len() == 12 && letters >= 2 && code.iter().all(hex)
}

/// The digits that a code reads, if it is so long and a few letters at most stand for digits.
fn digits<const N: usize>(code: &[u8]) -> Option<[u8; N]> {
    let mut read = [0; N];
    let fits = code.len() == N && are_digits(code);
    read.iter_mut()
        .zip(code)
        .for_each(|(to, from)| *to = lookalike(*from).unwrap_or(b'0'));
    fits.then_some(read)
}

fn is_id_card(code: &[u8]) -> bool {
    let Some((last, first17)) = code.split_last() else {
        return false;
    };
    digits::<17>(first17).is_some_and(|first17| {
        let region = first17
            .get(..6)
            .and_then(|region| std::str::from_utf8(region).ok());
        let check = lookalike(*last).unwrap_or(*last);
        region.is_some_and(is_division) && check == resident_id_check(&first17)
    })
}

fn is_bank_card(code: &[u8]) -> bool {
    fn holds<const N: usize>(code: &[u8]) -> bool {
        digits::<N>(code).is_some_and(|read| {
            let (last, payload) = read.split_last().unwrap_or((&0, &[]));
            read.starts_with(b"62") && *last == luhn_check(payload)
        })
    }
    holds::<16>(code) || holds::<17>(code) || holds::<18>(code) || holds::<19>(code)
}

fn is_imei(code: &[u8]) -> bool {
    digits::<15>(code).is_some_and(|read| {
        let (last, payload) = read.split_last().unwrap_or((&0, &[]));
        *last == luhn_check(payload)
    })
}

fn is_phone(code: &[u8]) -> bool {
    let Some(read) = digits::<11>(code) else {
        return false;
    };
    std::str::from_utf8(&read).is_ok_and(is_mobile)
}
