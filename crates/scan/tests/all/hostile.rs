//! Files that mean harm or are broken end as a problem that is told, and the others are scanned.

use std::os::unix::fs::symlink;

use crate::fixture::{
    PHONE, docx, locked_pdf, paragraph, parquet, pdf, scan, scan_path, xlsx, zip,
};

fn with_good(name: &str, bytes: Vec<u8>) -> Vec<String> {
    let scan = scan(&[
        (name, bytes),
        ("z.txt", format!("电话{PHONE}").into_bytes()),
    ]);
    assert_eq!(scan.told("z.txt"), ["PHONE line 1"], "{name}");
    let whole = format!("{:?}", scan.report);
    assert!(!whole.contains(PHONE));
    for (_, _, problem) in scan.report.problems() {
        let text = problem.text();
        assert!(!text.zh.is_empty() && text.zh != text.en, "{text:?}");
    }
    scan.problems()
}

#[test]
fn what_cannot_be_read_is_told() {
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let bomb = zip(&[
        ("word/document.xml", &" ".repeat(32 << 20)),
        ("[Content_Types].xml", ""),
    ]);
    for (name, bytes, expected) in [
        ("a.xlsx", half(xlsx()), "a.xlsx : damaged"),
        (
            "a.docx",
            half(docx(&paragraph(&["x"]), &[])),
            "a.docx : damaged",
        ),
        (
            "a.pdf",
            b"%PDF-1.7\n1 0 obj\n<<".to_vec(),
            "a.pdf : damaged",
        ),
        ("a.parquet", half(parquet()), "a.parquet : damaged"),
        ("a.docx", bomb, "a.docx : bomb"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x".to_vec(),
            "a.xlsx : encrypted",
        ),
        (
            "a.png",
            b"\x89PNG\r\n\x1a\n0000".to_vec(),
            "a.png : unsupported",
        ),
        ("a.zip", zip(&[("x.txt", "x")]), "a.zip : unsupported"),
        (
            "a.db",
            b"SQLite format 3\0 and then nothing".to_vec(),
            "a.db : damaged",
        ),
        ("a.json", b"{\"a\": [1, 2".to_vec(), "a.json : damaged"),
        (
            "a.json",
            format!("{{\"a\":{}", "[".repeat(200_000)).into_bytes(),
            "a.json : too-deep",
        ),
    ] {
        assert_eq!(with_good(name, bytes), [expected], "{name}");
    }
}

#[test]
fn an_encrypted_pdf_is_told_as_such() {
    assert_eq!(with_good("a.pdf", locked_pdf()), ["a.pdf : encrypted"]);
}

#[test]
fn the_wrong_extension_does_not_matter() {
    let scan = scan(&[
        ("a.txt", pdf(&[&["Phone: 13812345678"]])),
        ("b.pdf", format!("电话{PHONE}").into_bytes()),
        ("c.csv", xlsx()),
    ]);
    assert_eq!(scan.told("a.txt")[0], "PHONE page 1 line 1");
    assert_eq!(scan.told("b.pdf"), ["PHONE line 1"]);
    assert!(!scan.told("c.csv").is_empty());
}

#[test]
fn a_table_beyond_the_limits_is_scanned_as_text() {
    let wide = format!("{}\n", "x,".repeat(3_000)).repeat(3);
    let scan = scan(&[("a.csv", format!("{wide}电话{PHONE}\n").into_bytes())]);
    assert_eq!(scan.problems(), ["a.csv : too-many"]);
    assert_eq!(scan.told("a.csv"), ["PHONE line 4"]);
}

#[test]
fn links_are_told_and_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("in");
    std::fs::create_dir(&inner).unwrap();
    symlink("/etc/passwd", inner.join("link")).unwrap();
    symlink(folder.path(), inner.join("loop")).unwrap();
    let scan = scan_path(folder.path());
    assert_eq!(scan.problems(), ["in/link : link", "in/loop : link"]);
    assert_eq!(scan.report.scanned, 0);
}

#[test]
fn damaged_bytes_never_end_the_scan() {
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize
    };
    let good = [
        xlsx(),
        pdf(&[&["Phone: 13812345678"]]),
        parquet(),
        docx(&paragraph(&["x"]), &[]),
    ];
    let mut made = Vec::new();
    for (at, bytes) in good.iter().enumerate() {
        for round in 0..25 {
            let mut bytes = bytes.clone();
            for _ in 0..8 {
                let place = next() % bytes.len();
                bytes[place] = next() as u8;
            }
            made.push((format!("{at}-{round}"), bytes));
        }
    }
    let made: Vec<(&str, Vec<u8>)> = made.iter().map(|(n, b)| (n.as_str(), b.clone())).collect();
    assert_eq!(scan(&made).report.scanned, 100);
}
