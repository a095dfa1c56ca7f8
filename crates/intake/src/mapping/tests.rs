use super::*;
use crate::fixture::register;

const GOOD: &str = "[columns]\n\"手机\" = \"customer.mobile\"\n";

fn findings(text: &str) -> Vec<String> {
    match Mapping::parse("m.toml", text, &register()) {
        Ok(_) => Vec::new(),
        Err(findings) => findings
            .iter()
            .map(|f| format!("{}:{} {}", f.line, f.column, f.code))
            .collect(),
    }
}

#[test]
fn a_mapping_names_columns_keys_and_rules() {
    let mapping = Mapping::parse("m.toml", GOOD, &register()).expect("the mapping is right");
    assert_eq!(
        mapping.columns,
        [("手机".to_owned(), vec![FieldRef::new("customer", "mobile")])]
    );
    assert_eq!(mapping.keys["customer"], ["mobile"]);
    assert!(!mapping.source.third_party);
}

#[test]
fn every_mistake_is_found_with_its_place() {
    for (text, expected) in [
        (
            "[columns]\n\"手机\" = \"customer.phone\"",
            vec!["2:8 field-unknown"],
        ),
        (
            "[columns]\n\"手机\" = \"mobile\"",
            vec!["2:8 field-malformed"],
        ),
        ("[columns]\n\"手机\" = 7", vec!["2:8 value-wrong"]),
        ("[columns]\n手机 = \"x", vec!["2:1 toml"]),
        ("colums = 1", vec!["1:1 key-unknown"]),
        ("", vec!["1:1 nothing-mapped"]),
        (
            "[columns]\na = \"customer.mobile\"\nb = \"customer.mobile\"",
            vec!["3:5 field-twice"],
        ),
        ("[columns]\na = \"customer.name\"", vec!["1:2 key-not-fed"]),
        (
            "[columns]\na = \"customer.name\"\n[match]\ncustomer = []",
            vec![],
        ),
        (
            "[columns]\na = \"customer.name\"\n[match]\ncustomer = [\"phone\"]",
            vec!["3:2 key-not-fed", "4:12 field-unknown"],
        ),
        (
            "[columns]\na = \"customer.mobile\"\n[match]\nclient = []",
            vec!["4:1 collection-unknown"],
        ),
        (
            "[columns]\na = \"customer.mobile\"\n[constants]\n\"vehicle.energy\" = \"gas\"",
            vec!["4:20 constant-invalid"],
        ),
        (
            "[columns]\na = \"customer.mobile\"\n[on_bad]\n\"customer.mobile\" = \"drop\"",
            vec!["4:21 value-wrong"],
        ),
        (
            "[columns]\na = \"customer.mobile\"\n[translate.\"vehicle.energy\"]\n\"汽油\" = \"gas\"",
            vec!["4:8 translation-invalid"],
        ),
        (
            "[columns]\na = \"customer.mobile\"\n[dates]\norder = \"ymd\"\nepoch = 1970",
            vec!["4:9 value-wrong", "5:9 value-wrong"],
        ),
        (
            "[source]\nthird_party = true\nname = \"x\"\n[columns]\na = \"customer.mobile\"",
            vec!["1:2 source-unstated"],
        ),
        (
            "[source]\nthird_party = true\nname = \"x\"\nauthorisation = \"y\"\ndate = \"2026-1-1\"\n[columns]\na = \"customer.mobile\"",
            vec!["5:8 value-wrong"],
        ),
    ] {
        assert_eq!(findings(text), expected, "{text}");
    }
}

#[test]
fn pieces_of_an_address_may_stand_in_several_columns() {
    let text = format!("{GOOD}\"省\" = \"customer.address\"\n\"市\" = \"customer.address\"\n");
    assert_eq!(findings(&text), Vec::<String>::new());
}

#[test]
fn a_finding_shows_file_place_and_remedy() {
    let findings =
        Mapping::parse("m.toml", "[columns]\na = \"customer.phone\"", &register()).unwrap_err();
    let shown = findings[0].render(Language::English);
    assert!(
        shown.starts_with("m.toml:2:5: the register has no field customer.phone [field-unknown]\n"),
        "{shown}"
    );
    assert!(
        shown.contains("remedy: use one of: name, mobile,"),
        "{shown}"
    );
}
