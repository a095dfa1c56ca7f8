//! Files of every format, made by code. Nobody in them is real: the numbers are those of examples.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use lopdf::content::{Content, Operation};
use lopdf::{
    Dictionary, Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream,
    dictionary,
};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use rust_xlsxwriter::{Note, Workbook};
use shouxin_detect::Detector;
use shouxin_scan::report::Source;
use shouxin_scan::{Finding, Problem, Report, Settings, files};

pub(crate) const PHONE: &str = "13812345678";
pub(crate) const ID: &str = "110101199003070011";

/// A scan of a folder with these files.
pub(crate) struct Scan {
    pub(crate) findings: Vec<Finding>,
    pub(crate) report: Report,
}

impl Scan {
    /// `TYPE place` of each finding in a document.
    pub(crate) fn told(&self, document: &str) -> Vec<String> {
        self.findings
            .iter()
            .filter(|finding| finding.document == document)
            .map(|finding| format!("{} {}", finding.kind, finding.place.shown()))
            .collect()
    }

    /// `document place: code` of each problem.
    pub(crate) fn problems(&self) -> Vec<String> {
        let problems = self.report.problems();
        problems
            .map(|(document, place, problem)| format!("{document} {place}: {}", problem.code()))
            .collect()
    }
}

pub(crate) fn scan(made: &[(&str, Vec<u8>)]) -> Scan {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in made {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    scan_path(folder.path())
}

pub(crate) fn scan_path(path: &Path) -> Scan {
    let settings = Settings::new(Detector::new());
    let folder = files::list(path, &settings.limits).unwrap();
    let mut findings = Vec::new();
    let mut tell = |finding: &Finding| -> Result<(), Problem> {
        findings.push(finding.clone());
        Ok(())
    };
    let documents = files::scan(&folder, &settings, 1, Some(&mut tell), &|_| {}).unwrap();
    let report = Report {
        name: "files".to_owned(),
        source: Source::Files,
        scanned_at: "2026-01-01T00:00:00Z".to_owned(),
        documents,
        scanned: folder.files.len() as u64,
        bytes: folder.bytes(),
    };
    Scan { findings, report }
}

pub(crate) fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A text document with this body, and these other parts.
pub(crate) fn docx(body: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/\
         wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    let mut parts = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", document.as_str()),
    ];
    parts.extend_from_slice(others);
    zip(&parts)
}

pub(crate) fn paragraph(runs: &[&str]) -> String {
    let runs: String = runs
        .iter()
        .map(|run| format!("<w:r><w:t xml:space=\"preserve\">{run}</w:t></w:r>"))
        .collect();
    format!("<w:p>{runs}</w:p>")
}

pub(crate) fn word_table(rows: &[&[&str]]) -> String {
    let rows: String = rows
        .iter()
        .map(|cells| {
            let cells: String = cells
                .iter()
                .map(|cell| format!("<w:tc>{}</w:tc>", paragraph(&[cell])))
                .collect();
            format!("<w:tr>{cells}</w:tr>")
        })
        .collect();
    format!("<w:tbl>{rows}</w:tbl>")
}

/// A workbook: a visible sheet with a title and numbers, a hidden one, a note.
pub(crate) fn xlsx() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("客户").unwrap();
    sheet.write(0, 0, format!("负责人电话：{PHONE}")).unwrap();
    for (column, name) in ["姓名", "手机号", "订单号"].iter().enumerate() {
        sheet.write(1, column as u16, *name).unwrap();
    }
    for (row, name) in ["张伟", "王芳", "李娜"].iter().enumerate() {
        let row = row as u32 + 2;
        sheet.write(row, 0, *name).unwrap();
        sheet.write(row, 1, 13_812_345_678_f64).unwrap();
        sheet
            .write(row, 2, f64::from(row) + 20_240_001_000.0)
            .unwrap();
    }
    sheet
        .insert_note(2, 0, &Note::new("邮箱 wei.zhang@example.com"))
        .unwrap();
    let hidden = book.add_worksheet().set_name("旧").unwrap();
    hidden.set_hidden(true);
    for (row, value) in ["身份证号", ID].iter().enumerate() {
        hidden.write(row as u32, 0, *value).unwrap();
        hidden.write(row as u32, 1, "x").unwrap();
    }
    book.save_to_buffer().unwrap()
}

