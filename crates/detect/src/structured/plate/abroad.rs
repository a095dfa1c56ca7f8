//! Number plates of other countries: in any form after the word that announces one, in the forms of some countries
//! beside a vehicle.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::super::account::value_at;
use super::super::candidate;
use crate::cue::Cue;
use crate::english::lists::is_state;
use crate::page::Page;
use crate::{Candidate, Confidence, Kind};

/// How far before and after its plate a vehicle is spoken of, in bytes.
const BESIDE: usize = 48;

/// Looks after the words for plates, and beside those for vehicles.
pub(in crate::structured) fn find(page: &Page<'_>, out: &mut Vec<Candidate>) {
    if page.is_chinese {
        return;
    }
    let mut done = 0;
    for said in page.said() {
        match said.cue {
            // VAT reg, Company reg. no.
            Cue::Plate if is_of_firm(page, said.start) => {}
            Cue::Plate => {
                let start = value_at(page, said.end);
                match Plate::announced(page, start) {
                    Some(plate) => out.push(plate.candidate(740, "plate.parted")),
                    None => beside(page, said.start, said.end, &mut done, out),
                }
            }
            Cue::Vin => beside(page, said.start, said.end, &mut done, out),
            _ => {}
        }
    }
    done = 0;
    for vehicle in &page.vehicles {
        beside(page, vehicle.start, vehicle.end, &mut done, out);
    }
}

/// Whether what is registered is a firm.
fn is_of_firm(page: &Page<'_>, start: usize) -> bool {
    let head = page.head(start).trim_end_matches([' ', '.']);
    let word = head.rsplit(' ').next().unwrap_or_default();
    [
        "VAT", "GST", "tax", "company", "business", "co", "ABN", "charity",
    ]
    .iter()
    .any(|firm| word.eq_ignore_ascii_case(firm))
}

/// Plates of known forms beside a vehicle that is spoken of from `start` to `end`. What lies before `done` was looked
/// at.
fn beside(page: &Page<'_>, start: usize, end: usize, done: &mut usize, out: &mut Vec<Candidate>) {
    let upto = page.text.len().min(end + BESIDE);
    let mut at = start.saturating_sub(BESIDE).max(*done);
    let joins = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.' | b'#');
    while at < upto {
        let before = at.checked_sub(1).and_then(|before| page.byte(before));
        let begins = is_part(page.byte(at)) && !before.is_some_and(joins);
        let plate = begins.then(|| Plate::of_form(page, at)).flatten();
        at = match plate {
            Some(plate) => {
                let stop = plate.end;
                out.push(plate.candidate(700, "plate.abroad"));
                stop
            }
            None => at + 1,
        };
    }
    *done = at.max(*done);
}

