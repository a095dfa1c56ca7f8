//! A list of words, looked up where one may begin.
//!
//! Text is passed over character by character anyway, and nearly no character begins a word of the list. So
//! instead of an automaton that takes a step for each of them, one bit tells whether any word begins with
//! this character, another whether any begins with these two or three, and only then words are compared.

/// Words with what each stands for. Letters of the ASCII range stand for both cases.
pub(crate) struct Phrases<V> {
    /// The characters of the basic plane that words begin with, a bit each.
    firsts: Box<Bits>,
    /// For the hash of the first one, two or three characters: whether there are words, a bit each; small
    /// enough to stay near the processor.
    taken: Box<Bits>,
    /// For the hash of two characters: whether any word goes on so, a bit each. Most text is done with here.
    pairs: Box<Bits>,
    /// For the same as `taken`: the first of its words, and how many.
    slots: Vec<(u16, u16)>,
    /// By slot, the longest first.
    words: Vec<Word<V>>,
}

struct Word<V> {
    /// The hash of its first characters: another hash in the same slot is another word.
    hash: u32,
    text: Box<str>,
    value: V,
}

/// How many characters of a word are hashed at most.
const HASHED: usize = 3;
const SLOTS: usize = 1 << 14;

/// A bit for each character of the basic plane.
pub(crate) type Bits = [u64; 1024];

impl<V: Copy> Phrases<V> {
    /// Of these words; the first of several that differ in case alone counts. Empty ones are left out.
    pub(crate) fn of(words: impl Iterator<Item = (String, V)>) -> Self {
        let mut unique = std::collections::BTreeMap::new();
        for (word, value) in words.filter(|(word, _)| !word.is_empty()) {
            unique.entry(word.to_ascii_lowercase()).or_insert(value);
        }
        let mut placed: Vec<Word<V>> = unique
            .into_iter()
            .map(|(word, value)| {
                let count = word.chars().count().min(HASHED);
                Word {
                    hash: hashes(word.as_bytes())[count - 1],
                    text: word.into_boxed_str(),
                    value,
                }
            })
            .collect();
        placed.sort_by_key(|word| (slot_of(word.hash), std::cmp::Reverse(word.text.len())));
        let mut phrases = Self {
            firsts: Box::new([0; 1024]),
            taken: Box::new([0; 1024]),
            pairs: Box::new([0; 1024]),
            slots: vec![(0, 0); SLOTS],
            words: Vec::with_capacity(placed.len()),
        };
        for word in placed {
            let place = phrases.words.len() as u16;
            let slot = slot_of(word.hash);
            if let Some((from, count)) = phrases.slots.get_mut(slot) {
                *from = if *count == 0 { place } else { *from };
                *count += 1;
            }
            set(phrases.taken.as_mut_slice(), bit_of(word.hash));
            if word.text.chars().nth(1).is_some() {
                let [_, pair, _] = hashes(word.text.as_bytes());
                set(phrases.pairs.as_mut_slice(), bit_of(pair));
            }
            for first in word
                .text
                .chars()
                .take(1)
                .flat_map(|c| [c, c.to_ascii_uppercase()])
            {
                set(phrases.firsts.as_mut_slice(), first as usize);
            }
            phrases.words.push(word);
        }
        phrases
    }

    /// Whether a word begins with the character of this code.
    pub(crate) fn begins(&self, code: u32) -> bool {
        is_set(&self.firsts, code as usize)
    }

    /// The longest word at `at` that `accepts` takes: the byte after it, and what it stands for.
    pub(crate) fn at(
        &self,
        bytes: &[u8],
        at: usize,
        accepts: impl Fn(usize, V) -> bool,
    ) -> Option<(usize, V)> {
        let (first, next) = head(bytes.get(at..)?);
        self.after(bytes, at, (first, next), accepts)
    }

    /// The same where the code of the first character is known, and what stands after it.
    #[inline]
    pub(crate) fn after(
        &self,
        bytes: &[u8],
        at: usize,
        (first, next): (u32, &[u8]),
        accepts: impl Fn(usize, V) -> bool,
    ) -> Option<(usize, V)> {
        let one = hashed(0, first);
        let (second, next) = head(next);
        let two = hashed(one, second);
        let look = |hash: u32| {
            if is_set(&self.taken, bit_of(hash)) {
                self.with_hash(hash, bytes, at, &accepts)
            } else {
                None
            }
        };
        // The longer words first; nearly no two characters begin any.
        if is_set(&self.pairs, bit_of(two)) {
            let (third, _) = head(next);
            if let Some(found) = look(hashed(two, third)).or_else(|| look(two)) {
                return Some(found);
            }
        }
        look(one)
    }

