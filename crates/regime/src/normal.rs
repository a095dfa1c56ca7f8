//! Normal forms: one spelling for each value, so that equal values compare, index and search equal.

use std::borrow::Cow;

use jiff::civil::{Date, Time};
use shouxin_model::{FieldKind, surname};

use crate::formats::{calendar_day, landline};

/// The normal form of a value of this kind. Repeating it changes nothing; what cannot be read as the
/// kind comes back trimmed, with full-width characters made half-width.
///
/// - phones: digits only, without +86 or 0086; foreign numbers as `+` and digits; extensions after `-`
/// - documents, VIN, plate, USCC, waybill: upper case, no blanks, hyphens or dots
/// - names: no blanks between Chinese characters, `·` for every middle dot
/// - free text: as written, trimmed, without zero-width characters
/// - dates: `2026-01-05`, times: `2026-01-05T08:03:00`; money: `1234.50`; position: `31.23,121.47`
pub fn normalise(kind: FieldKind, value: &str) -> Cow<'_, str> {
    // What somebody wrote stays as written, but for what nobody sees: Chinese punctuation is full-width
    // by right.
    if kind == FieldKind::FreeText {
        if !value.contains(is_invisible) {
            return Cow::Borrowed(value.trim());
        }
        let seen: String = value.chars().filter(|&c| !is_invisible(c)).collect();
        return Cow::Owned(seen.trim().to_owned());
    }
    let plain = plain(value);
    let text = plain.as_ref();
    let changed = match kind {
        FieldKind::Name => name(text),
        FieldKind::Mobile => phone(text),
        FieldKind::Landline => landline_number(text),
        FieldKind::ResidentId
        | FieldKind::Passport
        | FieldKind::Permit
        | FieldKind::Uscc
        | FieldKind::Vin
        | FieldKind::Plate
        | FieldKind::Waybill => code(text),
        FieldKind::BankCard | FieldKind::Imei | FieldKind::Qq => unspaced(text),
        FieldKind::Address => text.split_whitespace().collect::<Vec<_>>().join(" "),
        FieldKind::Email => email(text),
        FieldKind::Ip => text
            .parse::<std::net::IpAddr>()
            .map_or_else(|_| text.into(), |ip| ip.to_string()),
        FieldKind::Mac => mac(text),
        FieldKind::Gps => text.replace(['、', ';'], ",").split_whitespace().collect(),
        FieldKind::DateOfBirth => date(text),
        FieldKind::Time => time(text),
        FieldKind::Money => money(text),
        FieldKind::Number => number(text),
        FieldKind::Wechat
        | FieldKind::FreeText
        | FieldKind::Enum
        | FieldKind::Code
        | FieldKind::File => {
            return plain;
        }
    };
    if changed == value {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(changed)
    }
}

/// Trimmed, full-width forms made half-width, invisible characters removed, odd blanks made spaces.
fn plain(value: &str) -> Cow<'_, str> {
    let odd =
        |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}' | '\u{a0}') || is_invisible(c);
    if !value.contains(odd) {
        return Cow::Borrowed(value.trim());
    }
    let half: String = value
        .chars()
        .filter(|&c| !is_invisible(c))
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            c => c,
        })
        .collect();
    Cow::Owned(half.trim().to_owned())
}

/// Zero-width characters and marks of direction, which files carry along unseen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn unspaced(text: &str) -> String {
    text.chars()
        .filter(|&c| !c.is_whitespace() && !is_dash(c))
        .collect()
}

