use proptest::prelude::*;

use super::*;
use crate::{Limits, Rows, sniff};

fn mark() -> Mark {
    Mark {
        text: "exp_0 · stf_0 · entry 7".to_owned(),
    }
}

fn written(kind: Leaving, rows: &[Vec<String>]) -> Vec<u8> {
    let mut out = Vec::new();
    let columns = ["手机号 customer.mobile", "备注 customer.note"].map(str::to_owned);
    let mut sheet = SheetWriter::start(&mut out, kind, columns.into(), &mark()).unwrap();
    for row in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        sheet.row(&cells).unwrap();
    }
    sheet.finish(&mark()).unwrap();
    out
}

fn read(bytes: &[u8]) -> (Vec<Vec<String>>, Vec<String>) {
    let format = sniff(&bytes[..bytes.len().min(64 * 1024)], None).unwrap();
    let mut rows = Rows::open(bytes, &format, Limits::default()).unwrap();
    let cells = rows
        .by_ref()
        .map(|row| {
            let row = row.unwrap();
            let texts = row.cells.iter().map(|cell| cell.expose().to_owned());
            let mut texts: Vec<String> = texts.collect();
            texts.resize(2, String::new());
            texts
        })
        .collect();
    (cells, rows.marks().to_vec())
}

#[test]
fn what_leaves_comes_back_and_the_mark_is_no_row() {
    let row = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
    let rows = [
        row("13800138000", "=cmd|' /C calc'!A0"),
        row("13800138001", "'=1+1"),
        row("13800138002", "a,b;c\t\"d\"\r\ne <&> _x0041_"),
        row("13800138003", "＝1+1"),
        row("13800138004", ""),
    ];
    for kind in Leaving::ALL {
        let (back, marks) = read(&written(kind, &rows));
        assert_eq!(back, rows, "{}", kind.word());
        assert_eq!(marks, [mark().line(), mark().line()], "{}", kind.word());
    }
}

#[test]
fn nothing_in_a_csv_file_begins_a_formula() {
    for text in [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        "\u{200b}=1",
        "|calc",
        "''=1",
        "'-1",
    ] {
        let cell = neutralise(text);
        assert!(cell.starts_with('\''), "{text:?}");
        assert_eq!(restore(&cell), text);
    }
    for text in ["13800138000", "O'Neil", "'quoted", "a=b", "", "'"] {
        assert_eq!(neutralise(text), text);
        assert_eq!(restore(text), text);
    }
}

#[test]
fn a_spreadsheet_holds_text_and_nothing_that_runs() {
    let rows = vec![vec!["=1+1".to_owned(), "x".to_owned()]];
    let bytes = written(Leaving::Xlsx, &rows);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut sheet = String::new();
    let mut part = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
    std::io::Read::read_to_string(&mut part, &mut sheet).unwrap();
    assert!(
        !sheet.contains("<f>") && sheet.contains("s=\"2\" t=\"inlineStr\""),
        "{sheet}"
    );
    assert!(sheet.contains("<oddFooter>"), "{sheet}");
}

#[test]
fn columns_have_the_letters_of_spreadsheets() {
    let named: Vec<String> = [0, 25, 26, 701, 702].map(super::xlsx::letters).into();
    assert_eq!(named, ["A", "Z", "AA", "ZZ", "AAA"]);
}

proptest! {
    #[test]
    fn any_text_comes_back_from_its_neutral_form(text in "(['=+@\t\r\n －＝\u{200b}-]|\\PC){0,12}") {
        let cell = neutralise(&text);
        prop_assert_eq!(restore(&cell), text.as_str());
        prop_assert!(!runs(&cell));
    }

    #[test]
    fn any_table_comes_back_from_any_format(notes in proptest::collection::vec("(['=+@\"\n ,;-]|[a-z]|[一-十]){0,8}", 1..6)) {
        let rows: Vec<Vec<String>> = notes
            .iter()
            .enumerate()
            // A cell of blanks alone is no value.
            .map(|(i, note)| vec![format!("1380013{i:04}"), if note.trim().is_empty() { String::new() } else { note.clone() }])
            .collect();
        for kind in Leaving::ALL {
            prop_assert_eq!(&read(&written(kind, &rows)).0, &rows);
        }
    }
}
