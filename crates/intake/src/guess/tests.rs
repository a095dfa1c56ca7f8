use std::sync::Arc;

use super::*;
use crate::fixture::register;

fn shown(table: &str) -> Vec<String> {
    let mut lines = table
        .lines()
        .map(|l| l.split(',').map(str::to_owned).collect::<Vec<_>>());
    let columns = Arc::new(lines.next().unwrap());
    let rows: Vec<RawRow> = lines
        .enumerate()
        .map(|(at, cells)| RawRow {
            number: at as u64 + 2,
            columns: Arc::clone(&columns),
            cells: cells.into_iter().map(Cell::text_cell).collect(),
        })
        .collect();
    let guesses = guess(&columns, &rows, &register());
    guesses
        .iter()
        .map(|g| format!("{} {}", g.column, g.field))
        .collect()
}

#[test]
fn headers_and_values_find_their_fields() {
    assert_eq!(
        shown(
            "客户,联系方式,证件号码,住址,VIN,号牌,燃料,行驶里程\n\
             张伟,13800138000,11010519491231002X,上海市某路1号,LZZTE5T03TA000001,京A12345,petrol,12000\n\
             王芳,16200000000,119999190003010015,北京市某街2号,LZZTE5T00SB123456,沪B12345,electric,8000"
        ),
        [
            "客户 customer.name",
            "联系方式 customer.mobile",
            "证件号码 customer.resident_id",
            "住址 customer.address",
            "VIN vehicle.vin",
            "号牌 vehicle.plate",
            "燃料 vehicle.energy",
            "行驶里程 vehicle.mileage_km",
        ]
    );
}

#[test]
fn values_speak_where_headers_do_not() {
    assert_eq!(
        shown("a,b,c\n张伟,13800138000,x\n王芳,16200000000,y\n欧阳娜,17000000000,z"),
        ["a customer.name", "b customer.mobile"]
    );
}

#[test]
fn values_overrule_a_wrong_header() {
    assert_eq!(
        shown("姓名,手机\n13800138000,张伟\n16200000000,王芳\n17000000000,李娜"),
        ["姓名 customer.mobile", "手机 customer.name"]
    );
}

#[test]
fn damaged_values_leave_the_header_its_word() {
    assert_eq!(
        shown("姓名,手机\n张伟,1.38E+10\n王芳,1.39E+10\n李娜,1.37E+10"),
        ["姓名 customer.name", "手机 customer.mobile"]
    );
}

#[test]
fn a_collection_without_its_key_is_left_out() {
    assert_eq!(
        shown("姓名,手机,里程\n张伟,13800138000,12000"),
        ["姓名 customer.name", "手机 customer.mobile"]
    );
}

#[test]
fn pieces_of_an_address_join_it() {
    assert_eq!(
        shown("手机,省,市,地址\n13800138000,江苏省,苏州市,某区某路1号"),
        [
            "手机 customer.mobile",
            "省 customer.address",
            "市 customer.address",
            "地址 customer.address"
        ]
    );
}

#[test]
fn no_guess_carries_a_value() {
    let columns = Arc::new(vec!["手机".to_owned()]);
    let cells = vec![Cell::text_cell("13800138000")];
    let row = RawRow {
        number: 2,
        columns: Arc::clone(&columns),
        cells,
    };
    let shown = format!("{:?}", guess(&columns, &[row], &register()));
    assert!(
        shown.contains("customer") && !shown.contains("13800138000"),
        "{shown}"
    );
}