fn code(text: &str) -> String {
    text.chars()
        .filter(|&c| !c.is_whitespace() && !is_dash(c) && !surname::is_middle_dot(c))
        .filter(|c| !matches!(c, '.' | '(' | ')'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let glue = name.is_empty()
            || name.ends_with(|c| surname::is_han(c) || c == '·')
                && word.starts_with(|c| surname::is_han(c) || surname::is_middle_dot(c));
        if !glue {
            name.push(' ');
        }
        name.extend(
            word.chars()
                .map(|c| if surname::is_middle_dot(c) { '·' } else { c }),
        );
    }
    // 买买提.艾力: an ASCII full stop between Chinese characters is a middle dot too.
    if name.contains('.')
        && name
            .chars()
            .all(|c| surname::is_han(c) || matches!(c, '.' | '·'))
    {
        name = name.replace('.', "·");
    }
    name
}

/// Digits, after a `+` if foreign. Text with other characters than a phone's comes back as it is.
fn phone(text: &str) -> String {
    let belongs = |c: char| {
        c.is_ascii_digit() || c.is_whitespace() || is_dash(c) || matches!(c, '+' | '(' | ')' | '.')
    };
    let bare = text.trim_start_matches('(');
    if !text.chars().all(belongs) || bare.rfind('+').is_some_and(|at| at > 0) {
        return text.into();
    }
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    let international = if bare.starts_with('+') {
        Some(digits.as_str())
    } else {
        digits.strip_prefix("00").filter(|rest| rest.len() >= 8)
    };
    match international {
        Some(number) => match number
            .strip_prefix("86")
            .filter(|home| is_home_number(home))
        {
            Some(home) => home.to_owned(),
            None => format!("+{number}"),
        },
        // 86 13800138000: the country code written without its plus.
        None if digits.len() == 13 && digits.starts_with("861") => digits[2..].to_owned(),
        None => digits,
    }
}

/// Whether what follows +86 could be a number at home, so that it can stand without the code.
fn is_home_number(digits: &str) -> bool {
    (9..=12).contains(&digits.len()) && !digits.starts_with("00")
}

/// `01012345678`, with an extension `01012345678-803`.
fn landline_number(text: &str) -> String {
    extension(text).unwrap_or_else(|| with_trunk_zero(text))
}

/// 010-12345678转803, 010-12345678-803: what follows a mark is an extension if what stands before it is
/// a whole number; in 010-1234-5678 it is not.
fn extension(text: &str) -> Option<String> {
    let mark = |c: char| is_dash(c) || matches!(c, '转' | '#' | 'x' | 'X');
    let text = text
        .replace("分机", "转")
        .replace("ext.", "x")
        .replace("ext", "x");
    let (at, sign) = text.char_indices().rev().find(|&(_, c)| mark(c))?;
    let (number, extension) = (
        with_trunk_zero(&text[..at]),
        text[at + sign.len_utf8()..].trim(),
    );
    let digits = !extension.is_empty() && extension.bytes().all(|b| b.is_ascii_digit());
    (digits && landline::is_whole(&number)).then(|| format!("{number}-{extension}"))
}

/// +86 10 1234 5678 has lost the zero that dialling at home needs.
fn with_trunk_zero(text: &str) -> String {
    let number = phone(text.trim());
    let from_abroad = text.trim_start_matches('(').starts_with('+') || text.starts_with("00");
    let with_zero = format!("0{number}");
    if from_abroad && landline::is_whole(&with_zero) {
        with_zero
    } else {
        number
    }
}

/// The domain is read without regard to case; the part before the @ is the mail server's own.
fn email(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => text.into(),
    }
}

/// `AA:BB:CC:DD:EE:FF`
fn mac(text: &str) -> String {
    let hex: Vec<char> = text
        .chars()
        .filter(|c| !matches!(c, ':' | '-' | '.'))
        .collect();
    if hex.len() != 12 || !hex.iter().all(char::is_ascii_hexdigit) {
        return text.into();
    }
    let pairs: Vec<String> = hex
        .chunks(2)
        .map(|pair| pair.iter().collect::<String>().to_uppercase())
        .collect();
    pairs.join(":")
}

fn date(text: &str) -> String {
    read_date(text).map_or_else(|| text.into(), |date| date.to_string())
}

/// 2026-1-5, 2026/01/05, 2026.1.5, 20260105, 2026年1月5日.
fn read_date(text: &str) -> Option<Date> {
    let text = text
        .strip_suffix('日')
        .or_else(|| text.strip_suffix('号'))
        .unwrap_or(text);
    let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        vec![&text[..4], &text[4..6], &text[6..]]
    } else {
        text.split(['-', '/', '.', '年', '月']).collect()
    };
    let [year, month, day] = parts[..] else {
        return None;
    };
    calendar_day(year, month, day)
}

fn time(text: &str) -> String {
    if let Some(date) = read_date(text) {
        return date.to_string();
    }
    read_time(text).unwrap_or_else(|| text.into())
}

/// A date, then a blank or `T`, then hours, minutes and perhaps seconds, then perhaps a zone.
fn read_time(text: &str) -> Option<String> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(moment.to_string());
    }
    let (date, time) = text.split_once([' ', 'T', 't'])?;
    let time = time
        .trim()
        .replace(['时', '分', '点'], ":")
        .replace('秒', "");
    let parts: Vec<&str> = time.trim_end_matches(':').split(':').collect();
    let small = |text: &&str| {
        (1..=2)
            .contains(&text.len())
            .then(|| text.parse::<u8>().ok().filter(|_| !text.starts_with('+')))
            .flatten()
            .map(|n| n as i8)
    };
    let (hour, minute) = (small(parts.first()?)?, small(parts.get(1)?)?);
    let second = parts.get(2).map_or(Some(0), small)?;
    (parts.len() <= 3).then_some(())?;
    let time = Time::new(hour, minute, second, 0).ok()?;
    Some(read_date(date)?.to_datetime(time).to_string())
}

