//! Corners of formats: values that a format cuts in two, packs, escapes or encodes.

use std::io::{Cursor, Read};

use lopdf::{Dictionary, dictionary};
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use shouxin_detect::{Detector, Operator};
use shouxin_scan::Settings;
use shouxin_scan::rewrite::{copy, form_of};

use crate::fixture::{ID, PHONE, docx, name, paragraph, pdf_of, phone, scan, zip};

/// A copy with the kinds in the place of what was found, and how many values that were.
fn labelled(name: &str, bytes: &[u8]) -> (Vec<u8>, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let form = form_of(&path).unwrap();
    let settings = Settings::new(Detector::new());
    let mut out = Cursor::new(Vec::new());
    let replaced = copy(&path, form, &mut out, Operator::Label, &settings).unwrap();
    (out.into_inner(), replaced.values)
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut part = archive.by_name(name).unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_table_in_gb18030_with_breaks_in_its_cells_is_told_by_line() {
    let text = format!(
        "姓名,备注,手机号\r\n张伟,\"门口\r\n电话{PHONE}，\"\"急\"\"\",15987654321\r\n王芳,\"一\n二\",18600001234\r\n\
         李娜,好,13912345678\r\n"
    );
    let (gb, ..) = encoding_rs::GB18030.encode(&text);
    let made = scan(&[("a.csv", gb.to_vec()), ("b.csv", text.clone().into_bytes())]);
    for document in ["a.csv", "b.csv"] {
        assert_eq!(
            made.told(document),
            [
                "PERSON 姓名 line 2",
                "PERSON 姓名 line 4",
                "PERSON 姓名 line 6",
                "PHONE 备注 line 2",
                "PHONE 手机号 line 2",
                "PHONE 手机号 line 4",
                "PHONE 手机号 line 6",
            ],
            "{document}"
        );
    }
    assert_eq!(made.problems(), [""; 0]);
    let (bytes, replaced) = labelled("a.csv", &gb);
    assert_eq!(replaced, 7);
    let copy = String::from_utf8(bytes).unwrap();
    assert!(
        copy.contains("[PERSON],\"门口\r\n电话[PHONE]，\"\"急\"\"\",[PHONE]"),
        "{copy}"
    );
    assert!(copy.contains("[PERSON],\"一\n二\",[PHONE]"), "{copy}");
}

#[test]
fn names_of_columns_announce_none_beside_them() {
    let made = scan(&[("a.csv", "姓名,品名,班级\n张伟,手机壳,一班\n".into())]);
    assert_eq!(made.told("a.csv"), ["PERSON 姓名 line 2"]);
}

/// A workbook written by hand: shared strings in runs, with a reading; a string in a cell, in runs.
fn book() -> Vec<u8> {
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let workbook = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"rId1\"/>\
         </sheets></workbook>"
    );
    let links = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{relation}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let root = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let strings = format!(
        "<sst xmlns=\"{main}\"><si><t>说明</t></si><si><t>数量</t></si>\
         <si><r><rPr><b/></rPr><t>电话 138</t></r><r><t xml:space=\"preserve\">1234</t></r><r><t>5678 请回</t></r>\
         <rPh sb=\"0\" eb=\"2\"><t>dian hua</t></rPh></si>\
         <si><t>身份证号{ID} &amp; 其他</t></si></sst>"
    );
    let sheet = format!(
        "<worksheet xmlns=\"{main}\"><sheetData>\
         <row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
         <row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"><v>1</v></c></row>\
         <row r=\"3\"><c r=\"A3\" t=\"s\"><v>3</v></c><c r=\"B3\"><v>2</v></c></row>\
         <row r=\"4\"><c r=\"A4\" t=\"s\"><v>2</v></c><c r=\"B4\"><v>3</v></c></row>\
         <row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><r><t>车牌 京A1</t></r><r><t>2345</t></r></is></c>\
         <c r=\"B5\"><v>4</v></c></row></sheetData></worksheet>"
    );
    zip(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &links),
        ("xl/sharedStrings.xml", &strings),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

#[test]
fn strings_of_a_workbook_are_read_over_their_runs() {
    let bytes = book();
    let made = scan(&[("a.xlsx", bytes.clone())]);
    assert_eq!(made.problems(), [""; 0]);
    assert_eq!(
        made.told("a.xlsx"),
        ["PHONE 表!A2", "ID_CARD 表!A3", "PHONE 表!A4", "PLATE 表!A5"]
    );
    assert_eq!(made.problems(), [""; 0]);
    let (bytes, _) = labelled("a.xlsx", &bytes);
    let strings = part(&bytes, "xl/sharedStrings.xml");
    assert!(
        strings.contains("电话 [PHONE]</t>") && strings.contains(" 请回"),
        "{strings}"
    );
    assert!(strings.contains("[ID_CARD] &amp; 其他"), "{strings}");
    let all = strings + &part(&bytes, "xl/worksheets/sheet1.xml");
    for gone in ["1234", "5678", ID, "京A1", "2345"] {
        assert!(!all.contains(gone), "{gone} in {all}");
    }
    assert_eq!(scan(&[("a.xlsx", bytes)]).told("a.xlsx"), [""; 0]);
}

#[test]
fn heads_and_bodies_of_a_mail_are_decoded() {
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let quoted = |bytes: &[u8]| -> String {
        let told = bytes.iter().map(|byte| match byte {
            b'=' | 0x80.. => format!("={byte:02X}"),
            _ => char::from(*byte).to_string(),
        });
        told.collect()
    };
    let subject = gbk("回复：客户电话13812345678");
    // Cut within a character, as many programs do, and within the number.
    let (head, tail) = subject.split_at(19);
    let body = quoted(&gbk(
        "您好\r\n张伟先生的身份证号：110101199003070011，\r\n请核对。",
    ));
    let body = body.replace("1101011990", "1101=\r\n011990");
    let mail = format!(
        "From: =?GBK?Q?{}?= <wei.zhang@example.com>\r\nTo: =?gb2312?B?{}?= <fang.wang@example.com>\r\n\
         Subject: =?GB18030?B?{}?=\r\n =?GB18030?B?{}?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=\"gbk\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{body}\r\n",
        quoted(&gbk("张伟")),
        base64(&gbk("王芳")),
        base64(head),
        base64(tail),
    );
    let made = scan(&[("a.eml", mail.into_bytes())]);
    assert_eq!(
        made.told("a.eml"),
        [
            "PERSON from",
            "EMAIL from",
            "PERSON to",
            "EMAIL to",
            "PHONE subject",
            "PERSON body line 2",
            "ID_CARD body line 2",
        ]
    );
    assert_eq!(made.problems(), [""; 0]);
}

#[test]
fn a_mail_that_does_not_say_its_encoding_is_read_all_the_same() {
    let mail = "From: a@example.com\r\nTo: b@example.com\r\nSubject: 客户张伟的电话\r\n\r\n收件人：欧阳修远\r\n";
    for bytes in [
        mail.as_bytes().to_vec(),
        encoding_rs::GBK.encode(mail).0.into_owned(),
    ] {
        let told = scan(&[("a.eml", bytes)]).told("a.eml");
        assert_eq!(
            told,
            [
                "EMAIL from",
                "EMAIL to",
                "PERSON subject",
                "PERSON body line 1"
            ]
        );
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut told = String::new();
    for three in bytes.chunks(3) {
        let mut bits = 0_u32;
        for at in 0..3 {
            bits = bits << 8 | u32::from(three.get(at).copied().unwrap_or_default());
        }
        for at in 0..4 {
            if at <= three.len() {
                told.push(char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]));
            } else {
                told.push('=');
            }
        }
    }
    told
}

