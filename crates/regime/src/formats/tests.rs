use serde_json::Value;
use shouxin_model::FieldKind;

use super::*;
use crate::failure::Severity;

fn reason(kind: FieldKind, value: &str) -> Option<Reason> {
    check(kind, value).err().map(|failure| failure.reason)
}

#[test]
fn the_examples_of_the_data_file_hold() {
    let data: Value = serde_json::from_str(include_str!("../../data/identifiers.json")).unwrap();
    let mut seen = 0;
    for format in data["formats"].as_array().unwrap() {
        let kind = FieldKind::from_word(format["kind"].as_str().unwrap()).unwrap();
        for value in format["valid_examples"].as_array().unwrap() {
            assert_eq!(reason(kind, value.as_str().unwrap()), None, "{value}");
            seen += 1;
        }
        for value in format["invalid_examples"].as_array().unwrap() {
            assert_ne!(reason(kind, value.as_str().unwrap()), None, "{value}");
            seen += 1;
        }
    }
    assert_eq!(seen, 59);
}

#[test]
fn a_failure_says_what_is_wrong_first() {
    use FieldKind::*;
    use Reason::*;
    for (kind, value, expected) in [
        (Mobile, "", Empty),
        (Mobile, "1380013800", Length),
        (Mobile, "1.38E+10", Characters),
        (Mobile, "19400000000", Segment),
        (Mobile, "+85211234567", Segment),
        (ResidentId, "110105194912310021", CheckDigit),
        (ResidentId, "119999190002300015", Date),
        (ResidentId, "999999199001011238", Region),
        (ResidentId, "110105491231002", Length),
        (Landline, "03201234567", AreaCode),
        (Landline, "12345", Length),
        (Landline, "88886666", AreaCodeMissing),
        (Landline, "010123456", Length),
        (Vin, "LZZIE5T03TA000001", Characters),
        (Vin, "LZZTE5T03TA00000", Length),
        (Vin, "LZZTE5T01SB123456", CheckDigit),
        (Plate, "京I12345", Characters),
        (Plate, "港A12345", Shape),
        (Plate, "京A123456", Shape),
        (Plate, "京A1234", Length),
        (Uscc, "91119999MA0000TE6A", CheckDigit),
        (Uscc, "91999999MA0000TE6H", Region),
        (BankCard, "6200000000000006", CheckDigit),
        (Imei, "490154203237517", CheckDigit),
        (Gps, "91,0", Range),
        (DateOfBirth, "2023-02-29", Date),
        (DateOfBirth, "tomorrow", Shape),
        (Waybill, "EE473124820CN", CheckDigit),
        (Name, "张3", Characters),
        (Email, "a@b", Shape),
        (Email, "a@b@c.d", Characters),
        (Money, "1.234", Length),
        (Code, "a\u{7}", Characters),
    ] {
        assert_eq!(reason(kind, value), Some(expected), "{kind:?} {value}");
    }
}

#[test]
fn good_values_of_every_checked_kind_pass() {
    use FieldKind::*;
    for (kind, values) in [
        (
            Name,
            &["张三", "阿卜杜拉·买买提", "John O'Neil", "Renée", "李女士"][..],
        ),
        (
            Mobile,
            &["+86 138 0013 8000", "+852 9123 4567", "+1 202 555 0123"],
        ),
        (
            Landline,
            &[
                "010-12345678",
                "0512 55551234",
                "0512-5555123-801",
                "400-000-0000",
                "+86 10 12345678",
            ],
        ),
        (Passport, &["E12345678", "EA1234567", "123456789"]),
        (
            Permit,
            &[
                "H12345678",
                "H1234567801",
                "12345678",
                "1234567890(B)",
                "C12345678",
                "CA1234567",
                "L12345678",
                "CAN999976061501",
            ],
        ),
        (
            Plate,
            &[
                "京A1234警",
                "使123456",
                "123456使",
                "沪A1234领",
                "粤Z1234澳",
                "京a·12345",
            ],
        ),
        (Email, &["zhang.san+x@example.com.cn", "a@例子.中国"]),
        (Ip, &["203.0.113.77", "2001:db8::1"]),
        (Mac, &["00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e"]),
        (Imei, &["490154203237518"]),
        (Wechat, &["wxid_abc123", "zhang-san"]),
        (Qq, &["10001"]),
        (
            Waybill,
            &[
                "SF1234567890123",
                "YT1234567890123",
                "ZTO123456789012",
                "STO123456789012",
                "JDVA12345678901",
                "JD0123456789012",
                "JT1234567890123",
                "78123456789012",
                "EE473124829CN",
                "1234567890123",
            ],
        ),
        (Gps, &["31.230416,121.473701", "-33.9, 18.4"]),
        (DateOfBirth, &["1990-01-05", "1990年1月5日"]),
        (
            Time,
            &[
                "2026-01-05 08:03",
                "2026-01-05",
                "2026-01-05T08:03:00+08:00",
            ],
        ),
        (Money, &["¥1,234.50", "-12"]),
        (Number, &["12,000", "-1.5"]),
        (Address, &["上海市浦东新区张江镇XX路1号"]),
        (FreeText, &["客户说\n请回电"]),
        (Enum, &["open"]),
        (Code, &["P0301"]),
        (File, &["a.pdf"]),
    ] {
        for value in values {
            assert_eq!(reason(kind, value), None, "{kind:?} {value}");
        }
    }
}

#[test]
fn residence_permits_are_read_as_eighteen_characters() {
    // Place 99 and nationality 999 belong to nobody.
    for first17 in ["99999919810803002", "83000019900101001"] {
        let check =
            crate::check_digit::resident_id_check(first17.as_bytes().try_into().unwrap()) as char;
        assert_eq!(
            reason(FieldKind::Permit, &format!("{first17}{check}")),
            None
        );
        let wrong = if check == '1' { '2' } else { '1' };
        assert_eq!(
            reason(FieldKind::Permit, &format!("{first17}{wrong}")),
            Some(Reason::CheckDigit)
        );
    }
    assert_eq!(
        reason(FieldKind::Permit, "11010519491231002X"),
        Some(Reason::Region)
    );
}

#[test]
fn failures_that_real_values_show_only_warn() {
    use FieldKind::*;
    for (kind, value, expected) in [
        (BankCard, "6200000000000006", Severity::Warn),
        (Vin, "1M8GDM9A0KP042788", Severity::Warn),
        (Landline, "88886666", Severity::Warn),
        (ResidentId, "110105194912310021", Severity::Refuse),
        (Imei, "490154203237517", Severity::Refuse),
        (Uscc, "91119999MA0000TE6A", Severity::Refuse),
    ] {
        assert_eq!(
            check(kind, value).unwrap_err().severity(),
            expected,
            "{kind:?}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_a_check_panic(text in "\\PC{0,24}|[0-9A-Z]{0,20}|[京粤使领A-Z0-9挂港]{0,9}") {
        for &kind in FieldKind::ALL {
            let _ = check(kind, &text);
        }
    }
}
