//! Addresses in English text: American, British and others, and Chinese ones written in English.

mod india;
mod part;
mod place;
mod street;

use super::lists::OPENERS;
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
const BUILDINGS: [&str; 19] = [
    "Cottage",
    "Farm",
    "Lodge",
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
        return first.named_house().map(|end| (end.at, 840)).ok_or(at);
    }
    if let Some(end) = first.indian() {
        return Ok((end.at, 880));
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
    let mut is_known = false;
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
            .filter(|_| begins_with_unit && !has_street && places < 2)
        {
            cursor = after;
        } else if let Some(after) = next.lane().filter(|_| places == 0) {
            (cursor, end, units) = (after, after.at, units + 1);
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
                is_known |=
                    place::is_whole_place(next.text.get(next.at..after.at).unwrap_or_default());
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
        // Room 803, Gate 2, Building 21, Zhichun Li, Haidian District, Beijing
        (false, false) if units > 1 && is_known && places > 1 => 820,
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
                || word.contains('-') && self.indian_number().is_some()
                || word.len() == 2 && self.indian_number().is_some()
                || street::ends_as_street(word)
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
}

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
