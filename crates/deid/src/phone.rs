//! Masking telephone numbers.

use crate::ends::{all_digits, compact, half_width, is_dash, keep, stars, whole};

/// What stays visible of a mobile number.
pub(crate) struct Keep {
    pub(crate) head: usize,
    pub(crate) tail: usize,
    /// The fewest digits hidden, also of a foreign number.
    pub(crate) min_hidden: usize,
}

/// Masks a mobile number: of eleven digits at home (after +86, 0086 or nothing), or foreign with its
/// country code left in sight.
pub(crate) fn mobile(value: &str, keeping: &Keep) -> String {
    match read(value) {
        Number::Home(digits) if digits.len() == 11 && digits.starts_with('1') => {
            keep(&digits, keeping.head, keeping.tail)
        }
        Number::Foreign(digits) => foreign(&digits, keeping).unwrap_or_else(|| whole(value)),
        Number::Home(_) | Number::Other => whole(value),
    }
}

/// Masks a landline: on screen the first four and last two digits; on a waybill the area code and as
/// much of the end as leaves six digits hidden. Without area code only the end shows; an extension
/// never does.
pub(crate) fn landline(value: &str, waybill: bool) -> String {
    let text = half_width(value);
    if let Some((number, extension)) = split_extension(&text) {
        return format!("{}-{}", mask_landline(&number, waybill), stars(extension));
    }
    match read(&text) {
        Number::Home(digits) if is_landline(&digits) => mask_landline(&digits, waybill),
        Number::Foreign(digits) => {
            let keeping = Keep {
                head: 0,
                tail: 2,
                min_hidden: if waybill { 6 } else { 5 },
            };
            foreign(&digits, &keeping).unwrap_or_else(|| whole(value))
        }
        Number::Home(_) | Number::Other => whole(value),
    }
}

fn mask_landline(digits: &str, waybill: bool) -> String {
    let area = match digits.as_bytes() {
        [b'0', b'1' | b'2', ..] => 3,
        [b'0', ..] => 4,
        _ if digits.len() == 10 => 3,
        _ => 0,
    };
    if waybill {
        return keep(digits, area, (digits.len() - area).saturating_sub(6).min(2));
    }
    keep(digits, if digits.starts_with('0') { 4 } else { area }, 2)
}

/// The number and the length of the extension, of `010-12345678-803` or `01012345678转803`.
fn split_extension(text: &str) -> Option<(String, usize)> {
    let text = text
        .to_lowercase()
        .replace("分机", "转")
        .replace("ext.", "转")
        .replace("ext", "转");
    let (at, mark) = text
        .char_indices()
        .rev()
        .find(|&(_, c)| is_dash(c) || matches!(c, '转' | '#' | 'x'))?;
    let extension = text[at + mark.len_utf8()..].trim();
    let Number::Home(number) = read(&text[..at]) else {
        return None;
    };
    (is_landline(&number) && all_digits(extension)).then_some((number, extension.len()))
}

/// Area code and number, a local number, or a 400 or 800 number.
fn is_landline(digits: &str) -> bool {
    match digits.len() {
        7 | 8 => !digits.starts_with(['0', '1']),
        10 => digits.starts_with("400") || digits.starts_with("800"),
        11 | 12 => digits.starts_with('0'),
        _ => false,
    }
}

enum Number {
    /// Digits as dialled in the country.
    Home(String),
    /// Country code and national number.
    Foreign(String),
    /// No telephone number.
    Other,
}

fn read(value: &str) -> Number {
    let text = compact(value).replace(['(', ')', '.'], "");
    let (abroad, digits) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => text
            .strip_prefix("00")
            .map_or((false, text.as_str()), |rest| (true, rest)),
    };
    if !all_digits(digits) {
        return Number::Other;
    }
    let Some(home) = digits
        .strip_prefix("86")
        .filter(|home| abroad || home.len() == 11 && home.starts_with('1'))
    else {
        return if abroad {
            Number::Foreign(digits.into())
        } else {
            Number::Home(digits.into())
        };
    };
    // +86 10 12345678 has lost the zero of its area code; a mobile number never had one.
    let is_mobile = home.len() == 11 && home.starts_with('1') && !home.starts_with("10");
    let with_zero = format!("0{home}");
    Number::Home(
        if !is_mobile && !home.starts_with('0') && is_landline(&with_zero) {
            with_zero
        } else {
            home.into()
        },
    )
}

/// `+852****4567`; `None` if the digits are too few or too many for a number of any country.
fn foreign(digits: &str, keeping: &Keep) -> Option<String> {
    let code = country_code_length(digits);
    let national = digits
        .len()
        .checked_sub(code)
        .filter(|&n| n >= keeping.min_hidden && digits.len() <= 15)?;
    let tail = keeping
        .tail
        .min(national / 2)
        .min(national - keeping.min_hidden);
    Some(format!("+{}", keep(digits, code, tail)))
}

/// The length of the country code (ITU-T E.164): one digit for North America and Russia, two for the
/// countries listed, else three.
fn country_code_length(digits: &str) -> usize {
    const TWO: &[&str] = &[
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    match digits.get(..2) {
        Some(two) if two.starts_with(['1', '7']) => 1,
        Some(two) if TWO.contains(&two) => 2,
        _ => 3,
    }
}
