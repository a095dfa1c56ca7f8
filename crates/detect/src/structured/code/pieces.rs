//! Codes typed in pieces: parted by blanks, hyphens or line breaks.

use shouxin_model::check_digit::{is_uscc_character, uscc_check, vin_check};
use shouxin_model::numbering::is_division;

use super::all_digits;
use crate::cue::{Cue, Said};
use crate::page::Page;
use crate::structured::account::{answer_at, value_at};
use crate::structured::disguised;
use crate::structured::numeral::digit_at;
use crate::structured::{candidate, checked};
use crate::{Candidate, Kind};

/// Codes typed in pieces after the word that announces them: `车架号 LSVA A418 2E21 2345 6`.
pub(in crate::structured) fn announced(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let mut before: Option<Said> = None;
    for said in page.said() {
        // 证件类型：护照 证件号码：E 1234 5678: what the document is was said before.
        let document = before.filter(|before| {
            said.cue == Cue::IdCard
                && matches!(before.cue, Cue::Passport | Cue::Permit)
                && said.start - before.end <= 24
        });
        let cue = document.map_or(said.cue, |document| document.cue);
        before = Some(*said);
        let made = PIECES.iter().find(|(own, ..)| *own == cue);
        if let Some((_, whole, kind)) = made {
            let start = value_at(page, said.end);
            disguised::find(page, cue, said.end, start, out);
            let (start, stop) = match together(page, start, *whole) {
                // 车架号报一下？\n客户：LSV…: cars are asked after by telephone.
                None if cue == Cue::Vin => {
                    let answer = answer_at(page, said.end).unwrap_or(start);
                    (answer, together(page, answer, *whole))
                }
                stop => (start, stop),
            };
            // 回乡证H 2155 9589 14
            let stop = match cue {
                Cue::Permit => stop.or_else(|| together(page, start, 11)),
                _ => stop,
            };
            out.extend(stop.and_then(|stop| match stop - start > *whole {
                true => Some(candidate(start, stop, *kind, 830, "code.pieces")),
                // A code of digits alone is no word of letters and digits.
                false => digits_of_uscc(page, start, stop).filter(|_| *kind == Kind::Uscc),
            }));
            if *kind == Kind::Passport {
                listed(page, start, *whole, out);
            }
        } else if cue == Cue::IdCard {
            out.extend(parted_passport(page, value_at(page, said.end)));
        }
    }
}

/// The letter of a passport and its digits, parted: 证件：E 12011201. An identity card has no letter there.
fn parted_passport(page: &Page<'_>, start: usize) -> Option<Candidate> {
    let parted = matches!(page.rest(start).as_bytes(), [b'E' | b'G', b' ' | b'-', ..]);
    let stop = parted.then(|| together(page, start, 9)).flatten()?;
    let digits = page.slice(start + 1, stop).bytes();
    (digits.filter(u8::is_ascii_digit).count() == 8)
        .then(|| candidate(start, stop, Kind::Passport, 800, "code.pieces"))
}

/// A credit code typed in its parts, which its check character tells without a word: 91-330212-562021997-5.
pub(in crate::structured) fn parted_credit_code(
    page: &Page<'_>,
    start: usize,
) -> Option<Candidate> {
    let stop = together(page, start, 18).filter(|stop| stop - start > 18)?;
    let mut code = [0; 18];
    let typed = page.slice(start, stop).bytes();
    let typed = typed.filter(u8::is_ascii_alphanumeric);
    code.iter_mut()
        .zip(typed)
        .for_each(|(to, from)| *to = from.to_ascii_uppercase());
    let first17: &[u8; 17] = code.first_chunk()?;
    let region = std::str::from_utf8(code.get(2..8)?).is_ok_and(is_division);
    let holds = code.iter().all(|b| is_uscc_character(*b)) && code[17] == uscc_check(first17);
    (region && holds).then(|| checked(candidate(start, stop, Kind::Uscc, 940, "uscc.pieces"), true))
}

