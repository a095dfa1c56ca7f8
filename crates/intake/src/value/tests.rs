use super::*;

fn shown(outcome: &Outcome) -> String {
    let mut shown = outcome
        .value
        .as_ref()
        .map_or("-".to_owned(), |v| v.expose().clone());
    for note in &outcome.notes {
        let mark = match note.severity {
            Severity::Repaired => "",
            Severity::Kept => "~",
            Severity::Dropped => "?",
            Severity::Refused => "!",
        };
        shown = format!("{shown} {mark}{}", note.code.word());
    }
    shown
}

fn refuse(kind: FieldKind, text: &str) -> String {
    shown(&to_value(kind, &Cell::text_cell(text), &Rules::default()))
}

fn keep(kind: FieldKind, text: &str) -> String {
    let rules = Rules {
        check: CheckRule::Keep,
        ..Rules::default()
    };
    shown(&to_value(kind, &Cell::text_cell(text), &rules))
}

fn native(kind: FieldKind, text: &str, native: Native) -> String {
    shown(&to_value(kind, &Cell::new(text, native), &Rules::default()))
}

#[test]
fn damage_is_undone_where_it_can_be_and_named_where_it_cannot() {
    use FieldKind::*;
    for (kind, text, expected) in [
        (Mobile, "13800138000", "13800138000"),
        (Mobile, "+86 138-0013-8000", "13800138000"),
        (Mobile, "１３８００１３８０００", "13800138000 full-width"),
        (Mobile, "1.38E+10", "- !excel-scientific"),
        (Mobile, "1.38001380001E+10", "- !excel-scientific"),
        (
            Mobile,
            "1.3800138000E+10",
            "13800138000 excel-scientific-recovered",
        ),
        (Mobile, "13800138000.0", "13800138000 decimal-tail"),
        (Mobile, "12345678901", "- !check-failed"),
        (Mobile, "#N/A", "- !excel-error"),
        (Mobile, "#####", "- !excel-error"),
        (Mobile, "无", "- placeholder"),
        (Mobile, " \u{3000}", "- full-width"),
        (Landline, "1012345678", "01012345678 lost-zero"),
        (ResidentId, "11010519491231002x", "11010519491231002X"),
        (ResidentId, "110105194912310021", "- !check-failed"),
        (ResidentId, "110105194912310000", "- !excel-precision"),
        (BankCard, "6200000000000006", "- !check-failed"),
        (Vin, "lzzte5t03ta000001", "LZZTE5T03TA000001"),
        (Plate, "京a·12345", "京A12345"),
        (DateOfBirth, "45123", "2023-07-16 excel-serial"),
        (DateOfBirth, "1990年1月5日", "1990-01-05"),
        (DateOfBirth, "1/7/2023", "- !date-ambiguous"),
        (DateOfBirth, "1990-01-05 08:00", "1990-01-05 time-dropped"),
        (Time, "2026/1/5 8:03", "2026-01-05T08:03:00"),
        (Money, "¥1,234.5", "1234.50 thousands"),
        (Number, "12,345 km", "12345 thousands"),
        (Number, "12.000", "12 ~number-ambiguous"),
        (Number, "0.125", "0.125"),
        (Code, "=\"00123\"", "00123 excel-text-formula"),
        (Code, "3月4日", "3月4日 ~excel-date-suspected"),
        (Name, "张　伟", "张伟 full-width"),
        (Name, "=cmd|' /C calc'!A0", "- !formula"),
        (
            FreeText,
            "=cmd|' /C calc'!A0",
            "'=cmd|' /C calc'!A0 formula-neutralised",
        ),
        (FreeText, "无", "无"),
    ] {
        assert_eq!(refuse(kind, text), expected, "{kind:?} {text}");
    }
}

#[test]
fn what_was_neutralised_once_stays_as_it_is() {
    assert_eq!(refuse(FieldKind::FreeText, "'=1+1"), "'=1+1");
}

#[test]
fn the_rule_keeps_what_is_wrong_and_drops_what_is_lost() {
    use FieldKind::*;
    for (kind, text, expected) in [
        (
            ResidentId,
            "110105194912310021",
            "110105194912310021 ~check-failed",
        ),
        (Mobile, "1.38E+10", "- ?excel-scientific"),
        (Mobile, "#N/A", "- ?excel-error"),
        (DateOfBirth, "1/7/2023", "1/7/2023 ~date-ambiguous"),
        (Name, "=1+1", "- ?formula"),
    ] {
        assert_eq!(keep(kind, text), expected, "{kind:?} {text}");
    }
}

#[test]
fn a_spreadsheet_cell_is_judged_by_what_it_was() {
    use FieldKind::*;
    for (kind, text, was, expected) in [
        (Mobile, "13800138000", Native::Number, "13800138000"),
        (
            ResidentId,
            "110105194912310020",
            Native::Number,
            "- !excel-precision",
        ),
        (DateOfBirth, "2023-07-16", Native::Date, "2023-07-16"),
        (DateOfBirth, "60", Native::Date, "- !excel-leap-day"),
        (Code, "2023-03-04", Native::Date, "- !excel-date"),
        (Name, "#REF!", Native::Error, "- !excel-error"),
    ] {
        assert_eq!(native(kind, text, was), expected, "{kind:?} {text}");
    }
}

#[test]
fn declared_values_translations_widths_and_orders_are_followed() {
    let values = ["none".to_owned(), "gold".to_owned()];
    let table = BTreeMap::from([
        ("金卡".to_owned(), "gold".to_owned()),
        ("无".to_owned(), "none".to_owned()),
    ]);
    let rules = Rules {
        values: &values,
        translate: Some(&table),
        ..Rules::default()
    };
    for (text, expected) in [
        ("金卡", "gold"),
        ("无", "none"),
        ("银卡", "- !enum-unknown"),
        ("NONE", "none"),
    ] {
        assert_eq!(
            shown(&to_value(FieldKind::Enum, &Cell::text_cell(text), &rules)),
            expected
        );
    }
    let postcode = Rules {
        width: Some(6),
        ..Rules::default()
    };
    for (text, expected) in [
        ("10000", "010000 lost-zero"),
        ("100000", "100000"),
        ("123", "123 ~lost-zero-suspected"),
    ] {
        assert_eq!(
            shown(&to_value(
                FieldKind::Code,
                &Cell::text_cell(text),
                &postcode
            )),
            expected
        );
    }
    let dmy = Rules {
        order: Some(DateOrder::Dmy),
        epoch: Epoch::Mac1904,
        ..Rules::default()
    };
    for (text, expected) in [
        ("1/7/2023", "2023-07-01"),
        ("43661", "2023-07-16 excel-serial"),
    ] {
        assert_eq!(
            shown(&to_value(FieldKind::Time, &Cell::text_cell(text), &dmy)),
            expected
        );
    }
}

#[test]
fn no_note_carries_the_value() {
    let outcome = to_value(
        FieldKind::Mobile,
        &Cell::text_cell("19999planted"),
        &Rules::default(),
    );
    let note = outcome.refusal().expect("a mobile number has no letters");
    let said = format!("{outcome:?} {:?}", outcome.text(note));
    assert!(!said.contains("planted"), "{said}");
    assert_eq!(
        outcome.text(note).en,
        "mobile number: a character that does not belong"
    );
}
