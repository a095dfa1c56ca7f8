//! The text as rules see it, with a map back to the source.

use std::borrow::Cow;
use std::ops::Range;

/// A text in normal form: full-width letters, digits and marks of the ASCII range in ASCII, invisible
/// characters gone, circled and mathematical digits plain. Chinese numerals, blanks, line breaks and
/// Chinese punctuation (，：。) stand as they are.
///
/// Offsets of a normalised text are bytes of [`Normalised::as_str`].
#[derive(Clone, Debug)]
pub struct Normalised<'a> {
    source: &'a str,
    text: Cow<'a, str>,
    edits: Vec<Edit>,
}

/// A place where the normal form differs: `len` bytes at `at` stand for `source_len` bytes at `source`.
#[derive(Clone, Copy, Debug)]
struct Edit {
    at: usize,
    len: usize,
    source: usize,
    source_len: usize,
}

impl<'a> Normalised<'a> {
    /// The normal form of `source`. Borrows it if nothing has to change.
    pub fn of(source: &'a str) -> Self {
        match next_odd(source, 0) {
            None => Self {
                source,
                text: Cow::Borrowed(source),
                edits: Vec::new(),
            },
            Some(first) => rewrite(source, first),
        }
    }

    /// The text in normal form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as it was given.
    pub const fn source(&self) -> &'a str {
        self.source
    }

    /// The bytes of the source that these bytes of the normal form stand for. An invisible character at
    /// either border is left outside.
    pub fn to_source(&self, range: Range<usize>) -> Range<usize> {
        if self.edits.is_empty() {
            return range;
        }
        // The last edit that begins at or before the start; for the end, before the end.
        let upto = self.edits.partition_point(|edit| edit.at <= range.start);
        let start = match upto.checked_sub(1).and_then(|i| self.edits.get(i)) {
            None => range.start,
            Some(edit) if range.start < edit.at + edit.len => edit.source,
            Some(edit) => edit.source + edit.source_len + (range.start - edit.at - edit.len),
        };
        let upto = self.edits.partition_point(|edit| edit.at < range.end);
        let end = match upto.checked_sub(1).and_then(|i| self.edits.get(i)) {
            None => range.end,
            Some(edit) if range.end <= edit.at + edit.len => edit.source + edit.source_len,
            Some(edit) => edit.source + edit.source_len + (range.end - edit.at - edit.len),
        };
        start..end.max(start)
    }
}

/// The first byte of the first character from `from` on that the normal form writes otherwise.
fn next_odd(source: &str, from: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    let mut at = from;
    // Nearly every stretch is done with in a few steps of the processor's vectors.
    while let Some(stretch) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        if may_be_odd(stretch) {
            let upto = at + STRETCH;
            match odd_between(source, at, upto) {
                Ok(odd) => return Some(odd),
                Err(next) => at = next,
            }
        } else {
            at += STRETCH;
        }
    }
    // The end is looked at with some of what stands before it, if no character of two bytes ends it.
    let tail = bytes
        .last_chunk()
        .filter(|_| bytes.len() > at + STRETCH / 2);
    if let Some(tail) = tail
        && !may_be_odd(tail)
        && !matches!(tail, [.., 0xC0..=0xFF, _])
    {
        return None;
    }
    odd_between(source, at, bytes.len()).ok()
}

/// How many bytes are looked at together.
const STRETCH: usize = 32;

/// Whether a character that begins in this stretch may have to be rewritten; the last two bytes are those
/// after it. Lead bytes alone would say so of every Chinese comma, so its usual marks are told apart.
fn may_be_odd(bytes: &[u8; STRETCH + 2]) -> bool {
    let mut odd = false;
    for at in 0..STRETCH {
        let (a, b, c) = (bytes[at], bytes[at + 1], bytes[at + 2]);
        let rare =
            (a == 0xC2) | (a == 0xCD) | (a == 0xD8) | (a == 0xE1) | (a == 0xF0) | (a == 0xF3);
        // — ‘ ’ “ ” • …
        let dash = (a == 0xE2) & !((b == 0x80) & (0x94..=0xA6).contains(&c));
        // ！ （ ） ， ： ； ？
        let mark = (c == 0x81)
            | (c == 0x88)
            | (c == 0x89)
            | (c == 0x8C)
            | (c == 0x9A)
            | (c == 0x9B)
            | (c == 0x9F);
        let wide = (a == 0xEF) & !((b == 0xBC) & mark);
        // ㈠, ㉑ and ㊀ with those after them.
        let numeral = (a == 0xE3) & ((b == 0x88) | (b == 0x89) | (b == 0x8A));
        odd |= rare | dash | wide | numeral;
    }
    odd
}

