//! Every format, found and told in the right place.

use crate::fixture::{
    ID, PHONE, docx, paragraph, parquet, pdf, scan, scan_path, sqlite, word_table, xlsx,
};

#[test]
fn text_in_any_encoding_is_told_by_line() {
    let text = format!("您好\r\n我的电话{PHONE}，\r\n请回电。身份证号 {ID}\r\n");
    let (gb, ..) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut marked = vec![0xff, 0xfe];
    marked.extend(&utf16);
    let scan = scan(&[
        ("a.txt", text.clone().into_bytes()),
        ("b.log", gb.into_owned()),
        ("c", marked),
    ]);
    for document in ["a.txt", "b.log", "c"] {
        assert_eq!(
            scan.told(document),
            ["PHONE line 2", "ID_CARD line 3"],
            "{document}"
        );
    }
    assert_eq!(scan.problems(), [""; 0]);
}

#[test]
fn long_text_is_told_whole_whatever_the_borders_of_its_pieces() {
    let mut text = String::new();
    let mut expected = Vec::new();
    for line in 1..=60_000_u64 {
        // Lines of any length, so that pieces end anywhere.
        text.push_str(&"好".repeat((line * 7 % 23) as usize));
        if line % 13 == 0 {
            text.push_str(&format!("，电话{PHONE}，"));
            expected.push(format!("PHONE line {line}"));
        }
        text.push('\n');
    }
    assert!(text.len() > 2_000_000);
    let scan = scan(&[("a.txt", text.into_bytes())]);
    assert!(scan.told("a.txt") == expected);
    let place = scan.report.places().next().unwrap();
    assert_eq!(place.sampled, 60_000);
    assert_eq!(place.kinds[0].cells, expected.len() as u64);
    // A report keeps some and counts all.
    let document = &scan.report.documents[0];
    assert_eq!(document.findings.len(), 1_000);
    assert_eq!(document.findings_left_off, expected.len() as u64 - 1_000);
}

#[test]
fn a_table_of_lines_is_told_by_column() {
    let text = format!(
        "客户表 联系人电话 {PHONE}\n姓名,手机号,订单号,备注\n张伟,{PHONE},20240001,加微信 abc_1234\n\
         和平,15987654321,20240002,多余,15912345678\n"
    );
    let scan = scan(&[("folder/客户.csv", text.into_bytes())]);
    assert_eq!(
        scan.told("folder/客户.csv"),
        [
            "PHONE line 1",
            "PERSON 姓名 line 3",
            "PERSON 姓名 line 4",
            "PHONE 手机号 line 3",
            "PHONE 手机号 line 4",
            "WECHAT 备注 line 3",
            "PHONE #5 line 4",
        ]
    );
    let columns: Vec<String> = scan.report.places().map(|place| place.shown()).collect();
    assert_eq!(
        columns[..2],
        ["folder/客户.csv › 姓名", "folder/客户.csv › 手机号"]
    );
    assert!(
        columns.contains(&"folder/客户.csv".to_owned()),
        "{columns:?}"
    );
}

#[test]
fn every_sheet_is_read_hidden_ones_and_notes_too() {
    let told = scan(&[("x.bin", xlsx())]).told("x.bin");
    for expected in [
        "PHONE 客户!A1",
        "PERSON 客户!A3",
        "PERSON 客户!A5",
        "PHONE 客户!B3",
        "PHONE 客户!B5",
        "ID_CARD 旧!A2",
        "EMAIL comment paragraph 2",
    ] {
        assert!(told.iter().any(|t| t == expected), "{expected} in {told:?}");
    }
    assert!(
        !told.iter().any(|t| t.contains("!C")),
        "orders are no phones: {told:?}"
    );
}

