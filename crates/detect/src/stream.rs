//! Texts of any length, piece by piece, in constant memory.

use crate::{Detector, Hit};

/// Finds what stands in a text that comes in pieces. A hit is never cut by the border of two pieces: each
/// piece is looked at with some of the text before and after it.
#[derive(Debug)]
pub struct Stream<'d> {
    detector: &'d Detector,
    /// Text that is not told yet, after [`Stream::told`] bytes that are and stay as context.
    held: String,
    told: usize,
    bytes: usize,
    chars: usize,
}

/// A piece of the text, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// How many bytes of the whole text stand before it.
    pub bytes_before: usize,
    /// How many characters of the whole text stand before it.
    pub chars_before: usize,
    /// What stands in it, with offsets within this piece.
    pub hits: Vec<Hit>,
}

/// How much is looked at together, in bytes.
const WINDOW: usize = 256 * 1024;
/// How much before and after a piece is looked at with it, in bytes: more than any hit and what
/// announces it.
const CONTEXT: usize = 1024;

impl<'d> Stream<'d> {
    /// Nothing read yet.
    pub const fn new(detector: &'d Detector) -> Self {
        Self {
            detector,
            held: String::new(),
            told: 0,
            bytes: 0,
            chars: 0,
        }
    }

    /// Takes more of the text. Gives the pieces that are done, if any.
    pub fn push(&mut self, text: &str) -> Vec<Piece> {
        let mut done = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let room = (self.told + WINDOW).saturating_sub(self.held.len()).max(4);
            let (head, tail) = rest.split_at(border(rest, room));
            self.held.push_str(head);
            rest = tail;
            if self.held.len() >= self.told + WINDOW - 4 {
                done.push(self.take(false));
            }
        }
        done
    }

    /// Ends the text. Gives its last piece.
    pub fn finish(mut self) -> Piece {
        self.take(true)
    }

    fn take(&mut self, is_last: bool) -> Piece {
        let mut cut = if is_last {
            self.held.len()
        } else {
            self.best_cut()
        };
        let hits: Vec<Hit> = self
            .detector
            .detect(&self.held)
            .into_iter()
            .filter(|hit| hit.bytes.start >= self.told && hit.bytes.start < cut)
            .collect();
        if let Some(last) = hits.last() {
            cut = cut.max(last.bytes.end);
        }
        let text = self.held.get(self.told..cut).unwrap_or_default().to_owned();
        let context_chars = self
            .held
            .get(..self.told)
            .map_or(0, |told| told.chars().count());
        let piece = Piece {
            bytes_before: self.bytes,
            chars_before: self.chars,
            hits: hits
                .into_iter()
                .map(|hit| Hit {
                    bytes: hit.bytes.start - self.told..hit.bytes.end - self.told,
                    chars: hit.chars.start - context_chars..hit.chars.end - context_chars,
                    // A word in the piece before is not told.
                    context: hit.context.and_then(|word| {
                        Some(word.start.checked_sub(self.told)?..word.end - self.told)
                    }),
                    ..hit
                })
                .collect(),
            text,
        };
        self.bytes += piece.text.len();
        self.chars += piece.text.chars().count();
        let from = border(&self.held, cut.saturating_sub(CONTEXT));
        self.held.drain(..from);
        self.told = cut - from;
        piece
    }

    /// Where to end a piece: at a line break near the end if there is one, with context left after it.
    fn best_cut(&self) -> usize {
        let upto = border(&self.held, self.held.len().saturating_sub(CONTEXT));
        let from = border(&self.held, upto.saturating_sub(4 * CONTEXT)).max(self.told);
        self.held
            .get(from..upto)
            .and_then(|part| part.rfind('\n'))
            .map_or(upto, |at| from + at + 1)
            .max(self.told)
    }
}

/// The last border of a character at or before `at`; at least one character if `at` lies in the first.
fn border(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{CONTEXT, Stream, WINDOW};
    use crate::Detector;

    #[test]
    fn what_stands_across_a_border_is_found_once_and_whole() {
        let detector = Detector::new();
        // The number moves over every place near the end of the first piece.
        for shift in 0..64 {
            let filler = "好".repeat((WINDOW - CONTEXT) / 3 - 16 + shift);
            let text = format!("{filler}，电话13700001111。{}", "坏".repeat(WINDOW / 3));
            let mut stream = Stream::new(&detector);
            let mut pieces = stream.push(&text);
            pieces.push(stream.finish());
            let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
            assert!(whole == text);
            let found: Vec<_> = pieces
                .iter()
                .flat_map(|piece| {
                    piece.hits.iter().map(|hit| {
                        (
                            piece.bytes_before + hit.bytes.start,
                            piece.chars_before + hit.chars.start,
                        )
                    })
                })
                .collect();
            let at = text.find("137").unwrap_or_default();
            assert_eq!(found, [(at, filler.chars().count() + 3)], "{shift}");
        }
    }

    #[test]
    fn small_pieces_give_what_one_text_gives() {
        let detector = Detector::new();
        let text = "手机号13700001111，邮箱a.b@example.com。\n".repeat(20_000);
        let mut stream = Stream::new(&detector);
        let mut count = 0;
        for part in text.as_bytes().chunks(4096).map(String::from_utf8_lossy) {
            // Borders of characters are the caller's to keep; here the text is whatever it becomes.
            count += stream
                .push(&part)
                .iter()
                .map(|piece| piece.hits.len())
                .sum::<usize>();
        }
        count += stream.finish().hits.len();
        assert!(count >= 39_900, "{count}");
    }
}