/// The first character to be rewritten that begins at `from` or after it and before `upto`; else the byte
/// after the last character that begins there.
fn odd_between(source: &str, from: usize, upto: usize) -> Result<usize, usize> {
    let bytes = source.as_bytes();
    let mut at = from;
    while at < upto
        && let Some(lead) = bytes.get(at)
    {
        match LEADS[usize::from(*lead)] {
            // Nearly all Chinese characters begin with E4 to E9 and are passed over without decoding.
            Lead::Same(len) => at += usize::from(len),
            Lead::Odd => {
                let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) else {
                    at += 1;
                    continue;
                };
                if !matches!(plain(c), Plain::Same) {
                    return Ok(at);
                }
                at += c.len_utf8();
            }
        }
    }
    Err(at)
}

/// The byte after the marks at `at` that make a key of the digit before them (1️⃣), if such marks stand there.
fn keycap_end(source: &str, at: usize) -> Option<usize> {
    let rest = source.get(at..)?;
    let is_digit = source.get(..at)?.ends_with(|c: char| c.is_ascii_digit());
    let marks = ["\u{fe0f}\u{20e3}", "\u{20e3}\u{fe0f}", "\u{20e3}"];
    let mark = marks.iter().find(|mark| rest.starts_with(**mark))?;
    is_digit.then_some(at + mark.len())
}

#[derive(Clone, Copy)]
enum Lead {
    /// Characters that begin so stay; the bytes they take.
    Same(u8),
    /// Some characters that begin so are rewritten.
    Odd,
}

const LEADS: [Lead; 256] = {
    let mut table = [Lead::Same(1); 256];
    let mut lead = 0xC0;
    while lead < 256 {
        table[lead] = match lead {
            0xC2 | 0xCD | 0xD8 | 0xE1 | 0xE2 | 0xE3 | 0xEF | 0xF0 | 0xF3 => Lead::Odd,
            0xC0..0xE0 => Lead::Same(2),
            0xE0..0xF0 => Lead::Same(3),
            _ => Lead::Same(4),
        };
        lead += 1;
    }
    table
};

fn rewrite(source: &str, first: usize) -> Normalised<'_> {
    let mut text = String::with_capacity(source.len());
    let mut edits = Vec::new();
    let (mut kept, mut next) = (0, Some(first));
    // What stays is taken over in stretches.
    while let Some(odd) = next {
        text.push_str(source.get(kept..odd).unwrap_or_default());
        if let Some(after) = keycap_end(source, odd)
            && let Some(digit) = text.pop().filter(|_| odd > kept)
        {
            edits.push(Edit {
                at: text.len(),
                len: 1,
                source: odd - 1,
                source_len: after - odd + 1,
            });
            text.push(digit);
            kept = after;
            next = next_odd(source, kept);
            continue;
        }
        let Some(c) = source.get(odd..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        let at = text.len();
        match plain(c) {
            Plain::As(other) => text.push(other),
            Plain::Both(digits) => text.extend(digits),
            Plain::Gone | Plain::Same => {}
        }
        edits.push(Edit {
            at,
            len: text.len() - at,
            source: odd,
            source_len: c.len_utf8(),
        });
        kept = odd + c.len_utf8();
        next = next_odd(source, kept);
    }
    text.push_str(source.get(kept..).unwrap_or_default());
    Normalised {
        source,
        text: Cow::Owned(text),
        edits,
    }
}

enum Plain {
    Same,
    Gone,
    As(char),
    /// Two digits: ㉘.
    Both([char; 2]),
}

