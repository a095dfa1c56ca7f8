use proptest::prelude::*;
use serde::Deserialize;
use shouxin_model::FieldKind;

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    kind: FieldKind,
    profile: String,
    value: String,
    expected: String,
}

#[derive(Deserialize)]
struct Corpus {
    masks: Vec<Row>,
}

fn corpus() -> Corpus {
    serde_json::from_str(include_str!("../../../corpus/masks/masks.json")).unwrap()
}

fn profile(word: &str) -> MaskProfile {
    MaskProfile::ALL
        .into_iter()
        .find(|p| p.word() == word)
        .unwrap()
}

#[test]
fn the_corpus_of_masks_holds() {
    let corpus = corpus();
    assert!(corpus.masks.len() >= 150);
    for row in &corpus.masks {
        let found = mask(row.kind, profile(&row.profile), &row.value);
        assert_eq!(
            found, row.expected,
            "{:?} {} {}",
            row.kind, row.profile, row.value
        );
    }
}

#[test]
fn the_corpus_covers_every_kind_and_profile() {
    let corpus = corpus();
    for &kind in FieldKind::ALL {
        for p in MaskProfile::ALL {
            let covered = corpus
                .masks
                .iter()
                .any(|row| row.kind == kind && row.profile == p.word());
            assert!(covered, "{kind:?} {p:?}");
        }
    }
}

/// The examples of the masking rules that the product's defaults were chosen by.
#[test]
fn named_rules_mask_as_they_promise() {
    for (rule, value, expected) in [
        ("mobile", "13812345678", "138****5678"),
        ("mobile_waybill", "13812345678", "1******5678"),
        ("landline", "01012345678", "0101*****78"),
        ("name", "张三", "张*"),
        ("name", "张小明", "张**"),
        ("name", "欧阳明", "欧阳*"),
        (
            "address",
            "上海市浦东新区张江镇XX路1号2单元301室",
            "上海市浦东新区张江镇****",
        ),
        (
            "address_waybill",
            "上海市浦东新区张江镇XX路1号2单元301室",
            "上海市浦东新区张江镇XX路1号****",
        ),
        ("resident_id", "11010519491231002X", "110105********002X"),
        (
            "resident_id_strict",
            "11010519491231002X",
            "1****************X",
        ),
        ("passport", "E12345678", "E*****678"),
        ("plate", "京A12345", "京A***45"),
        ("plate", "粤BD12345", "粤B****45"),
        ("vin", "LZZTE5T03TA000001", "LZZ**********0001"),
        ("engine_no", "AB1234567", "*****4567"),
        ("bank_card", "6200000000000005", "620000******0005"),
        ("email", "zhangsan@example.com", "z*******@example.com"),
        ("uscc", "91119999MA0000TE6H", "91119999MA0000TE6H"),
        ("ip", "203.0.113.77", "203.0.113.*"),
        ("gps", "31.230416,121.473701", "31.23,121.47"),
        ("waybill_no", "SF1234567890123", "SF12*******0123"),
        ("goods", "女士连衣裙", "服装"),
        ("secret", "abc", "********"),
    ] {
        assert_eq!(rule_by_name(rule).unwrap().apply(value), expected, "{rule}");
    }
}

#[test]
fn every_rule_is_found_by_its_own_name() {
    for &rule in Rule::ALL {
        assert_eq!(rule_by_name(rule.name()), Some(rule));
    }
    assert_eq!(rule_by_name("no_such_rule"), None);
}

#[test]
fn only_kinds_that_say_nothing_about_a_person_stay_plain() {
    for &kind in FieldKind::ALL {
        for p in MaskProfile::ALL {
            assert!(
                rule_for(kind, p) != Rule::Plain || !kind.is_personal(),
                "{kind:?} {p:?}"
            );
        }
    }
}

#[test]
fn values_in_the_wrong_column_are_hidden_whole() {
    let name_and_phone = "张三丰的电话13812345678";
    for &rule in Rule::ALL.iter().filter(|&&rule| rule != Rule::Plain) {
        let text = rule.apply(name_and_phone);
        let tells = text.contains("三丰") || text.contains("5678");
        assert!(!tells, "{} {text}", rule.name());
    }
    assert_eq!(
        rule_by_name("uscc").unwrap().apply("11010519491231002X"),
        "******************"
    );
}