#[test]
fn lines_of_json_may_end_as_windows_ends_them() {
    let text = format!(
        "\u{feff}{{\"手机号\":\"{PHONE}\",\"n\":1}}\r\n\r\n{{\"手机号\":\"\\u0031\\u0035987654321\",\"n\":2}}\r\n\
         {{\"手机号\":null,\"n\":3}}\r\n{{\"手机号\":18600001234,\"n\":4}}"
    );
    let made = scan(&[("a.ndjson", text.clone().into_bytes())]);
    assert_eq!(
        made.told("a.ndjson"),
        [
            "PHONE #/手机号 line 1",
            "PHONE #/手机号 line 3",
            "PHONE #/手机号 line 5",
        ]
    );
    assert_eq!(made.problems(), [""; 0]);
    let (bytes, _) = labelled("a.ndjson", text.as_bytes());
    assert_eq!(
        String::from_utf8(bytes)
            .unwrap()
            .trim_start_matches('\u{feff}'),
        "{\"手机号\":\"[PHONE]\",\"n\":1}\r\n\r\n{\"手机号\":\"[PHONE]\",\"n\":2}\r\n\
         {\"手机号\":null,\"n\":3}\r\n{\"手机号\":\"[PHONE]\",\"n\":4}"
    );
}

#[test]
fn text_of_a_document_is_read_over_its_runs_and_marks() {
    let run = |inner: &str| format!("<w:r><w:rPr><w:b/></w:rPr>{inner}</w:r>");
    let text = |text: &str| run(&format!("<w:t>{text}</w:t>"));
    let lines = [
        // Spelling marks, bookmarks and links cut runs; hyphens and stops are elements.
        format!(
            "{}<w:proofErr w:type=\"spellStart\"/>{}<w:bookmarkStart w:id=\"0\" w:name=\"x\"/><w:hyperlink r:id=\"r9\">{}\
             </w:hyperlink>",
            text("电话 1"),
            text("3812"),
            text("345678。")
        ),
        format!(
            "{}{}{}",
            text("手机138"),
            run("<w:noBreakHyphen/>"),
            run("<w:t>1234</w:t><w:noBreakHyphen/><w:t>5678</w:t>")
        ),
        format!("{}{}{}", text("王芳"), run("<w:tab/>"), text("15987654321")),
        format!(
            "<w:pPr><w:tabs><w:tab w:val=\"left\" w:pos=\"720\"/></w:tabs></w:pPr>{}",
            text("赵磊 18600001234")
        ),
        format!(
            "{}<w:ins w:author=\"\">{}</w:ins><w:smartTag>{}</w:smartTag>",
            text("身份证号110101"),
            text("19900307"),
            text("0011")
        ),
        format!(
            "{}{}{}",
            text("地址：北京市朝阳区"),
            run("<w:br/>"),
            text("建国路88号2号楼305室")
        ),
    ];
    let body: String = lines
        .iter()
        .map(|line| format!("<w:p>{line}</w:p>"))
        .collect();
    let bytes = docx(&body, &[]);
    let made = scan(&[("a.docx", bytes.clone())]);
    assert_eq!(
        made.told("a.docx"),
        [
            "PHONE body paragraph 1",
            "PHONE body paragraph 2",
            "PERSON body paragraph 3",
            "PHONE body paragraph 3",
            "PERSON body paragraph 4",
            "PHONE body paragraph 4",
            "ID_CARD body paragraph 5",
            "ADDRESS body paragraph 6",
            "ADDRESS body paragraph 6",
        ]
    );
    let (bytes, _) = labelled("a.docx", &bytes);
    let xml = part(&bytes, "word/document.xml");
    for gone in [
        "3812",
        "5678",
        "1234",
        "王芳",
        "赵磊",
        "19900307",
        "0011",
        "建国路",
        "noBreakHyphen",
    ] {
        assert!(!xml.contains(gone), "{gone} in {xml}");
    }
    for kept in [
        "电话 [PHONE]",
        "[PERSON]",
        "<w:tab/>",
        "w:pos=\"720\"",
        "。",
    ] {
        assert!(xml.contains(kept), "{kept} in {xml}");
    }
    assert_eq!(scan(&[("a.docx", bytes)]).told("a.docx"), [""; 0]);
}

