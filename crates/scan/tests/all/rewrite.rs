//! Copies hold nothing of what a scan finds, and all the rest.

use std::borrow::Cow;
use std::fs;
use std::io::{Cursor, Read};

use shouxin_detect::{Detector, Hit, Operator, Replace};
use shouxin_scan::rewrite::{Form, copy, form_of};
use shouxin_scan::{Problem, Settings};

use crate::fixture::{ID, PHONE, docx, name, paragraph, pdf, phone, scan, word_table, xlsx, zip};

fn rewritten(name: &str, bytes: &[u8]) -> Result<(Form, Vec<u8>, u64), Problem> {
    rewritten_by(name, bytes, Operator::Label)
}

fn rewritten_by(
    name: &str,
    bytes: &[u8],
    operator: Operator<'_>,
) -> Result<(Form, Vec<u8>, u64), Problem> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let form = form_of(&path)?;
    let settings = Settings::new(Detector::new());
    let mut out = Cursor::new(Vec::new());
    let replaced = copy(&path, form, &mut out, operator, &settings)?;
    Ok((form, out.into_inner(), replaced.values))
}

fn text(name: &str, source: &str) -> String {
    let (_, bytes, _) = rewritten(name, source.as_bytes()).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_table_keeps_its_shape() {
    let mut source = "姓名,手机号,订单号,备注\n".to_owned();
    for n in 0..20 {
        source.push_str(&format!(
            "{},{},{},\"好,的\"\n",
            name(n),
            phone(n),
            13_800_000_000_i64 + n
        ));
    }
    let copy = text("a.csv", &source);
    let first = copy.lines().nth(1).unwrap();
    assert_eq!(first, "[PERSON],[PHONE],13800000000,\"好,的\"");
    assert_eq!(copy.lines().count(), 21);
    assert!(copy.starts_with("姓名,手机号,订单号,备注\n"));
    assert!(!copy.contains("张伟") && !copy.contains(&phone(3)));
}

#[test]
fn json_keeps_its_spaces_and_numbers() {
    let source = format!(
        "{{ \"orders\" : [\n  {{\"手机号\": {PHONE}, \"no\": 1.50e3, \"big\": 12345678901234567890123}},\n  \
         {{\"手机号\": \"15987654321\", \"{PHONE}\": null}} ] }}\n"
    );
    assert_eq!(
        text("a.json", &source),
        "{ \"orders\" : [\n  {\"手机号\": \"[PHONE]\", \"no\": 1.50e3, \"big\": 12345678901234567890123},\n  \
         {\"手机号\": \"[PHONE]\", \"[PHONE]\": null} ] }\n"
    );
    let lines = format!("{{\"phone\":\"{PHONE}\"}}\n{{\"phone\":\"x\"}}\n");
    assert_eq!(
        text("a.jsonl", &lines),
        "{\"phone\":\"[PHONE]\"}\n{\"phone\":\"x\"}\n"
    );
    for broken in ["{\"a\": [1, 2", "{\"a\" 'x'}"] {
        assert_eq!(
            rewritten("a.json", broken.as_bytes()).err(),
            Some(Problem::Damaged)
        );
    }
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    assert_eq!(
        rewritten("a.json", deep.as_bytes()).err(),
        Some(Problem::TooDeep)
    );
}

/// Every part of an archive, as text.
fn parts(bytes: &[u8]) -> String {
    let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
    all
}

#[test]
fn a_workbook_is_written_anew_and_a_scan_finds_nothing_more() {
    let (form, bytes, replaced) = rewritten("a.xlsx", &xlsx()).unwrap();
    assert_eq!(form, Form::Xlsx);
    assert!(replaced >= 9, "{replaced}");
    let all = parts(&bytes);
    for value in [PHONE, ID, "张伟", "王芳", "wei.zhang@example.com"] {
        assert!(!all.contains(value), "{value} in {all}");
    }
    // Orders stay, and it opens.
    assert!(all.contains("20240001002"), "{all}");
    let after = scan(&[("a.xlsx", bytes)]);
    assert_eq!(after.told("a.xlsx"), [""; 0]);
    assert_eq!(after.problems(), [""; 0]);
}

#[test]
fn a_text_document_is_written_anew() {
    let body = [
        paragraph(&["电话 138", "12345678", " 请回"]),
        word_table(&[
            &["姓名", "电话"],
            &["张伟", PHONE],
            &["王芳", "15987654321"],
        ]),
        paragraph(&["A &amp; B &lt;3"]),
    ]
    .concat();
    let bytes = docx(
        &body,
        &[(
            "word/_rels/document.xml.rels",
            "<Relationships><Relationship Id=\"r1\" Target=\"mailto:c.d@example.com\"/></Relationships>",
        )],
    );
    let (_, bytes, _) = rewritten("a.docx", &bytes).unwrap();
    let all = parts(&bytes);
    for value in ["12345678", "张伟", "王芳", "15987654321", "c.d@example.com"] {
        assert!(!all.contains(value), "{value} in {all}");
    }
    assert!(
        all.contains("电话 [PHONE]") && all.contains(" 请回"),
        "{all}"
    );
    assert!(all.contains("A &amp; B &lt;3"), "{all}");
    assert_eq!(scan(&[("a.docx", bytes)]).told("a.docx"), [""; 0]);
}

/// Goods by their class, everything else by its kind.
#[derive(Debug)]
struct Goods;

impl Replace for Goods {
    fn hit(&self, hit: &Hit, _: &str) -> String {
        format!("[{}]", hit.kind.word())
    }

    fn cell(&self, column: &str, value: &str) -> Option<String> {
        shouxin_deid::generalise_goods_column(column, value)
    }

    fn between<'t>(&self, text: &'t str) -> Cow<'t, str> {
        shouxin_deid::generalise_goods(text)
    }
}