    #[inline(never)]
    fn with_hash(
        &self,
        hash: u32,
        bytes: &[u8],
        at: usize,
        accepts: &impl Fn(usize, V) -> bool,
    ) -> Option<(usize, V)> {
        let rest = bytes.get(at..)?;
        let &(from, many) = self.slots.get(slot_of(hash))?;
        let from = usize::from(from);
        let words = self.words.get(from..from + usize::from(many))?;
        words.iter().find_map(|word| {
            if word.hash != hash {
                return None;
            }
            let text = word.text.as_bytes();
            let head = rest.get(..text.len())?;
            // Words of one hash begin alike, so the last byte tells most of them apart.
            let last = |text: &[u8]| text.last().map(u8::to_ascii_lowercase);
            if last(head) != last(text) {
                return None;
            }
            let end = at + text.len();
            let is_same = head == text || head.eq_ignore_ascii_case(text);
            (is_same && accepts(end, word.value)).then_some((end, word.value))
        })
    }
}

/// Whether the bit of this place is set.
#[inline]
pub(crate) fn is_set(bits: &Bits, place: usize) -> bool {
    bits.get(place / 64)
        .is_some_and(|bits| bits >> (place % 64) & 1 == 1)
}

fn set(bits: &mut [u64], place: usize) {
    if let Some(bits) = bits.get_mut(place / 64) {
        *bits |= 1 << (place % 64);
    }
}

/// The codes of the first characters.
fn heads(bytes: &[u8]) -> [u32; HASHED] {
    let mut rest = bytes;
    [(); HASHED].map(|()| {
        let (code, after) = head(rest);
        rest = after;
        code
    })
}

/// The code of the first character, a letter of the ASCII range in small, and what stands after it; 0 past
/// the end. Beyond the basic plane and for two bytes the first byte alone: enough to be hashed.
#[inline]
fn head(bytes: &[u8]) -> (u32, &[u8]) {
    match bytes {
        [] => (0, bytes),
        [byte @ 0..0x80, rest @ ..] => (u32::from(byte.to_ascii_lowercase()), rest),
        [lead @ 0xE0..0xF0, b, c, rest @ ..] => (wide(*lead, *b, *c), rest),
        [lead @ 0xF0..=0xFF, _, _, _, rest @ ..] | [lead, _, rest @ ..] => {
            (0x1_0000 + u32::from(*lead), rest)
        }
        [_] => (0, &[]),
    }
}

/// The code of a character of three bytes.
#[inline]
pub(crate) fn wide(lead: u8, b: u8, c: u8) -> u32 {
    u32::from(lead & 0x0F) << 12 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F)
}

/// The hashes of the first, the first two, all three of the first characters.
fn hashes(bytes: &[u8]) -> [u32; HASHED] {
    let mut hash = 0;
    heads(bytes).map(|head| {
        hash = hashed(hash, head);
        hash
    })
}

/// The bit of a hash: there are more of them than slots, so that few hashes share one.
const fn bit_of(hash: u32) -> usize {
    hash as usize % (1 << 16)
}

/// Where words of this hash are kept.
const fn slot_of(hash: u32) -> usize {
    hash as usize % SLOTS
}

const fn hashed(hash: u32, head: u32) -> u32 {
    (hash ^ head).wrapping_mul(0x9E37_79B1).rotate_left(13)
}

#[cfg(test)]
mod tests {
    use super::Phrases;

    fn words() -> Phrases<u8> {
        let words = [
            ("电", 1),
            ("电话", 2),
            ("电话号码", 3),
            ("tel", 4),
            ("Tel No", 5),
        ];
        Phrases::of(
            words
                .into_iter()
                .map(|(word, value)| (word.to_owned(), value)),
        )
    }

    #[test]
    fn the_longest_word_that_is_accepted_is_found() {
        let found = |text: &str, longest: usize| {
            words()
                .at(text.as_bytes(), 0, |end, _| end <= longest)
                .map(|(_, value)| value)
        };
        assert_eq!(found("电话号码是", 99), Some(3));
        assert_eq!(found("电话号码是", 6), Some(2));
        assert_eq!(found("电话", 99), Some(2));
        assert_eq!(found("电", 99), Some(1));
        assert_eq!(found("TEL: 1", 99), Some(4));
        assert_eq!(found("tel no", 99), Some(5));
        assert_eq!(found("te", 99), None);
    }

    #[test]
    fn first_characters_are_known_in_both_cases() {
        let begins = |c: char| words().begins(u32::from(c));
        assert!(begins('电') && begins('t') && begins('T'));
        assert!(!begins('话') && !begins('e'));
    }
}
