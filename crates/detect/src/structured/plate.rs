//! Number plates of the mainland.

pub(super) mod abroad;

use super::candidate;
use super::numeral::digit_at;
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::{Candidate, Kind};

/// Looks for a plate that begins with the province at `at`.
///
/// Source: GA 36-2018, with marks and blanks as people type them.
pub(super) fn find(page: &Page<'_>, at: usize, out: &mut Vec<Candidate>) {
    if let Some(police) = armed_police(page, at) {
        out.push(police);
        return;
    }
    let office_at = skip(page, at + 3);
    let Some(office) = page.byte(office_at).filter(u8::is_ascii_alphabetic) else {
        return;
    };
    let announced = page.announced(Cue::Plate, at);
    let begin = skip(page, office_at + 1);
    let Some(serial) = Serial::read(page, begin) else {
        return;
    };
    let said = announced == Announced::Directly && serial.is_plausible();
    if !said && !serial.fits(office.to_ascii_uppercase()) {
        return;
    }
    // 王老吉HL-1909, 李宁RT-AX92: a brand and its model.
    if ["王老", "李"]
        .iter()
        .any(|brand| page.head(at).ends_with(brand))
    {
        return;
    }
    let mut sure = if announced == Announced::No { 900 } else { 960 };
    if !serial.is_upper || office.is_ascii_lowercase() || serial.is_spoken {
        sure -= 60;
    }
    let start = temporary(page, at).unwrap_or(at);
    out.push(candidate(
        start,
        serial.end,
        Kind::Plate,
        sure,
        "plate.form",
    ));
}

/// Where 临 stands before the plate of a new vehicle: 车牌临浙A70241, not 光临浙A….
fn temporary(page: &Page<'_>, at: usize) -> Option<usize> {
    let start = at.checked_sub("临".len())?;
    let head = page.head(at).strip_suffix('临')?;
    let free = head
        .chars()
        .next_back()
        .is_none_or(|c| !matches!(c, '\u{4e00}'..='\u{9fff}') || "牌号照为是".contains(c));
    free.then_some(start)
}

/// Plates of the armed police: WJ, the province, five digits, or four and a letter.
fn armed_police(page: &Page<'_>, at: usize) -> Option<Candidate> {
    let start = at.checked_sub(2)?;
    let begin = skip(page, at + 3);
    let serial = page.text.as_bytes().get(begin..begin + 5)?;
    let digits = serial.iter().filter(|b| b.is_ascii_digit()).count();
    let fits = page.slice(start, at) == "WJ"
        && digits >= 4
        && serial.iter().all(u8::is_ascii_alphanumeric)
        && !page
            .byte(begin + 5)
            .is_some_and(|b| b.is_ascii_alphanumeric())
        && !page
            .before(start)
            .is_some_and(|c| c.is_ascii_alphanumeric());
    fits.then(|| candidate(start, begin + 5, Kind::Plate, 930, "plate.police"))
}

