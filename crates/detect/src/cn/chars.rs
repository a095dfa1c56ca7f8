//! A text as an array of characters that knows its bytes.

use std::ops::Range;

/// Characters of a normalised text in simplified characters, and where each begins.
pub(crate) struct Chars<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// Its characters.
    pub(super) chars: Vec<char>,
    /// The byte at which each character begins, and the text's length last.
    at: Vec<usize>,
}

impl<'a> Chars<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let mut chars = Vec::with_capacity(text.len() / 2);
        let mut at = Vec::with_capacity(text.len() / 2 + 1);
        for (byte, c) in text.char_indices() {
            chars.push(c);
            at.push(byte);
        }
        at.push(text.len());
        Self { text, chars, at }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at `index`; NUL beyond either end, which no rule asks for.
    pub(super) fn get(&self, index: usize) -> char {
        self.chars.get(index).copied().unwrap_or('\0')
    }

    /// The character before `index`, NUL at the beginning.
    pub(super) fn before(&self, index: usize) -> char {
        index.checked_sub(1).map_or('\0', |i| self.get(i))
    }

    /// The characters of a range; empty if it does not lie within the text.
    pub(super) fn slice(&self, range: Range<usize>) -> &[char] {
        self.chars.get(range).unwrap_or_default()
    }

    /// The text of a range of characters; empty if it does not lie within the text.
    pub(super) fn str(&self, range: Range<usize>) -> &'a str {
        self.text
            .get(self.byte(range.start)..self.byte(range.end))
            .unwrap_or_default()
    }

    /// The byte at which character `index` begins; the text's length beyond the end.
    pub(super) fn byte(&self, index: usize) -> usize {
        self.at.get(index).copied().unwrap_or(self.text.len())
    }

    /// The character that begins at, or holds, this byte.
    pub(super) fn index(&self, byte: usize) -> usize {
        self.at
            .partition_point(|&at| at <= byte)
            .saturating_sub(1)
            .min(self.len())
    }

    /// Whether `word` stands at `index`.
    pub(super) fn has(&self, index: usize, word: &str) -> bool {
        self.text
            .as_bytes()
            .get(self.byte(index)..)
            .is_some_and(|rest| index < self.len() && starts(rest, word.as_bytes()))
    }

    /// Whether `word` ends before `index`.
    pub(super) fn ends(&self, index: usize, word: &str) -> bool {
        self.text
            .as_bytes()
            .get(..self.byte(index))
            .is_some_and(|head| ends(head, word.as_bytes()))
    }

    /// How many characters the longest of `words` that stands at `index` has. `words` are tried in
    /// their order, so the longer of two that begin alike must come first.
    pub(super) fn any(&self, index: usize, words: &[&str]) -> Option<usize> {
        words
            .iter()
            .find(|word| self.has(index, word))
            .map(|word| word.chars().count())
    }
}

/// As `starts_with`. Lists of words are asked one by one and nearly all differ in the last byte of their
/// first character, so that byte is looked at before the rest.
fn starts(text: &[u8], word: &[u8]) -> bool {
    match (word.get(2), text.get(2)) {
        (Some(a), Some(b)) if a != b => false,
        (Some(_), None) => false,
        _ => text.starts_with(word),
    }
}

/// As `ends_with`, with the last byte first.
fn ends(text: &[u8], word: &[u8]) -> bool {
    word.last() == text.last() && text.ends_with(word)
}

/// A set of characters of the basic plane that answers in one step.
pub(super) struct CharSet(Box<[u64]>);

impl CharSet {
    pub(super) fn of(chars: impl Iterator<Item = char>) -> Self {
        let mut bits = vec![0_u64; 1024].into_boxed_slice();
        for c in chars {
            let code = u32::from(c) as usize;
            if let Some(word) = bits.get_mut(code / 64) {
                *word |= 1 << (code % 64);
            }
        }
        Self(bits)
    }

    pub(super) fn contains(&self, c: char) -> bool {
        let code = u32::from(c) as usize;
        self.0
            .get(code / 64)
            .is_some_and(|word| word >> (code % 64) & 1 == 1)
    }
}

/// Words that may end before a place, found by their last character.
pub(super) struct Endings(Vec<(char, &'static str)>);

impl Endings {
    pub(super) fn of(words: &[&'static str]) -> Self {
        let last = |word: &&'static str| word.chars().last().map(|last| (last, *word));
        let mut words: Vec<_> = words.iter().filter_map(last).collect();
        words.sort_unstable();
        Self(words)
    }

    /// Whether one of the words ends before `index`.
    pub(super) fn end(&self, text: &Chars<'_>, index: usize) -> bool {
        let last = text.before(index);
        let from = self.0.partition_point(|(c, _)| *c < last);
        let alike = self.0.get(from..).unwrap_or_default().iter();
        alike
            .take_while(|(c, _)| *c == last)
            .any(|(_, word)| text.ends(index, word))
    }
}

/// A Chinese character.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '〇' | '\u{20000}'..='\u{2fa1f}')
}

/// The longest stretch of at most `most` characters at the end of `text` that is a word of these, in bytes.
pub(crate) fn longest_ending(
    text: &str,
    most: usize,
    is_word: impl Fn(&str) -> bool,
) -> Option<usize> {
    let starts = text.char_indices().rev().take(most);
    let words = starts.filter_map(|(at, _)| text.get(at..));
    words.filter(|word| is_word(word)).map(str::len).max()
}
