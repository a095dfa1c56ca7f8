//! Which stretches of a text are words, and how common they are.

use std::ops::Range;
use std::sync::OnceLock;

use fst::Map;
use fst::raw::{CompiledAddr, Fst, Node, Output};

use super::chars::{Chars, is_han};

/// Part of speech, coarse: as `train/lexicon.rs` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Name,
    Place,
    Body,
    Proper,
    Verb,
    Adjective,
    Adverb,
    Number,
    Pronoun,
    Preposition,
    Conjunction,
    Particle,
    Time,
    Locative,
    Idiom,
    Noun,
    Other,
}

impl Part {
    const fn of(code: u64) -> Self {
        match code {
            1 => Self::Name,
            2 => Self::Place,
            3 => Self::Body,
            4 => Self::Proper,
            5 => Self::Verb,
            6 => Self::Adjective,
            7 => Self::Adverb,
            8 => Self::Number,
            9 => Self::Pronoun,
            10 => Self::Preposition,
            11 => Self::Conjunction,
            12 => Self::Particle,
            13 => Self::Time,
            14 => Self::Locative,
            15 => Self::Idiom,
            16 => Self::Noun,
            _ => Self::Other,
        }
    }
}

/// What is known of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// How rare it is, in eighths of a nat.
    pub(super) cost: u16,
    pub(super) part: Part,
}

/// The cost of a character that no word holds, in eighths of a nat.
pub(super) const UNKNOWN: u16 = 136;

/// Words never longer than this are built in.
const LONGEST: usize = 6;

fn words() -> Option<&'static Map<&'static [u8]>> {
    static WORDS: OnceLock<Option<Map<&'static [u8]>>> = OnceLock::new();
    WORDS
        .get_or_init(|| Map::new(&include_bytes!("../../data/cn/words.fst")[..]).ok())
        .as_ref()
}

/// Calls `found` with the byte after each word of `bytes` that begins at its first byte, shortest first.
pub(super) fn prefixes<D: AsRef<[u8]>>(fst: &Fst<D>, bytes: &[u8], found: impl FnMut(usize, u64)) {
    prefixes_from(fst, fst.root(), Output::zero(), bytes, found);
}

/// The same from a place that some bytes led to already.
fn prefixes_from<'f, D: AsRef<[u8]>>(
    fst: &'f Fst<D>,
    mut node: Node<'f>,
    mut out: Output,
    bytes: &[u8],
    mut found: impl FnMut(usize, u64),
) {
    for (at, &byte) in bytes.iter().enumerate() {
        let Some(index) = node.find_input(byte) else {
            return;
        };
        let transition = node.transition(index);
        out = out.cat(transition.out);
        node = fst.node(transition.addr);
        if node.is_final() {
            found(at + 1, out.cat(node.final_output()).value());
        }
    }
}

/// Calls `found` with the length in characters of each word that begins at `index`, shortest first.
pub(super) fn words_at(text: &Chars<'_>, index: usize, mut found: impl FnMut(usize, Word)) {
    let Some(map) = words() else { return };
    let start = text.byte(index);
    let end = text.byte((index + LONGEST).min(text.len()));
    let Some(bytes) = text.text.as_bytes().get(start..end) else {
        return;
    };
    let mut next = index + 1;
    let mut told = |length: usize, value: u64| {
        while text.byte(next) < start + length && next < text.len() {
            next += 1;
        }
        let word = Word {
            cost: (value & 0xff) as u16,
            part: Part::of(value >> 8),
        };
        found(next - index, word);
    };
    let fst = map.as_fst();
    match Heads::of(fst).first(bytes) {
        None => prefixes(fst, bytes, told),
        Some((None, _)) => {}
        Some((Some(head), rest)) => {
            let node = fst.node(head.node);
            let out = Output::new(head.out);
            if node.is_final() {
                told(3, out.cat(node.final_output()).value());
            }
            prefixes_from(fst, node, out, rest, |length, value| {
                told(length + 3, value)
            });
        }
    }
}

/// What is known of this stretch as one word.
pub(super) fn word(text: &Chars<'_>, range: Range<usize>) -> Option<Word> {
    word_of(text.str(range))
}

/// The same of characters that stand apart in the text.
pub(super) fn word_of(word: &str) -> Option<Word> {
    let mut rest = word.as_bytes();
    let fst = words()?.as_fst();
    let (mut node, mut out) = (fst.root(), Output::zero());
    if let Some((first, after)) = Heads::of(fst).first(rest) {
        (node, out) = (fst.node(first?.node), Output::new(first?.out));
        rest = after;
    }
    for &byte in rest {
        let transition = node.transition(node.find_input(byte)?);
        out = out.cat(transition.out);
        node = fst.node(transition.addr);
    }
    let value = node
        .is_final()
        .then(|| out.cat(node.final_output()).value())?;
    Some(Word {
        cost: (value & 0xff) as u16,
        part: Part::of(value >> 8),
    })
}

/// Where the word list stands after each first character: half of the way to most words.
struct Heads(Vec<Option<Head>>);

#[derive(Clone, Copy)]
struct Head {
    node: CompiledAddr,
    out: u64,
}

/// The codes of the characters of three bytes that words begin with.
const FIRST: usize = 0x4E00;
const LAST: usize = 0x9FFF;

