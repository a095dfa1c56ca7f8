//! Codes of letters and digits: vehicles, organisations, documents, parcels.

use shouxin_model::check_digit::{is_uscc_character, s10_check, uscc_check, vin_check};
use shouxin_model::numbering::is_division;

use super::numeral::digit_at;
use super::{candidate, checked};
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::{Candidate, Kind};

/// Looks at the word from `start` to `end`, which holds letters and digits.
pub(super) fn find(page: &Page<'_>, start: usize, end: usize, out: &mut Vec<Candidate>) {
    let end = without_chat(page, start, end);
    let start = without_label(page, start, end);
    let length = end - start;
    if length > LONGEST || is_joined(page, start, end) {
        return;
    }
    if length == 6 && matches!(page.byte(end), Some(b' ' | b'-')) {
        out.extend(parted_vin(page, start, end));
    }
    if let Some(found) = carrier_in_pieces(page, start, end) {
        out.push(found);
        return;
    }
    if length < 5 {
        return;
    }
    let mut room = [0; LONGEST];
    let code = Code::of(page, start, end, &mut room);
    let found = match length {
        17 => code.vin(),
        18 => code.uscc().or_else(|| code.ups()),
        _ => None,
    };
    let found = found
        .or_else(|| code.waybill())
        .or_else(|| code.permit())
        .or_else(|| code.passport())
        .or_else(|| super::account::glued(page, start, end))
        .or_else(|| code.foreign_plate());
    out.extend(found.or_else(|| code.hardware()));
}

/// The end of a code without the letters of a chat that touch it: SF1234567890123hh.
fn without_chat(page: &Page<'_>, start: usize, end: usize) -> usize {
    let word = page.slice(start, end);
    let code = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let stop = start + code.len();
    if stop > start && stop < end && page.is_chat_at(stop) {
        stop
    } else {
        end
    }
}

/// The start of a vehicle's code without the label that touches it: VINLSVAA4182E2123456.
fn without_label(page: &Page<'_>, start: usize, end: usize) -> usize {
    let label = page.slice(start, start + 3);
    let is_label = end - start == 20 && label.eq_ignore_ascii_case("vin");
    start + if is_label { 3 } else { 0 }
}

