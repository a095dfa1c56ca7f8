//! One pass over a text: the words that announce something, and every place where something may begin.

use std::sync::OnceLock;

use crate::cue::{self, Cue, RunLengths, Said};
use crate::phrases::{Bits, Phrases, is_set, wide};
use crate::room::Room;
use crate::structured::numeral::{Role, role};

/// Where something with a shape may stand.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Spot {
    /// Letters and digits, of both at least one.
    Code {
        start: usize,
        end: usize,
        is_mostly_letters: bool,
    },
    /// Digits alone.
    Number(usize),
    /// A short word before `.` or `-`: the first part of an address on a network.
    Part { start: usize, end: usize },
    /// A numeral that is no ASCII digit.
    Numeral(usize),
    /// `@`
    At(usize),
    /// `#` between letters or digits.
    Hash(usize),
    /// A colon between hexadecimal digits, or two of them.
    Colon(usize),
    /// A decimal point with digits on both sides.
    Point(usize),
    /// `°`
    Degree(usize),
    /// The character of a province that plates begin with.
    Province(usize),
    /// 使 of the plates of embassies.
    Office(usize),
}

/// What the pass found, each by start.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) said: Vec<Said>,
    /// Where something stands for `@`.
    pub(crate) ats: Vec<Said>,
    /// English words for digits.
    pub(crate) spoken: Vec<Said>,
    /// English words for vehicles.
    pub(crate) vehicles: Vec<Said>,
    pub(crate) spots: Vec<Spot>,
    /// Where 男 and 女 stand.
    pub(crate) sexes: Vec<usize>,
    /// Where 生 stands.
    pub(crate) births: Vec<usize>,
    /// Whether Chinese characters stand in the text: some numbers are read otherwise in English text.
    pub(crate) is_chinese: bool,
    /// Whether a mark stands in it that parts the cells of tables.
    pub(crate) has_cells: bool,
}

impl Survey {
    /// Of this text, with lists from `room`.
    pub(crate) fn of(text: &str, room: &mut Room) -> Self {
        let (marked, lengths) = tables();
        let mut pass = Pass {
            bytes: text.as_bytes(),
            words: cue::words(),
            marked,
            lengths,
            said_upto: 0,
            found: Self {
                said: std::mem::take(&mut room.said),
                ats: Vec::new(),
                spoken: Vec::new(),
                vehicles: Vec::new(),
                spots: std::mem::take(&mut room.spots),
                sexes: Vec::new(),
                births: Vec::new(),
                is_chinese: false,
                has_cells: false,
            },
        };
        pass.run();
        pass.found
    }
}

struct Pass<'t> {
    bytes: &'t [u8],
    words: &'static Phrases<Cue>,
    marked: &'static Bits,
    lengths: &'static RunLengths,
    /// The byte after the last word: words do not overlap.
    said_upto: usize,
    found: Survey,
}