#[test]
fn a_text_document_is_read_in_all_its_parts() {
    let body = [
        // Cut in two by a change of style.
        paragraph(&["电话 138", "12345678"]),
        word_table(&[&["姓名", "电话"], &["张伟", PHONE], &["王芳", "15987654321"]]),
        word_table(&[&["姓名", "李娜", "电话", PHONE]]),
        "<w:p><w:del w:author=\"赵磊\"><w:r><w:delText>身份证号110101199003070011</w:delText></w:r></w:del></w:p>".to_owned(),
    ]
    .concat();
    let part = |text: &str| format!("<w:x xmlns:w=\"w\">{}</w:x>", paragraph(&[text]));
    let bytes = docx(
        &body,
        &[
            ("word/header1.xml", &part("邮箱 a.b@example.com")),
            ("word/footnotes.xml", &part(&format!("手机 {PHONE}"))),
            ("word/comments.xml", &part("车牌 京A12345")),
            (
                "word/_rels/document.xml.rels",
                "<Relationships><Relationship Target=\"mailto:c.d@example.com\"/></Relationships>",
            ),
        ],
    );
    let told = scan(&[("a.docx", bytes)]).told("a.docx");
    for expected in [
        "PHONE body paragraph 1",
        "PERSON 姓名 body paragraph 4",
        "PHONE body paragraph 5",
        "PERSON body paragraph 9",
        "PERSON body paragraph 12",
        "ID_CARD body paragraph 12",
        "EMAIL header paragraph 1",
        "PHONE footnote paragraph 1",
        "PLATE comment paragraph 1",
        "EMAIL link paragraph 1",
    ] {
        assert!(
            told.iter().any(|t| loosely(t, expected)),
            "{expected} in {told:#?}"
        );
    }
}

/// The same kind in the same paragraph; the column that a table adds does not count.
fn loosely(told: &str, expected: &str) -> bool {
    let parts = |text: &str| {
        let words: Vec<String> = text
            .split(' ')
            .filter(|word| word.is_ascii())
            .map(str::to_owned)
            .collect();
        words
    };
    parts(told) == parts(expected)
}

#[test]
fn pages_of_a_pdf_are_told_by_page_and_line() {
    let bytes = pdf(&[
        &["Service report", "Phone: 13812345678"],
        &["ID card 110101199003070011", "Total 250"],
    ]);
    let told = scan(&[("a.pdf", bytes)]).told("a.pdf");
    assert_eq!(
        told,
        [
            "PHONE page 1 line 2",
            "EMAIL note page 1",
            "ID_CARD page 2 line 1",
            "EMAIL note page 2",
        ]
    );
}

#[test]
fn json_is_told_by_pointer_and_lines_of_it_by_line_as_well() {
    let one = format!(
        "{{\n \"orders\": [{{\"phone\": \"{PHONE}\", \"note\": \"ok\"}}, {{\"phone\": {PHONE}}}],\n \
         \"total\": 12345678901\n}}"
    );
    let lines = format!(
        "{{\"手机号\":\"{PHONE}\",\"id\":1}}\n{{\"手机号\":\"15987654321\",\"id\":2}}\nno json {PHONE}\n"
    );
    let scan = scan(&[
        ("a.json", one.into_bytes()),
        ("b.ndjson", lines.into_bytes()),
    ]);
    assert_eq!(
        scan.told("a.json"),
        ["PHONE #/orders/0/phone", "PHONE #/orders/1/phone"]
    );
    assert_eq!(
        scan.told("b.ndjson"),
        [
            "PHONE line 3",
            "PHONE #/手机号 line 1",
            "PHONE #/手机号 line 2"
        ]
    );
    assert_eq!(scan.problems(), ["b.ndjson : rows"]);
    let paths: Vec<String> = scan.report.places().map(|place| place.shown()).collect();
    assert!(
        paths.contains(&"a.json › /orders/*/phone".to_owned()),
        "{paths:?}"
    );
}

#[test]
fn a_key_that_is_a_number_of_somebody_is_not_told() {
    let text = format!("{{\"{PHONE}\": {{\"name\": \"张伟\"}}}}");
    let scan = scan(&[("a.json", text.into_bytes())]);
    let whole = format!("{:?}{:?}", scan.findings, scan.report);
    assert!(!whole.contains(PHONE), "{whole}");
    assert!(scan.told("a.json").iter().any(|t| t.starts_with("PHONE")));
}

