//! What a file is, judged by what is in it. The name only settles what the content leaves open.

use std::io::{Read, Seek};

use shouxin_intake::{Encoding, Format, sniff};

use crate::Problem;

/// What a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Running text, logs.
    Text(Encoding),
    /// Cells parted by a separator.
    Table(Format),
    /// One JSON value.
    Json,
    /// One JSON value a line.
    Ndjson,
    /// A workbook.
    Xlsx,
    /// A text document.
    Docx,
    /// Pages.
    Pdf,
    /// A mail.
    Mail,
    /// A page of the web.
    Html(Encoding),
    /// A columnar table.
    Parquet,
    /// A database in a file.
    Sqlite,
}

impl Content {
    /// The word used in reports.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Table(_) => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Mail => "eml",
            Self::Html(_) => "html",
            Self::Parquet => "parquet",
            Self::Sqlite => "sqlite",
        }
    }

    /// Whether it can be read as text as it lies there.
    pub const fn is_text(&self) -> bool {
        matches!(
            self,
            Self::Text(_) | Self::Table(_) | Self::Json | Self::Ndjson | Self::Mail | Self::Html(_)
        )
    }

    /// What a document with this head and name is.
    ///
    /// # Errors
    /// `Unsupported` if nothing that is read, `Encrypted` for an old or encrypted office file.
    pub fn of(head: &[u8], name: &str) -> Result<Self, Problem> {
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase())
            .unwrap_or_default();
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            // Which of the office formats it is stands in its parts: see `in_archive`.
            return Ok(Self::Xlsx);
        }
        if head.starts_with(b"SQLite format 3\0") {
            return Ok(Self::Sqlite);
        }
        // What BMW and PARENT begin with is no picture and no table unless bytes follow that no text has.
        let is_binary = head.iter().take(1024).any(|byte| {
            byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)
        });
        if is_binary && head.starts_with(b"PAR1") {
            return Ok(Self::Parquet);
        }
        if is_binary && head.starts_with(b"PARE") || head.starts_with(b"\xd0\xcf\x11\xe0") {
            // An encrypted Parquet file; an encrypted or old office file.
            return Err(Problem::Encrypted);
        }
        // Some writers put bytes before the mark.
        if find(head.get(..1024).unwrap_or(head), b"%PDF-").is_some() {
            return Ok(Self::Pdf);
        }
        if is_binary && BINARY.iter().any(|magic| head.starts_with(magic)) {
            return Err(Problem::Unsupported);
        }
        let encoding = Encoding::of_head(head).ok_or(Problem::Unsupported)?;
        Ok(of_text(head, encoding, &extension, name))
    }

    /// Which office format an archive is.
    ///
    /// # Errors
    /// `Unsupported` if it is another archive, `Damaged` if it cannot be opened.
    pub fn in_archive(reader: impl Read + Seek) -> Result<Self, Problem> {
        let archive = zip::ZipArchive::new(reader).map_err(|_| Problem::Damaged)?;
        let has = |name: &str| archive.index_for_name(name).is_some();
        if has("xl/workbook.xml") {
            Ok(Self::Xlsx)
        } else if has("word/document.xml") {
            Ok(Self::Docx)
        } else {
            Err(Problem::Unsupported)
        }
    }
}