fn is_part(byte: Option<u8>) -> bool {
    byte.is_some_and(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The longest plate: letters, digits and what parts them.
const MOST_PARTS: usize = 4;
const LONGEST: usize = 10;

/// Parts of capitals and digits, each a blank or a hyphen from the next.
struct Plate {
    start: usize,
    end: usize,
    /// The letters and digits alone.
    text: [u8; LONGEST],
    /// `A` for each letter, `9` for each digit.
    shape: [u8; LONGEST],
    length: usize,
    parts: usize,
    /// How long the last part is.
    last: usize,
    has_hyphen: bool,
}

/// Where the parts end that stand from a place on, and how many they are.
struct Parts {
    ends: [usize; MOST_PARTS],
    count: usize,
}

impl Parts {
    fn at(page: &Page<'_>, start: usize) -> Self {
        let bytes = page.text.as_bytes();
        let mut parts = Self {
            ends: [start; MOST_PARTS],
            count: 0,
        };
        let mut at = start;
        for end in &mut parts.ends {
            let rest = bytes.get(at..).unwrap_or_default();
            let word = rest.iter().take(LONGEST);
            let length = word.take_while(|b| is_part(Some(**b))).count();
            let goes_on = rest
                .get(length)
                .is_some_and(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
            if length == 0 || goes_on {
                break;
            }
            *end = at + length;
            parts.count += 1;
            if !matches!(bytes.get(*end), Some(b' ' | b'-')) {
                break;
            }
            at = *end + 1;
        }
        parts
    }
}

impl Plate {
    fn candidate(&self, sure: Confidence, rule: &'static str) -> Candidate {
        candidate(self.start, self.end, Kind::Plate, sure, rule)
    }

    /// What the first parts from `start` on make together, the most of them first, one at least `fewest`.
    fn longest(page: &Page<'_>, start: usize, fewest: usize) -> impl Iterator<Item = Self> {
        let parts = Parts::at(page, start);
        let counts = (fewest..=parts.count).rev();
        counts.filter_map(move |count| Self::of(page, start, &parts, count))
    }

    fn of(page: &Page<'_>, start: usize, parts: &Parts, count: usize) -> Option<Self> {
        let end = *parts.ends.get(count.checked_sub(1)?)?;
        let typed = page.text.as_bytes().get(start..end)?;
        let before = count.checked_sub(2).and_then(|at| parts.ends.get(at));
        let mut plate = Self {
            start,
            end,
            text: [0; LONGEST],
            shape: [0; LONGEST],
            length: 0,
            parts: count,
            last: end - before.map_or(start, |before| before + 1),
            has_hyphen: typed.contains(&b'-'),
        };
        for b in typed.iter().filter(|b| b.is_ascii_alphanumeric()) {
            *plate.text.get_mut(plate.length)? = *b;
            *plate.shape.get_mut(plate.length)? = if b.is_ascii_digit() { b'9' } else { b'A' };
            plate.length += 1;
        }
        let digits = plate.shape().iter().filter(|b| **b == b'9').count();
        if !(1..plate.length).contains(&digits) {
            return None;
        }
        // 7XKR482-B is a longer code.
        let rest = page.text.as_bytes().get(end..);
        let goes_on = matches!(rest, Some([b'-' | b'/', next, ..]) if next.is_ascii_alphanumeric());
        (!goes_on).then_some(plate)
    }

    fn text(&self) -> &str {
        let text = self.text.get(..self.length);
        text.and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default()
    }

    fn shape(&self) -> &[u8] {
        self.shape.get(..self.length).unwrap_or_default()
    }

    /// The longest that is a plate after the word that announces one: RX 4821, JK 72 LP GP.
    fn announced(page: &Page<'_>, start: usize) -> Option<Self> {
        Self::longest(page, start, 2).find(|plate| {
            let digits = plate.shape().iter().filter(|b| **b == b'9').count();
            let usual = plate.parts == 2
                && (3..=8).contains(&plate.length)
                && (2..plate.length).contains(&digits);
            usual || plate.has_form()
        })
    }

    /// The longest that has the form of a country's plates.
    fn of_form(page: &Page<'_>, start: usize) -> Option<Self> {
        Self::longest(page, start, 1).find(|plate| plate.has_form() || plate.is_american(page))
    }

    /// TX RKM-7714: the state stands before it.
    fn is_american(&self, page: &Page<'_>) -> bool {
        let head = page.head(self.start).strip_suffix(' ');
        let state = head.and_then(|head| head.get(head.len().checked_sub(3)?..));
        let state = state.and_then(|word| word.strip_prefix([' ', '/', '(', ',', ':']));
        state.is_some_and(is_state) && self.parts == 2 && self.shape() == b"AAA9999"
    }

    /// Whether a country's plates have this form, with the letters of a place where it has them.
    fn has_form(&self) -> bool {
        let forms = forms_by_shape().get(self.shape());
        forms.is_some_and(|forms| forms.iter().any(|form| self.fits(form)))
    }

    fn fits(&self, form: &Form) -> bool {
        let text = self.text();
        let is_digit = |c: char| c.is_ascii_digit();
        let letters = match form.place {
            Place::First => text.split(is_digit).next(),
            Place::Second => text.trim_start_matches(is_digit).split(is_digit).next(),
            Place::Last => None,
        };
        let is_of = |place: &str| match letters {
            Some(letters) => letters == place,
            None => text.ends_with(place),
        };
        // CX-5 2019 is a car and its year: a town's digits stand in threes.
        let in_threes = !form.threes || self.parts == 2 || self.last <= 3;
        in_threes
            && self.parts >= form.parts
            && (!form.hyphens || self.has_hyphen)
            && (form.places.is_empty() || form.places.split(' ').any(is_of))
    }
}

/// Where the letters of the place stand.
#[derive(Clone, Copy)]
enum Place {
    First,
    /// After the digits that stand first.
    Second,
    Last,
}

/// How a country's plates are made.
struct Form {
    /// `A` for each letter, `9` for each digit, parted by blanks.
    shapes: &'static str,
    place: Place,
    places: &'static str,
    /// The fewest parts it is typed in.
    parts: usize,
    hyphens: bool,
    /// Whether its digits stand together or in threes.
    threes: bool,
}

/// The forms that plates of a shape may have: most stretches have a shape of none.
fn forms_by_shape() -> &'static FxHashMap<&'static [u8], Vec<&'static Form>> {
    static BUILT: OnceLock<FxHashMap<&[u8], Vec<&Form>>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut forms: FxHashMap<&[u8], Vec<&Form>> = FxHashMap::default();
        for form in FORMS {
            for shape in form.shapes.split_whitespace() {
                forms.entry(shape.as_bytes()).or_default().push(form);
            }
        }
        forms
    })
}

