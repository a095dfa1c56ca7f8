//! Ways to damage an input.

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

/// Dice with what is needed of them.
pub(crate) struct Dice(pub(crate) ChaCha20Rng);

impl Dice {
    /// A number below `end`; 0 if there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % (end.max(1) as u64)).unwrap_or(0)
    }
}

/// What parsers stumble over: signs, broken encodings, numbers at their limits.
pub fn words() -> impl Iterator<Item = &'static [u8]> {
    let numbers = NUMBERS.iter().map(|number| number.as_bytes());
    WORDS.iter().copied().chain(numbers)
}

/// Damages an input in one to eight places. `others` are inputs to take parts from.
pub(crate) fn damage(input: &[u8], others: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=dice.below(8) {
        once(&mut bytes, others, dice);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn once(bytes: &mut Vec<u8>, others: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let span = at..(at + 1 + dice.below(32)).min(bytes.len()).max(at);
    match dice.below(11) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = EDGES[dice.below(EDGES.len())];
            }
        }
        2 => drop(bytes.drain(span)),
        3 => bytes.truncate(at),
        4 => {
            let copy = bytes[span].to_vec();
            let to = dice.below(bytes.len() + 1);
            bytes.splice(to..to, copy);
        }
        5 => {
            // Many times the same: depth, length, repetition.
            let copy = bytes[span].to_vec();
            let times = 1 << dice.below(9);
            bytes.splice(at..at, copy.repeat(times));
        }
        6 | 7 => {
            let word = WORDS[dice.below(WORDS.len())];
            bytes.splice(at..at, word.iter().copied());
        }
        8 => {
            let word = WORDS[dice.below(WORDS.len())];
            bytes.splice(span, word.iter().copied());
        }
        9 => digits(bytes, at, dice),
        _ => {
            let Some(other) = others.get(dice.below(others.len())) else {
                return;
            };
            let from = dice.below(other.len() + 1);
            let to = (from + 1 + dice.below(64)).min(other.len()).max(from);
            bytes.splice(span, other[from..to].iter().copied());
        }
    }
}

/// Replaces the first run of digits behind `at` by a number at an edge.
fn digits(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let Some(start) = bytes[at.min(bytes.len())..]
        .iter()
        .position(u8::is_ascii_digit)
    else {
        return;
    };
    let start = at + start;
    let length = bytes[start..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let number = NUMBERS[dice.below(NUMBERS.len())];
    bytes.splice(start..start + length, number.bytes());
}

const LONGEST: usize = 256 * 1024;

const EDGES: [u8; 12] = [0, 1, 9, 10, 13, 32, 34, 39, 92, 127, 128, 255];

const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "00",
    "007",
    "255",
    "256",
    "65536",
    "2147483648",
    "4294967296",
    "9007199254740993",
    "9223372036854775808",
    "18446744073709551616",
    "1e400",
    "0.1e-400",
];

const WORDS: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\"",
    b"\"\"",
    b"'",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[[",
    b"]]",
    b"=",
    b":",
    b",",
    b";",
    b"\t",
    b"|",
    b"#",
    b"--",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    "\u{200b}".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{3000}".as_bytes(),
    "０１２".as_bytes(),
    "é".as_bytes(),
    "e\u{301}".as_bytes(),
    "𠮷".as_bytes(),
    "👨‍👩‍👧".as_bytes(),
    "张三".as_bytes(),
    b"null",
    b"true",
    b"NaN",
    b"1e999",
    b"-0",
    b"=1+1",
    b"@SUM(1)",
    b"%00",
    b"..",
    b"../",
    b"PK\x03\x04",
    b"\xD0\xCF\x11\xE0",
    b"9999-12-31",
    b"2026-02-30",
    b"0000-00-00",
    b"24:00:00",
    b"inf",
];
