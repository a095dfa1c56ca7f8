//! Copies without what was found. What takes its place is [`Operator`]'s; it cannot be undone.
//!
//! Text, tables of lines and JSON are rewritten as a stream, byte by byte the same but for what was found (and
//! in UTF-8). Workbooks and text documents are written anew, part by part. All other formats are refused:
//! what cannot be rewritten wholly is not rewritten at all.

mod json;
mod office;
mod table;

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;

use shouxin_detect::{Hit, Operator, Stream, redact};
use shouxin_intake::{BROKEN, Encoding, TextSource};

use crate::{Content, Problem, Settings};

/// How many values were replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    /// Values.
    pub values: u64,
}

/// What a copy is written of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Running text.
    Text,
    /// Cells parted by a separator.
    Table,
    /// JSON, one value or one a line.
    Json,
    /// A workbook.
    Xlsx,
    /// A text document.
    Docx,
}

/// What a file can be rewritten as.
///
/// # Errors
/// `NotRewritten` with a reason for formats that are not rewritten; what [`Content::of`] says.
pub fn form_of(path: &Path) -> Result<Form, Problem> {
    let mut head = Vec::new();
    File::open(path)?.take(256 << 10).read_to_end(&mut head)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut content = if head.is_empty() {
        Content::Text(Encoding::Utf8)
    } else {
        Content::of(&head, &name)?
    };
    if content == Content::Xlsx {
        content = Content::in_archive(File::open(path)?)?;
    }
    match content {
        Content::Text(_) => Ok(Form::Text),
        Content::Table(_) => Ok(Form::Table),
        Content::Json | Content::Ndjson => Ok(Form::Json),
        Content::Xlsx => Ok(Form::Xlsx),
        Content::Docx => Ok(Form::Docx),
        Content::Pdf => Err(Problem::NotRewritten {
            zh: "PDF 中被遮盖的文字仍可能取出；请改原文件后重新导出",
            en: "text under a mark of a PDF can often be taken out; change what it was made from",
        }),
        Content::Mail | Content::Html(_) => Err(Problem::NotRewritten {
            zh: "邮件和网页有多处重复同一内容；请先另存为文本",
            en: "mails and pages repeat their content in several places; save them as text first",
        }),
        Content::Parquet | Content::Sqlite => Err(Problem::NotRewritten {
            zh: "请将表导出为 CSV",
            en: "export its tables as CSV",
        }),
    }
}

/// Writes a copy of a file without what is found in it.
///
/// # Errors
/// See [`Problem`]. The copy is to be thrown away then: it may lack a part or hold one unchanged.
pub fn copy(
    path: &Path,
    form: Form,
    out: &mut (impl Write + Seek),
    operator: Operator<'_>,
    settings: &Settings,
) -> Result<Replaced, Problem> {
    match form {
        Form::Text => text(File::open(path)?, out, operator, settings),
        Form::Table => table::copy(path, out, operator, settings),
        Form::Json => json::copy(path, out, operator, settings),
        Form::Xlsx => office::workbook(path, out, operator, settings),
        Form::Docx => office::document(path, out, operator, settings),
    }
}

/// Rewrites running text of any length in constant memory.
///
/// # Errors
/// If reading or writing fails, or it is no text.
pub fn text(
    reader: impl Read,
    out: &mut impl Write,
    operator: Operator<'_>,
    settings: &Settings,
) -> Result<Replaced, Problem> {
    let mut source = Decoded::open(reader)?;
    let mut stream = Stream::new(&settings.detector);
    let mut replaced = Replaced::default();
    while let Some(piece) = source.piece()? {
        for piece in stream.push(&piece) {
            settings.go_on()?;
            replaced.put(out, &piece.text, &piece.hits, operator, settings)?;
        }
    }
    let piece = stream.finish();
    replaced.put(out, &piece.text, &piece.hits, operator, settings)?;
    Ok(replaced)
}

impl Replaced {
    /// A text with what counts of these hits replaced.
    fn of(
        &mut self,
        text: &str,
        hits: &[Hit],
        operator: Operator<'_>,
        settings: &Settings,
    ) -> String {
        let hits: Vec<Hit> = hits
            .iter()
            .filter(|hit| settings.kinds.is_empty() || settings.kinds.contains(&hit.kind))
            .cloned()
            .collect();
        self.values += hits.len() as u64;
        redact(text, &hits, operator)
    }

    /// The same for a cell, whose column may tell what it holds.
    fn of_cell(
        &mut self,
        column: &str,
        value: &str,
        hits: &[Hit],
        operator: Operator<'_>,
        settings: &Settings,
    ) -> String {
        if let Operator::By(by) = operator
            && let Some(whole) = by.cell(column, value)
        {
            self.values += 1;
            return whole;
        }
        self.of(value, hits, operator, settings)
    }

    fn put(
        &mut self,
        out: &mut impl Write,
        text: &str,
        hits: &[Hit],
        operator: Operator<'_>,
        settings: &Settings,
    ) -> Result<(), Problem> {
        let rewritten = self.of(text, hits, operator, settings);
        Ok(out.write_all(rewritten.as_bytes())?)
    }
}

/// Text in any encoding as UTF-8, piece by piece.
pub struct Decoded<R> {
    source: TextSource<std::io::Chain<std::io::Cursor<Vec<u8>>, R>>,
}

impl<R: Read> Decoded<R> {
    /// Judges the encoding by the head.
    ///
    /// # Errors
    /// `NotText` if it is no text.
    pub fn open(mut reader: R) -> Result<Self, Problem> {
        let mut head = Vec::new();
        reader.by_ref().take(64 << 10).read_to_end(&mut head)?;
        let encoding = Encoding::of_head(&head).ok_or(Problem::NotText)?;
        if !head.is_empty() && !Content::of(&head, "").is_ok_and(|content| content.is_text()) {
            return Err(Problem::NotText);
        }
        Ok(Self {
            source: TextSource::open(std::io::Cursor::new(head).chain(reader), encoding),
        })
    }

    /// The next piece; U+FFFD stands for bytes that form no character.
    ///
    /// # Errors
    /// If reading fails.
    pub fn piece(&mut self) -> Result<Option<String>, Problem> {
        let piece = self.source.piece()?;
        Ok(piece.map(|piece| piece.replace(BROKEN, "\u{fffd}")))
    }
}
