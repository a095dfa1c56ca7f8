//! Addresses in English text: American, British and others, and Chinese ones written in English.

use super::lists::{GIVEN, OPENERS, STREETS, SURNAMES, WORDS};
use crate::{Candidate, Check, Confidence, Kind, Normalised};

/// Adds the addresses in `text` to `out`.
pub(crate) fn find(text: &Normalised<'_>, _seen: &[Candidate], out: &mut Vec<Candidate>) {
    let text = text.as_str();
    let bytes = text.as_bytes();
    let (mut at, mut digit) = (0, 0);
    while at < bytes.len() {
        let begins = could_begin(text, at)
            && at
                .checked_sub(1)
                .and_then(|i| bytes.get(i))
                .is_none_or(|b| begins_after(*b) || *b == b'\'' && is_quote(text, at - 1));
        if !begins || !is_numbered(bytes, at, &mut digit) {
            at += 1;
            continue;
        }
        match address_at(text, at) {
            Ok((end, sure)) => {
                let from = out.last().map_or(0, |found| found.end);
                out.push(Candidate {
                    start: building_before(text, from, at).unwrap_or(at),
                    end,
                    kind: Kind::Address,
                    confidence: sure,
                    rule: "en.address.grammar",
                    check: Check::None,
                });
                at = end;
            }
            Err(next) => at = next.max(at + word_len(text, at).max(1)),
        }
    }
}

/// Whether what begins at `at` is a number that something follows, or has one near enough after it: an
/// address has. `digit` is where the last digit looked for was found.
fn is_numbered(bytes: &[u8], at: usize, digit: &mut usize) -> bool {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'#' | b'-' | b'/');
    if bytes
        .get(at)
        .is_some_and(|b| b.is_ascii_digit() || *b == b'#')
    {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = rest
            .iter()
            .take(LONGEST_WORD)
            .take_while(|b| is_part(b))
            .count();
        return matches!(rest.get(length), Some(b' ' | b',' | b'\n' | b'\r'));
    }
    if *digit < at {
        let rest = bytes.get(at..).unwrap_or_default();
        *digit = at
            + rest
                .iter()
                .position(u8::is_ascii_digit)
                .unwrap_or(rest.len());
    }
    *digit - at <= FARTHEST_NUMBER && *digit < bytes.len()
}

/// How far from its first letter the first digit of an address may stand, in bytes.
const FARTHEST_NUMBER: usize = 64;

/// A digit, a capital, or one of the few small words that addresses begin with.
fn could_begin(text: &str, at: usize) -> bool {
    match text.as_bytes().get(at) {
        Some(b'0'..=b'9' | b'A'..=b'Z' | b'#') => true,
        Some(b'a' | b'u' | b'r' | b'f' | b's' | b'p' | b'n') => {
            let rest = text.get(at..).unwrap_or_default();
            let words = ["apt", "unit ", "room ", "flat ", "suite ", "po box", "no. "];
            first_of(rest, &words).is_some()
        }
        _ => false,
    }
}

/// The first of these words that the text begins with. Their first byte tells nearly all apart.
fn first_of(text: &str, words: &[&'static str]) -> Option<&'static str> {
    let first = text.as_bytes().first()?;
    let alike = |word: &&&str| word.as_bytes().first() == Some(first);
    let mut words = words.iter().filter(alike);
    words.find(|word| text.starts_with(**word)).copied()
}

/// No word of an address is longer, in bytes: a run of marks must not be read from each of them.
const LONGEST_WORD: usize = 64;

const fn begins_after(before: u8) -> bool {
    !before.is_ascii_alphanumeric()
        && !matches!(before, b'.' | b'-' | b'$' | b'_' | b'/' | b'@' | b'\'')
}

/// The start of the building or quarter whose name stands before the house number at `at`, not before
/// `from`: Green Lake Community, 965 Yan'an Street.
fn building_before(text: &str, from: usize, at: usize) -> Option<usize> {
    let head = text.get(from..at)?.strip_suffix(", ")?;
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'\'')
    };
    let (mut start, mut count) = (head.len(), 0);
    for word in head.rsplit(' ').take(4) {
        if !is_word(word) || count == 0 && !BUILDINGS.contains(&word) {
            break;
        }
        count += 1;
        start -= word.len() + usize::from(count > 1);
    }
    (count > 1).then_some(from + start)
}

/// Words that end the names of buildings and quarters.
const BUILDINGS: [&str; 16] = [
    "Community",
    "Garden",
    "Gardens",
    "Plaza",
    "Tower",
    "Building",
    "Mansion",
    "Court",
    "Quarter",
    "House",
    "Apartments",
    "Residence",
    "Residences",
    "Estate",
    "Centre",
    "Center",
];

/// Whether the mark at `at` opens a quotation: no letter stands before it.
fn is_quote(text: &str, at: usize) -> bool {
    !text
        .get(..at)
        .is_some_and(|head| head.ends_with(|c: char| c.is_alphanumeric()))
}

fn word_len(text: &str, at: usize) -> usize {
    text.as_bytes()
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count()
}

/// Whether the word is a label of addresses.
pub(crate) fn is_label(word: &str) -> bool {
    [
        "address",
        "addr",
        "street",
        "location",
        "residence",
        "site",
        "to",
        "at",
        "in",
    ]
    .iter()
    .any(|label| word.eq_ignore_ascii_case(label))
}

