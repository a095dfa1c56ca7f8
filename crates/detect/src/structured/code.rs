//! Codes of letters and digits: vehicles, organisations, documents, parcels.

mod carrier;
mod pieces;

use shouxin_model::check_digit::{is_uscc_character, s10_check, uscc_check, vin_check};
use shouxin_model::numbering::is_division;

use super::{candidate, checked};
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::{Candidate, Kind};

pub(super) use carrier::is_waybill;
pub(super) use pieces::{announced, parted_credit_code};

/// Looks at the word from `start` to `end`, which holds letters and digits.
pub(super) fn find(page: &Page<'_>, start: usize, end: usize, out: &mut Vec<Candidate>) {
    let end = without_chat(page, start, end);
    let start = without_label(page, start, end);
    let length = end - start;
    if length > LONGEST || is_joined(page, start, end) {
        return;
    }
    // STA 6D AC FA 2E AC 04
    if length == 2 && page.byte(end) == Some(b' ') {
        super::network::lettered_hardware(page, start, out);
    }
    if length == 6 && matches!(page.byte(end), Some(b' ' | b'-')) {
        out.extend(pieces::parted_vin(page, start, end));
    }
    if let Some(found) = pieces::of_carrier(page, start, end) {
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

/// The start of a code without the label that touches it: VINLSVAA4182E2123456, EMSEA979805188CN.
fn without_label(page: &Page<'_>, start: usize, end: usize) -> usize {
    let label = page.slice(start, start + 3);
    let is_label = end - start == 20 && label.eq_ignore_ascii_case("vin")
        || end - start == 16 && label.eq_ignore_ascii_case("ems");
    start + if is_label { 3 } else { 0 }
}

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
            // LSVAB2BROLCO1O159: scanned so; what the letters look like must hold.
            let read = bytes.map(|b| match b {
                b'I' => b'1',
                b'O' | b'Q' => b'0',
                other => other,
            });
            if announced == Announced::Near && read[8] == vin_check(&read) && self.digits >= 4 {
                let scanned = candidate(self.start, self.end, Kind::Vin, 880, "vin.scanned");
                return Some(checked(scanned, true));
            }
            // Or spoken carelessly; the announcement says what it is.
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
                    && !matches!(letters, "L" | "T" | "W")
                    && !self.is_korean_passport() =>
            {
                620
            }
            Announced::No if self.is_among_documents() && !self.is_korean_passport() => 615,
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

    /// M and eight digits beside 护照 and a word for the country, and no word for a permit: Korea's passports.
    fn is_korean_passport(&self) -> bool {
        let near = self.page.neighbourhood(self.start, self.end);
        self.letters == "M"
            && ["韩", "朝鲜族", "Korea"]
                .iter()
                .any(|word| near.contains(word))
    }

    /// The end with how often the permit was issued, which older ones print after a hyphen or blank:
    /// H12345678-01.
    fn end_with_issue(&self, announced: bool) -> usize {
        let begins = matches!(self.letters, "H" | "M") && self.rest.len() == 8;
        let rest = self.page.rest(self.end).as_bytes();
        // H46758458(41)
        if let [b'(', a, b, b')', ..] = rest
            && begins
            && a.is_ascii_digit()
            && b.is_ascii_digit()
        {
            return self.end + 4;
        }
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
                    && matches!((letters.len(), digits.len()), (1, 7 | 8) | (2, 6 | 7))
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
            _ if self.is_korean_passport() => 620,
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
        // 韩心泽/C74953717/E12345678: what parts the cells of a list, names and numbers.
        let listed = self.page.head(self.start).strip_suffix(['/', '／']);
        let listed = listed.is_some_and(|head| {
            let last = head.chars().next_back();
            last.is_some_and(|c| matches!(c, '0'..='9' | '\u{4e00}'..='\u{9fff}'))
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
            && is_waybill(letters, digits.len());
        let plausible = (10..=24).contains(&self.text.len()) && self.digits >= 8;
        if !carrier && !plausible {
            return None;
        }
        let announced = self.announced(Cue::Waybill);
        // JD20261105223101 after 订单: an order's number that begins with its day.
        let dated = || digits.get(..8).is_some_and(super::number::is_date);
        let is_order = || dated() && (self.is_other() || announced == Announced::No);
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
    "设备", "路由器", "路由", "光猫", "网关", "摄像头", "摄像机", "终端", "网卡", "交换机", "机顶盒", "猫", "手环", "蓝牙",
    "热点", "无线", "电视", "面单机", "wlan地址",
    "wifi", "wi-fi", "wlan", "mac", "addr", "macaddr", "macaddress", "router", "device", "gateway", "camera", "sta",
    "station", "client", "clientid", "modem", "ap",
];

/// Whether documents for travel are spoken of around these bytes.
pub(super) fn is_about_travel(page: &Page<'_>, start: usize, end: usize) -> bool {
    let near = page.neighbourhood(start, end);
    TRAVEL.iter().any(|word| near.contains(word))
}

/// What is spoken of where people's documents for travel are listed.
#[rustfmt::skip]
const TRAVEL: [&str; 29] = [
    // 林欣怡/1989-03-02生/C04960297: a list of births and documents.
    "生/",
    "港客", "台客", "澳客", "赴台", "赴港", "赴澳", "港签", "港澳", "台胞", "回乡", "入境", "出境", "出入境", "过关", "口岸",
    "旅客", "旅行团", "旅行社", "领队", "导游", "签证", "签注", "卡式", "护照", "通行证", "HRP", "passport", "PASSPORT",
];

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
