//! XLSX: one sheet of text cells, written as a stream.
//!
//! The libraries that write spreadsheets keep rows in a temporary file or the whole in memory; values of
//! people belong in neither. A sheet that knows text only is small enough to be written here: no formulas,
//! no links, no shared strings.
//!
//! Source: ECMA-376 part 1, 18.2 (workbook), 18.3 (worksheet), 18.8 (styles), 22.3 (properties).

use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::{Mark, runs};

pub(super) struct XlsxSheet<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    row: u64,
    line: String,
}

/// The most characters that a cell holds.
const CELL_CHARACTERS: usize = 32_767;

/// Styles of `STYLES`, by place.
const TEXT: u8 = 1;
const TEXT_THAT_COULD_RUN: u8 = 2;
const HEADING: u8 = 3;

impl<W: Write> XlsxSheet<W> {
    pub(super) fn start(out: W, columns: &[String], mark: &Mark) -> io::Result<Self> {
        let mut zip = ZipWriter::new_stream(out);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let line = mark.line();
        let core = CORE.replace("{mark}", &escaped(&line));
        for (name, text) in [
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", RELATIONS),
            ("docProps/core.xml", &core),
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS),
            ("xl/styles.xml", STYLES),
        ] {
            zip.start_file(name, options)?;
            zip.write_all(text.as_bytes())?;
        }
        // Beyond about this width a full sheet could pass 4 GiB unpacked.
        zip.start_file(
            "xl/worksheets/sheet1.xml",
            options.large_file(columns.len() > 20),
        )?;
        zip.write_all(SHEET_HEAD.as_bytes())?;
        let mut sheet = Self {
            zip,
            row: 0,
            line: String::new(),
        };
        sheet.write([(line.as_str(), HEADING)])?;
        sheet.write(columns.iter().map(|name| (name.as_str(), HEADING)))?;
        Ok(sheet)
    }

    pub(super) fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        let style = |cell: &str| {
            if runs(cell) {
                TEXT_THAT_COULD_RUN
            } else {
                TEXT
            }
        };
        self.write(cells.iter().map(|cell| (*cell, style(cell))))
    }

    pub(super) fn finish(mut self, mark: &Mark) -> io::Result<()> {
        let line = mark.line();
        self.write([(line.as_str(), HEADING)])?;
        // An ampersand begins a command there, and 255 characters is all that fits.
        let short: String = line.replace('&', "+").chars().take(240).collect();
        let foot = SHEET_FOOT.replace("{mark}", &escaped(&short));
        self.zip.write_all(foot.as_bytes())?;
        self.zip.finish()?.into_inner().flush()
    }

    fn write<'a>(&mut self, cells: impl IntoIterator<Item = (&'a str, u8)>) -> io::Result<()> {
        self.row += 1;
        self.line.clear();
        self.line.push_str(&format!("<row r=\"{}\">", self.row));
        for (place, (cell, style)) in cells.into_iter().enumerate() {
            if cell.is_empty() {
                continue;
            }
            if cell.encode_utf16().count() > CELL_CHARACTERS {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a cell is longer than a spreadsheet holds",
                ));
            }
            self.line.push_str(&format!(
                "<c r=\"{}{}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">",
                letters(place),
                self.row
            ));
            escape(cell, &mut self.line);
            self.line.push_str("</t></is></c>");
        }
        self.line.push_str("</row>\n");
        self.zip.write_all(self.line.as_bytes())
    }
}

/// The letters of a column from 0: A, B, … Z, AA, …
pub(super) fn letters(mut place: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + (place % 26) as u8);
        if place < 26 {
            break;
        }
        place = place / 26 - 1;
    }
    letters.iter().rev().map(|b| char::from(*b)).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    for (at, sign) in text.char_indices() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML would turn it into a line feed.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(sign),
            // Spreadsheets read _xHHHH_ as the character of that number.
            '_' if is_number(&text[at..]) => out.push_str("_x005F_"),
            // No XML can hold them, and nobody sees them.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(sign),
        }
    }
}

fn is_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7
        && bytes[1] == b'x'
        && bytes[6] == b'_'
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;

const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;

const CORE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{mark}</dc:title><dc:creator>Shouxin 守信</dc:creator><dc:description>{mark}</dc:description></cp:coreProperties>"#;

const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="export" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

const WORKBOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// General; text; text that begins like a formula; bold text.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>"#;

const SHEET_HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
"#;

const SHEET_FOOT: &str = "</sheetData><headerFooter><oddHeader>&amp;C{mark}</oddHeader><oddFooter>&amp;C{mark}</oddFooter></headerFooter></worksheet>";
