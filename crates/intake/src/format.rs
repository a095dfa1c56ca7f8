//! What a file is, judged by its first bytes.

use serde::{Deserialize, Serialize};

use crate::delimiter;
use crate::rows::OpenError;

/// How to read a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "kebab-case")]
pub enum Format {
    /// Cells parted by a separator, one row a line.
    Csv {
        /// The encoding of the text.
        encoding: Encoding,
        /// The separator: one ASCII character or the full-width comma.
        delimiter: char,
        /// Whether the first filled row names the columns.
        has_header: bool,
        /// The quotation mark, if cells can be quoted.
        quote: Option<u8>,
    },
    /// One JSON object a line.
    Ndjson {
        /// The encoding of the text.
        encoding: Encoding,
    },
    /// A worksheet.
    Xlsx {
        /// Its name; without one, the first visible worksheet that holds anything.
        sheet: Option<String>,
    },
}

/// The encodings that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// GB18030, of which GBK and GB2312 are parts.
    Gb18030,
}

impl Encoding {
    /// The usual name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Gb18030 => "GB18030",
        }
    }

    /// The encoding of a text, judged by its head: its byte order mark, zero bytes, or whether it forms
    /// UTF-8. `None` if it is no text.
    pub fn of_head(head: &[u8]) -> Option<Self> {
        encoding_of(head).ok()
    }

    pub(crate) fn inner(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Gb18030 => encoding_rs::GB18030,
        }
    }
}

/// Judges a file by its head: 64 KiB show its shape, more make the encoding surer. The name only
/// breaks ties.
///
/// # Errors
/// `Empty` for no content, `OldSpreadsheet` for `.xls` and password-protected files, `Unsupported`
/// for other binary content.
pub fn sniff(head: &[u8], file_name: Option<&str>) -> Result<Format, OpenError> {
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Format::Xlsx { sheet: None });
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(OpenError::OldSpreadsheet);
    }
    if BINARY_HEADS.iter().any(|magic| head.starts_with(magic)) {
        return Err(OpenError::Unsupported);
    }
    let encoding = encoding_of(head)?;
    let text = lenient(&head[..head.len().min(SHAPE_BYTES)], encoding);
    if text.trim().is_empty() {
        return Err(OpenError::Empty);
    }
    let name = file_name.unwrap_or_default().to_ascii_lowercase();
    let is_named_json = [".ndjson", ".jsonl", ".json"]
        .iter()
        .any(|end| name.ends_with(end));
    let first = text
        .lines()
        .find(|l| !l.trim().is_empty())
        .unwrap_or_default()
        .trim();
    let is_object = first.starts_with('{') && (first.ends_with('}') || is_named_json);
    if is_object || (is_named_json && !name.ends_with(".json")) {
        return Ok(Format::Ndjson { encoding });
    }
    if is_named_json {
        // One JSON document over several lines is not read as rows.
        return Err(OpenError::Unsupported);
    }
    let (delimiter, has_header) = delimiter::find(&text);
    Ok(Format::Csv {
        encoding,
        delimiter,
        has_header,
        quote: Some(b'"'),
    })
}

fn encoding_of(head: &[u8]) -> Result<Encoding, OpenError> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(head) {
        return Ok(match encoding.name() {
            "UTF-16LE" => Encoding::Utf16Le,
            "UTF-16BE" => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        });
    }
    // Text without a mark holds a zero byte only as UTF-16: line ends and digits show which.
    let zeros = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    match (even, odd) {
        (0, 0) => {}
        (0, _) => return Ok(Encoding::Utf16Le),
        (_, 0) => return Ok(Encoding::Utf16Be),
        _ => return Err(OpenError::Unsupported),
    }
    Ok(if is_mostly_utf8(head) {
        Encoding::Utf8
    } else {
        Encoding::Gb18030
    })
}