/// A vehicle typed in its three parts, maker, model and serial: LTV 53T0M8 HC053377. `start` and `end` are those
/// of the middle; the check character tells it without a word.
pub(super) fn parted_vin(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
    let (from, upto) = (start.checked_sub(4)?, end + 9);
    let bytes = page.text.as_bytes().get(from..upto)?;
    let goes_on = |at: Option<usize>| {
        at.and_then(|at| page.byte(at))
            .is_some_and(|b| b.is_ascii_alphanumeric())
    };
    let mut code = [0; 17];
    let typed = bytes.iter().filter(|b| b.is_ascii_alphanumeric());
    code.iter_mut()
        .zip(typed)
        .for_each(|(to, from)| *to = from.to_ascii_uppercase());
    let parted = bytes.get(3) == bytes.get(10)
        && matches!(bytes.get(3), Some(b' ' | b'-'))
        && bytes.iter().filter(|b| b.is_ascii_alphanumeric()).count() == 17;
    let holds =
        !code.iter().any(|b| matches!(b, b'I' | b'O' | b'Q')) && code[8] == vin_check(&code);
    let free = !goes_on(from.checked_sub(1)) && !goes_on(Some(upto));
    (parted && holds && free)
        .then(|| checked(candidate(from, upto, Kind::Vin, 930, "vin.pieces"), true))
}

/// An announced credit code without a letter: 915001127298727104.
fn digits_of_uscc(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
    let bytes: &[u8; 18] = page.slice(start, end).as_bytes().try_into().ok()?;
    let first17: &[u8; 17] = bytes.first_chunk()?;
    let holds = bytes[17] == uscc_check(first17);
    let sure = if holds { 990 } else { 900 };
    all_digits(page.slice(start, end))
        .then(|| checked(candidate(start, end, Kind::Uscc, sure, "uscc.check"), holds))
}

/// The rest of a row of passports, some of them in pieces: E 1234 5678、G12345678、E 8765 4321.
fn listed(page: &Page<'_>, first: usize, whole: usize, out: &mut Vec<Candidate>) {
    let mut at = first;
    for _ in 0..8 {
        let Some(end) = together(page, at, whole) else {
            return;
        };
        if at > first && end - at > whole {
            out.push(candidate(at, end, Kind::Passport, 830, "code.pieces"));
        }
        let rest = page.rest(end);
        let next = rest.trim_start_matches(['、', ',', '，', ' ', '和', '/']);
        if next.len() == rest.len() {
            return;
        }
        at = page.text.len() - next.len();
    }
}

/// YT77-2918-4650-382: the letters of a carrier, then its digits in pieces.
pub(super) fn of_carrier(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
    let (head, rest) = page.slice(start, end).as_bytes().split_first_chunk::<2>()?;
    let begins = matches!(&head.map(|b| b.to_ascii_uppercase()), b"SF" | b"YT" | b"JT")
        && end < start + 15
        && rest.iter().all(u8::is_ascii_digit);
    let stop = begins.then(|| together(page, start, 15)).flatten()?;
    let digits = page.slice(start + 2, stop).bytes();
    let apart = digits.clone().filter(u8::is_ascii_digit).count() == 13;
    apart.then(|| candidate(start, stop, Kind::Waybill, 880, "waybill.pieces"))
}

/// What is put together, its length, its kind.
const PIECES: [(Cue, usize, Kind); 5] = [
    (Cue::Vin, 17, Kind::Vin),
    (Cue::Uscc, 18, Kind::Uscc),
    (Cue::Passport, 9, Kind::Passport),
    (Cue::Permit, 9, Kind::TravelPermit),
    (Cue::Waybill, 15, Kind::Waybill),
];

/// Whether a letter or a digit in any writing stands at `at`.
fn goes_on(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) || digit_at(bytes, at).is_some()
}

/// The end of `whole` letters and digits from `start` on, parted by single blanks, hyphens or line
/// breaks; none if the last piece goes on.
fn together(page: &Page<'_>, start: usize, whole: usize) -> Option<usize> {
    let bytes = page.text.as_bytes();
    let (mut at, mut count, mut digits) = (start, 0, 0);
    while count < whole {
        if let Some((_, length)) = digit_at(bytes, at) {
            count += 1;
            digits += 1;
            at += length;
            continue;
        }
        match bytes.get(at)? {
            b if b.is_ascii_alphanumeric() => count += 1,
            b' ' | b'-' | b'.' | b'\n' | b'_' | b',' if goes_on(bytes, at + 1) => {}
            _ => return None,
        }
        at += 1;
    }
    let ends = !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    (ends && digits * 3 >= whole).then_some(at)
}
