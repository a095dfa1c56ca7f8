//! Tables that come in, and tables that leave.

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;
use shouxin_intake::leaving::{Leaving, Mark, SheetWriter, neutralise, restore};
use shouxin_intake::{Format, Limits, Mapping, RowPlan, Rows, guess, sniff};

use super::{REGISTER, Target, bytes, files, kind};

pub(super) const CSV: Target = Target {
    name: "csv",
    seeds: || {
        let mut seeds = files("corpus/intake", &["csv"]);
        seeds.extend(samples());
        seeds
    },
    read: read_table,
};

pub(super) const NDJSON: Target = Target {
    name: "ndjson",
    seeds: || {
        let mut seeds = files("corpus/intake", &["ndjson"]);
        seeds.extend(bytes(&[
            "{\"姓名\":\"测试\",\"手机号\":13800000000}\n{\"姓名\":null,\"a\":[1,{\"b\":2}]}\n",
            "{\"a\":1e400,\"a\":\"\\ud83d\\ude00\",\"b\":-0.0}\r\n\n{\"c\":true}",
        ]));
        seeds
    },
    read: read_table,
};

/// Whole files, whose parts are packed: a damaged one seldom gets beyond the archive.
pub(super) const SPREADSHEET: Target = Target {
    name: "spreadsheet",
    seeds: || vec![workbook()],
    read: read_table,
};

/// What stands within a spreadsheet: the parts in their order, each ended by a line of `----`, are put into a
/// whole archive.
pub(super) const SHEET: Target = Target {
    name: "sheet",
    seeds: || vec![parts_of(&workbook()), bytes(&[SMALL_SHEET]).concat()],
    read: |input| read_table(&archive(input)),
};

/// Cells go out without becoming formulas, and come back as they were.
pub(super) const LEAVING: Target = Target {
    name: "leaving",
    seeds: || {
        bytes(&[
            "姓名\x1f手机号\x1e=1+1\x1f'@x\x1e\"a\",b\x1f1\n2",
            "a\x1e-1\x1e\t=cmd\x1e＝1",
        ])
    },
    read: leave_and_return,
};

fn samples() -> Vec<Vec<u8>> {
    let whole = files("profiles/after-sales/samples", &["csv"]);
    // What a search can afford.
    whole
        .into_iter()
        .map(|file| file.into_iter().take(4096).collect())
        .collect()
}

/// Reads a table as an import does, up to values.
fn read_table(bytes: &[u8]) -> String {
    let format = match sniff(bytes, None) {
        Ok(format) => format,
        Err(error) => return kind(&error),
    };
    let mut rows = match Rows::open(bytes, &format, Limits::default()) {
        Ok(rows) => rows,
        Err(error) => return format!("{} {}", kind(&format), kind(&error)),
    };
    let sample = rows.sample(50);
    let columns = rows.columns().to_vec();
    let guesses = guess(&columns, &sample, &REGISTER);
    let mapping = Mapping::from_guesses(&columns, &guesses, &REGISTER);
    let Ok(plan) = RowPlan::new(&mapping, &REGISTER, &columns, rows.has_final_columns()) else {
        return format!("{} no plan", kind(&format));
    };
    let mut shape = kind(&format);
    for row in rows.take(200) {
        match row {
            Ok(row) => {
                let _ = row.digest(&[1; 32]);
                match plan.draft(&row) {
                    Ok(_) => shape.push('d'),
                    Err(refusal) => {
                        shape.push('r');
                        shape.extend(refusal.reasons.iter().map(kind).take(2));
                    }
                }
            }
            Err(problem) => shape.push_str(problem.code.word()),
        }
    }
    let shape: String = shape.chars().take(120).collect();
    format!("{shape} {} {}", columns.len().min(9), guesses.len())
}

/// A workbook of every kind of cell.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [
        ["姓名", "手机号"],
        ["测试", "13800000000"],
        ["=1+1", "1.38E+10"],
    ];
    let written = rows.iter().enumerate().try_for_each(|(row, values)| {
        let row = u32::try_from(row).unwrap_or_default();
        sheet.write_row(row, 0, values.iter().copied()).map(drop)
    });
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let numbers = written
        .and_then(|()| sheet.write(3, 1, 45000.5).map(drop))
        .and_then(|()| sheet.write_with_format(4, 1, 45000, &date).map(drop))
        .and_then(|()| sheet.write(5, 0, true).map(drop))
        .and_then(|()| sheet.write_formula(5, 1, "=A1").map(drop));
    numbers
        .and_then(|()| book.save_to_buffer())
        .expect("a small workbook can be written")
}