#[test]
fn coarser_truths_are_told_where_a_kind_has_one() {
    use FieldKind::*;
    for (kind, value, expected) in [
        (
            Address,
            "上海市浦东新区张江镇XX路1号",
            Some("上海市浦东新区"),
        ),
        (
            Address,
            "200120 上海市浦东新区张江镇",
            Some("上海市浦东新区"),
        ),
        (
            Address,
            "江苏省苏州市昆山市玉山镇",
            Some("江苏省苏州市昆山市"),
        ),
        (Address, "东莞市虎门镇", Some("东莞市")),
        (Address, "XX路1号", None),
        (DateOfBirth, "1990-01-05", Some("1990s")),
        (DateOfBirth, "19850105", Some("1980s")),
        (DateOfBirth, "05/01/1990", None),
        (FreeText, "女士连衣裙", Some("服装")),
        (FreeText, "客户来电", None),
        (Gps, "31.230416,121.473701", Some("31.2,121.4")),
        (Gps, "-33.95,18.42", Some("-33.9,18.4")),
        (Gps, "131.0,0.0", None),
        (Ip, "203.0.113.77", Some("203.0.113.0/24")),
        (
            Ip,
            "2001:db8:85a3::8a2e:370:7334",
            Some("2001:db8:85a3::/48"),
        ),
        (Time, "2026-01-05T08:03:00", Some("2026-01")),
        (Time, "2026年1月5日", Some("2026-01")),
        (Money, "0", Some("0-100")),
        (Money, "¥1,234.50", Some("1000-5000")),
        (Money, "5000", Some("5000-10000")),
        (Money, "250000", Some("100000+")),
        (Money, "-3.20", Some("<0")),
        (Plate, "粤BD12345", Some("粤")),
        (Vin, "LZZTE5T03TA000001", Some("LZZ")),
        (ResidentId, "11010519491231002X", Some("11 1940s")),
        (Landline, "0512-88886666", Some("0512")),
        (Enum, "open", Some("open")),
        (Name, "张三", None),
        (Mobile, "13812345678", None),
        (Email, "zhangsan@example.com", None),
    ] {
        assert_eq!(
            generalise(kind, value).as_deref(),
            expected,
            "{kind:?} {value}"
        );
    }
}

#[test]
fn free_text_tells_its_length_class_alone() {
    let rule = rule_by_name("free_text").unwrap();
    assert_eq!(rule.apply("客户要求回电"), rule.apply("好"));
    assert_eq!(rule.apply(&"字".repeat(20)), "********");
    assert_eq!(rule.apply(&"字".repeat(5000)), "************");
}

/// Text like the values of every kind, and text like none.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,30}",
        "[0-9]{1,20}",
        "\\+?[0-9 -]{3,18}",
        "[0-9]{3,8}(-|转|#|x)[0-9]{1,4}",
        "[A-Z0-9]{5,20}",
        "[张王欧阳李阿卜·女士A-c ]{1,6}",
        "[京粤使][A-Z0-9]{5,7}[港挂]?",
        "(上海|昆山|XX)[市区省县镇路街道号室楼0-9a张 ]{0,12}",
        "[a-z0-9.]{1,8}@[a-z0-9.]{1,8}",
        "[0-9a-f:.]{2,20}",
        "-?[0-9]{1,3}\\.[0-9]{0,6},-?[0-9]{1,3}\\.[0-9]{0,6}",
        "[0-9]{4}[-/年][0-9]{1,2}[-/月][0-9]{1,2}日?",
    ]
}

fn count(text: &str) -> usize {
    text.chars()
        .filter(|&c| c.is_alphanumeric() || c == '_')
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_rule_hides_at_least_its_minimum(value in any_text()) {
        for rule in Rule::ALL.iter().copied().filter(|rule| rule.min_hidden() > 0) {
            let masked = rule.apply(&value);
            let all = count(&value);
            let most = all - all.min(rule.min_hidden());
            prop_assert!(count(&masked) <= most, "{} {:?} {:?}", rule.name(), value, masked);
        }
    }

    #[test]
    fn a_personal_value_is_never_shown_whole(value in any_text()) {
        for &kind in FieldKind::ALL.iter().filter(|&&kind| kind.is_personal() && kind != FieldKind::Uscc) {
            for profile in MaskProfile::ALL {
                let masked = mask(kind, profile, &value);
                let tells = count(&value) > 0 && masked.contains(value.trim());
                prop_assert!(!tells, "{kind:?} {profile:?} {value:?} {masked:?}");
            }
        }
    }

    #[test]
    fn a_waybill_hides_six_digits_of_any_phone(value in any_text()) {
        for kind in [FieldKind::Mobile, FieldKind::Landline] {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
            let masked = mask(kind, MaskProfile::Waybill, &value);
            prop_assert!(digits(&masked) + digits(&value).min(6) <= digits(&value), "{value:?} {masked:?}");
        }
    }

    #[test]
    fn no_text_makes_a_coarser_truth_panic(value in any_text()) {
        for &kind in FieldKind::ALL {
            let _ = generalise(kind, &value);
        }
    }
}
