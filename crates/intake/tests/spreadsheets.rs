//! Spreadsheets: made here, read back through the same door as text files.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{ExcelDateTime, Format as Look, Formula, Workbook, XlsxError};
use shouxin_intake::{Format, Limits, OpenError, Rows, Rules, sniff, to_value};
use shouxin_model::FieldKind;

#[test]
fn cells_come_with_what_they_were() -> Result<(), XlsxError> {
    let date = Look::new().set_num_format("yyyy-mm-dd");
    let moment = Look::new().set_num_format("yyyy-mm-dd hh:mm");
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "客户信息")?;
        for (column, title) in ["姓名", "手机", "", "生日", "回访", "会员", "合计", "手机"]
            .iter()
            .enumerate()
        {
            sheet.write(2, column as u16, *title)?;
        }
        sheet.write(3, 0, "张三")?;
        sheet.write(3, 1, 13_800_138_000_f64)?;
        sheet.write(3, 2, "=\"x\"")?;
        sheet.write_with_format(3, 3, &ExcelDateTime::parse_from_str("1990-01-05")?, &date)?;
        sheet.write_with_format(
            3,
            4,
            &ExcelDateTime::parse_from_str("2026-01-05 08:30")?,
            &moment,
        )?;
        sheet.write(3, 5, true)?;
        sheet.write(3, 6, Formula::new("=1/0").set_result("#DIV/0!"))?;
        sheet.write(5, 0, "李四")?;
        sheet.write(5, 7, 110_105_194_912_310_020_f64)?;
        Ok(())
    })?;
    assert_eq!(
        shown(&bytes),
        [
            "姓名/手机/#3/生日/回访/会员/合计/手机 (2)",
            "4: 张三 Text/13800138000 Number/=\"x\" Text/1990-01-05 Date/2026-01-05T08:30:00 Date/TRUE Bool/#DIV/0! Error",
            "6: 李四 Text/110105194912310020 Number",
        ]
    );
    Ok(())
}

#[test]
fn what_a_number_cell_lost_is_refused() -> Result<(), XlsxError> {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "身份证号")?;
        sheet.write(0, 1, "手机")?;
        sheet.write(1, 0, 110_105_194_912_310_020_f64)?;
        sheet.write(1, 1, 13_800_138_000_f64)?;
        Ok(())
    })?;
    let row = open(&bytes, None)
        .expect("it opens")
        .next()
        .expect("a row")
        .expect("it can be read");
    let id = to_value(FieldKind::ResidentId, &row.cells[0], &Rules::default());
    assert_eq!(id.refusal().map(|n| n.code.word()), Some("excel-precision"));
    let mobile = to_value(FieldKind::Mobile, &row.cells[1], &Rules::default());
    assert_eq!(
        mobile
            .value
            .expect("a mobile number has eleven digits")
            .expose(),
        "13800138000"
    );
    Ok(())
}

#[test]
fn the_first_visible_sheet_with_content_is_read_unless_one_is_named() -> Result<(), XlsxError> {
    let bytes = book(|book| {
        book.add_worksheet().set_name("空")?;
        book.add_worksheet()
            .set_name("隐藏")?
            .set_hidden(true)
            .write(0, 0, "a")?;
        let sheet = book.add_worksheet().set_name("客户")?;
        sheet.write(0, 0, "姓名")?.write(1, 0, "张三")?;
        let sheet = book.add_worksheet().set_name("车辆")?;
        sheet.write(0, 0, "车牌")?.write(1, 0, "京A12345")?;
        Ok(())
    })?;
    let columns = |sheet| open(&bytes, sheet).map(|rows| rows.columns().to_vec());
    assert_eq!(columns(None), Ok(vec!["姓名".to_owned()]));
    assert_eq!(columns(Some("车辆")), Ok(vec!["车牌".to_owned()]));
    assert_eq!(columns(Some("订单")), Err(OpenError::NoSuchSheet));
    assert_eq!(columns(Some("空")), Err(OpenError::Empty));
    Ok(())
}

#[test]
fn limits_hold() -> Result<(), XlsxError> {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        for row in 0..200 {
            sheet.write(row, 0, "x")?;
            sheet.write(row, 1, "y")?;
        }
        // A cell in the last row and column costs no more than any other.
        sheet.write(1_048_575, 16_383, "far")?;
        Ok(())
    })?;
    let under = |limits| Rows::open(&bytes[..], &Format::Xlsx { sheet: None }, limits).err();
    assert_eq!(under(Limits::default()), None);
    assert_eq!(
        under(Limits {
            xlsx_bytes: 1000,
            ..Limits::default()
        }),
        Some(OpenError::TooLarge)
    );
    assert_eq!(
        under(Limits {
            xlsx_cells: 100,
            ..Limits::default()
        }),
        Some(OpenError::TooManyCells)
    );
    assert_eq!(
        under(Limits {
            xlsx_unpacked_bytes: 5000,
            ..Limits::default()
        }),
        Some(OpenError::ZipBomb)
    );
    Ok(())
}

#[test]
fn what_is_no_spreadsheet_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("readme.txt", zip::write::SimpleFileOptions::default())
        .expect("a part starts");
    zip.write_all(b"no sheet").expect("a part is written");
    let other = zip.finish().expect("the archive ends").into_inner();
    for bytes in [&other[..], &other[..other.len() / 2], b"PK\x03\x04", b""] {
        assert_eq!(open(bytes, None).err(), Some(OpenError::NotASpreadsheet));
    }
}

fn book(fill: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    fill(&mut book)?;
    book.save_to_buffer()
}

fn open<'a>(bytes: &'a [u8], sheet: Option<&str>) -> Result<Rows<&'a [u8]>, OpenError> {
    Rows::open(
        bytes,
        &Format::Xlsx {
            sheet: sheet.map(str::to_owned),
        },
        Limits::default(),
    )
}

/// The columns, then each row with the text and nature of its filled cells.
fn shown(bytes: &[u8]) -> Vec<String> {
    let format = sniff(&bytes[..64], Some("book.xlsx")).expect("it is a spreadsheet");
    let rows = Rows::open(bytes, &format, Limits::default()).expect("it opens");
    let mut out = vec![rows.columns().join("/")];
    for row in rows {
        let row = row.expect("every row can be read");
        let filled = row.cells.iter().filter(|c| !c.is_empty());
        let cells: Vec<String> = filled
            .map(|c| format!("{} {:?}", c.expose(), c.native()))
            .collect();
        out.push(format!("{}: {}", row.number, cells.join("/")));
    }
    out
}