/// The parts that tell a reader what is where, in the order in which a damaged input gives them.
const PARTS: [&str; 7] = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
    "_rels/.rels",
];

const BREAK: &str = "\n----\n";

fn parts_of(book: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).expect("a workbook is an archive");
    let mut all = Vec::new();
    for name in PARTS {
        if let Ok(mut part) = archive.by_name(name) {
            std::io::copy(&mut part, &mut all).expect("a workbook's parts can be read");
        }
        all.extend(BREAK.as_bytes());
    }
    all
}

/// An archive of these parts, unpacked; those that are missing are as a small workbook has them.
fn archive(input: &[u8]) -> Vec<u8> {
    let given = split(input, BREAK.as_bytes());
    let usual = split(SMALL_SHEET.as_bytes(), BREAK.as_bytes());
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (at, name) in PARTS.iter().enumerate() {
        let part = given.get(at).or_else(|| usual.get(at)).copied();
        let written = zip
            .start_file(*name, options)
            .map_err(std::io::Error::from)
            .and_then(|()| zip.write_all(part.unwrap_or_default()));
        written.expect("memory takes an archive");
    }
    zip.finish().expect("memory takes an archive").into_inner()
}

fn split<'a>(mut bytes: &'a [u8], by: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = bytes.windows(by.len()).position(|window| window == by) {
        parts.push(&bytes[..at]);
        bytes = &bytes[at + by.len()..];
    }
    if !bytes.is_empty() {
        parts.push(bytes);
    }
    parts
}

/// Cells, columns ended by 0x1e and lines of them by 0x1f, written in every text format and read again.
fn leave_and_return(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let table: Vec<Vec<&str>> = text
        .split('\x1e')
        .take(50)
        .map(|line| line.split('\x1f').take(20).collect())
        .collect();
    for cell in table.iter().flatten() {
        assert_eq!(
            restore(&neutralise(cell)),
            *cell,
            "a cell came back as another"
        );
    }
    let (width, rows) = (table[0].len(), &table[1..]);
    let columns: Vec<String> = (0..width).map(|n| format!("列{n}")).collect();
    let mut shape = String::new();
    for format in [Leaving::CsvPlain, Leaving::Csv, Leaving::Ndjson] {
        let mark = Mark {
            text: "exp_06fs8k0000000000000000000g".to_owned(),
        };
        let mut out = Vec::new();
        let mut sheet = SheetWriter::start(&mut out, format, columns.clone(), &mark)
            .expect("memory takes a table");
        let mut written = 0;
        for cells in rows {
            let cells: Vec<&str> = (0..width)
                .map(|n| cells.get(n).copied().unwrap_or(""))
                .collect();
            written += usize::from(sheet.row(&cells).is_ok());
        }
        sheet.finish(&mark).expect("memory takes a table");
        shape.push_str(&read_again(&out, format, written));
    }
    shape
}

/// How many rows came back of what was written.
fn read_again(file: &[u8], kind_of: Leaving, written: usize) -> String {
    let found: Format = match sniff(file, None) {
        Ok(found) => found,
        Err(error) => return format!("{kind_of:?} {}", kind(&error)),
    };
    match Rows::open(file, &found, Limits::default()) {
        Ok(rows) => {
            let read = rows.filter(Result::is_ok).count();
            format!("{kind_of:?} {} ", read == written)
        }
        Err(error) => format!("{kind_of:?} {} ", kind(&error)),
    }
}

const SMALL_SHEET: &str = concat!(
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>手机号</t></is></c></row><row r="2"><c r="A2" t="str"><v>测试</v></c><c r="B2"><v>1.38E10</v></c><c r="C2" t="b"><v>1</v></c><c r="D2" t="e"><v>#N/A</v></c><c r="E2" t="d"><v>2026-02-30</v></c><c r="F2" s="1"><f>A1</f><v>45000.5</v></c></row></sheetData></worksheet>"#,
    "\n----\n",
    r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><r><t>姓</t></r><r><t xml:space="preserve">名</t></r></si></sst>"#,
    "\n----\n",
    r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>"#,
    "\n----\n",
    r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="0"/><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    "\n----\n",
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
    "\n----\n",
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#,
    "\n----\n",
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
);