#[test]
fn a_value_over_paragraphs_of_a_cell_is_taken_out_of_each() {
    let cell = |lines: &[&str]| {
        let lines: String = lines.iter().map(|line| paragraph(&[line])).collect();
        format!("<w:tc>{lines}</w:tc>")
    };
    let row = |cells: [&[&str]; 2]| format!("<w:tr>{}{}</w:tr>", cell(cells[0]), cell(cells[1]));
    let body = format!(
        "<w:tbl>{}{}</w:tbl>",
        row([&["姓名"], &["收货地址"]]),
        row([
            &["张伟"],
            &["浙江省杭州市西湖区", "文三路100号2幢305室", PHONE]
        ])
    );
    let (bytes, _) = labelled("a.docx", &docx(&body, &[]));
    let xml = part(&bytes, "word/document.xml");
    for gone in ["西湖区", "文三路", "305", PHONE] {
        assert!(!xml.contains(gone), "{gone} in {xml}");
    }
}

#[test]
fn columnar_tables_are_read_whatever_their_encoding() {
    for (version, compression, dictionary_bytes) in [
        (
            WriterVersion::PARQUET_1_0,
            Compression::UNCOMPRESSED,
            1 << 20,
        ),
        (WriterVersion::PARQUET_2_0, Compression::SNAPPY, 1 << 20),
        // The dictionary is given up after a page.
        (WriterVersion::PARQUET_1_0, Compression::SNAPPY, 64),
    ] {
        let schema = parse_message_type(
            "message m { OPTIONAL BYTE_ARRAY name (UTF8); REQUIRED BYTE_ARRAY phone (UTF8); REQUIRED INT64 n; }",
        );
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(true)
            .set_dictionary_page_size_limit(dictionary_bytes)
            .set_data_page_row_count_limit(100)
            .set_write_batch_size(50)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_writer_version(version)
            .set_compression(compression)
            .build();
        let mut bytes = Vec::new();
        let schema = schema.unwrap();
        let mut writer =
            SerializedFileWriter::new(&mut bytes, schema.into(), properties.into()).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        // Every third row has no name.
        let levels: Vec<i16> = (0..600).map(|n| i16::from(n % 3 > 0)).collect();
        let names: Vec<ByteArray> = (0..600)
            .filter(|n| n % 3 > 0)
            .map(|n| ByteArray::from(name(n)))
            .collect();
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&names, Some(&levels), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let phones: Vec<ByteArray> = (0..600)
            .map(|n| ByteArray::from(phone(n % 250).as_str()))
            .collect();
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&phones, None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let numbers: Vec<i64> = (0..600).map(|n| n % 5).collect();
        let typed = column.typed::<Int64Type>();
        typed.write_batch(&numbers, None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
        let made = scan(&[("a.parquet", bytes)]);
        assert_eq!(made.problems(), [""; 0]);
        let told = made.told("a.parquet");
        let of = |kind: &str| told.iter().filter(|told| told.starts_with(kind)).count();
        assert_eq!(
            (of("PERSON name"), of("PHONE phone"), told.len()),
            (400, 600, 1_000)
        );
        assert!(told.contains(&"PERSON name row 599".to_owned()), "{told:?}");
    }
}

/// Helvetica without its widths, as every reader has it.
fn helvetica() -> Dictionary {
    dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
        "Encoding" => "WinAnsiEncoding",
    }
}