/// The address that begins at `at`: its end, and how sure that is. Else how far there is none.
fn address_at(text: &str, at: usize) -> Result<(usize, Confidence), usize> {
    let first = Cursor { text, at };
    if !first.opens() || first.is_lone_number() {
        return Err(at);
    }
    let unit = first.unit();
    let begins_with_unit = unit.or_else(|| first.lane()).is_some();
    let (mut cursor, mut has_street, strong_street) = match first.street() {
        Some((cursor, strong)) => (cursor, true, strong),
        None if first.continental().is_some() => (first.continental().ok_or(at)?, true, true),
        None => (
            first
                .military()
                .or_else(|| first.lane())
                .or(unit)
                .or_else(|| first.post_box())
                .or_else(|| first.loose_street())
                .ok_or(at)?,
            false,
            false,
        ),
    };
    let boxed = first.post_box().is_some() || first.military().is_some();
    let is_loose = !has_street && !boxed && !begins_with_unit;
    // A building's name may look like a street; the numbered one is it.
    let mut has_number = first.house().is_some() && has_street;
    // Where the address ends if nothing later anchors it.
    let mut end = cursor.at;
    let mut anchored = false;
    let mut is_coded = false;
    let mut units = usize::from(begins_with_unit);
    let mut places = 0;
    for _ in 0..8 {
        let next = cursor.gap();
        if let Some(after) = next.region() {
            let coded = next.ends_in_code(after);
            (cursor, end, anchored) = (after, after.at, true);
            is_coded |= coded;
            // 55100 Kuala Lumpur, Selangor: the town after its code, and what it lies in.
            if let Some(town) = next.town_after_code(after) {
                end = town.at;
                break;
            }
            // Nothing but a country follows a code, and that is read with it.
            if coded && places > 0 {
                break;
            }
        } else if let Some((after, _)) = next.street().filter(|_| !has_number) {
            (cursor, end, has_street, has_number) = (after, after.at, true, true);
        } else if let Some((after, strong)) = next.bare_street().filter(|_| !has_street) {
            (cursor, end, has_street) = (after, after.at, strong || has_street);
        } else if let Some(after) = next
            .loose_street()
            .filter(|_| begins_with_unit && !has_street && places == 0)
        {
            cursor = after;
        } else if let Some(after) = next.provincial().filter(|_| places > 0 && has_street) {
            (end, anchored) = (after.at, true);
            break;
        } else if let Some(after) = next
            .unit()
            .filter(|_| places == 0 || !cursor.rest().starts_with('\n'))
        {
            (cursor, end, units) = (after, after.at, units + 1);
        } else if let Some(after) = next.place(cursor.at).filter(|_| places < 4) {
            places += 1;
            cursor = after;
            let apart = !next
                .text
                .get(..next.at)
                .is_some_and(|head| head.ends_with(' ') && !head.ends_with(", "));
            if let Some(coded) = after
                .four_digits()
                .filter(|_| apart && (has_number || boxed))
            {
                (end, anchored, is_coded) = (coded.at, true, true);
                break;
            }
            if after.is_coded_place(next.at) {
                (end, anchored, is_coded) = (after.at, true, true);
                break;
            }
            if after.known_place(next.at) {
                end = after.at;
            }
        } else {
            break;
        }
    }
    let sure = match (has_street, anchored) {
        // Without a word for streets only a town with its code tells.
        _ if is_loose && !has_number => {
            if !(is_coded && places > 0) {
                return Err(at);
            }
            860
        }
        (true, true) => 940,
        (true, false) if strong_street || units > 0 => 780,
        (true, false) if first.is_named_street() => 720,
        (false, true) if boxed => 900,
        (false, false) if boxed => 760,
        (false, true) if units > 0 || places > 1 => 700,
        // Rooms and floors alone: what begins at the next of them is no address either.
        _ if places == 0 && (units > 1 || !begins_with_unit) => return Err(end),
        _ => return Err(at),
    };
    Ok((end, sure))
}