impl Heads {
    fn of<D: AsRef<[u8]>>(fst: &Fst<D>) -> &'static Self {
        static HEADS: OnceLock<Heads> = OnceLock::new();
        HEADS.get_or_init(|| {
            let mut heads = vec![None; LAST + 1 - FIRST];
            let root = fst.root();
            for one in root.transitions() {
                for two in fst.node(one.addr).transitions() {
                    for three in fst.node(two.addr).transitions() {
                        let at = code(&[one.inp, two.inp, three.inp]);
                        let head = at.and_then(|at| heads.get_mut(at));
                        let out = one.out.cat(two.out).cat(three.out);
                        if let Some(head) = head {
                            *head = Some(Head {
                                node: three.addr,
                                out: out.value(),
                            });
                        }
                    }
                }
            }
            Self(heads)
        })
    }

    /// For bytes that begin with a character of the table: where the list stands after it, if any word
    /// begins so, and the bytes after it.
    fn first<'b>(&self, bytes: &'b [u8]) -> Option<(Option<Head>, &'b [u8])> {
        let (first, rest) = bytes.split_first_chunk()?;
        Some((*self.0.get(code(first)?)?, rest))
    }
}

/// The place in the table of a character of three bytes.
fn code(&[a, b, c]: &[u8; 3]) -> Option<usize> {
    let code = usize::from(a & 0x0F) << 12 | usize::from(b & 0x3F) << 6 | usize::from(c & 0x3F);
    (a & 0xF0 == 0xE0)
        .then(|| code.checked_sub(FIRST))
        .flatten()
}

/// The likeliest division of a stretch into words, with the cost of every cut from either side.
pub(super) struct Lattice {
    start: usize,
    /// The least cost from the stretch's start to each character.
    ahead: Vec<u32>,
    /// The least cost from each character to the stretch's end.
    behind: Vec<u32>,
    /// Where the last word begins on the way to each character, and its part of speech.
    last: Vec<(u32, Part)>,
    /// Where the first word ends on the way from each character, and its part of speech.
    first: Vec<(u32, Part)>,
}

impl Lattice {
    /// Of the characters of `range`, in time linear in their number.
    pub(super) fn of(text: &Chars<'_>, range: Range<usize>) -> Self {
        let length = range.len();
        let start = range.start;
        let mut edges: Vec<(u32, u32, Word)> = Vec::with_capacity(length * 3);
        for from in 0..length {
            let before = edges.len();
            if is_han(text.get(start + from)) {
                words_at(text, start + from, |long, word| {
                    if from + long <= length {
                        edges.push((from as u32, (from + long) as u32, word));
                    }
                });
            }
            let alone = edges.get(before).is_some_and(|e| e.1 == from as u32 + 1);
            if !alone {
                let word = Word {
                    cost: UNKNOWN,
                    part: Part::Other,
                };
                edges.push((from as u32, from as u32 + 1, word));
            }
        }
        let mut lattice = Self {
            start,
            ahead: vec![u32::MAX / 2; length + 1],
            behind: vec![u32::MAX / 2; length + 1],
            last: vec![(0, Part::Other); length + 1],
            first: vec![(0, Part::Other); length + 1],
        };
        lattice.run(&edges, length);
        lattice
    }

    fn run(&mut self, edges: &[(u32, u32, Word)], length: usize) {
        self.ahead[0] = 0;
        // Edges come by start, so every way to an edge's start is known when the edge is.
        for &(from, to, word) in edges {
            let cost = self.ahead[from as usize] + u32::from(word.cost);
            if cost < self.ahead[to as usize] {
                self.ahead[to as usize] = cost;
                self.last[to as usize] = (from, word.part);
            }
        }
        self.behind[length] = 0;
        for &(from, to, word) in edges.iter().rev() {
            let cost = self.behind[to as usize] + u32::from(word.cost);
            if cost < self.behind[from as usize] {
                self.behind[from as usize] = cost;
                self.first[from as usize] = (to, word.part);
            }
        }
    }

    /// How much likelier the words are than a name of this cost at `range`: below zero, the name is.
    pub(super) fn margin(&self, range: Range<usize>, cost: u32) -> i32 {
        let (Some(from), Some(to)) = (
            range.start.checked_sub(self.start),
            range.end.checked_sub(self.start),
        ) else {
            return i32::MAX;
        };
        let (Some(&ahead), Some(&behind), Some(&whole)) =
            (self.ahead.get(from), self.behind.get(to), self.ahead.last())
        else {
            return i32::MAX;
        };
        (i64::from(ahead) + i64::from(cost) + i64::from(behind) - i64::from(whole)) as i32
    }

    /// The likeliest word that ends before `index`.
    pub(super) fn word_before(&self, index: usize) -> Option<(Range<usize>, Part)> {
        let at = index.checked_sub(self.start).filter(|&at| at > 0)?;
        let &(from, part) = self.last.get(at)?;
        Some((self.start + from as usize..index, part))
    }

    /// The likeliest word that begins at `index`.
    pub(super) fn word_after(&self, index: usize) -> Option<(Range<usize>, Part)> {
        let at = index.checked_sub(self.start)?;
        let &(to, part) = self.first.get(at)?;
        (to as usize > at).then(|| (index..self.start + to as usize, part))
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn the_word_list_that_is_built_in_opens() {
        assert!(words().is_some_and(|map| map.len() > 200_000));
    }
}