/// Plates of embassies: 使 and six digits.
pub(super) fn diplomatic(page: &Page<'_>, at: usize, out: &mut Vec<Candidate>) {
    let all_digits = |from: usize, to: usize| {
        let digits = page.text.as_bytes().get(from..to);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    let six = |from: usize| all_digits(from, from + 6);
    let free = |from: usize| !page.byte(from).is_some_and(|b| b.is_ascii_alphanumeric());
    let after = skip(page, at + 3);
    if six(after) && free(after + 6) {
        out.push(candidate(at, after + 6, Kind::Plate, 850, "plate.embassy"));
        return;
    }
    // 使014·578, 使·942-280: the country, a mark, the car.
    let second = skip(page, after + 3);
    if second > after + 3
        && all_digits(after, after + 3)
        && all_digits(second, second + 3)
        && free(second + 3)
    {
        out.push(candidate(at, second + 3, Kind::Plate, 850, "plate.embassy"));
        return;
    }
    if let Some(start) = at.checked_sub(6)
        && six(start)
        && start.checked_sub(1).is_none_or(free)
    {
        out.push(candidate(start, at + 3, Kind::Plate, 960, "plate.embassy"));
    }
}

/// Past a mark or blank within a plate.
fn skip(page: &Page<'_>, at: usize) -> usize {
    let mut at = at;
    for _ in 0..3 {
        let rest = page.rest(at);
        match [
            " ", "\u{3000}", "·", "•", "-", "—", ".", "‧", "・", "_", "*", "/", "~", "、", "。",
            "[", "]", "【", "】",
        ]
        .iter()
        .find(|mark| rest.starts_with(**mark))
        {
            Some(mark) => at += mark.len(),
            None => break,
        }
    }
    at
}

/// Past a mark between the characters of a serial: F6 7 8 1 2, 云AG·00123, J·8·7·3·2.
fn past_mark(page: &Page<'_>, at: usize) -> Option<usize> {
    let mark = page.after(at)?;
    let next = at + mark.len_utf8();
    let bytes = page.text.as_bytes();
    let goes_on =
        bytes.get(next).is_some_and(u8::is_ascii_alphanumeric) || digit_at(bytes, next).is_some();
    let parts = matches!(
        mark,
        ' ' | '-' | '.' | '*' | '/' | '\u{3000}' | '·' | '、' | '。'
    );
    (parts && goes_on).then_some(next)
}

/// What stands after the letter of the office.
struct Serial {
    /// In capitals, with a closing Chinese character as `*`.
    text: Vec<u8>,
    end: usize,
    is_upper: bool,
    /// Whether digits are Chinese numerals.
    is_spoken: bool,
    /// 港 or 澳, which only 粤Z has.
    is_border: bool,
}

impl Serial {
    fn read(page: &Page<'_>, begin: usize) -> Option<Self> {
        let bytes = page.text.as_bytes();
        let mut serial = Self {
            text: Vec::with_capacity(8),
            end: begin,
            is_upper: true,
            is_spoken: false,
            is_border: false,
        };
        let (mut at, mut gaps) = (begin, 0);
        loop {
            if serial.text.len() > 6 {
                return None;
            }
            match bytes.get(at) {
                Some(b) if b.is_ascii_alphanumeric() => {
                    serial.is_upper &= !b.is_ascii_lowercase();
                    serial.text.push(b.to_ascii_uppercase());
                    at += 1;
                    serial.end = at;
                }
                // A sixth character after a mark only if all are written apart: 苏A12345 6点.
                Some(_)
                    if (1..5 + usize::from(
                        gaps >= 4 || gaps == 3 && serial.is_energy_so_far(),
                    ))
                        .contains(&serial.text.len())
                        && let Some(next) = past_mark(page, at) =>
                {
                    at = next;
                    gaps += 1;
                }
                Some(b) if !b.is_ascii() => {
                    // 京AD六三八零五: new energy has a character more.
                    let is_energy = serial.text.first().is_some_and(u8::is_ascii_alphabetic);
                    let room = 5 + usize::from(is_energy);
                    if let Some((digit, len)) =
                        digit_at(bytes, at).filter(|_| serial.text.len() < room)
                    {
                        serial.text.push(digit);
                        serial.is_spoken = true;
                        at += len;
                        serial.end = at;
                        continue;
                    }
                    serial.close(page, at);
                    break;
                }
                _ => break,
            }
        }
        // Blanks inside are only read if what they part is a plate.
        serial.text.iter().any(u8::is_ascii_digit).then_some(serial)
    }

    /// F6 7 8 1 2: two characters together and every other apart, as new energy has one more.
    fn is_energy_so_far(&self) -> bool {
        self.text.len() == 5 && self.text.first().is_some_and(u8::is_ascii_alphabetic)
    }

    /// The character that closes special plates.
    fn close(&mut self, page: &Page<'_>, at: usize) {
        if let Some(c @ ('挂' | '学' | '警' | '港' | '澳' | '领' | '试' | '超')) = page.after(at)
            && self.text.len() == 4
        {
            self.is_border = matches!(c, '港' | '澳');
            self.text.push(b'*');
            self.end = at + c.len_utf8();
        }
        // 京A·7D036临: a vehicle on its way to be registered, not 临时.
        if self.text.len() == 5 && page.rest(at).starts_with('临') {
            let next = page.after(at + "临".len());
            if !next.is_some_and(|c| matches!(c, '时' | '近' | '停' | '牌' | '走' | '床')) {
                self.end = at + "临".len();
            }
        }
        // 闽X2343应急: fire engines and ambulances.
        if self.text.len() == 4 && page.rest(at).starts_with("应急") {
            self.text.push(b'*');
            self.end = at + "应急".len();
        }
    }

    fn fits(&self, office: u8) -> bool {
        if self.is_border && office != b'Z' {
            return false;
        }
        let serial = |b: &u8| b.is_ascii_digit() || !matches!(b, b'I' | b'O');
        if !self.text.iter().all(serial) {
            return false;
        }
        match self.text.len() {
            5 => {
                // Letters alone are words: 新A股票.
                self.text.iter().filter(|b| b.is_ascii_digit()).count() >= 2
            }
            6 => self.is_new_energy(),
            _ => false,
        }
    }

    /// A letter, a letter or digit and four digits; or five digits and a letter.
    fn is_new_energy(&self) -> bool {
        let energy = |b: Option<&u8>| matches!(b, Some(b'A'..=b'H' | b'J' | b'K'));
        let digits = |from: usize, to: usize| {
            self.text
                .get(from..to)
                .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
        };
        energy(self.text.first()) && digits(2, 6) || energy(self.text.get(5)) && digits(0, 5)
    }

    fn is_plausible(&self) -> bool {
        (5..=6).contains(&self.text.len())
    }
}