/// A place in the text from which parts of an address are read.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    const fn to(self, at: usize) -> Self {
        Self {
            text: self.text,
            at,
        }
    }

    /// Past a comma, a blank, a line break, or several of them.
    fn gap(self) -> Self {
        let rest = self.rest();
        let gap = rest.len() - rest.trim_start_matches([' ', ',', '\n', '\r', '(']).len();
        self.to(self.at + gap.min(4))
    }

    /// The word here: letters, digits, `'`, `-`, with a full stop if it is an abbreviation.
    fn word(self) -> Option<(&'a str, Self)> {
        let rest = self.rest();
        let length = rest
            .bytes()
            .take(LONGEST_WORD)
            // Latin letters with marks take two bytes, of which the first is C3 to C9.
            .take_while(|b| {
                b.is_ascii_alphanumeric()
                    || matches!(b, b'\'' | b'-' | b'#' | b'/' | 0x80..=0xBF | 0xC3..=0xC9)
            })
            .count();
        // A quotation mark that closes is no part of the word.
        let word = rest.get(..length)?.trim_end_matches('\'');
        (!word.is_empty()).then(|| (word, self.to(self.at + word.len())))
    }

    fn dot(self) -> Self {
        if self.rest().starts_with('.') {
            self.to(self.at + 1)
        } else {
            self
        }
    }

    /// Past one blank.
    fn blank(self) -> Option<Self> {
        self.rest().starts_with(' ').then(|| self.to(self.at + 1))
    }

    /// Whether an address may begin with the word here: a number, a word for a part of one, or a street that
    /// ends in its word.
    fn opens(self) -> bool {
        self.word().is_some_and(|(word, _)| {
            word.starts_with(|c: char| c.is_ascii_digit() || c == '#')
                || OPENERS.has(word)
                || ends_as_street(word)
        })
    }

    /// Whether a number stands here that nothing in English goes on after: nearly all of those in Chinese text.
    fn is_lone_number(self) -> bool {
        self.word().is_some_and(|(word, after)| {
            word.starts_with(|c: char| c.is_ascii_digit())
                && !word.ends_with(['F', 'f'])
                && !after.rest().starts_with([' ', ','])
        })
    }

    /// A house number: 6682, 221B, 12-14, No. 88, #5.
    fn house(self) -> Option<Self> {
        let rest = self.rest();
        let mut from = self;
        let prefixes = [
            "No. ", "No.", "NO. ", "NO.", "no. ", "no.", "# ", "#", "No ",
        ];
        if let Some(prefix) = first_of(rest, &prefixes) {
            from = self.to(self.at + prefix.len());
        }
        let (word, after) = from.word()?;
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let tail = word.get(digits..)?;
        let fits = (1..=6).contains(&digits)
            && (tail.is_empty()
                || tail.len() == 1 && tail.bytes().all(|b| b.is_ascii_alphabetic())
                || tail.starts_with(['-', '/'])
                    && tail.len() <= 6
                    && !tail.eq_ignore_ascii_case("/f"));
        fits.then_some(after)
    }

    /// A house number and a street; whether the street's last word is one that only streets have.
    fn street(self) -> Option<(Self, bool)> {
        let after = self.house()?;
        let is_apart = after.rest().starts_with(", ");
        let after = if is_apart {
            after.to(after.at + 1)
        } else {
            after
        };
        let (street, strong) = after.blank()?.bare_street()?;
        // `in 1508, Zhe Lu called`: a number before a comma is a house only where it is told as one.
        let told = !is_apart || !self.rest().starts_with(|c: char| c.is_ascii_digit());
        Some((street, strong && told))
    }

    /// A house number and up to three words that are no known street, before a comma or a line break: what
    /// follows must tell that it is one. `9 Steven Walkway, Cynthiaburgh, SA, 2635`.
    fn loose_street(self) -> Option<Self> {
        let after = self.house()?;
        let mut cursor = match after.rest() {
            rest if rest.starts_with(", ") => after.to(after.at + 2),
            rest if rest.starts_with([' ', '\n']) => after.to(after.at + 1),
            _ => return None,
        };
        for place in 0..4 {
            let (word, end) = cursor.word()?;
            let capital = word.starts_with(|c: char| c.is_uppercase());
            // Some write the street's last word in small letters: 5 Smith keys.
            let fits = word.len() > 1
                && (capital || place > 0 && STREETS.has(word))
                && !word.bytes().any(|b| b.is_ascii_digit());
            if !fits {
                return None;
            }
            let rest = end.rest();
            if rest.starts_with(", ") || rest.starts_with('\n') {
                return Some(end);
            }
            cursor = end.blank()?;
            if place > 0 && cursor.unit().is_some() {
                return Some(end);
            }
        }
        None
    }

    /// 56711 Alexis Squares: a house number of three digits or more, a person's name, a word of streets.
    fn is_named_street(self) -> bool {
        let parts = || {
            let (number, after) = self.word()?;
            let (name, after) = after.blank()?.word()?;
            let (street, _) = after.blank()?.word()?;
            Some((number, name, street))
        };
        parts().is_some_and(|(number, name, street)| {
            number.len() >= 3
                && number.bytes().all(|b| b.is_ascii_digit())
                && (GIVEN.has(name) || SURNAMES.has(name))
                && !WORDS.has(name)
                && STREETS.has(street)
        })
    }

    /// Ave 3, Street 21, as streets of Singapore are told apart: before a unit, a comma or the country.
    fn numbered_street(self) -> Self {
        let Some((number, after)) = self.blank().and_then(Self::word) else {
            return self;
        };
        let fits = number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit());
        let rest = after.rest();
        let goes_on = [" #", ", #", ", Singapore", " Singapore"]
            .iter()
            .any(|next| rest.starts_with(next));
        if fits && goes_on { after } else { self }
    }

    /// Via Garibaldi 18, Jalan Ampang 12: a street whose number comes last.
    fn continental(self) -> Option<Self> {
        let (word, after) = self.word()?;
        if ends_as_street(word) {
            let (number, end) = after.blank()?.word()?;
            let coded = end.gap().zip().is_some();
            return (number.starts_with(|c: char| c.is_ascii_digit()) && coded).then_some(end);
        }
        if !is_first_of_street(word) {
            return None;
        }
        let end = after.street_name()?;
        let name = self.text.get(after.at..end.at)?;
        let number = name.rsplit(' ').next()?;
        (name.trim_start().contains(' ') && number.starts_with(|c: char| c.is_ascii_digit()))
            .then_some(end)
    }

    /// The words of a street without a number.
    fn bare_street(self) -> Option<(Self, bool)> {
        let mut cursor = self;
        let mut found = None;
        for place in 0..6 {
            let Some((word, after)) = cursor.word() else {
                break;
            };
            let first = word.chars().next()?;
            let ordinal = first.is_ascii_digit()
                && ["st", "nd", "rd", "th"]
                    .iter()
                    .any(|end| word.ends_with(end));
            let joins = place > 0 && ["of", "the", "and", "de", "la"].contains(&word);
            let belongs = first.is_ascii_uppercase() || ordinal || joins;
            if !belongs {
                break;
            }
            let is_street = STREETS.has(word);
            let after = if is_street || word.len() <= 2 {
                after.dot_in_street(word)
            } else {
                after
            };
            if is_street && place > 0 {
                found = Some((after.direction().numbered_street(), is_strong(word)));
                // `Bridge Street`: the last of them ends it.
                if is_strong(word) && !after.next_is_street() {
                    break;
                }
            } else if place > 0 && found.is_some() {
                break;
            }
            if place == 0
                && ["Broadway", "Highway", "Route", "Avenue"].contains(&word)
                && found.is_none()
                && !after.next_is_street()
            {
                found = Some((after.highway(), true));
                break;
            }
            if place == 0 && is_first_of_street(word) {
                found = Some((after.dot().street_name()?, true));
                break;
            }
            match after.blank() {
                Some(next) => cursor = next,
                None => break,
            }
        }
        found
    }

    /// The name after a word that stands before it: Jalan Bukit Bintang, Rue de la Paix.
    fn street_name(self) -> Option<Self> {
        let (mut cursor, mut end) = (self, None);
        for _ in 0..5 {
            let Some((word, after)) = cursor.blank().and_then(Self::word) else {
                break;
            };
            let joins = ["de", "la", "le", "du", "des", "del", "da", "do", "di"].contains(&word);
            let capital = word.starts_with(|c: char| c.is_ascii_uppercase());
            let numbered = word.bytes().all(|b| b.is_ascii_digit() || b == b'/') && word.len() <= 6;
            if !joins && !capital && !numbered {
                break;
            }
            cursor = after;
            if !joins {
                end = Some(after);
            }
        }
        end
    }

    /// `St.` has a full stop of its own if the address goes on after it.
    fn dot_in_street(self, word: &str) -> Self {
        let dotted = self.dot();
        let goes_on = dotted.rest().starts_with(',')
            || dotted.rest().starts_with(" #")
            || dotted.rest().starts_with(' ')
                && dotted
                    .gap()
                    .rest()
                    .starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
        if word.len() <= 4 && dotted.at > self.at && goes_on {
            dotted
        } else {
            self
        }
    }

    fn next_is_street(self) -> bool {
        self.blank().and_then(Self::word).is_some_and(|(word, _)| {
            STREETS.has(word) && word.starts_with(|c: char| c.is_ascii_uppercase())
        })
    }

    /// `NW`, `South` after a street.
    fn direction(self) -> Self {
        // Road (N) is the road's northern part.
        let rest = self.rest();
        if [" (N)", " (S)", " (E)", " (W)", " (M)"]
            .iter()
            .any(|part| rest.starts_with(part))
        {
            return self.to(self.at + 4);
        }
        match self.blank().and_then(Self::word) {
            Some((word, after))
                if [
                    "N", "S", "E", "W", "NE", "NW", "SE", "SW", "North", "South", "East", "West",
                    "Central",
                ]
                .contains(&word) =>
            {
                // `South Jake` is a town.
                let town = word.len() > 2 && after.blank().is_some();
                if town { self } else { after }
            }
            _ => self,
        }
    }

    /// The number of a highway: Route 66.
    fn highway(self) -> Self {
        match self.blank().and_then(Self::word) {
            Some((word, after)) if word.bytes().all(|b| b.is_ascii_digit()) => after,
            _ => self,
        }
    }

    /// Apt. 522, Suite 488, Unit 4B, Flat 3, Room 1402, Building 2, 3rd Floor, #12, 5/F.
    fn unit(self) -> Option<Self> {
        if let Some(after) = self.numbered_part() {
            return Some(after);
        }
        let (word, after) = self.word()?;
        if let Some(digits) = word.strip_prefix('#') {
            return (!digits.is_empty() && digits.len() <= 6).then_some(after);
        }
        let ordinal = word.starts_with(|c: char| c.is_ascii_digit());
        if ordinal {
            if word.ends_with("/F") || word.ends_with("/f") {
                return Some(after);
            }
            let (next, end) = after.blank()?.word()?;
            let floor = ["Floor", "floor", "Fl", "FL", "F"].contains(&next)
                && ["st", "nd", "rd", "th", "/F"]
                    .iter()
                    .any(|suffix| word.ends_with(suffix));
            return floor.then_some(end);
        }
        let known = [
            "apt",
            "apartment",
            "suite",
            "ste",
            "unit",
            "flat",
            "room",
            "rm",
            "building",
            "bldg",
            "blk",
            "plot",
            "block",
            "floor",
            "fl",
            "studio",
            "house",
            "lot",
            "level",
            "tower",
            "phase",
            "entrance",
            "villa",
            "dorm",
            "penthouse",
            "door",
            "shop",
        ];
        // In small letters only those that are no everyday words.
        let written = word.starts_with(|c: char| c.is_ascii_uppercase())
            || ["apt", "unit", "room", "flat", "suite"].contains(&word);
        let listed = known.iter().any(|known| known.eq_ignore_ascii_case(word));
        if !written || !listed {
            return None;
        }
        let after = after.dot();
        let after = after.blank().unwrap_or(after);
        let after = if let Some(rest) = ["No. ", "No.", "no. ", "#"]
            .iter()
            .find(|prefix| after.rest().starts_with(**prefix))
        {
            after.to(after.at + rest.len())
        } else {
            after
        };
        let (number, end) = after.word()?;
        let numbered = number.len() <= 7
            && (number.bytes().any(|b| b.is_ascii_digit())
                || number.len() == 1 && number.bytes().all(|b| b.is_ascii_uppercase()));
        numbered.then_some(end)
    }

    /// H.No. 12-3-456, Plot No. 7, Street No. 8, as addresses in India begin.
    fn numbered_part(self) -> Option<Self> {
        let rest = self.rest();
        if rest.starts_with(|c: char| !c.is_ascii_uppercase()) {
            return None;
        }
        let parts = [
            "H.No.",
            "H. No.",
            "H.no.",
            "H No.",
            "House No",
            "Plot No",
            "Door No",
            "D.No.",
            "Flat No",
            "Shop No",
            "Street No",
            "Road No",
            "Lane No",
            "Gali No",
            "Sector",
            "S.No.",
            "Survey No",
        ];
        let part = first_of(rest, &parts)?;
        let after = self.to(self.at + part.len()).dot();
        let (number, end) = after.blank().unwrap_or(after).word()?;
        let fits = number.len() <= 12 && number.starts_with(|c: char| c.is_ascii_digit());
        fits.then_some(end)
    }

    /// Lane 330, as addresses of Shanghai tell where the house is; `No. 40, Lane 902`.
    fn lane(self) -> Option<Self> {
        let rest = self.rest();
        let from = if rest.starts_with("Lane ") {
            self
        } else {
            let near = rest.bytes().take(16).position(|b| b == b',')?;
            let lane = rest
                .get(near..)
                .is_some_and(|rest| rest.starts_with(", Lane "));
            let house = self
                .house()
                .filter(|house| lane && house.at == self.at + near)?;
            house.to(house.at + 2)
        };
        let (digits, after) = from.to(from.at + "Lane ".len()).word()?;
        (digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(after)
    }

    /// 5324 Aurora: a code of four digits and the province it lies in, as addresses of the Philippines end.
    fn provincial(self) -> Option<Self> {
        let (code, after) = self.word()?;
        let place = after.blank()?.place(after.at)?;
        (code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit())).then_some(place)
    }

    /// Four digits right after a town, where the address ends: Owenside 8235.
    fn four_digits(self) -> Option<Self> {
        let (code, after) = self.blank()?.word()?;
        let rest = after.rest();
        let small =
            rest.starts_with(' ') && rest.trim_start().starts_with(|c: char| c.is_lowercase());
        let ends =
            small || !rest.starts_with(|c: char| matches!(c, ' ' | '-') || c.is_alphanumeric());
        (code.len() == 4 && ends && code.bytes().all(|b| b.is_ascii_digit())).then_some(after)
    }

    /// The town after a code of five digits or more that stands behind a comma, and one place more.
    fn town_after_code(self, code: Self) -> Option<Self> {
        let head = self.text.get(..self.at)?;
        let coded = self.text.get(self.at..code.at)?;
        if !head.ends_with(", ") || !coded.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let town = code.blank()?.place(code.at)?;
        let country = town.country_after();
        if country.at > town.at {
            return Some(country);
        }
        let more = town.rest().starts_with(", ").then(|| town.to(town.at + 2));
        let more = more.and_then(|next| next.place(town.at).filter(|end| !end.is_person(next.at)));
        Some(more.unwrap_or(town))
    }

    /// Whether a word from `from` to here is one that people are called by, or no name at all.
    fn is_person(self, from: usize) -> bool {
        let name = self.text.get(from..self.at).unwrap_or_default();
        name.split(' ')
            .any(|word| GIVEN.has(word) || WORDS.has(word))
    }

    fn post_box(self) -> Option<Self> {
        let rest = self.rest();
        let prefixes = [
            "P.O. Box ",
            "PO Box ",
            "P. O. Box ",
            "P.O.Box ",
            "Post Office Box ",
            "PO BOX ",
            "P.O. BOX ",
            "po box ",
            "GPO Box ",
        ];
        let prefix = first_of(rest, &prefixes)?;
        let (word, after) = self.to(self.at + prefix.len()).word()?;
        word.bytes().any(|b| b.is_ascii_digit()).then_some(after)
    }

    /// PSC 1234, Box 5678; Unit 1234 Box 5678; USS Name.
    fn military(self) -> Option<Self> {
        let (word, after) = self.word()?;
        if ["USS", "USNS", "USNV", "USCGC"].contains(&word) {
            let (name, end) = after.blank()?.word()?;
            let on = end.gap().rest();
            return (name.starts_with(|c: char| c.is_ascii_uppercase()) && on.starts_with("FPO"))
                .then_some(end);
        }
        if !["PSC", "Unit", "CMR"].contains(&word) {
            return None;
        }
        let (number, after) = after.blank()?.word()?;
        let next = after.gap();
        let (box_word, after) = next.word()?;
        let (second, end) = after.blank()?.word()?;
        let digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
        (digits(number) && box_word == "Box" && digits(second)).then_some(end)
    }

    /// A state with or without its code of five digits, a postcode, a country.
    fn region(self) -> Option<Self> {
        if let Some(after) = self.british_postcode().or_else(|| self.zip()) {
            return Some(after.country_after());
        }
        let rest = self.rest();
        if let Some(state) = begun_by(rest, &STATES) {
            let after = self.to(self.at + state.len());
            return Some(after.gap().zip().unwrap_or(after).country_after());
        }
        let (word, after) = self.word()?;
        // S043095, as Singapore shortens its name.
        let singapore = word
            .strip_prefix('S')
            .is_some_and(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
        if singapore {
            return Some(after);
        }
        let coded = matches!(word.len(), 2 | 3) && word.bytes().all(|b| b.is_ascii_uppercase());
        if coded && STATE_CODES.split(' ').any(|code| code == word) {
            // `IN`, `OR`, `ME` are words; the code makes them states.
            let coded = after
                .gap()
                .zip()
                .or_else(|| after.australian_code(word))
                .or_else(|| after.gap().british_postcode())
                .or_else(|| after.gap().joined_postcode());
            let is_word = (word == "SA" || WORDS.has(word)) && !self.closes_line(word);
            let alone = !is_word && !continues(rest, word.len());
            return coded.or(alone.then_some(after)).map(Self::country_after);
        }
        self.country()
    }

    /// Whether a code with digits is part of the region from here to `end`.
    fn ends_in_code(self, end: Self) -> bool {
        self.text
            .get(self.at..end.at)
            .is_some_and(|region| region.bytes().any(|b| b.is_ascii_digit()))
    }

    /// Bhagalpur-404842: whether the place from `from` to here ends in its code.
    fn is_coded_place(self, from: usize) -> bool {
        let name = self.text.get(from..self.at).unwrap_or_default();
        name.rsplit_once('-')
            .is_some_and(|(_, code)| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()))
    }

    /// Four digits after a state of Australia.
    fn australian_code(self, state: &str) -> Option<Self> {
        let (word, after) = self.gap().word()?;
        let fits = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
        (fits && AUSTRALIAN.contains(&state)).then_some(after)
    }

    /// Whether a state's letters stand after a comma and end what is written there: `East Dawn, OR`.
    fn closes_line(self, word: &str) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        let after = self.rest().get(word.len()..).unwrap_or_default();
        before.ends_with(", ")
            && (after.is_empty() || after.starts_with(['\n', '"', '|', '\t', ';', ')', '.']))
    }

    /// X1B2G9, a postcode of Canada as machines write it.
    fn joined_postcode(self) -> Option<Self> {
        let (word, after) = self.word()?;
        let fits = word.len() == 6
            && word.bytes().enumerate().all(|(place, b)| {
                if place % 2 == 0 {
                    b.is_ascii_uppercase()
                } else {
                    b.is_ascii_digit()
                }
            });
        fits.then_some(after)
    }

    fn country_after(self) -> Self {
        self.gap().country().unwrap_or(self)
    }

    fn country(self) -> Option<Self> {
        begun_by(self.rest(), &COUNTRIES).map(|country| {
            let end = self.to(self.at + country.len());
            end.gap()
                .zip()
                .filter(|zip| zip.at > end.at + 3)
                .unwrap_or(end)
        })
    }

    /// 12345, 12345-6789; six digits in China; four in Australia only after a state, so not here.
    fn zip(self) -> Option<Self> {
        let (word, after) = self.word()?;
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let tail = word.get(digits..)?;
        let plus = tail
            .strip_prefix('-')
            .is_some_and(|four| four.len() == 4 && four.bytes().all(|b| b.is_ascii_digit()));
        if matches!(digits, 5 | 6) && (tail.is_empty() || plus && digits == 5) {
            let closes = after.rest().starts_with(')')
                && self
                    .text
                    .get(..self.at)
                    .is_some_and(|head| head.ends_with('('));
            return Some(if closes {
                after.to(after.at + 1)
            } else {
                after
            });
        }
        None
    }

    /// SW1A 1AA, M1 2AB, K1A 0B1.
    fn british_postcode(self) -> Option<Self> {
        let (outward, after) = self.word()?;
        let bytes = outward.as_bytes();
        let letters = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
        let fits = (1..=2).contains(&letters)
            && (2..=4).contains(&bytes.len())
            && bytes.get(letters).is_some_and(u8::is_ascii_digit);
        let upper = |word: &str| {
            word.bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        if !fits || !upper(outward) {
            return None;
        }
        let (inward, end) = after.blank()?.word()?;
        let &[a, b, c] = inward.as_bytes() else {
            return None;
        };
        let british = a.is_ascii_digit() && b.is_ascii_uppercase() && c.is_ascii_uppercase();
        let canadian =
            a.is_ascii_digit() && b.is_ascii_uppercase() && c.is_ascii_digit() && bytes.len() == 3;
        (british || canadian).then_some(end)
    }

    /// One to four capitalised words: a town, a district, a province. A line or a comma parts it from what
    /// came before, at `before`.
    fn place(self, before: usize) -> Option<Self> {
        let gap = self.text.get(before..self.at)?;
        if !gap.contains([',', '\n', ' ']) {
            return None;
        }
        let mut cursor = self;
        let mut end = None;
        for _ in 0..4 {
            let Some((word, after)) = cursor.word() else {
                break;
            };
            let capital = word.starts_with(|c: char| c.is_ascii_uppercase()) && word.len() > 1;
            let joins =
                ["of", "upon", "on", "the", "and", "le", "de"].contains(&word) && end.is_some();
            if !capital && !joins || cursor.at > self.at && cursor.region().is_some() {
                break;
            }
            let after = if ["St", "Mt", "Ft", "Dist", "Prov"].contains(&word) {
                after.dot()
            } else {
                after
            };
            if capital {
                end = Some(after.numbered_town());
            }
            let name = self.text.get(self.at..after.at).unwrap_or_default();
            match after.blank() {
                Some(next) if !is_whole_place(name) => cursor = next,
                _ => break,
            }
        }
        end
    }

    /// Dublin 2, Ireland: past the number of a town's district, before a country.
    fn numbered_town(self) -> Self {
        let number = self.blank().and_then(Self::word);
        let district = number.filter(|(number, after)| {
            number.len() <= 2
                && number.bytes().all(|b| b.is_ascii_digit())
                && after.rest().starts_with(", ")
                && after.gap().country().is_some()
        });
        district.map_or(self, |(_, after)| after)
    }

    /// Whether the place from `from` to here ends an address by itself: after a comma, before the end of
    /// the sentence, and nobody's name.
    fn known_place(self, from: usize) -> bool {
        let name = self.text.get(from..self.at).unwrap_or_default();
        let rest = self.rest();
        let stops = rest.is_empty()
            || rest.starts_with([
                '.', '\n', ';', ')', '。', '，', '"', '\'', '|', '\t', '<', '?', '!',
            ]);
        let head = self.text.get(..from).unwrap_or_default();
        // 55100 Kuala Lumpur
        let after_code = head.strip_suffix(' ').is_some_and(|head| {
            let before = head.trim_end_matches(|c: char| c.is_ascii_digit());
            before.len() < head.len()
                && before.ends_with([',', '\n', ' '])
                && before.trim_end().ends_with(',')
        });
        let after_comma = after_code || head.ends_with(", ") || head.ends_with('\n');
        // A town after a comma, where the sentence goes on in small letters.
        let small = rest
            .trim_start_matches([',', ' '])
            .starts_with(|c: char| c.is_lowercase());
        let ends = stops || small && rest.starts_with([',', ' ']);
        is_whole_place(name) || after_code || ends && after_comma && !self.is_person(from)
    }
}

