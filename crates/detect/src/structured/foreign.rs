//! Identity cards of Hong Kong and Singapore, and number plates of Britain.

use super::{candidate, checked};
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::{Candidate, Kind};

/// Looks at the word from `start` to `end`, which holds letters and digits.
pub(super) fn find(page: &Page<'_>, start: usize, end: usize, out: &mut Vec<Candidate>) {
    let word = page.slice(start, end).as_bytes();
    let found = match word.len() {
        4 => british_plate(page, start, end),
        7..=9 => hong_kong(page, start, end).or_else(|| singapore(page, start, end)),
        _ => None,
    };
    out.extend(found);
}

fn told(page: &Page<'_>, cue: Cue, start: usize, end: usize) -> Announced {
    let before = page.announced(cue, start);
    if page.announced_after(cue, end) {
        Announced::Directly
    } else {
        before
    }
}

/// Two letters, the year of registration in two digits, a blank, three letters: LK19 XYT.
///
/// Source: DVLA INF104, vehicle registration numbers since 2001.
fn british_plate(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
    let bytes = page.text.as_bytes();
    let &[a, b, c, d, b' ', e, f, g] = bytes.get(start..end + 4)? else {
        return None;
    };
    let letters = [a, b, e, f, g]
        .iter()
        .all(|b| b.is_ascii_uppercase() && !matches!(b, b'I' | b'Q'));
    let year = [c, d].iter().all(u8::is_ascii_digit) && !matches!((c, d), (b'0', b'0' | b'1'));
    let ends = !bytes.get(end + 4).is_some_and(u8::is_ascii_alphanumeric);
    let sure = match told(page, Cue::Plate, start, end + 4) {
        Announced::Directly => 900,
        Announced::Near => 860,
        Announced::No if page.is_near_other(start) || page.is_chinese => return None,
        Announced::No => 640,
    };
    (letters && year && ends).then(|| candidate(start, end + 4, Kind::Plate, sure, "plate.british"))
}

/// One or two letters, six digits and a check digit, which may stand in brackets: A123456(3).
///
/// Source: Hong Kong Immigration Department; the weights are those of the card's printed number.
fn hong_kong(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
    let word = page.slice(start, end);
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let (head, digits) = word.split_at_checked(letters)?;
    let bracket = page.rest(end).as_bytes();
    let (check, stop) = match (digits.len(), bracket) {
        (6, [b'(', check, b')', ..]) => (*check, end + 3),
        (7, _) => (*digits.as_bytes().last()?, end),
        _ => return None,
    };
    let six = digits.get(..6)?;
    if !(1..=2).contains(&letters) || !six.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // E, a letter and seven digits is a Chinese passport.
    if stop == end && letters == 2 && head.starts_with('E') {
        return None;
    }
    let letter = |b: u8| u32::from(b - b'A') + 10;
    let head: u32 = match head.as_bytes() {
        [one] => 36 * 9 + letter(*one) * 8,
        [one, two] => letter(*one) * 9 + letter(*two) * 8,
        _ => return None,
    };
    let sum: u32 = head
        + six
            .bytes()
            .zip((2..=7).rev())
            .map(|(b, weight)| u32::from(b - b'0') * weight)
            .sum::<u32>();
    let wanted = match (11 - sum % 11) % 11 {
        10 => b'A',
        value => b'0' + value as u8,
    };
    let holds = check == wanted;
    if !holds && stop == end {
        return None;
    }
    // 港澳 permits are printed with the number of the card that belongs to them.
    let announced = told(page, Cue::IdCard, start, stop).max(told(page, Cue::Permit, start, stop));
    let sure = match announced {
        Announced::Directly if holds || stop > end => 900,
        Announced::Near if holds => 880,
        Announced::No if holds && stop > end && !page.is_other(start) => 800,
        _ => return None,
    };
    Some(checked(
        candidate(start, stop, Kind::IdCard, sure, "id_card.hong_kong"),
        holds,
    ))
}

/// A letter, seven digits and a check letter: S1234567D.
///
/// Source: the form that Singapore's Immigration & Checkpoints Authority prints. Its check letter is not
/// published, so a word decides.
fn singapore(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
    let &[first, ref digits @ .., last] = page.slice(start, end).as_bytes() else {
        return None;
    };
    let shaped = matches!(first, b'S' | b'T' | b'F' | b'G' | b'M')
        && digits.len() == 7
        && digits.iter().all(u8::is_ascii_digit)
        && last.is_ascii_uppercase();
    let announced = told(page, Cue::IdCard, start, end) != Announced::No;
    (shaped && announced).then(|| candidate(start, end, Kind::IdCard, 900, "id_card.singapore"))
}
