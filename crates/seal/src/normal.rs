//! The one spelling under which a value is indexed and searched.

use std::net::IpAddr;

use shouxin_model::FieldKind;
use shouxin_model::surname::{self, is_han, is_middle_dot};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The value in the spelling that all its spellings share. Compatibility forms are folded (NFKC:
/// full-width digits and letters), and then by kind:
///
/// - names: spaces and kinds of middle dot in Chinese names; case, order (`Smith, John`) and title
///   in foreign ones;
/// - telephone numbers: punctuation, +86, 0086;
/// - numbers of fixed form (ID, card, plate, VIN …): spaces, hyphens, dots; letters upper case;
/// - waybills and business codes: spaces; letters upper case;
/// - e-mail and WeChat: spaces; letters lower case;
/// - addresses: spaces, commas, full stops;
/// - dates: 1990-1-2, 1990/01/02, 1990年1月2日 and 19900102 alike;
/// - amounts and numbers: thousands separators, currency signs, needless zeros;
/// - everything else: runs of spaces.
///
/// Total: any text has a normal form, right or wrong as a value of its kind. Empty if nothing of it
/// counts. Wiped on drop.
pub fn normal_form(kind: FieldKind, value: &str) -> Zeroizing<String> {
    let folded = fold(value);
    let text = folded.trim();
    match kind {
        FieldKind::Name => name(text),
        FieldKind::Mobile | FieldKind::Landline => telephone(kind, text),
        FieldKind::ResidentId
        | FieldKind::Passport
        | FieldKind::Permit
        | FieldKind::BankCard
        | FieldKind::Uscc
        | FieldKind::Vin
        | FieldKind::Plate
        | FieldKind::Imei
        | FieldKind::Mac
        | FieldKind::Qq => letters_and_digits(text),
        // Hyphens stay: 1-11 and 11-1 are two orders, JD1-1-2 and JD1-12 two parcels.
        FieldKind::Waybill | FieldKind::Code => {
            keep(text, |c| !c.is_whitespace(), char::to_uppercase)
        }
        FieldKind::Email | FieldKind::Wechat => {
            keep(text, |c| !c.is_whitespace(), char::to_lowercase)
        }
        FieldKind::Address => keep(text, |c| !is_address_gap(c), char::to_uppercase),
        FieldKind::Ip => ip(text),
        FieldKind::DateOfBirth => date(text),
        FieldKind::Money | FieldKind::Number => number(text),
        FieldKind::Gps => keep(text, |c| !c.is_whitespace(), char::to_lowercase),
        FieldKind::FreeText | FieldKind::Enum | FieldKind::Time | FieldKind::File => words(text),
    }
}

/// Letters in upper case and digits, nothing between them.
pub(crate) fn letters_and_digits(text: &str) -> Zeroizing<String> {
    keep(text, char::is_alphanumeric, char::to_uppercase)
}

/// Compatibility forms folded, nothing else.
pub(crate) fn fold(value: &str) -> Zeroizing<String> {
    collect(value.len() * 2, value.nfkc())
}

/// Keeps some characters, in one case.
fn keep<C: Iterator<Item = char>>(
    text: &str,
    wanted: impl Fn(char) -> bool,
    case: impl Fn(char) -> C,
) -> Zeroizing<String> {
    collect(
        text.len() * 2,
        text.chars().filter(|&c| wanted(c)).flat_map(case),
    )
}

/// Keeps some characters as they are.
pub(crate) fn keep_if(text: &str, wanted: impl Fn(char) -> bool) -> Zeroizing<String> {
    collect(text.len(), text.chars().filter(|&c| wanted(c)))
}

/// Lower case, runs of spaces made one.
fn words(text: &str) -> Zeroizing<String> {
    let spaced = text.split_whitespace().flat_map(|word| [" ", word]).skip(1);
    collect(
        text.len() * 2,
        spaced.flat_map(str::chars).flat_map(char::to_lowercase),
    )
}

fn name(text: &str) -> Zeroizing<String> {
    if text.contains(is_han) {
        let dotted = text.chars().map(|c| {
            if is_middle_dot(c) || c == '.' {
                '·'
            } else {
                c
            }
        });
        let joined = dotted
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_lowercase);
        return collect(text.len() * 2, joined);
    }
    let parts = surname::split(text);
    let ordered = [parts.given, " ", parts.surname]
        .into_iter()
        .flat_map(str::chars);
    let plain = collect(text.len() + 1, ordered.filter(|&c| c != '.' && c != ','));
    words(&plain)
}