/// Lindenallee: whether a German street ends in its word.
fn ends_as_street(word: &str) -> bool {
    word.len() > 5
        && ["allee", "strasse", "straße", "gasse", "platz", "weg"]
            .iter()
            .any(|end| word.len() > end.len() + 2 && word.ends_with(end))
}

/// Whether the name of a street follows this word: Jalan, Rue.
fn is_first_of_street(word: &str) -> bool {
    [
        "Jalan",
        "Jln",
        "Lorong",
        "Calle",
        "Rue",
        "Via",
        "Rua",
        "Avenida",
        "Strada",
        "Persiaran",
        "Lebuh",
        "Soi",
        "Gang",
    ]
    .contains(&word)
}

/// Whether a name ends in the word for a division, or in that of a division of China.
fn is_whole_place(name: &str) -> bool {
    let keyed = [
        "District", "Dist", "Dist.", "Province", "Prov.", "City", "County", "Town", "Township",
        "New Area", "Village", "Zone",
    ];
    let last = name.bytes().next_back();
    keyed
        .iter()
        .chain(&PLACES)
        .any(|word| word.bytes().next_back() == last && name.ends_with(word))
}

/// Provinces and large cities of China, districts of Hong Kong, large cities elsewhere: an address may end with them whatever follows.
const PLACES: [&str; 133] = [
    "Beijing",
    "Shanghai",
    "Tianjin",
    "Chongqing",
    "Guangzhou",
    "Shenzhen",
    "Dongguan",
    "Foshan",
    "Zhuhai",
    "Huizhou",
    "Zhongshan",
    "Shantou",
    "Jiangmen",
    "Hangzhou",
    "Ningbo",
    "Wenzhou",
    "Jiaxing",
    "Shaoxing",
    "Jinhua",
    "Taizhou",
    "Nanjing",
    "Suzhou",
    "Wuxi",
    "Changzhou",
    "Nantong",
    "Xuzhou",
    "Yangzhou",
    "Zhenjiang",
    "Kunshan",
    "Jinan",
    "Qingdao",
    "Yantai",
    "Weifang",
    "Linyi",
    "Zibo",
    "Weihai",
    "Chengdu",
    "Mianyang",
    "Wuhan",
    "Yichang",
    "Changsha",
    "Zhuzhou",
    "Zhengzhou",
    "Luoyang",
    "Xi'an",
    "Hefei",
    "Wuhu",
    "Fuzhou",
    "Xiamen",
    "Quanzhou",
    "Nanchang",
    "Ganzhou",
    "Kunming",
    "Guiyang",
    "Nanning",
    "Guilin",
    "Liuzhou",
    "Haikou",
    "Sanya",
    "Shenyang",
    "Dalian",
    "Changchun",
    "Harbin",
    "Shijiazhuang",
    "Tangshan",
    "Baoding",
    "Taiyuan",
    "Hohhot",
    "Lanzhou",
    "Xining",
    "Yinchuan",
    "Urumqi",
    "Lhasa",
    "Guangdong",
    "Zhejiang",
    "Jiangsu",
    "Shandong",
    "Sichuan",
    "Hubei",
    "Hunan",
    "Henan",
    "Hebei",
    "Shanxi",
    "Shaanxi",
    "Anhui",
    "Fujian",
    "Jiangxi",
    "Yunnan",
    "Guizhou",
    "Guangxi",
    "Hainan",
    "Liaoning",
    "Jilin",
    "Heilongjiang",
    "Gansu",
    "Qinghai",
    "Ningxia",
    "Xinjiang",
    "Tibet",
    "Inner Mongolia",
    "London",
    "Manchester",
    "Birmingham",
    "Edinburgh",
    "Glasgow",
    "Dublin",
    "Paris",
    "Berlin",
    "New York",
    "Los Angeles",
    "Chicago",
    "San Francisco",
    "Boston",
    "Seattle",
    "Toronto",
    "Vancouver",
    "Sydney",
    "Melbourne",
    "Auckland",
    "Tokyo",
    "Seoul",
    "Bangkok",
    "Jakarta",
    "Manila",
    "Kuala Lumpur",
    "Mumbai",
    "Delhi",
    "Dubai",
    "Nairobi",
    "Lagos",
    "New Territories",
    "Kowloon",
    "Hong Kong Island",
];