/// A font whose codes from the blank on are all so wide.
fn wide(width: i64) -> Dictionary {
    dictionary! {
        "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "ABCDEF+Some",
        "Encoding" => "WinAnsiEncoding", "FirstChar" => 32, "LastChar" => 126,
        "Widths" => vec![lopdf::Object::Integer(width); 95],
    }
}

/// A font whose characters are drawn by operators, 60 of 100 wide.
fn drawn() -> Dictionary {
    let mut font = wide(60);
    font.set("Subtype", "Type3");
    let matrix = [0.01, 0.0, 0.0, 0.01, 0.0, 0.0].map(lopdf::Object::Real);
    font.set("FontMatrix", matrix.to_vec());
    font
}

#[test]
fn a_number_whose_digits_a_page_sets_apart_stays_one() {
    let each = |digits: &str, set: &dyn Fn(usize, char) -> String| -> String {
        digits
            .chars()
            .enumerate()
            .map(|(at, c)| set(at, c))
            .collect()
    };
    let digits = ID;
    for (what, operators, font) in [
        (
            "shown in two pieces",
            "BT /F1 12 Tf 50 700 Td (ID card 1101011990) Tj (03070011) Tj ET".to_owned(),
            helvetica(),
        ),
        (
            "each digit a step on",
            format!(
                "BT /F1 12 Tf 50 700 Td (ID card ) Tj 44 0 Td {} ET",
                each(digits, &|_, c| format!("({c}) Tj 6.67 0 Td "))
            ),
            helvetica(),
        ),
        (
            "each digit at its place",
            format!(
                "BT /F1 1 Tf {} ET",
                each(digits, &|at, c| format!("12 0 0 12 {} 700 Tm ({c}) Tj ", 50 + at * 6))
            ),
            wide(500),
        ),
        (
            "each digit a text of its own",
            each(digits, &|at, c| {
                format!("q 1 0 0 1 {} 700 cm BT /F1 10 Tf 0 0 Td ({c}) Tj ET Q ", 50 + at * 6)
            }),
            wide(600),
        ),
        (
            "kerned, spread and stretched",
            "BT /F1 10 Tf 1 Tc 90 Tz 50 700 Td [(1101) -30 (0119900) 40 (307)] TJ 81 0 Td (0011) Tj ET"
                .to_owned(),
            wide(543),
        ),
        (
            "up the page",
            "BT /F1 10 Tf 0 1 -1 0 300 100 Tm (11010119900) Tj 66 0 Td (3070011) Tj ET".to_owned(),
            wide(600),
        ),
    ] {
        let told = scan(&[("a.pdf", pdf_of(&operators, font))]).told("a.pdf");
        assert_eq!(told, ["ID_CARD page 1 line 1", "EMAIL note page 1"], "{what}");
    }
}