fn telephone(kind: FieldKind, text: &str) -> Zeroizing<String> {
    let digits = keep_if(text, |c| c.is_ascii_digit());
    let national = ["0086", "86"]
        .iter()
        .find_map(|code| digits.strip_prefix(code));
    let called = text.starts_with(['+', '(']) || digits.starts_with("00");
    match (kind, national) {
        // A bare leading 86 counts only where the rest is a whole mobile number.
        (FieldKind::Mobile, Some(rest)) if rest.len() == 11 && rest.starts_with('1') => own(rest),
        (FieldKind::Landline, Some(rest)) if called && rest.starts_with('0') => own(rest),
        (FieldKind::Landline, Some(rest)) if called => {
            collect(rest.len() + 1, "0".chars().chain(rest.chars()))
        }
        _ => digits,
    }
}

fn ip(text: &str) -> Zeroizing<String> {
    let plain = text.trim_start_matches('[').trim_end_matches(']');
    plain.parse().map_or_else(
        |_| words(text),
        |ip: IpAddr| Zeroizing::new(ip.to_canonical().to_string()),
    )
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; other text as words.
fn date(text: &str) -> Zeroizing<String> {
    if !text
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || "年月日-/.".contains(c))
    {
        return words(text);
    }
    let groups: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|g| !g.is_empty())
        .collect();
    let (year, rest) = match groups[..] {
        [run] if run.len() == 8 => (&run[..4], vec![&run[4..6], &run[6..]]),
        [run] if run.len() == 6 => (&run[..4], vec![&run[4..]]),
        [year, ref rest @ ..] if year.len() == 4 && rest.len() <= 2 => (year, rest.to_vec()),
        _ => return words(text),
    };
    let mut form = Zeroizing::new(String::with_capacity(16));
    form.push_str(year);
    for group in rest {
        if group.len() > 2 {
            return words(text);
        }
        form.push_str(if group.len() == 1 { "-0" } else { "-" });
        form.push_str(group);
    }
    form
}

fn number(text: &str) -> Zeroizing<String> {
    let plain = keep_if(text, |c| !c.is_whitespace() && !"¥,元$".contains(c));
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|b| b.is_ascii_digit()) {
        return words(text);
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let is_zero = whole.is_empty() && fraction.is_empty();
    let parts = [
        if plain.starts_with('-') && !is_zero {
            "-"
        } else {
            ""
        },
        if whole.is_empty() { "0" } else { whole },
        if fraction.is_empty() { "" } else { "." },
        fraction,
    ];
    collect(plain.len() + 1, parts.into_iter().flat_map(str::chars))
}

fn is_address_gap(c: char) -> bool {
    c.is_whitespace() || ",.;:、。".contains(c)
}