/// The whole words of a list that a text begins with.
fn begun_by<'w>(rest: &str, list: &[&'w str]) -> Option<&'w str> {
    // Nearly all are told apart by their first letter.
    let first = *rest.as_bytes().first()?;
    list.iter()
        .find(|word| {
            word.as_bytes().first() == Some(&first)
                && rest.starts_with(**word)
                && !continues(rest, word.len())
        })
        .copied()
}

/// Whether a word goes on after its first `len` bytes.
fn continues(rest: &str, len: usize) -> bool {
    rest.as_bytes()
        .get(len)
        .is_some_and(u8::is_ascii_alphanumeric)
}

/// Words that end the names of streets and hardly anything else.
fn is_strong(word: &str) -> bool {
    [
        "street",
        "st",
        "avenue",
        "ave",
        "road",
        "rd",
        "boulevard",
        "blvd",
        "drive",
        "dr",
        "lane",
        "ln",
        "court",
        "ct",
        "circle",
        "cir",
        "way",
        "place",
        "pl",
        "terrace",
        "square",
        "sq",
        "highway",
        "hwy",
        "parkway",
        "pkwy",
        "crescent",
        "close",
        "gardens",
        "grove",
        "mews",
        "row",
        "alley",
        "lu",
        "jie",
        "dadao",
        "trail",
        "expressway",
        "freeway",
        "turnpike",
        "loop",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(word))
}