/// Codes typed in pieces after the word that announces them: `车架号 LSVA A418 2E21 2345 6`.
pub(super) fn announced(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let mut before: Option<crate::cue::Said> = None;
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
            let start = super::account::value_at(page, said.end);
            let (start, stop) = match together(page, start, *whole) {
                // 车架号报一下？\n客户：LSV…: cars are asked after by telephone.
                None if cue == Cue::Vin => {
                    let answer = super::account::answer_at(page, said.end).unwrap_or(start);
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
            out.extend(parted_passport(
                page,
                super::account::value_at(page, said.end),
            ));
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
pub(super) fn parted_credit_code(page: &Page<'_>, start: usize) -> Option<Candidate> {
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
fn parted_vin(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
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
fn carrier_in_pieces(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
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

/// Whether the word is a piece of an address on a network, a path or a longer code.
fn is_joined(page: &Page<'_>, start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| page.byte(at));
    before == Some(b'_') && !page.is_after_form_line(start)
        || matches!(before, Some(b'@' | b'%' | b'$' | b'\\' | b'&'))
        || matches!(page.byte(end), Some(b'_' | b'@' | b'%'))
}

/// A word in capitals, with where it stands.
struct Code<'p> {
    page: &'p Page<'p>,
    start: usize,
    end: usize,
    text: &'p str,
    /// Letters that stand first.
    letters: &'p str,
    /// The rest.
    rest: &'p str,
    /// How many digits it has.
    digits: usize,
}

/// The longest word that is looked at.
const LONGEST: usize = 40;

impl<'p> Code<'p> {
    /// The word, put into capitals in `room`.
    fn of(page: &'p Page<'p>, start: usize, end: usize, room: &'p mut [u8; LONGEST]) -> Self {
        let word = page.slice(start, end).as_bytes();
        let text = room.get_mut(..word.len()).unwrap_or_default();
        for (to, from) in text.iter_mut().zip(word) {
            *to = from.to_ascii_uppercase();
        }
        let text = std::str::from_utf8(text).unwrap_or_default();
        let is_letter = |b: &u8| b.is_ascii_alphabetic();
        let (letters, rest) = text.split_at(text.bytes().take_while(is_letter).count());
        Self {
            page,
            start,
            end,
            text,
            letters,
            rest,
            digits: text.bytes().filter(u8::is_ascii_digit).count(),
        }
    }

    fn announced(&self, cue: Cue) -> Announced {
        let before = self.page.announced(cue, self.start);
        if before == Announced::No && self.page.announced_after(cue, self.end) && !self.is_other() {
            Announced::Directly
        } else {
            before
        }
    }

    fn is_other(&self) -> bool {
        self.page.is_other(self.start)
    }

    fn vin(&self) -> Option<Candidate> {
        let bytes: &[u8; 17] = self.text.as_bytes().try_into().ok()?;
        let announced = self.announced(Cue::Vin);
        if bytes.iter().any(|b| matches!(b, b'I' | b'O' | b'Q')) {
            // Scanned or spoken carelessly; the announcement says what it is.
            return (announced == Announced::Directly).then(|| {
                checked(
                    candidate(self.start, self.end, Kind::Vin, 850, "vin.announced"),
                    false,
                )
            });
        }
        let holds = bytes[8] == vin_check(bytes);
        let serial = bytes
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let sure = match announced {
            Announced::Directly | Announced::Near if holds => 990,
            Announced::Directly => 920,
            Announced::Near if serial >= 4 => 860,
            _ if holds && !self.is_other() => 930,
            _ if bytes[0] == b'L' && serial >= 5 && !self.is_other() => 720,
            _ => return None,
        };
        Some(checked(
            candidate(self.start, self.end, Kind::Vin, sure, "vin.check"),
            holds,
        ))
    }

    fn uscc(&self) -> Option<Candidate> {
        let bytes: &[u8; 18] = self.text.as_bytes().try_into().ok()?;
        let announced = self.announced(Cue::Uscc);
        if !bytes.iter().all(|b| is_uscc_character(*b)) {
            return (announced == Announced::Directly).then(|| {
                checked(
                    candidate(self.start, self.end, Kind::Uscc, 840, "uscc.announced"),
                    false,
                )
            });
        }
        let region = self
            .text
            .get(2..8)
            .is_some_and(|code| is_division(code) || code == "100000");
        let first17: &[u8; 17] = self.text.as_bytes().first_chunk()?;
        let holds = bytes[17] == uscc_check(first17);
        let sure = match announced {
            _ if holds && region => 985,
            Announced::Directly => 900,
            Announced::Near if region => 880,
            _ if region
                && matches!(bytes[0], b'1' | b'5' | b'9')
                && bytes[1].is_ascii_digit()
                && !self.is_other() =>
            {
                720
            }
            _ => return None,
        };
        Some(checked(
            candidate(self.start, self.end, Kind::Uscc, sure, "uscc.check"),
            holds,
        ))
    }

    /// Permits to travel or reside; the forms are those that the identifier formats list.
    fn permit(&self) -> Option<Candidate> {
        let (letters, digits) = (self.letters, self.rest);
        if !all_digits(digits) {
            return None;
        }
        let loose = (7..=11).contains(&self.text.len()) && digits.len() >= 6;
        let fits = match (letters, digits.len()) {
            ("H" | "M", 8 | 10) | ("C" | "W" | "L" | "T", 8) => true,
            (pair, 7) => pair.len() == 2 && pair.starts_with('C'),
            (nation, 12) => nation.len() == 3 && self.announced(Cue::Permit) != Announced::No,
            _ => false,
        };
        if !fits && !loose {
            return None;
        }
        let announced = self.announced(Cue::Permit);
        // A passport of another country may have the letters of a permit.
        let is_passport = self.announced(Cue::Passport) == Announced::Directly;
        let sure = match announced {
            // 护照号码：E49706122，通行证…: what stands after it announces the next one.
            _ if is_passport && self.page.announced(Cue::Permit, self.start) == Announced::No => {
                return None;
            }
            // 证件类型：护照，证件号码：H88052178
            Announced::No if self.is_passport_by_type() => return None,
            // 证件号 says that it is a document; the form says which.
            Announced::No if fits && self.announced(Cue::IdCard) == Announced::Directly => 840,
            _ if !fits => {
                return (loose && announced == Announced::Directly).then(|| {
                    candidate(
                        self.start,
                        self.end,
                        Kind::TravelPermit,
                        780,
                        "permit.announced",
                    )
                });
            }
            Announced::Directly => 940,
            Announced::Near => 880,
            // Without a word the form is that of many part numbers.
            Announced::No
                if self.announced(Cue::Passport) != Announced::No
                    && !matches!(letters, "L" | "T" | "W") =>
            {
                620
            }
            Announced::No if self.is_among_documents() => 615,
            Announced::No => return None,
        };
        let end = self.end_with_issue(announced == Announced::Directly);
        Some(candidate(
            self.start,
            end,
            Kind::TravelPermit,
            sure,
            "permit.form",
        ))
    }

    /// The end with how often the permit was issued, which older ones print after a hyphen or blank:
    /// H12345678-01.
    fn end_with_issue(&self, announced: bool) -> usize {
        let begins = matches!(self.letters, "H" | "M") && self.rest.len() == 8;
        let rest = self.page.rest(self.end).as_bytes();
        let issued = match rest {
            [b'-', a, b, after @ ..] | [b' ', a, b, after @ ..] => {
                let parted = rest.first() == Some(&b'-') || announced;
                let ends = !after.first().is_some_and(|b| b.is_ascii_alphanumeric());
                parted && ends && a.is_ascii_digit() && b.is_ascii_digit()
            }
            _ => false,
        };
        self.end + if begins && issued { 3 } else { 0 }
    }

    fn passport(&self) -> Option<Candidate> {
        let (letters, digits) = (self.letters, self.rest);
        let chinese = all_digits(digits)
            && match (letters, digits.len()) {
                ("E" | "G" | "P" | "S" | "D", 8) | ("P" | "S" | "D", 7) => true,
                (pair, 7) => {
                    pair.len() == 2
                        && pair.starts_with(['E', 'P', 'S', 'D', 'K', 'M'])
                        && !pair.ends_with(['I', 'O'])
                }
                _ => false,
            };
        // Germany's nine hold letters among the digits: C01X00T47.
        let mixed = self.text.len() == 9 && self.digits >= 3 && self.letters.len() == 1;
        let foreign = (6..=10).contains(&self.text.len()) && self.digits >= 5 || mixed;
        if !chinese && !foreign {
            return None;
        }
        let announced = self.announced(Cue::Passport);
        let sure = match announced {
            Announced::Directly if chinese => 960,
            Announced::Near if chinese => 900,
            Announced::Directly if foreign => 820,
            // Passport copy received for …: TA2852496
            Announced::Near
                if all_digits(digits)
                    && matches!((letters.len(), digits.len()), (1 | 2, 7))
                    && !self.page.is_near_other(self.start) =>
            {
                700
            }
            Announced::Near if self.is_passport_by_type() => 810,
            Announced::No if chinese && self.announced(Cue::IdCard) == Announced::Directly => 850,
            Announced::No
                if chinese
                    && (matches!(letters, "E" | "G") || letters.starts_with('E'))
                    && !self.page.is_near_other(self.start)
                    && self.stands_alone() =>
            {
                610
            }
            Announced::No if chinese && self.is_among_documents() => 605,
            _ => return None,
        };
        Some(candidate(
            self.start,
            self.end,
            Kind::Passport,
            sure,
            "passport.form",
        ))
    }

    /// Whether 证件号码 announces it after 护照 said what the document is.
    fn is_passport_by_type(&self) -> bool {
        self.announced(Cue::IdCard) == Announced::Directly
            && self.announced(Cue::Passport) == Announced::Near
    }

    /// Whether it stands for itself where documents for travel are spoken of: 旅行社名单：王婷 C22855336；….
    fn is_among_documents(&self) -> bool {
        // 韩心泽/C74953717/E12345678: what parts the cells of a list.
        let listed = self.page.head(self.start).strip_suffix(['/', '／']);
        let listed = listed.is_some_and(|head| {
            let last = head.chars().next_back();
            last.is_some_and(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
        });
        (self.stands_alone() || listed)
            && !self.page.is_near_other(self.start)
            && is_about_travel(self.page, self.start, self.end)
    }

    fn stands_alone(&self) -> bool {
        !matches!(
            self.page.before(self.start),
            Some('-' | '.' | '/' | '#' | '=')
        ) && !matches!(self.page.after(self.end), Some('-' | '.' | '/'))
    }

    /// UPS: 1Z and 16 more.
    fn ups(&self) -> Option<Candidate> {
        (self.text.starts_with("1Z"))
            .then(|| candidate(self.start, self.end, Kind::Waybill, 900, "waybill.carrier"))
    }

    fn waybill(&self) -> Option<Candidate> {
        if let Some(found) = self.postal_item() {
            return Some(found);
        }
        let (letters, digits) = (self.letters, self.rest);
        let carrier = matches!(letters.len(), 2..=4)
            && all_digits(digits)
            && (CARRIERS.iter().any(|(prefix, least, most)| {
                *prefix == letters && (*least..=*most).contains(&digits.len())
            }) || letters.len() == 4 && letters.starts_with("JD") && digits.len() == 11
                || letters.len() == 4
                    && letters.starts_with("JDV")
                    && (9..=16).contains(&digits.len()));
        let plausible = (10..=24).contains(&self.text.len()) && self.digits >= 8;
        if !carrier && !plausible {
            return None;
        }
        let announced = self.announced(Cue::Waybill);
        // JD20261105223101 after 订单: an order's number that begins with its day.
        let is_order = || self.is_other() && digits.get(..8).is_some_and(super::number::is_date);
        if carrier && !is_order() {
            let sure = if announced == Announced::No { 900 } else { 960 };
            return Some(candidate(
                self.start,
                self.with_pieces(),
                Kind::Waybill,
                sure,
                "waybill.carrier",
            ));
        }
        (announced == Announced::Directly && plausible).then(|| {
            candidate(
                self.start,
                self.with_pieces(),
                Kind::Waybill,
                780,
                "waybill.announced",
            )
        })
    }

    /// Two letters, eight digits, a check digit, two letters of the country.
    ///
    /// Source: UPU S10-12.
    fn postal_item(&self) -> Option<Candidate> {
        let (letters, rest) = (self.letters, self.rest);
        if letters.len() != 2 || rest.len() != 11 {
            return None;
        }
        let serial: &[u8; 8] = rest.as_bytes().first_chunk()?;
        let fits = rest.get(..9).is_some_and(all_digits)
            && rest
                .get(9..)
                .is_some_and(|country| country.bytes().all(|b| b.is_ascii_uppercase()));
        let holds = rest.as_bytes().get(8) == Some(&s10_check(serial));
        let known =
            || rest.ends_with("CN") || holds || self.announced(Cue::Waybill) != Announced::No;
        (fits && known()).then(|| {
            checked(
                candidate(self.start, self.end, Kind::Waybill, 930, "waybill.postal"),
                holds,
            )
        })
    }

    /// The end with the numbers of pieces that carriers put after: -1-1-, -001.
    fn with_pieces(&self) -> usize {
        let bytes = self.page.text.as_bytes();
        let mut end = self.end;
        if !["JD", "SF", "YT"]
            .iter()
            .any(|carrier| self.text.starts_with(carrier))
        {
            return end;
        }
        while bytes.get(end) == Some(&b'-') {
            let rest = bytes.get(end + 1..).unwrap_or_default();
            let digits = rest
                .iter()
                .take(4)
                .take_while(|b| b.is_ascii_digit())
                .count();
            let ends = !rest.get(digits).is_some_and(u8::is_ascii_alphanumeric);
            match digits {
                // The hyphen that closes: -1-1-.
                0 if ends && end > self.end => return end + 1,
                1..=3 if ends => end += 1 + digits,
                _ => break,
            }
        }
        end
    }

    /// A hardware address without marks, announced as one.
    fn hardware(&self) -> Option<Candidate> {
        let fits = self.text.len() == 12
            && self.text.bytes().all(|b| b.is_ascii_hexdigit())
            && match self.announced(Cue::Mac) {
                Announced::Directly => true,
                // MAC贴纸上写F8E43B19C0D2: many letters among the digits.
                Announced::Near => {
                    (3..=9).contains(&self.digits)
                        && self.stands_alone()
                        && !self.page.is_near_other(self.start)
                }
                Announced::No => self.is_of_device(),
            };
        fits.then(|| candidate(self.start, self.end, Kind::Mac, 900, "mac.announced"))
    }

    /// Whether a device, or a key that ends with `mac`, stands right before: 设备32D1A33376D8, deviceMac. Letters
    /// and digits must be mixed as hardware has them.
    fn is_of_device(&self) -> bool {
        let mixed = (2..=10).contains(&self.digits) && self.stands_alone();
        let head = self.page.head(self.start);
        let head = head.trim_end_matches([' ', ':', '：', '=', '"', '\'', '(', '（', '[', '【']);
        mixed
            && DEVICES.iter().any(|device| {
                let from = head.len().checked_sub(device.len());
                let tail = from.and_then(|from| head.get(from..));
                tail.is_some_and(|tail| tail.eq_ignore_ascii_case(device))
            })
            && !self.page.is_other(self.start)
    }

    /// A plate of another country, announced as one.
    fn foreign_plate(&self) -> Option<Candidate> {
        let capitals = || {
            let word = self.page.slice(self.start, self.end);
            !word.bytes().any(|b| b.is_ascii_lowercase())
        };
        let fits = !self.page.is_chinese
            && (5..=8).contains(&self.text.len())
            && self.digits >= 2
            && capitals()
            && self.announced(Cue::Plate) == Announced::Directly;
        fits.then(|| candidate(self.start, self.end, Kind::Plate, 750, "plate.announced"))
    }
}

/// What has an address of hardware, and how keys for one end.
#[rustfmt::skip]
const DEVICES: [&str; 36] = [
    "wifi", "wi-fi", "wlan", "wlan地址", "面单机", "电视", "无线",
    "设备", "路由器", "路由", "光猫", "网关", "摄像头", "摄像机", "终端", "网卡", "交换机", "机顶盒", "猫", "手环", "蓝牙", "热点",
    "mac", "addr", "macaddr", "macaddress", "router", "device", "gateway", "camera", "sta", "station", "client", "clientid",
    "modem", "ap",
];

/// Whether documents for travel are spoken of around these bytes.
pub(super) fn is_about_travel(page: &Page<'_>, start: usize, end: usize) -> bool {
    let near = page.neighbourhood(start, end);
    TRAVEL.iter().any(|word| near.contains(word))
}

/// What is spoken of where people's documents for travel are listed.
const TRAVEL: [&str; 29] = [
    "生/",
    "签注",
    "卡式",
    "过关",
    "领队",
    "HRP",
    "导游",
    "港客",
    "台客",
    "澳客",
    "赴台",
    "赴港",
    "赴澳",
    "入境",
    "出境",
    "旅客",
    "旅行团",
    "签证",
    "港签",
    "旅行社",
    "护照",
    "通行证",
    "港澳",
    "台胞",
    "回乡",
    "出入境",
    "口岸",
    "passport",
    "PASSPORT",
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

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Letters a carrier puts first, then the fewest and most digits after them.
///
/// Source: the carriers' own tracking pages, and the waybill forms of the identifier formats.
const CARRIERS: &[(&str, usize, usize)] = &[
    ("SF", 12, 15),
    ("YT", 13, 16),
    ("YTG", 12, 13),
    ("YTD", 12, 13),
    ("ZJS", 12, 12),
    ("JDE", 11, 16),
    ("JDL", 11, 16),
    ("VIP", 12, 12),
    ("FW", 12, 12),
    ("SXJD", 10, 14),
    ("ZTO", 10, 15),
    ("STO", 10, 15),
    ("JD", 11, 16),
    ("JDV", 11, 16),
    ("JDX", 11, 16),
    ("JDK", 11, 16),
    ("JDT", 11, 16),
    ("JDAZ", 9, 16),
    ("JDAP", 9, 16),
    ("JT", 13, 13),
    ("JTSD", 11, 13),
    ("DPK", 9, 15),
    ("DPL", 9, 15),
    ("DP", 11, 15),
    ("DN", 11, 15),
    ("YD", 13, 15),
    ("YDH", 12, 15),
    ("LP", 14, 18),
    ("KY", 12, 14),
    ("KYE", 10, 14),
    ("BT", 12, 14),
    ("HT", 12, 14),
    ("UC", 11, 14),
    ("JJD", 16, 18),
    ("BEST", 10, 14),
    ("TT", 13, 13),
    ("XFWL", 10, 14),
    ("TBA", 12, 12),
    ("ANE", 10, 14),
    ("FN", 12, 14),
    ("STOE", 10, 14),
    ("CNG", 12, 18),
    ("AMAW", 8, 12),
];
