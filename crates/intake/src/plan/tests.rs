use std::sync::Arc;

use super::*;
use crate::fixture::register;

const MAP: &str = r#"
    ignore = ["序号"]
    [columns]
    "姓名" = "customer.name"
    "手机" = "customer.mobile"
    "省" = "customer.address"
    "街" = "customer.address"
    "邮编" = "customer.postcode"
    "邮箱" = "customer.email"
    "车架号" = "vehicle.vin"
    "动力" = "vehicle.energy"
    [constants]
    "customer.note" = "imported"
    [translate."vehicle.energy"]
    "汽油" = "petrol"
"#;

const COLUMNS: [&str; 9] = [
    "序号",
    "姓名",
    "手机",
    "省",
    "街",
    "邮编",
    "邮箱",
    "车架号",
    "动力",
];

fn draft(cells: [&str; 9]) -> String {
    let mapping = Mapping::parse("m.toml", MAP, &register()).expect("the mapping is right");
    let columns: Vec<String> = COLUMNS.iter().map(|c| (*c).to_owned()).collect();
    let plan = RowPlan::new(&mapping, &register(), &columns, true).expect("the columns fit");
    let row = RawRow {
        number: 2,
        columns: Arc::new(columns),
        cells: cells.iter().map(|c| Cell::text_cell(*c)).collect(),
    };
    let note = |n: &FieldNote| {
        format!(
            "{} {}",
            n.field
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            n.code
        )
    };
    match plan.draft(&row) {
        Err(refusal) => refusal
            .reasons
            .iter()
            .map(note)
            .collect::<Vec<_>>()
            .join(", "),
        Ok(drafted) => {
            let record = |d: &RecordDraft| {
                let pairs = |values: &[(String, Personal<String>)]| {
                    values
                        .iter()
                        .map(|(f, v)| format!("{f}={}", v.expose()))
                        .collect::<Vec<_>>()
                        .join(" ")
                };
                format!("{}[{}]: {}", d.collection, pairs(&d.key), pairs(&d.values))
            };
            let records = drafted.drafts.iter().map(record);
            records
                .chain(drafted.notes.iter().map(note))
                .collect::<Vec<_>>()
                .join(" | ")
        }
    }
}

#[test]
fn a_row_feeds_several_collections() {
    assert_eq!(
        draft([
            "1",
            "张伟",
            "13800138000",
            "上海市",
            "某路1号",
            "10000",
            "a@b.cn",
            "LZZTE5T03TA000001",
            "汽油"
        ]),
        "customer[mobile=13800138000]: name=张伟 mobile=13800138000 address=上海市某路1号 email=a@b.cn \
         postcode=010000 note=imported | vehicle[vin=LZZTE5T03TA000001]: vin=LZZTE5T03TA000001 \
         energy=petrol | customer.postcode lost-zero"
    );
}

#[test]
fn empty_parts_make_no_record() {
    assert_eq!(
        draft(["1", "张伟", "13800138000", "", "", "", "", "", ""]),
        "customer[mobile=13800138000]: name=张伟 mobile=13800138000 note=imported"
    );
}

#[test]
fn a_thing_without_its_key_is_left_out_and_noted() {
    assert_eq!(
        draft(["1", "", "13800138000", "", "", "", "", "", "汽油"]),
        "customer[mobile=13800138000]: mobile=13800138000 note=imported | vehicle.vin key-missing"
    );
}

#[test]
fn a_refused_row_gives_every_reason() {
    assert_eq!(
        draft(["1", "=1+1", "1.38E+10", "", "", "", "bad", "", "汽油"]),
        "customer.name formula, customer.mobile excel-scientific"
    );
    assert_eq!(
        draft(["1", "张伟", "", "", "", "", "", "", ""]),
        "customer.mobile key-missing"
    );
    assert_eq!(
        draft(["1", "", "", "", "", "", "", "", "汽油"]),
        "vehicle.vin key-missing"
    );
    assert_eq!(
        draft(["1", "", "", "", "", "", "", "", ""]),
        " nothing-mapped"
    );
}

#[test]
fn a_rule_of_the_register_keeps_what_is_wrong() {
    assert_eq!(
        draft(["1", "", "13800138000", "", "", "", "bad", "", ""]),
        "customer[mobile=13800138000]: mobile=13800138000 email=bad note=imported | customer.email check-failed"
    );
}

#[test]
fn columns_must_exist_and_be_decided() {
    let mapping = Mapping::parse("m.toml", MAP, &register()).expect("the mapping is right");
    let columns: Vec<String> = ["姓名", "手机", "新列", "#4"]
        .iter()
        .map(|c| (*c).to_owned())
        .collect();
    let codes = |are_final| -> Vec<String> {
        let findings = RowPlan::new(&mapping, &register(), &columns, are_final).unwrap_err();
        findings
            .iter()
            .map(|f| format!("{} {}", f.code, f.column))
            .collect()
    };
    assert_eq!(codes(false), ["column-undecided 新列"]);
    assert_eq!(codes(true).len(), 7);
}