/// `1234.50`: two decimals, no sign of currency, no thousands.
fn money(text: &str) -> String {
    let mut bare = text
        .trim_start_matches(['¥', '￥'])
        .trim_end_matches('元')
        .trim();
    for word in ["RMB", "CNY", "rmb", "cny"] {
        bare = bare.trim_start_matches(word).trim_end_matches(word).trim();
    }
    let digits = ungrouped(bare);
    match digits.split_once('.') {
        None if is_decimal(&digits) => format!("{digits}.00"),
        Some((_, cents)) if is_decimal(&digits) && cents.len() == 1 => format!("{digits}0"),
        // 1234.5000: zeros beyond the cent say nothing.
        Some((yuan, cents))
            if is_decimal(&digits) && cents.len() > 2 && cents[2..].bytes().all(|b| b == b'0') =>
        {
            format!("{yuan}.{}", &cents[..2])
        }
        _ if is_decimal(&digits) => digits,
        _ => text.into(),
    }
}

/// Without thousands or zeros after the point: spreadsheets write 12000 as `12,000.0`.
fn number(text: &str) -> String {
    let digits = ungrouped(text);
    match digits.split_once('.') {
        Some((whole, zeros)) if is_decimal(&digits) && zeros.bytes().all(|b| b == b'0') => {
            whole.to_owned()
        }
        _ if is_decimal(&digits) => digits,
        _ => text.into(),
    }
}

/// Without the commas between groups of three digits; text grouped otherwise comes back as it is.
fn ungrouped(text: &str) -> String {
    let whole = text
        .split('.')
        .next()
        .unwrap_or(text)
        .trim_start_matches(['-', '+']);
    let groups: Vec<&str> = whole.split(',').collect();
    let fraction_is_plain = text
        .split_once('.')
        .is_none_or(|(_, fraction)| !fraction.contains(','));
    let grouped = fraction_is_plain
        && (1..=3).contains(&groups[0].len())
        && groups[1..].iter().all(|group| group.len() == 3);
    let text = text.strip_prefix('+').unwrap_or(text);
    if groups.len() > 1 && grouped {
        text.replace(',', "")
    } else {
        text.to_owned()
    }
}

/// Digits with perhaps a minus before and a fraction after.
pub(crate) fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(whole.strip_prefix('-').unwrap_or(whole)) && digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_has_one_spelling() {
        use FieldKind::*;
        for (kind, value, expected) in [
            (Mobile, " +86 138-0013-8000 ", "13800138000"),
            (Mobile, "008613800138000", "13800138000"),
            (Mobile, "８６　１３８００１３８０００", "13800138000"),
            (Mobile, "+852 9123 4567", "+85291234567"),
            (Mobile, "00852-91234567", "+85291234567"),
            (Mobile, "1.38E+10", "1.38E+10"),
            (Landline, "(010) 1234-5678", "01012345678"),
            (Landline, "010-12345678-803", "01012345678-803"),
            (Landline, "0512 5555 1234 转 6", "051255551234-6"),
            (Landline, "+86 10 12345678", "01012345678"),
            (Landline, "400-000-0000", "4000000000"),
            (ResidentId, "11010519491231002x", "11010519491231002X"),
            (Plate, "京a·12345", "京A12345"),
            (Vin, "lzzte5t03ta000001", "LZZTE5T03TA000001"),
            (Permit, "1234567890(b)", "1234567890B"),
            (BankCard, "6200 0000-0000 0005", "6200000000000005"),
            (Waybill, "sf1234 567890123", "SF1234567890123"),
            (Name, " 张 三 ", "张三"),
            (Name, "阿卜杜拉•买买提", "阿卜杜拉·买买提"),
            (Name, "买买提.艾力", "买买提·艾力"),
            (Name, "John   Smith", "John Smith"),
            (Email, "Zhang.San@Example.COM", "Zhang.San@example.com"),
            (Ip, "2001:DB8:0:0::1", "2001:db8::1"),
            (Mac, "00-1a-2b-3c-4d-5e", "00:1A:2B:3C:4D:5E"),
            (Gps, "31.23， 121.47", "31.23,121.47"),
            (DateOfBirth, "1990年1月5日", "1990-01-05"),
            (DateOfBirth, "19900105", "1990-01-05"),
            (Time, "2026/1/5 8:03", "2026-01-05T08:03:00"),
            (Time, "2026-01-05T08:03:00Z", "2026-01-05T08:03:00Z"),
            (Time, "2026.1.5", "2026-01-05"),
            (Money, "￥1,234.5元", "1234.50"),
            (Money, "12", "12.00"),
            (Money, "1,23", "1,23"),
            (Number, "12,000.0", "12000"),
            (Address, "上海市　浦东新区  １号", "上海市 浦东新区 1号"),
            (FreeText, "a\u{200b}b", "ab"),
        ] {
            assert_eq!(normalise(kind, value), expected, "{kind:?} {value}");
        }
    }

    #[test]
    fn a_value_in_normal_form_is_borrowed() {
        assert!(matches!(
            normalise(FieldKind::Mobile, "13800138000"),
            Cow::Borrowed(_)
        ));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing_more(text in "[0-9+0Tx. ,:/年月-]{0,20}|\\PC{0,16}") {
            for &kind in FieldKind::ALL {
                let once = normalise(kind, &text).into_owned();
                prop_assert_eq!(normalise(kind, &once), once.as_str(), "{:?}", kind);
            }
        }
    }
}