/// Countries as addresses end with them.
const COUNTRIES: [&str; 73] = [
    "United States of America",
    "United States",
    "United Kingdom",
    "USA",
    "U.S.A.",
    "UK",
    "U.K.",
    "P.R. China",
    "P.R.China",
    "PR China",
    "PRC",
    "China",
    "Canada",
    "Australia",
    "England",
    "Scotland",
    "Wales",
    "Ireland",
    "Hong Kong",
    "Singapore",
    "New Zealand",
    "India",
    "Malaysia",
    "Italy",
    "France",
    "Germany",
    "Spain",
    "Netherlands",
    "Belgium",
    "Switzerland",
    "Austria",
    "Poland",
    "Portugal",
    "Sweden",
    "Japan",
    "South Korea",
    "Thailand",
    "Vietnam",
    "Philippines",
    "Indonesia",
    "Taiwan",
    "Macau",
    "Brazil",
    "Mexico",
    "South Africa",
    "UAE",
    "United Arab Emirates",
    "Uganda",
    "Kenya",
    "Nigeria",
    "Ghana",
    "Tanzania",
    "Egypt",
    "Turkey",
    "Greece",
    "Denmark",
    "Norway",
    "Finland",
    "Czech Republic",
    "Hungary",
    "Romania",
    "Ukraine",
    "Israel",
    "Saudi Arabia",
    "Qatar",
    "Pakistan",
    "Bangladesh",
    "Sri Lanka",
    "Nepal",
    "Argentina",
    "Chile",
    "Colombia",
    "Peru",
];