/// Forms that hardly anything else beside a vehicle has.
///
/// Sources: India, Central Motor Vehicles Rules 50; Ireland, S.I. 318 of 1992; South Africa, National Road Traffic
/// Regulations 27 to 29; Singapore, Road Traffic (Motor Vehicles, Registration and Licensing) Rules; California
/// Vehicle Code 4850.
const FORMS: &[Form] = &[
    Form {
        shapes: "AA99A9999 AA99AA9999 AA9A9999 AA9AA9999 AA9AAA9999 AA99AAA9999",
        place: Place::First,
        places: "AN AP AR AS BH BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ SK TG TN TR TS UA UK UP WB",
        parts: 1,
        hyphens: false,
        threes: false,
    },
    // 191-D-40827: year, county, number.
    Form {
        shapes: "999A9 999A99 999A999 999A9999 999A99999 999AA9 999AA99 999AA999 999AA9999 999AA99999 99A9 99A99 99A999 99A9999 99A99999 \
            99AA9 99AA99 99AA999 99AA9999 99AA99999",
        place: Place::Second,
        places: "C CE CN CW D DL G KE KK KY L LD LH LK LM LS MH MN MO OY RN SO T TN TS W WD WH WX WW",
        parts: 3,
        hyphens: true,
        threes: false,
    },
    // JK 72 LP GP, FNR 338 L: the province stands last.
    Form {
        shapes: "AA99AAAA AAA999AA AAA999A AA99AAA",
        place: Place::Last,
        places: "GP EC MP NW FS NC ZN L",
        parts: 2,
        hyphens: false,
        threes: false,
    },
    // CA 418-772: the town stands first, for the Western Cape and KwaZulu-Natal.
    Form {
        shapes: "AA999999 AAA999999 AA99999 AAA99999",
        place: Place::First,
        places: "CA CAA CBS CEM CF CFM CJ CK CL CN CX CY ND NP NUR NPN NT NX NKR NRB",
        parts: 2,
        hyphens: false,
        threes: true,
    },
    // GBH 5092 K, SGX1234A
    Form {
        shapes: "AAA9A AAA99A AAA999A AAA9999A",
        place: Place::First,
        places: "",
        parts: 1,
        hyphens: false,
        threes: false,
    },
    // 7XKR482
    Form {
        shapes: "9AAA999",
        place: Place::First,
        places: "",
        parts: 1,
        hyphens: false,
        threes: false,
    },
];