fn of_text(head: &[u8], encoding: Encoding, extension: &str, name: &str) -> Content {
    let mut source = shouxin_intake::TextSource::open(head, encoding);
    let text = source.piece().ok().flatten().unwrap_or_default();
    let start = text.trim_start();
    let lower: String = start.chars().take(512).collect::<String>().to_lowercase();
    if ["<!doctype html", "<html"]
        .iter()
        .any(|tag| lower.starts_with(tag))
        || lower.starts_with("<?xml") && lower.contains("<html")
        || matches!(extension, "html" | "htm" | "xhtml") && start.starts_with('<')
    {
        return Content::Html(encoding);
    }
    if is_mail(text) {
        return Content::Mail;
    }
    if encoding == Encoding::Utf8 && (start.starts_with('{') || start.starts_with('[')) {
        let first = start.lines().next().unwrap_or_default();
        let is_value = serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok();
        let has_more = start
            .lines()
            .nth(1)
            .is_some_and(|line| !line.trim().is_empty());
        let is_named_lines = matches!(extension, "ndjson" | "jsonl");
        if is_value && (has_more && first.starts_with('{') || is_named_lines) {
            return Content::Ndjson;
        }
        if is_value && !has_more || extension == "json" || is_json_start(start) {
            return Content::Json;
        }
    }
    if matches!(extension, "txt" | "log" | "md" | "text") {
        return Content::Text(encoding);
    }
    match sniff(head, Some(name)) {
        Ok(format @ Format::Csv { delimiter, .. })
            if matches!(extension, "csv" | "tsv" | "tab" | "psv") || is_table(text, delimiter) =>
        {
            Content::Table(format)
        }
        _ => Content::Text(encoding),
    }
}

/// `{"name":` or `[{`, `["`, `[1`: not the `[12:30]` or `{...}` of a log.
fn is_json_start(text: &str) -> bool {
    let compact: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(64)
        .collect();
    let rest = compact.get(1..).unwrap_or_default();
    match compact.chars().next() {
        Some('{') => rest.starts_with('"') && compact.contains("\":"),
        Some('[') => rest.starts_with("{\"") || rest.starts_with('"'),
        _ => false,
    }
}

/// The first lines are heads of a mail, and two of them only mails have.
fn is_mail(text: &str) -> bool {
    let mut known = 0;
    for line in text.lines().take(60) {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            return false;
        };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        known += usize::from(HEADS.contains(&name.to_ascii_lowercase().as_str()));
    }
    known >= 2
}

const HEADS: &[&str] = &[
    "received",
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "return-path",
    "delivered-to",
    "dkim-signature",
    "reply-to",
];

/// Rows of equal width, and at least three of them; a comma within sentences makes no table.
fn is_table(text: &str, delimiter: char) -> bool {
    let count = |line: &str| line.matches(delimiter).count();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(20)
        .collect();
    let Some(&first) = lines.first() else {
        return false;
    };
    let width = count(first);
    width > 0 && lines.len() >= 3 && lines.iter().all(|line| count(line) == width)
}

pub(crate) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// Pictures, sound, programs, archives that are not looked into.
const BINARY: &[&[u8]] = &[
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"BM",
    b"\x7fELF",
    b"MZ",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"OggS",
    b"ID3",
    b"\0\0\0",
];

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn content_decides_and_the_name_only_where_it_must() {
        for (head, name, expected) in [
            ("姓名,手机号\n张伟,1\n王芳,2\n", "a.csv", "csv"),
            ("a,b\n1,2\n3,4\n", "export", "csv"),
            ("a,b\n1,2\n3,4\n", "a.txt", "text"),
            ("您好，我想退货。\n电话在备注里。\n", "a", "text"),
            ("{\"a\":1}\n{\"a\":2}\n", "x", "ndjson"),
            ("{\"a\":1}\n", "x.jsonl", "ndjson"),
            ("{\n  \"a\": 1\n}", "x", "json"),
            ("[12:30] started\n[12:31] ended\n", "x", "text"),
            ("<!DOCTYPE html><p>x", "x.txt", "html"),
            ("From: a\nTo: b\nSubject: c\n\nx", "x", "eml"),
            ("%PDF-1.7\n", "x.txt", "pdf"),
            ("PAR1\u{15}\u{4}", "x.csv", "parquet"),
            ("BMW 车主来电\n", "x", "text"),
            ("PARENT\tMZ\n", "x.log", "text"),
        ] {
            let content = Content::of(head.as_bytes(), name);
            assert_eq!(
                content.as_ref().map(Content::word),
                Ok(expected),
                "{name} {head}"
            );
        }
        assert!(Content::of(b"\x89PNG\r\n\x1a\n", "a.csv").is_err());
    }
}