/// Whether the bytes beyond ASCII form UTF-8, but for a few. A wrong byte in a UTF-8 file must be
/// reported as that and not turn the whole file into another encoding's gibberish; text in GB18030
/// hardly ever forms UTF-8.
fn is_mostly_utf8(head: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    let mut rest = head;
    loop {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                good += text.bytes().filter(|b| !b.is_ascii()).count();
                break;
            }
            Err(error) => {
                let valid = error.valid_up_to();
                good += rest[..valid].iter().filter(|b| !b.is_ascii()).count();
                // A character cut by the end of the head is no fault.
                let Some(length) = error.error_len() else {
                    break;
                };
                bad += length;
                rest = &rest[valid + length..];
            }
        }
    }
    bad == 0 || good > bad * 4
}

fn lenient(head: &[u8], encoding: Encoding) -> String {
    let mut decoder = encoding.inner().new_decoder_with_bom_removal();
    let mut text = String::with_capacity(head.len() * 3 + 16);
    // Only judged, never imported, so a replacement does no harm here.
    let _ = decoder.decode_to_string(head, &mut text, false);
    text
}

/// How much of the head shows separators and header; the encoding is judged by all of it.
const SHAPE_BYTES: usize = 64 << 10;

const BINARY_HEADS: &[&[u8]] = &[
    b"%PDF",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"SQLite format 3",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(head: &[u8], name: &str) -> String {
        match sniff(head, Some(name)) {
            Ok(Format::Csv {
                encoding,
                delimiter,
                has_header,
                ..
            }) => {
                let delimiter = if delimiter == '\t' {
                    "tab".to_owned()
                } else {
                    delimiter.to_string()
                };
                let header = if has_header { "header" } else { "no header" };
                format!("{} {delimiter} {header}", encoding.word())
            }
            Ok(Format::Ndjson { encoding }) => format!("{} ndjson", encoding.word()),
            Ok(Format::Xlsx { .. }) => "xlsx".to_owned(),
            Err(error) => error.code().to_owned(),
        }
    }

    fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
        match encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Gb18030 => encoding_rs::GB18030.encode(text).0.into_owned(),
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    #[test]
    fn an_encoding_is_known_with_and_without_its_mark() {
        let text = "姓名,手机号\n张伟,13800138000\n";
        for encoding in [
            Encoding::Utf8,
            Encoding::Gb18030,
            Encoding::Utf16Le,
            Encoding::Utf16Be,
        ] {
            let expected = format!("{} , header", encoding.word());
            assert_eq!(shown(&encoded(text, encoding), "a.csv"), expected);
            if encoding != Encoding::Gb18030 {
                let marked = format!("\u{feff}{text}");
                assert_eq!(shown(&encoded(&marked, encoding), "a.csv"), expected);
            }
        }
    }

    #[test]
    fn a_cut_character_or_a_wrong_byte_leaves_the_encoding_alone() {
        let text = "姓名,手机号\n张伟,13800138000\n王芳,13900139000\n";
        let cut = &text.as_bytes()[..text.len() - 14];
        assert!(std::str::from_utf8(cut).is_err());
        assert_eq!(shown(cut, "a.csv"), "UTF-8 , header");
        let mut broken = text.as_bytes().to_vec();
        broken.push(0xff);
        assert_eq!(shown(&broken, "a.csv"), "UTF-8 , header");
        let gb = encoded(text, Encoding::Gb18030);
        assert_eq!(shown(&gb[..gb.len() - 14], "a.csv"), "GB18030 , header");
    }

    #[test]
    fn other_files_are_known_by_their_first_bytes() {
        for (head, name, expected) in [
            (&b"{\"a\":1}\n{\"a\":2}\n"[..], "a.txt", "UTF-8 ndjson"),
            (b"{\"a\":1,", "a.ndjson", "UTF-8 ndjson"),
            (b"[\n{\"a\":1}]", "a.json", "unsupported"),
            (b"PK\x03\x04rest", "a.csv", "xlsx"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xls", "old-spreadsheet"),
            (b"%PDF-1.7", "a.pdf", "unsupported"),
            (b"\x00\x01\x02\x00\x00", "a", "unsupported"),
            (b"", "a.csv", "empty"),
            (b" \r\n\r\n", "a.csv", "empty"),
        ] {
            assert_eq!(shown(head, name), expected, "{name}");
        }
    }
}