/// A PDF with a line of text a page, a note and an author.
pub(crate) fn pdf(pages: &[&[&str]]) -> Vec<u8> {
    saved(pdf_document(pages))
}

/// The same, behind a password.
pub(crate) fn locked_pdf() -> Vec<u8> {
    let mut document = pdf_document(&[&["Phone: 13812345678"]]);
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    saved(document)
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn pdf_document(pages: &[&[&str]]) -> Document {
    let pages = pages.iter().map(|lines| {
        let mut operations = vec![
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F1".into(), 12.into()]),
            Operation::new("Td", vec![50.into(), 700.into()]),
        ];
        for line in *lines {
            // Cut in two, as kerning does.
            let (head, tail) = line.split_at(line.len() / 2);
            let pieces = vec![
                Object::string_literal(head),
                Object::Integer(-20),
                Object::string_literal(tail),
            ];
            operations.push(Operation::new("TJ", vec![Object::Array(pieces)]));
            operations.push(Operation::new("Td", vec![0.into(), (-14).into()]));
        }
        operations.push(Operation::new("ET", vec![]));
        Content { operations }.encode().unwrap()
    });
    document_of(
        pages.collect(),
        dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
            "Encoding" => "WinAnsiEncoding",
        },
    )
}

/// A PDF of one page with these operators, whose font is called F1.
pub(crate) fn pdf_of(operators: &str, font: Dictionary) -> Vec<u8> {
    saved(document_of(vec![operators.as_bytes().to_vec()], font))
}

/// Pages of these operators, each with a note.
fn document_of(pages: Vec<Vec<u8>>, font: Dictionary) -> Document {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(font);
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let note = document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Text",
        "Contents" => Object::string_literal("mail: ann.lee@example.com"),
    });
    let kids: Vec<Object> = pages
        .into_iter()
        .map(|content| {
            let mut stream = Stream::new(dictionary! {}, content);
            stream.compress().unwrap();
            let content = document.add_object(stream);
            document
                .add_object(dictionary! {
                    "Type" => "Page", "Parent" => tree, "Contents" => content,
                    "Annots" => vec![note.into()],
                })
                .into()
        })
        .collect();
    let count = kids.len() as i64;
    document.objects.insert(
        tree,
        Object::Dictionary(dictionary! {
            "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        }),
    );
    let catalogue = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalogue);
    document
}

pub(crate) fn parquet() -> Vec<u8> {
    let schema = parse_message_type(
        "message m { REQUIRED BYTE_ARRAY name (UTF8); REQUIRED INT64 phone; REQUIRED INT64 amount; }",
    )
    .unwrap();
    let mut bytes = Vec::new();
    let properties = WriterProperties::builder().build();
    let mut writer =
        SerializedFileWriter::new(&mut bytes, schema.into(), properties.into()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let names = ["张伟", "王芳", "李娜"].map(ByteArray::from);
    let mut column = group.next_column().unwrap().unwrap();
    column
        .typed::<ByteArrayType>()
        .write_batch(&names, None, None)
        .unwrap();
    column.close().unwrap();
    for values in [
        [13_812_345_678, 15_987_654_321, 18_600_001_234_i64],
        [100, 250, 99],
    ] {
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<Int64Type>()
            .write_batch(&values, None, None)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

pub(crate) fn sqlite(path: &Path, rows: i64) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, photo BLOB, \
         order_no TEXT); CREATE TABLE settings (k TEXT, v TEXT); \
         INSERT INTO settings VALUES ('theme', 'dark');",
    )
    .unwrap();
    let mut insert = db
        .prepare("INSERT INTO customers VALUES (?1, ?2, ?3, x'00ff', ?4)")
        .unwrap();
    db.execute_batch("BEGIN").unwrap();
    for n in 0..rows {
        insert
            .execute((n + 1, name(n), phone(n), (13_800_000_000 + n).to_string()))
            .unwrap();
    }
    db.execute_batch("COMMIT").unwrap();
}

/// Names that are nobody's.
pub(crate) fn name(n: i64) -> &'static str {
    ["张伟", "王芳", "李娜", "刘洋", "陈静", "赵磊", "欧阳修远"][(n % 7) as usize]
}

/// Numbers as operators give them out.
pub(crate) fn phone(n: i64) -> String {
    let prefix = ["138", "159", "186", "177", "135", "199"][(n % 6) as usize];
    format!("{prefix}{:08}", (n * 48_271_911 + 13_579) % 100_000_000)
}
