//! No bytes make the reader panic, and what the crate `csv` writes is read as it was written.

use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use proptest::prelude::*;
use shouxin_intake::{
    Cell, DateOrder, Encoding, Format, Limits, Mapping, Rows, Rules, guess, sniff, to_value,
};
use shouxin_model::{CheckRule, FieldKind, Register};

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in messy_bytes(), name in "(a\\.(csv|ndjson|json|xlsx))?") {
        if let Ok(format) = sniff(&bytes, Some(&name)) {
            read_through(&bytes, &format);
        }
        for encoding in [Encoding::Utf8, Encoding::Gb18030, Encoding::Utf16Le, Encoding::Utf16Be] {
            read_through(&bytes, &Format::Ndjson { encoding });
            for delimiter in [',', '\u{ff0c}', '\t'] {
                let quote = Some(b'"');
                read_through(&bytes, &Format::Csv { encoding, delimiter, has_header: true, quote });
            }
        }
        read_through(&bytes, &Format::Xlsx { sheet: None });
    }

    #[test]
    fn a_damaged_spreadsheet_never_panics(part in 0..6_usize, at in 0.0..1.0_f64, byte: u8, cut: bool) {
        read_through(&damaged_book(part, at, byte, cut), &Format::Xlsx { sheet: None });
    }

    #[test]
    fn what_csv_writes_is_read_as_it_was(
        table in prop::collection::vec(prop::collection::vec("[a-z\u{4e00}-\u{4e20}\u{ff0c}, \"\n\r;\t'=]{0,8}", 3), 1..12),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        windows: bool,
    ) {
        let terminator = if windows { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer =
            csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        // Blank rows are passed over, so each row here has something to say.
        let rows: Vec<Vec<String>> =
            table.into_iter().map(|row| vec![format!("x{}", row[0]), row[1].clone(), row[2].clone()]).collect();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let delimiter = char::from(delimiter);
        let format = Format::Csv { encoding: Encoding::Utf8, delimiter, has_header: true, quote: Some(b'"') };
        let read: Vec<Vec<String>> = Rows::open(Trickle(&bytes), &format, Limits::default())
            .unwrap()
            .map(|row| row.unwrap().cells.iter().map(|c| c.expose().to_owned()).collect())
            .collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn a_value_kept_once_is_kept_again_unchanged(text in "\\PC{0,24}|[0-9.eE+,/: 年月日-]{1,20}|['’`= \"]{0,6}[a-z0-9]{0,3}['\"]{0,3}") {
        let rules = Rules { order: Some(DateOrder::Dmy), check: CheckRule::Refuse, ..Rules::default() };
        for &kind in FieldKind::ALL {
            let Some(once) = to_value(kind, &Cell::text_cell(text.as_str()), &rules).value else { continue };
            let again = to_value(kind, &Cell::text_cell(once.expose().as_str()), &rules).value;
            prop_assert_eq!(again.as_ref().map(|v| v.expose()), Some(once.expose()), "{:?}", kind);
        }
    }

    #[test]
    fn no_text_makes_the_mapping_panic(text in "\\PC{0,80}|(\\[(columns|match|dates|source|translate|width)\\]\n[a-z\".= \\[\\]0-9]{0,40}\n){0,4}") {
        // What comes of it does not matter, only that something does.
        let _ = Mapping::parse("m.toml", &text, &REGISTER);
    }
}

/// Text in several encodings, objects, quotation marks and noise, cut anywhere.
fn messy_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        "[a-z\u{4e00}-\u{4e20},;\"\n\r\t{}:\\[\\]]{0,40}".prop_map(String::into_bytes),
        "(\\{\"[a-c]\":(1|\"x\"|\\[1,2\\]|\\{\"a\":1\\})(,\"[a-c]\":1.5e9)?\\}\n){0,3}"
            .prop_map(String::into_bytes),
        "姓名,手机\n".prop_map(|t| encoding_rs::GB18030.encode(&t).0.into_owned()),
        Just(b"\xff\xfe".to_vec()),
        Just(b"PK\x03\x04".to_vec()),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// A workbook with one byte of one of its parts changed, or that part cut.
fn damaged_book(part: usize, at: f64, byte: u8, cut: bool) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..3 {
        sheet.write(row, 0, "张三").unwrap();
        sheet.write(row, 1, 13_800_138_000_f64).unwrap();
    }
    let whole = book.save_to_buffer().unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(whole)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        "sheet1.xml",
        "sharedStrings.xml",
        "workbook.xml",
        "styles.xml",
        "workbook.xml.rels",
        "[Content_Types].xml",
    ];
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = String::from_utf8_lossy(file.name_raw()).into_owned();
        if name.ends_with(parts[part]) {
            let place = (bytes.len() as f64 * at) as usize;
            if cut {
                bytes.truncate(place);
            } else {
                bytes[place] = byte;
            }
        }
        out.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn read_through(bytes: &[u8], format: &Format) {
    let Ok(mut rows) = Rows::open(Trickle(bytes), format, Limits::default()) else {
        return;
    };
    let sample = rows.sample(20);
    let columns = rows.columns().to_vec();
    let guesses = guess(&columns, &sample, &REGISTER);
    assert!(guesses.len() <= columns.len());
    let mut last = 0;
    for row in rows {
        let number = row.as_ref().map_or_else(|p| p.row, |row| row.number);
        assert!(number > last, "rows are numbered upwards");
        last = number;
        if row.is_err_and(|problem| problem.fatal) {
            break;
        }
    }
}

static REGISTER: LazyLock<Register> = LazyLock::new(|| {
    let profile = shouxin_register::profile("service-centre").unwrap();
    shouxin_register::parse("register.toml", profile.register_toml).unwrap()
});

/// Gives a few bytes at a time, so that characters and rows are cut.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = to.len().min(7);
        self.0.read(&mut to[..count])
    }
}