#[test]
fn words_whose_letters_a_page_sets_apart_stay_words() {
    let text = "Contact: wei.zhang@example.com, Mary Johnson, 12 Baker Street, London NW1 6XE";
    let each = |set: &dyn Fn(usize, char) -> String| -> String {
        let letters = text.chars().enumerate().filter(|(_, c)| *c != ' ');
        letters.map(|(at, c)| set(at, c)).collect()
    };
    let at_places = each(&|at, c| format!("12 0 0 12 {} 700 Tm ({c}) Tj ", 50 + at * 6));
    let steps = |size: u32| {
        let letters: String = text.chars().map(|c| format!("({c}) Tj 6 0 Td ")).collect();
        format!("BT /F1 {size} Tf 50 700 Td {letters} ET")
    };
    for (what, operators, font) in [
        (
            "by places",
            format!("BT /F1 1 Tf {at_places} ET"),
            wide(500),
        ),
        (
            "by texts",
            each(&|at, c| {
                format!(
                    "q 1 0 0 1 {} 700 cm BT /F1 12 Tf 0 0 Td ({c}) Tj ET Q ",
                    50 + at * 6
                )
            }),
            wide(500),
        ),
        ("by steps", steps(12), wide(500)),
        ("by steps, drawn by operators", steps(10), drawn()),
    ] {
        let told = scan(&[("a.pdf", pdf_of(&operators, font))]).told("a.pdf");
        let found = |kind: &str| told.contains(&format!("{kind} page 1 line 1"));
        assert!(
            found("EMAIL") && found("PERSON") && found("ADDRESS"),
            "{what}: {told:?}"
        );
    }
}

#[test]
fn what_stands_apart_on_a_page_is_not_run_together() {
    for (what, operators) in [
        (
            "columns",
            "BT /F1 10 Tf 50 700 Td (99) Tj 100 0 Td (13812345678) Tj ET",
        ),
        (
            "columns from right to left",
            "BT /F1 10 Tf 250 700 Td (99) Tj -100 0 Td (13812345678) Tj ET",
        ),
        (
            "columns, each a text of its own",
            "BT /F1 10 Tf 1 0 0 1 50 700 Tm (99) Tj ET BT /F1 10 Tf 1 0 0 1 200 700 Tm (13812345678) Tj ET",
        ),
        (
            "a wide gap between strings",
            "BT /F1 10 Tf 50 700 Td [(99) -300 (13812345678)] TJ ET",
        ),
        (
            "lines",
            "BT /F1 10 Tf 12 TL 50 700 Td (99) Tj T* (13812345678) Tj ET",
        ),
        (
            "lines that begin where the last ended",
            "BT /F1 10 Tf 50 700 Td (99) Tj 12 -12 Td (13812345678) Tj ET",
        ),
        (
            "lines moved with the page",
            "q 1 0 0 1 50 700 cm BT /F1 10 Tf (99) Tj ET Q q 1 0 0 1 62 680 cm BT /F1 10 Tf (13812345678) Tj ET Q",
        ),
        (
            "lines by the quotation mark",
            "BT /F1 10 Tf 12 TL 50 700 Td (99) Tj 0 0 (13812345678) \" ET",
        ),
    ] {
        let told = scan(&[("a.pdf", pdf_of(operators, wide(600)))]).told("a.pdf");
        let is_found = told.iter().any(|told| told.starts_with("PHONE page 1"));
        assert!(is_found, "{what}: {told:?}");
    }
}

#[test]
fn two_bytes_a_character_are_set_by_their_own_widths() {
    let digits: Vec<String> = PHONE.chars().map(|c| format!("{:04X}", c as u32)).collect();
    let operators: String =
        std::iter::once("BT /F1 10 Tf 50 700 Td <75358BDD> Tj 20 0 Td ".to_owned())
            .chain(digits.iter().map(|code| format!("<{code}> Tj 5 0 Td ")))
            .chain(["ET".to_owned()])
            .collect();
    let font = dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "SimSun", "Encoding" => "UniGB-UCS2-H",
        "DescendantFonts" => vec![lopdf::Object::Dictionary(dictionary! {
            "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "SimSun", "DW" => 1000,
            "W" => vec![48.into(), 57.into(), 500.into()],
        })],
    };
    let told = scan(&[("a.pdf", pdf_of(&operators, font))]).told("a.pdf");
    assert_eq!(told, ["PHONE page 1 line 1", "EMAIL note page 1"]);
}