#[test]
fn a_column_of_goods_is_told_by_classes_in_every_form() {
    let by = Operator::By(&Goods);
    let table = "姓名,品名,数量,备注\n张伟,女士连衣裙,2,女士连衣裙很好\n王芳,送给13812345678的手机壳,1,ok\n";
    let (_, bytes, replaced) = rewritten_by("a.csv", table.as_bytes(), by).unwrap();
    let copy = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = copy.lines().collect();
    assert_eq!(lines[0], "姓名,品名,数量,备注");
    assert_eq!(lines[1], "[PERSON],服装,2,女士连衣裙很好");
    assert!(lines[2].starts_with("[PERSON],") && lines[2].ends_with(",1,ok"));
    assert!(!copy.contains("手机壳") && !copy.contains(PHONE), "{copy}");
    assert_eq!(replaced, 4);

    let json = "{\"orders\":[{\"item\":\"儿童衬衫\",\"n\":3,\"note\":\"品名：女士连衣裙\"}]}";
    let (_, bytes, _) = rewritten_by("a.json", json.as_bytes(), by).unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "{\"orders\":[{\"item\":\"服装\",\"n\":3,\"note\":\"品名：服装\"}]}"
    );

    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in [
        ["姓名", "商品名称", "说明"],
        ["张伟", "女士连衣裙", "品名：儿童玩具"],
        ["王芳", "女士连衣裙", "女士连衣裙很好"],
    ]
    .iter()
    .enumerate()
    {
        for (column, text) in cells.iter().enumerate() {
            let (row, column) = (row as u32, column as u16);
            sheet.write_string(row, column, *text).unwrap();
        }
    }
    sheet
        .write_formula(
            3,
            1,
            rust_xlsxwriter::Formula::new("=\"女士\"&\"衬衫\"").set_result("女士衬衫"),
        )
        .unwrap();
    let (_, bytes, _) = rewritten_by("a.xlsx", &book.save_to_buffer().unwrap(), by).unwrap();
    let all = parts(&bytes);
    for gone in ["<t>女士连衣裙</t>", "儿童玩具", "衬衫"] {
        assert!(!all.contains(gone), "{gone} in {all}");
    }
    for there in ["<t>服装</t>", "商品名称", "女士连衣裙很好"] {
        assert!(all.contains(there), "{there} in {all}");
    }
    // Other operators leave goods alone.
    let (_, bytes, _) = rewritten("a.csv", table.as_bytes()).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("女士连衣裙"));
}

/// The texts of a document rewritten by [`Goods`], those in cells apart by `|`.
fn goods_told(body: &str) -> String {
    let (_, bytes, _) = rewritten_by("a.docx", &docx(body, &[]), Operator::By(&Goods)).unwrap();
    let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    let mut part = archive.by_name("word/document.xml").unwrap();
    part.read_to_string(&mut xml).unwrap();
    let xml = xml.replace("</w:tc>", "|").replace("</w:tr>", "/");
    let mut told = String::new();
    for piece in xml.split('<') {
        told.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
    }
    told
}

