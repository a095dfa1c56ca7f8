//! Numbers and numbered codes that a spreadsheet has been at.

use shouxin_model::FieldKind;

use crate::{Code, Native};

/// The digits of a code (phone, ID, card, waybill …) with a spreadsheet's damage undone where every
/// digit is still there.
///
/// # Errors
/// The code of the damage that lost digits.
pub(crate) fn repair_code(
    kind: FieldKind,
    text: &str,
    native: Native,
    notes: &mut Vec<Code>,
) -> Result<String, Code> {
    let mut digits = text.to_owned();
    if let Some(scientific) = Scientific::read(text) {
        // A code of fault such as 2E15 is no number: only what Excel writes counts as one.
        digits = scientific.whole().ok_or(Code::ExcelScientific)?;
        notes.push(Code::ExcelScientificRecovered);
    } else if let Some(whole) = without_decimal_tail(text) {
        digits = whole;
        notes.push(Code::DecimalTail);
    } else if let Some(whole) = without_thousands(text) {
        digits = whole;
        notes.push(Code::Thousands);
    }
    match lost_to_precision(kind, &digits, native) {
        Some(true) => Err(Code::ExcelPrecision),
        Some(false) => {
            notes.push(Code::ExcelPrecisionSuspected);
            Ok(digits)
        }
        None => Ok(digits),
    }
}

/// The plain decimal text of a measured number or an amount.
///
/// # Errors
/// `NumberUnknown` if it is none.
pub(crate) fn repair_number(
    text: &str,
    native: Native,
    notes: &mut Vec<Code>,
) -> Result<String, Code> {
    let mut plain = text.trim().to_owned();
    for unit in UNITS {
        if let Some(number) = plain.strip_suffix(unit) {
            plain = number.trim_end().to_owned();
            break;
        }
    }
    for sign in SIGNS {
        plain = plain.trim_start_matches(sign).trim_start().to_owned();
    }
    if let Some(inner) = plain.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        // The accountants' way to write what is below zero.
        plain = format!("-{inner}");
    }
    if let Some(scientific) = Scientific::read(&plain) {
        let is_whole = scientific.whole();
        notes.push(if is_whole.is_some() {
            Code::ExcelScientificRecovered
        } else {
            Code::ExcelRounded
        });
        return Ok(is_whole.unwrap_or_else(|| scientific.decimal()));
    }
    if let Some(whole) = without_thousands(&plain) {
        notes.push(Code::Thousands);
        plain = whole;
    }
    if !is_decimal(&plain) {
        return Err(Code::NumberUnknown);
    }
    if native == Native::Text && looks_parted_by_points(&plain) {
        notes.push(Code::NumberAmbiguous);
    }
    Ok(plain)
}

/// An amount with two decimals. A third and further decimals must be zeros, or the trace that binary
/// fractions leave.
///
/// # Errors
/// `NumberUnknown`, `MoneyDecimals`.
pub(crate) fn repair_money(
    text: &str,
    native: Native,
    notes: &mut Vec<Code>,
) -> Result<String, Code> {
    let plain = repair_number(text, native, notes)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    if fraction.len() <= 2 {
        return Ok(format!("{whole}.{fraction:0<2}"));
    }
    let rest = &fraction[2..];
    if rest.bytes().all(|b| b == b'0') {
        return Ok(format!("{whole}.{}", &fraction[..2]));
    }
    let is_trace = native == Native::Number
        && rest.len() >= 6
        && (rest.starts_with("000000") || rest.starts_with("999999"));
    match plain.parse::<f64>() {
        Ok(number) if is_trace => Ok(format!("{number:.2}")),
        _ => Err(Code::MoneyDecimals),
    }
}

/// Whether digits beyond the fifteenth were lost (`true`), may have been (`false`), or neither.
fn lost_to_precision(kind: FieldKind, digits: &str, native: Native) -> Option<bool> {
    let is_long = digits.len() > EXCEL_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_long {
        return None;
    }
    if native == Native::Number {
        return Some(true);
    }
    // One zero at the end of 16 digits is usual; two and more where Excel puts them are not.
    let is_zeroed =
        digits.len() > EXCEL_DIGITS + 1 && digits[EXCEL_DIGITS..].bytes().all(|b| b == b'0');
    if !is_zeroed {
        return None;
    }
    let fits = shouxin_regime::check(kind, digits).is_ok();
    match kind {
        // Before its check digit a resident ID has a sequence number, which starts at 001.
        FieldKind::ResidentId => Some(!fits || digits.ends_with("0000")),
        FieldKind::BankCard | FieldKind::Uscc => Some(!fits),
        FieldKind::Waybill | FieldKind::Code => Some(false),
        _ => None,
    }
}

/// A number as spreadsheets shorten it: `1.38E+10`.
struct Scientific {
    digits: String,
    /// Digits after the point.
    fraction: usize,
    exponent: usize,
}

impl Scientific {
    fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['E', 'e'])?;
        let is_signed = exponent.starts_with('+');
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
        let is_shaped = whole.len() == 1
            && digits(whole)
            && digits(fraction)
            && (1..=3).contains(&exponent.len())
            && digits(exponent)
            && (is_signed || !fraction.is_empty());
        let exponent: usize = exponent.parse().ok()?;
        (is_shaped && exponent <= 40).then(|| Self {
            digits: format!("{whole}{fraction}"),
            fraction: fraction.len(),
            exponent,
        })
    }

    /// The whole number, if every digit of it is written.
    fn whole(&self) -> Option<String> {
        (self.fraction == self.exponent).then(|| self.digits.clone())
    }

    /// The decimal number, missing digits taken as zeros.
    fn decimal(&self) -> String {
        if self.fraction <= self.exponent {
            format!(
                "{}{}",
                self.digits,
                "0".repeat(self.exponent - self.fraction)
            )
        } else {
            let (whole, fraction) = self.digits.split_at(self.exponent + 1);
            format!("{whole}.{fraction}")
        }
    }
}

