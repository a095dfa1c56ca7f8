//! Bytes in any of the encodings to UTF-8, a piece at a time.

use std::io::{ErrorKind, Read};

use encoding_rs::{Decoder, DecoderResult};
use zeroize::Zeroize;

use crate::Encoding;

/// Stands where bytes could not be decoded. A noncharacter, so that no honest text holds it.
pub const BROKEN: char = '\u{ffff}';

/// Stands for a full-width comma while such a comma separates cells, since the parser wants a byte.
pub(crate) const WIDE_COMMA_BYTE: u8 = 0x1f;

/// The full-width comma.
pub(crate) const WIDE_COMMA: char = '\u{ff0c}';

/// Text decoded from a reader, seen through a window that grows on demand and is wiped at the end.
pub struct TextSource<R> {
    reader: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: String,
    start: usize,
    ended: bool,
    wide_comma: bool,
}

impl<R: Read> TextSource<R> {
    pub(crate) fn new(reader: R, encoding: Encoding, wide_comma: bool) -> Self {
        Self {
            reader,
            decoder: encoding.inner().new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK_BYTES],
            text: String::new(),
            start: 0,
            ended: false,
            wide_comma,
        }
    }

    /// The text not yet passed.
    pub(crate) fn window(&self) -> &[u8] {
        &self.text.as_bytes()[self.start..]
    }

    /// Passes `bytes` bytes of the window.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.start += bytes;
    }

    /// Makes the window longer; false at the end of the text.
    pub(crate) fn more(&mut self) -> std::io::Result<bool> {
        if self.start > 0 {
            self.text.drain(..self.start);
            self.start = 0;
        }
        let before = self.text.len();
        while !self.ended && self.text.len() == before {
            let got = loop {
                match self.reader.read(&mut self.raw) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.ended = got == 0;
            self.decode(got);
        }
        Ok(self.text.len() > before)
    }

    fn decode(&mut self, got: usize) {
        let before = self.text.len();
        let mut from = 0;
        loop {
            let source = &self.raw[from..got];
            self.text.reserve(source.len() * 3 + 16);
            let (result, read) = self.decoder.decode_to_string_without_replacement(
                source,
                &mut self.text,
                self.ended,
            );
            from += read;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.text.push(BROKEN),
            }
        }
        if self.wide_comma {
            let tail = self.text.split_off(before).replace(WIDE_COMMA, "\u{1f}");
            self.text.push_str(&tail);
        }
    }
}

impl<R: Read> TextSource<R> {
    /// Text in this encoding, without its byte order mark; [`BROKEN`] stands where bytes form none.
    pub fn open(reader: R, encoding: Encoding) -> Self {
        Self::new(reader, encoding, false)
    }

    /// The next piece of the text, at most some 200 KB of UTF-8; `None` at its end.
    ///
    /// # Errors
    /// If reading fails.
    pub fn piece(&mut self) -> std::io::Result<Option<&str>> {
        self.start = self.text.len();
        let more = self.more()?;
        Ok(more.then_some(self.text.as_str()))
    }
}

impl<R> Drop for TextSource<R> {
    fn drop(&mut self) {
        self.raw.zeroize();
        self.text.zeroize();
    }
}

const CHUNK_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that every character is cut.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            let n = self.0.len().min(1);
            to[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn decoded(bytes: &[u8], encoding: Encoding) -> String {
        let mut source = TextSource::new(Drip(bytes), encoding, false);
        while source.more().unwrap() {}
        String::from_utf8(source.window().to_vec()).unwrap()
    }

    #[test]
    fn cut_characters_join_and_broken_ones_are_marked() {
        assert_eq!(decoded("\u{feff}张伟".as_bytes(), Encoding::Utf8), "张伟");
        assert_eq!(decoded(b"\xd5\xc5\xce\xb0", Encoding::Gb18030), "张伟");
        assert_eq!(
            decoded(b"\xff\xfe\x20\x5f\x1f\x4f", Encoding::Utf16Le),
            "张伟"
        );
        assert_eq!(
            decoded(b"\xfe\xff\x5f\x20\x4f\x1f", Encoding::Utf16Be),
            "张伟"
        );
        assert_eq!(decoded(b"a\xffb", Encoding::Utf8), "a\u{ffff}b");
        // The half character swallows no separator.
        assert_eq!(decoded(b"\xd5,b", Encoding::Gb18030), "\u{ffff},b");
        assert_eq!(decoded(b"\xd5", Encoding::Gb18030), "\u{ffff}");
    }
}