#[test]
fn a_mail_is_read_with_its_attachments() {
    let mut mail = format!(
        "From: =?UTF-8?B?5byg5Lyf?= <wei.zhang@example.com>\r\nTo: service@example.com\r\nSubject: phone {PHONE}\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n您好\r\n身份证号 {ID}\r\n--b\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n<p>车牌 京A12345</p>\r\n--b\r\n\
         Content-Type: text/csv; name=\"a.csv\"\r\nContent-Disposition: attachment; filename=\"a.csv\"\r\n\r\n\
         phone,city\r\n{PHONE},x\r\n15987654321,y\r\n--b\r\n\
         Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=\"old.eml\"\r\n\r\n\
         From: a@example.com\r\nTo: b@example.com\r\n"
    );
    mail.push_str(
        "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/csv; name=\"deep.csv\"\r\n\
         Content-Disposition: attachment; filename=\"deep.csv\"\r\n\r\na,b\r\n1,2\r\n--c--\r\n\r\n--b--\r\n",
    );
    let scan = scan(&[("m.eml", mail.into_bytes())]);
    let told = scan.told("m.eml");
    for expected in [
        "PERSON from",
        "EMAIL from",
        "EMAIL to",
        "PHONE subject",
        "ID_CARD body line 2",
        "PLATE html body line 1",
    ] {
        assert!(told.iter().any(|t| t == expected), "{expected} in {told:?}");
    }
    assert_eq!(
        scan.told("m.eml!/a.csv"),
        ["PHONE phone line 2", "PHONE phone line 3"]
    );
    assert_eq!(scan.problems(), ["m.eml deep.csv: too-deep"]);
}

#[test]
fn a_page_of_the_web_is_told_by_line() {
    let page = format!(
        "<!DOCTYPE html>\n<html><body>\n<p>电话 <b>138</b>12345678</p>\n<table><tr><th>姓名</th><th>手机</th></tr>\n\
         <tr><td>张伟</td><td>{PHONE}</td></tr></table>\n<a href=\"mailto:a.b@example.com\">mail</a>\n\
         <script>var p = '{PHONE}';</script><!-- 身份证号 {ID} --></body></html>"
    );
    let told = scan(&[("a.html", page.into_bytes())]).told("a.html");
    for expected in [
        "PHONE line 3",
        "PERSON 姓名 line 5",
        "PHONE 手机 line 5",
        "EMAIL line 6",
        "PHONE line 7",
        "ID_CARD line 7",
    ] {
        assert!(told.iter().any(|t| t == expected), "{expected} in {told:?}");
    }
}

#[test]
fn columnar_tables_and_databases_are_told_by_row() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.parquet"), parquet()).unwrap();
    sqlite(&folder.path().join("b.db"), 20);
    let scan = scan_path(folder.path());
    assert_eq!(
        scan.told("a.parquet"),
        [
            "PERSON name row 1",
            "PERSON name row 2",
            "PERSON name row 3",
            "PHONE phone row 1",
            "PHONE phone row 2",
            "PHONE phone row 3",
        ]
    );
    let told = scan.told("b.db");
    assert_eq!(told.len(), 40, "{told:?}");
    assert_eq!(told[20], "PHONE customers phone row 1");
    let places: Vec<String> = scan.report.places().map(|place| place.shown()).collect();
    assert_eq!(
        places[2..],
        ["b.db › customers!name", "b.db › customers!phone"]
    );
}

#[test]
fn the_order_is_the_same_however_many_threads() {
    let made: Vec<(String, Vec<u8>)> = (0..40)
        .map(|n| {
            (
                format!("d{}/f{n}.txt", n % 5),
                format!("电话{PHONE}\n").into_bytes(),
            )
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &made {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let settings = shouxin_scan::Settings::new(shouxin_detect::Detector::new());
    let listed = shouxin_scan::files::list(folder.path(), &settings.limits).unwrap();
    let names = |threads| -> Vec<String> {
        shouxin_scan::files::scan(&listed, &settings, threads, None, &|_| {})
            .unwrap()
            .into_iter()
            .map(|report| report.name)
            .collect()
    };
    let alone = names(1);
    assert_eq!(alone.len(), 40);
    assert_eq!(alone, names(4));
}

#[test]
fn a_stop_ends_the_scan() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "x").unwrap();
    let settings = shouxin_scan::Settings::new(shouxin_detect::Detector::new());
    let listed = shouxin_scan::files::list(folder.path(), &settings.limits).unwrap();
    settings
        .stop
        .store(true, std::sync::atomic::Ordering::Relaxed);
    let stopped = shouxin_scan::files::scan(&listed, &settings, 2, None, &|_| {});
    assert_eq!(stopped.err(), Some(shouxin_scan::Problem::Stopped));
}