/// What a character is written as. Chinese punctuation that has a full-width code, such as ，and ：,
/// stays: it ends sentences and announces values, and rules look for it.
fn plain(c: char) -> Plain {
    let code = u32::from(c);
    let numeral = |place: u32| {
        "一二三四五六七八九"
            .chars()
            .nth(place as usize)
            .map_or(Plain::Same, Plain::As)
    };
    let digit = |value: u32| char::from_digit(value, 10).map_or(Plain::Same, Plain::As);
    let both = |value: u32| {
        let digits = char::from_digit(value / 10, 10).zip(char::from_digit(value % 10, 10));
        digits.map_or(Plain::Same, |(tens, ones)| Plain::Both([tens, ones]))
    };
    match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(code - 0xfee0).map_or(Plain::Same, Plain::As)
        }
        // ＃ ＆ ＋ － ． ／ ＠ ＿
        '\u{ff03}'
        | '\u{ff06}'
        | '\u{ff0b}'
        | '\u{ff0d}'..='\u{ff0f}'
        | '\u{ff20}'
        | '\u{ff3f}' => char::from_u32(code - 0xfee0).map_or(Plain::Same, Plain::As),
        // Invisible: soft hyphen, zero-width blanks and joiners, direction marks, byte order mark,
        // variation selectors, tags.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{20e3}'
        | '\u{e0000}'..='\u{e007f}' => Plain::Gone,
        // ①-㊿ ⓪, ⑴-⑼, ❶-❾, ➀-➈, ➊-➒ and their like.
        '\u{2460}'..='\u{2468}' => digit(code - 0x2460 + 1),
        '\u{2469}'..='\u{2473}' => both(code - 0x2469 + 10),
        '\u{3251}'..='\u{325f}' => both(code - 0x3251 + 21),
        '\u{32b1}'..='\u{32bf}' => both(code - 0x32b1 + 36),
        '\u{2474}'..='\u{247c}' => digit(code - 0x2474 + 1),
        '\u{24ea}' | '\u{24ff}' => digit(0),
        '\u{2776}'..='\u{277e}' => digit(code - 0x2776 + 1),
        '\u{2780}'..='\u{2788}' => digit(code - 0x2780 + 1),
        '\u{278a}'..='\u{2792}' => digit(code - 0x278a + 1),
        // ㈠-㈨, ㊀-㊈
        '\u{3220}'..='\u{3228}' => numeral(code - 0x3220),
        '\u{3280}'..='\u{3288}' => numeral(code - 0x3280),
        // Ⅹ, with which some close an identity number.
        '\u{2169}' => Plain::As('X'),
        '\u{2179}' => Plain::As('x'),
        // Superscripts and subscripts.
        '\u{2070}' | '\u{2074}'..='\u{2079}' => digit(code - 0x2070),
        '\u{2080}'..='\u{2089}' => digit(code - 0x2080),
        // Mathematical digits, five styles.
        '\u{1d7ce}'..='\u{1d7ff}' => digit((code - 0x1d7ce) % 10),
        // Blanks that are no ASCII blank, and dashes that stand for a hyphen.
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => Plain::As(' '),
        '\u{2010}'..='\u{2013}' | '\u{2212}' => Plain::As('-'),
        _ => Plain::Same,
    }
}

#[cfg(test)]
mod tests {
    use super::Normalised;

    #[test]
    fn offsets_of_the_normal_form_lead_back_to_the_source() {
        let source = "电话１３８\u{200b}0013。";
        let text = Normalised::of(source);
        assert_eq!(text.as_str(), "电话1380013。");
        let at = text.as_str().find("1380013").unwrap_or_default();
        let range = text.to_source(at..at + 7);
        assert_eq!(&source[range], "１３８\u{200b}0013");
    }

    #[test]
    fn invisible_characters_at_a_border_stay_outside() {
        let source = "\u{200b}ab\u{200b}";
        let text = Normalised::of(source);
        assert_eq!(text.as_str(), "ab");
        assert_eq!(&source[text.to_source(0..2)], "ab");
    }

    #[test]
    fn a_plain_text_is_borrowed() {
        let text = Normalised::of("你好，电话：138");
        assert!(matches!(text.text, std::borrow::Cow::Borrowed(_)));
    }
}