impl Pass<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            at = match CLASS[usize::from(byte)] {
                Class::Passed => at + 1,
                Class::Word => self.word(at),
                Class::Wide => self.wide(at),
                Class::Cell => {
                    self.found.has_cells = true;
                    at + 1
                }
                Class::Mark => {
                    self.mark(at, byte);
                    at + 1
                }
            };
        }
    }

    /// The byte `past` the one at `at`.
    fn after(&self, at: usize, past: usize) -> Option<&u8> {
        self.bytes.get(at + past)
    }

    /// A run of letters and digits. A word begins where letters begin.
    fn word(&mut self, start: usize) -> usize {
        let (mut at, mut digits) = (start, 0);
        // 400电话
        let first = self.bytes.get(start).filter(|b| b.is_ascii_digit());
        if first.is_some_and(|b| self.words.begins(u32::from(*b))) {
            self.say(start);
        }
        loop {
            let run = at;
            at += self.count(at, u8::is_ascii_alphabetic);
            let letters = self.bytes.get(run..at).unwrap_or_default();
            if cue::may_begin(self.lengths, letters) {
                self.say(run);
            }
            if matches!(self.bytes.get(at), Some(b'"' | b'=')) {
                self.say_end_of_key(run, at);
            }
            let run = at;
            at += self.count(at, u8::is_ascii_digit);
            if at == run {
                break;
            }
            digits += at - run;
            if !self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
                break;
            }
        }
        self.note_word(start, at, digits);
        at
    }

    /// Notes the last word of a key, if it announces something: `"openWx":`, `receiverVin=`.
    fn say_end_of_key(&mut self, start: usize, end: usize) {
        let key = self.bytes.get(start..end).unwrap_or_default();
        let Some(place) = key.iter().rposition(u8::is_ascii_uppercase) else {
            return;
        };
        let at = start + place;
        if place == 0 || at < self.said_upto {
            return;
        }
        let whole = |stop, cue| {
            stop == end && !matches!(cue, Cue::Other | Cue::At | Cue::Spoken | Cue::Vehicle)
        };
        if let Some((end, cue)) = self.words.at(self.bytes, at, whole) {
            self.note(Said {
                start: at,
                end,
                cue,
            });
        }
    }

    /// How many of these bytes stand from `at` on.
    #[inline(always)]
    fn count(&self, at: usize, fits: impl Fn(&u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter()
            .position(|byte| !fits(byte))
            .unwrap_or(rest.len())
    }

    fn note_word(&mut self, start: usize, end: usize, digits: usize) {
        let length = end - start;
        let is_parted = || match self.bytes.get(end..) {
            Some([b'.' | b'-', ..]) => true,
            // ： and 。
            Some([0xEF, 0xBC, 0x9A, ..] | [0xE3, 0x80, 0x82, ..]) => true,
            // 点, perhaps after a blank; · and a dot between blanks.
            Some([0xE7, 0x82, 0xB9, ..] | [b' ', 0xE7, 0x82, 0xB9, ..]) => true,
            Some([0xC2, 0xB7, ..] | [b' ', b'.', ..]) => true,
            _ => false,
        };
        if (matches!(length, 2 | 4) || digits == length && length < 4) && is_parted() {
            self.found.spots.push(Spot::Part { start, end });
        }
        if digits == length {
            self.found.spots.push(Spot::Number(start));
        } else if digits > 0 {
            let is_mostly_letters = length > 2 * digits;
            self.found.spots.push(Spot::Code {
                start,
                end,
                is_mostly_letters,
            });
        }
    }

    /// Notes the word that begins at `at`, if there is one.
    fn say(&mut self, at: usize) {
        if at < self.said_upto {
            return;
        }
        if let Some(said) = cue::word_at(self.words, self.bytes, at) {
            self.note(said);
        }
    }

    fn note(&mut self, said: Said) {
        self.said_upto = said.end;
        match said.cue {
            Cue::At => self.found.ats.push(said),
            Cue::Spoken => self.found.spoken.push(said),
            Cue::Vehicle => self.found.vehicles.push(said),
            _ => self.found.said.push(said),
        }
    }

    /// Characters of three bytes: nearly none begins anything.
    fn wide(&mut self, at: usize) -> usize {
        let mut at = at;
        let mut is_chinese = false;
        while let Some(&[lead @ 0xE2..=0xEF, b, c]) = self.bytes.get(at..at + 3) {
            is_chinese |= matches!(lead, 0xE4..=0xE9);
            let code = wide(lead, b, c);
            if is_set(self.marked, code as usize) {
                self.marked_at(at, code);
            }
            at += 3;
        }
        self.found.is_chinese |= is_chinese;
        at
    }

    fn marked_at(&mut self, at: usize, code: u32) {
        if at >= self.said_upto
            && self.words.begins(code)
            && let Some(said) = cue::wide_word_at(self.words, self.bytes, at, code)
        {
            self.note(said);
        }
        match role(code as usize) {
            None => {}
            Some(Role::Digit(_)) => self.found.spots.push(Spot::Numeral(at)),
            Some(Role::Province) => self.found.spots.push(Spot::Province(at)),
            Some(Role::Office) => self.found.spots.push(Spot::Office(at)),
            Some(Role::Sex) => self.found.sexes.push(at),
            Some(Role::Born) => self.found.births.push(at),
        }
    }

    fn mark(&mut self, at: usize, byte: u8) {
        let digit = |past: usize| self.after(at, past).is_some_and(u8::is_ascii_digit);
        let before = at.checked_sub(1).and_then(|at| self.bytes.get(at));
        let spot = match byte {
            b'@' => Some(Spot::At(at)),
            // Written for `@` where a filter looks for it.
            b'#' => {
                let alphanumeric = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
                (alphanumeric(before) && alphanumeric(self.after(at, 1))).then_some(Spot::Hash(at))
            }
            b':' => {
                let hex =
                    |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_hexdigit() || *b == b':');
                let after = self.after(at, 1);
                (hex(after) && (hex(before) || after == Some(&b':'))).then_some(Spot::Colon(at))
            }
            b'.' => (before.is_some_and(u8::is_ascii_digit) && digit(1) && digit(2))
                .then_some(Spot::Point(at)),
            // The first byte of `°`; of all that begin with it no other is looked for.
            0xC2 => (self.after(at, 1) == Some(&0xB0)).then_some(Spot::Degree(at)),
            _ => None,
        };
        self.found.spots.extend(spot);
        // Pictures beyond the basic plane (📞) are rare enough to be looked up each time.
        if byte >= 0xF0 || byte.is_ascii() && self.words.begins(u32::from(byte)) {
            self.say(at);
        }
    }
}

/// The characters of three bytes that a word begins with or that begin something by themselves, a bit each;
/// the runs of letters that words begin with.
fn tables() -> &'static (Box<Bits>, RunLengths) {
    static BUILT: OnceLock<(Box<Bits>, RunLengths)> = OnceLock::new();
    BUILT.get_or_init(|| (marked(), cue::run_lengths()))
}

fn marked() -> Box<Bits> {
    let mut bits = Box::new([0_u64; 1024]);
    let words = cue::words();
    for (place, bits) in bits.iter_mut().enumerate() {
        let codes = (0..64).map(|bit| (bit, (place * 64) as u32 + bit));
        let is_marked = |code| words.begins(code) || role(code as usize).is_some();
        *bits = codes
            .filter(|(_, code)| is_marked(*code))
            .map(|(bit, _)| 1 << bit)
            .sum();
    }
    bits
}

#[derive(Clone, Copy)]
enum Class {
    Passed,
    Word,
    Wide,
    Mark,
    /// What parts the cells of a table.
    Cell,
}

const CLASS: [Class; 256] = {
    let mut table = [Class::Passed; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Class::Word,
            b'@' | b':' | b'.' | 0xC2 | 0xF0 => Class::Mark,
            // What else words begin with: ➕v is of three bytes.
            b'+' | b'(' | b'[' | b'{' | b'<' | b'#' => Class::Mark,
            b',' | b'|' | b'\t' => Class::Cell,
            0xE2..=0xEF => Class::Wide,
            0xF0..=0xF4 => Class::Mark,
            _ => Class::Passed,
        };
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::{CLASS, Class};
    use crate::cue::spellings;

    #[test]
    fn every_word_begins_where_the_pass_looks() {
        for (word, _) in spellings() {
            let first = word.as_bytes()[0];
            assert!(
                !matches!(CLASS[usize::from(first)], Class::Passed | Class::Cell),
                "{word}"
            );
        }
    }
}
