use shouxin_model::text::Language;

use super::*;
use crate::parse::tests::sound;
use crate::{PROFILES, parse};

fn cell<'a>(table: &'a Table, row: usize, key: &str) -> &'a str {
    let column = table
        .columns
        .iter()
        .position(|c| c.key == key)
        .expect("column");
    &table.rows[row][column]
}

#[test]
fn the_collection_list_has_a_row_for_each_field_with_all_that_is_asked() {
    let table = collection_list(&sound(), Language::English);
    assert_eq!(table.rows.len(), 6);
    for (key, text) in [
        ("field", "customer.position"),
        ("item", "position"),
        ("scene", "rescue"),
        ("purposes", "rescue, claim"),
        (
            "basis",
            "PIPL consent; PIPL statutory duty; GDPR consent; GDPR legal obligation",
        ),
        ("sensitive", "whereabouts and tracks"),
        ("grade", "general"),
        ("level", "4"),
        ("sealed", "AES-256-GCM"),
        ("retention", "1 day from rescue-ended"),
        ("rule", "AUTO 9"),
        ("owner", "rescue"),
    ] {
        assert_eq!(cell(&table, 2, key), text, "{key}");
    }
    let chinese = collection_list(&sound(), Language::Chinese);
    assert_eq!(cell(&chinese, 0, "sensitive"), "否");
    assert_eq!(chinese.columns[2].title, "收集项目");
}

#[test]
fn the_processing_record_has_a_row_for_each_purpose() {
    let table = processing_record(&sound(), Language::English);
    assert_eq!(table.rows.len(), 4);
    for (key, text) in [
        ("purpose", "claim"),
        ("consent", ""),
        (
            "categories",
            "customer: mobile number, resident ID number, position",
        ),
        ("sensitive", "position"),
        ("recipients", "adviser"),
        ("condition", "an open case"),
        ("retention", "1096 days from last-service"),
        (
            "measures",
            "fields sealed with AES-256-GCM; second factor for clear reads",
        ),
    ] {
        assert_eq!(cell(&table, 2, key), text, "{key}");
    }
}

#[test]
fn no_profile_leaves_a_needed_cell_empty() {
    for profile in PROFILES {
        let register = parse(profile.name, profile.register_toml).expect(profile.name);
        for language in [Language::Chinese, Language::English] {
            let table = collection_list(&register, language);
            for row in 0..table.rows.len() {
                for key in [
                    "item",
                    "scene",
                    "purposes",
                    "basis",
                    "sensitive",
                    "retention",
                    "owner",
                ] {
                    assert!(
                        !cell(&table, row, key).is_empty(),
                        "{} row {row}: {key}",
                        profile.name
                    );
                }
            }
        }
    }
}