fn own(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// Gathers characters into space reserved ahead, so that growing leaves few copies behind.
pub(crate) fn collect(bytes: usize, chars: impl Iterator<Item = char>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes));
    text.extend(chars);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use FieldKind::*;
    use proptest::prelude::*;

    fn check(kind: FieldKind, normal: &str, spellings: &[&str]) {
        for spelling in spellings {
            assert_eq!(&*normal_form(kind, spelling), normal, "{spelling}");
        }
    }

    #[test]
    fn spellings_of_one_value_share_a_normal_form() {
        check(Name, "张三", &["张三", " 张三 ", "张 三", "张\u{3000}三"]);
        check(
            Name,
            "买买提·艾力",
            &[
                "买买提·艾力",
                "买买提.艾力",
                "买买提・艾力",
                "买买提 • 艾力",
            ],
        );
        check(
            Name,
            "john smith",
            &[
                "John Smith",
                "JOHN  SMITH",
                "Smith, John",
                "SMITH John",
                "Mr. John Smith",
            ],
        );
        check(
            Mobile,
            "13800000000",
            &[
                "13800000000",
                "138-0000-0000",
                "+86 138 0000 0000",
                "008613800000000",
                "86-13800000000",
                "13800000000",
            ],
        );
        check(Mobile, "85261234567", &["+852 6123 4567", "852-61234567"]);
        check(
            Landline,
            "01012345678",
            &[
                "010-12345678",
                "(010)12345678",
                "+86 10 12345678",
                "+86-010-12345678",
            ],
        );
        check(Landline, "8651234567", &["8651234567"]);
        check(
            ResidentId,
            "11010119900307123X",
            &[
                "11010119900307123x",
                "110101 19900307 123X",
                "110101-19900307-123x",
            ],
        );
        check(
            BankCard,
            "6222020200000000000",
            &["6222 0202 0000 0000 000", "6222-0202-0000-0000-000"],
        );
        check(
            Plate,
            "京A12345",
            &["京A12345", "京a·12345", "京A 12345", "京A-12345"],
        );
        check(
            Mac,
            "0011AABBCCDD",
            &["00:11:aa:bb:cc:dd", "00-11-AA-BB-CC-DD", "0011.aabb.ccdd"],
        );
        check(
            Code,
            "SH-2026-1",
            &["sh-2026-1", "SH-2026 -1", "SH－2026－1"],
        );
        check(
            Email,
            "a.b@example.com",
            &["A.B@Example.COM", " a.b@example.com", "a.b@example.com"],
        );
        check(Wechat, "wxid_a-1", &["WXID_a-1"]);
        check(
            Ip,
            "2001:db8::1",
            &["2001:db8:0:0:0:0:0:1", "[2001:DB8::1]"],
        );
        check(Ip, "192.0.2.1", &["192.0.2.1", "::ffff:192.0.2.1"]);
        check(
            Address,
            "文三路99号3-2-301A",
            &["文三路 99号,3-2-301a", "文三路99号、3-2-301A"],
        );
        check(
            DateOfBirth,
            "1990-01-02",
            &[
                "1990-1-2",
                "1990/01/02",
                "1990年1月2日",
                "19900102",
                "1990.1.2",
            ],
        );
        check(DateOfBirth, "1990-01", &["1990-1", "199001", "1990年1月"]);
        check(
            Money,
            "1234.5",
            &["1,234.50", "¥1234.5", "¥1234.50元", "+01234.500"],
        );
        check(Number, "0", &["0", "0.00", "-0", "000"]);
        check(Number, "-0.5", &["-0.50", "-.5"]);
        check(FreeText, "left door scratched", &["Left  door\nscratched "]);
    }

    #[test]
    fn text_that_is_no_value_of_its_kind_still_has_a_form() {
        check(DateOfBirth, "about 1990", &["About  1990"]);
        check(DateOfBirth, "1-2-3", &["1-2-3"]);
        check(Ip, "not an ip", &["Not an IP"]);
        check(Money, "one hundred", &["One  hundred"]);
        check(Money, "", &[""]);
        check(Mobile, "", &["none"]);
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own_normal_form(value in "[ -~\u{b7}\u{ff10}-\u{ff5a}\u{4e00}-\u{4e40}]{0,24}") {
            for kind in FieldKind::ALL {
                // Stray punctuation in a foreign name can be read twice in two ways.
                if *kind == Name && !value.contains(is_han) {
                    continue;
                }
                let once = normal_form(*kind, &value);
                prop_assert_eq!(normal_form(*kind, &once), once.clone(), "{:?}", kind);
            }
        }

        #[test]
        fn any_text_has_a_normal_form(value: String) {
            for kind in FieldKind::ALL {
                normal_form(*kind, &value);
            }
        }
    }
}