/// `13812345678.0`, as programs write a number that was a fraction to them.
fn without_decimal_tail(text: &str) -> Option<String> {
    let (whole, zeros) = text.split_once('.')?;
    let is_tail = !whole.is_empty()
        && whole.bytes().all(|b| b.is_ascii_digit())
        && (1..=2).contains(&zeros.len())
        && zeros.bytes().all(|b| b == b'0');
    // A short number with a point may be a version or a code.
    (is_tail && whole.len() >= 5).then(|| whole.to_owned())
}

/// `13,812,345,678` or `1,234.5`: groups of three after the first.
fn without_thousands(text: &str) -> Option<String> {
    let bare = text.strip_prefix('-').unwrap_or(text);
    let whole = bare.split('.').next().unwrap_or(bare);
    let mut groups = whole.split(',');
    let is_group = |g: &str, most: usize| {
        g.len() <= most && !g.is_empty() && g.bytes().all(|b| b.is_ascii_digit())
    };
    let is_grouped = whole.contains(',')
        && groups.next().is_some_and(|first| is_group(first, 3))
        && groups.all(|group| group.len() == 3 && is_group(group, 3));
    (is_grouped && !bare[whole.len()..].contains(',')).then(|| text.replace(',', ""))
}

/// `12.000`: as the decimal number it is here, or as thousands where a comma parts decimals.
fn looks_parted_by_points(number: &str) -> bool {
    let bare = number.strip_prefix('-').unwrap_or(number);
    bare.split_once('.').is_some_and(|(whole, rest)| {
        rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
    })
}

fn is_decimal(text: &str) -> bool {
    let bare = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(fraction)
}

/// Digits that survive in a number of a spreadsheet.
const EXCEL_DIGITS: usize = 15;

const UNITS: &[&str] = &[
    "公里", "千米", "km", "KM", "Km", "元", "圆", "RMB", "CNY", "岁", "件", "次", "kg", "KG",
];

const SIGNS: &[&str] = &["¥", "\u{ffe5}", "￥", "RMB", "CNY"];

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: FieldKind, text: &str, native: Native) -> String {
        let mut notes = Vec::new();
        let found = repair_code(kind, text, native, &mut notes)
            .unwrap_or_else(|c| format!("!{}", c.word()));
        notes
            .iter()
            .fold(found, |shown, note| format!("{shown} {}", note.word()))
    }

    #[test]
    fn lost_digits_are_told_from_hidden_ones() {
        use FieldKind::*;
        for (kind, text, native, expected) in [
            (Mobile, "1.38E+10", Native::Text, "!excel-scientific"),
            (
                Mobile,
                "1.3812345678E+10",
                Native::Text,
                "13812345678 excel-scientific-recovered",
            ),
            (Mobile, "1.38123E10", Native::Text, "!excel-scientific"),
            (ResidentId, "1.10105E+17", Native::Text, "!excel-scientific"),
            (Code, "2E15", Native::Text, "2E15"),
            (Code, "2E+15", Native::Text, "!excel-scientific"),
            (
                Mobile,
                "13812345678.0",
                Native::Text,
                "13812345678 decimal-tail",
            ),
            (
                Mobile,
                "13,812,345,678",
                Native::Text,
                "13812345678 thousands",
            ),
            (
                ResidentId,
                "110105194912310000",
                Native::Text,
                "!excel-precision",
            ),
            (
                ResidentId,
                "110105194912310000",
                Native::Number,
                "!excel-precision",
            ),
            (
                ResidentId,
                "11010519491231002X",
                Native::Text,
                "11010519491231002X",
            ),
            (
                BankCard,
                "6200000000000000",
                Native::Text,
                "6200000000000000",
            ),
            (
                BankCard,
                "6200000000000000",
                Native::Number,
                "!excel-precision",
            ),
            (
                BankCard,
                "6205500000000010000",
                Native::Text,
                "!excel-precision",
            ),
            (
                Waybill,
                "7312345678901230000",
                Native::Text,
                "7312345678901230000 excel-precision-suspected",
            ),
            (Code, "1.0", Native::Text, "1.0"),
        ] {
            assert_eq!(code(kind, text, native), expected, "{text}");
        }
    }

    #[test]
    fn numbers_lose_their_dress_and_amounts_have_two_decimals() {
        for (text, expected) in [
            ("12,345", "12345"),
            ("12,345 km", "12345"),
            ("12345公里", "12345"),
            ("1.2E+04", "12000"),
            ("1.25E+1", "12.5"),
            ("-3.5", "-3.5"),
            ("1,23", "!number-unknown"),
            ("twelve", "!number-unknown"),
            ("", "!number-unknown"),
        ] {
            let found = repair_number(text, Native::Text, &mut Vec::new())
                .unwrap_or_else(|c| format!("!{}", c.word()));
            assert_eq!(found, expected, "{text}");
        }
        for (text, native, expected) in [
            ("¥1,234.5", Native::Text, "1234.50"),
            ("1234元", Native::Text, "1234.00"),
            ("(12.30)", Native::Text, "-12.30"),
            ("12.345", Native::Text, "!money-decimals"),
            ("12.3000", Native::Text, "12.30"),
            ("0.30000000000000004", Native::Number, "0.30"),
            ("0.30000000000000004", Native::Text, "!money-decimals"),
        ] {
            let found = repair_money(text, native, &mut Vec::new())
                .unwrap_or_else(|c| format!("!{}", c.word()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