#[test]
fn goods_in_tables_of_a_document_are_told_by_classes() {
    for (rows, told) in [
        // Columns, with or without anybody named beside them; titles above; headings that come again.
        (
            vec![
                vec!["姓名", "品名", "数量"],
                vec!["张伟", "女士连衣裙", "2"],
            ],
            "姓名|品名|数量|/[PERSON]|服装|2|/",
        ),
        (
            vec![
                vec!["品名", "数量"],
                vec!["抗抑郁药", "2盒"],
                vec!["品名", "数量"],
                vec!["童书", "1"],
            ],
            "品名|数量|/药品保健|2盒|/品名|数量|/图书文具|1|/",
        ),
        (
            vec![
                vec!["出库明细"],
                vec!["序号", "Item", "Remark"],
                vec!["1", "red gizmo", "red gizmo"],
            ],
            "出库明细|/序号|Item|Remark|/1|other goods|red gizmo|/",
        ),
        (
            vec![
                vec!["品名", "单价"],
                vec!["女士连衣裙", "88"],
                vec!["合计", "88"],
            ],
            "品名|单价|/服装|88|/合计|88|/",
        ),
        // Fields, whose values stand to the right.
        (
            vec![
                vec!["品名", "女士连衣裙", "数量", "2"],
                vec!["颜色", "红", "备注", "轻放"],
            ],
            "品名|服装|数量|2|/颜色|红|备注|轻放|/",
        ),
        (
            vec![
                vec!["收件人", "张伟"],
                vec!["品名：", "手机壳"],
                vec!["备注", "手机壳已验"],
            ],
            "收件人|[PERSON]|/品名：|数码配件|/备注|手机壳已验|/",
        ),
        // Numbers of goods are nobody's, and their codes are no names.
        (
            vec![vec!["商品编号", "商品名称"], vec!["女士A1", "A1"]],
            "商品编号|商品名称|/女士A1|other goods|/",
        ),
        // Goods that columns are called by, too.
        (
            vec![vec!["品名", "数量"], vec!["手机", "1"], vec!["护照", "1"]],
            "品名|数量|/手机通讯|1|/文件单证|1|/",
        ),
        (
            vec![vec!["品名", "手机"], vec!["数量", "1"]],
            "品名|手机通讯|/数量|1|/",
        ),
    ] {
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let expected = told.replace("||", "|");
        assert_eq!(goods_told(&word_table(&rows)), expected, "{rows:?}");
    }
}

#[test]
fn a_cell_of_goods_is_told_whole_however_it_is_written() {
    let cell = |inner: &str| format!("<w:tc>{inner}</w:tc>");
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let plain = |text: &str| cell(&paragraph(&[text]));
    let wide = |text: &str| {
        cell(&format!(
            "<w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>{}",
            paragraph(&[text])
        ))
    };
    let deleted = "<w:p><w:del w:author=\"\"><w:r><w:delText>女士连衣裙</w:delText></w:r></w:del>\
         <w:ins><w:r><w:t>童鞋</w:t></w:r></w:ins></w:p>";
    let inner = word_table(&[&["毛衣", "大衣"]]);
    let body = [
        "<w:tbl>".to_owned(),
        row(&[wide("备注"), wide("品名"), plain("数量")]),
        // In runs and paragraphs; sent under a name; deleted; a table within; a cell wider than its heading.
        row(&[wide("x"), wide(""), plain("1")]),
        row(&[
            wide("x"),
            cell(&(paragraph(&["女士", "连衣裙"]) + &paragraph(&["送给13812345678"]))),
            plain(""),
            plain("1"),
        ]),
        row(&[wide("毛衣"), cell(deleted), cell(&inner), plain("1")]),
        row(&[wide("x"), cell(&inner), plain(""), plain("1")]),
        row(&[wide("共三件，都是毛衣"), wide("毛衣"), plain("1")]),
        "</w:tbl>".to_owned(),
        // The same words outside of the column.
        paragraph(&["毛衣"]),
    ]
    .concat();
    assert_eq!(
        goods_told(&body),
        "备注|品名|数量|/x||1|/x|服装||1|/毛衣|鞋靴|服装||/|1|/x|服装||/||1|/共三件，都是毛衣|服装|1|/毛衣"
    );
}

#[test]
fn what_cannot_be_rewritten_wholly_is_refused() {
    let refused = |name: &str, bytes: &[u8]| rewritten(name, bytes).err().map(|p| p.code());
    assert_eq!(refused("a.pdf", &pdf(&[&["x"]])), Some("not-rewritten"));
    assert_eq!(
        refused("a.html", b"<!doctype html><p>x"),
        Some("not-rewritten")
    );
    let embedded = docx(&paragraph(&["x"]), &[("word/embeddings/a.xlsx", "x")]);
    assert_eq!(refused("a.docx", &embedded), Some("not-rewritten"));
    assert_eq!(refused("a.zip", &zip(&[("a", "b")])), Some("unsupported"));
    assert_eq!(refused("a.docx", &xlsx()[..2_000]), Some("damaged"));
}