/// States, districts, territories and posts of the United States; provinces of Canada; states of Australia.
const STATE_CODES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR VI FM MH PW AA AE AP ON QC BC AB MB SK NS NB NL PE YT NT NU NSW VIC QLD TAS ACT SA";

/// States of Australia, whose codes of four digits follow them.
const AUSTRALIAN: [&str; 8] = ["NSW", "VIC", "QLD", "TAS", "ACT", "SA", "WA", "NT"];

const STATES: [&str; 50] = [
    "Alabama",
    "Alaska",
    "Arizona",
    "Arkansas",
    "California",
    "Colorado",
    "Connecticut",
    "Delaware",
    "Florida",
    "Georgia",
    "Hawaii",
    "Idaho",
    "Illinois",
    "Indiana",
    "Iowa",
    "Kansas",
    "Kentucky",
    "Louisiana",
    "Maine",
    "Maryland",
    "Massachusetts",
    "Michigan",
    "Minnesota",
    "Mississippi",
    "Missouri",
    "Montana",
    "Nebraska",
    "Nevada",
    "New Hampshire",
    "New Jersey",
    "New Mexico",
    "New York",
    "North Carolina",
    "North Dakota",
    "Ohio",
    "Oklahoma",
    "Oregon",
    "Pennsylvania",
    "Rhode Island",
    "South Carolina",
    "South Dakota",
    "Tennessee",
    "Texas",
    "Utah",
    "Vermont",
    "Virginia",
    "Washington",
    "West Virginia",
    "Wisconsin",
    "Wyoming",
];
