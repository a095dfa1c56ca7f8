//! Coarser truths.

use shouxin_model::FieldKind;

use crate::address::district;
use crate::ends::{all_digits, compact, half_width};
use crate::goods::goods_class;
use crate::online::{network, position};

/// A coarser truth about `value`, or `None` if its kind has none or it cannot be read as its kind.
///
/// | kind | gives | for example |
/// |---|---|---|
/// | address | province, city and district | `上海市浦东新区` |
/// | date of birth | decade | `1990s` |
/// | free text of up to 40 characters | class of goods | `服装` |
/// | position | 0.1 degree, about 10 km | `31.2,121.4` |
/// | IP | network | `203.0.113.0/24`, `2001:db8:85a3::/48` |
/// | time | month | `2026-01` |
/// | money | band, upper end excluded | `1000-5000` |
/// | plate | province | `京` |
/// | VIN | maker (WMI) | `LZZ` |
/// | resident ID | province code and decade of birth | `11 1940s` |
/// | landline | area code | `010` |
/// | list | the value | `open` |
pub fn generalise(kind: FieldKind, value: &str) -> Option<String> {
    match kind {
        FieldKind::Address => district(value),
        FieldKind::DateOfBirth => decade(&date(value)?.0),
        FieldKind::FreeText if value.chars().count() <= 40 => {
            Some(goods_class(value)?.zh.into_owned())
        }
        FieldKind::Gps => position(value, 1),
        FieldKind::Ip => network(value),
        FieldKind::Time => date(value).map(|(year, month)| format!("{year}-{month:0>2}")),
        FieldKind::Money => money_band(value),
        FieldKind::Plate => plate_province(value),
        FieldKind::Vin => {
            let vin = compact(value).to_ascii_uppercase();
            (vin.len() == 17 && vin.bytes().all(|b| b.is_ascii_alphanumeric()))
                .then(|| vin[..3].to_owned())
        }
        FieldKind::ResidentId => {
            let id = compact(value);
            let is_id = id.len() == 18 && id.get(..17).is_some_and(all_digits);
            let decade = decade(id.get(6..10).filter(|_| is_id)?)?;
            Some(format!("{} {decade}", &id[..2]))
        }
        FieldKind::Landline => area_code(value),
        FieldKind::Enum => Some(value.to_owned()),
        _ => None,
    }
}

/// `1990s`
fn decade(year: &str) -> Option<String> {
    (year.len() == 4 && all_digits(year)).then(|| format!("{}0s", &year[..3]))
}

/// Year and month of a date or time that starts with them.
fn date(value: &str) -> Option<(String, String)> {
    let text = half_width(value);
    let year = text.get(..4).filter(|year| all_digits(year))?;
    let rest = &text[4..];
    let month: String = match rest.strip_prefix(['-', '/', '.', '年']) {
        Some(rest) => rest.chars().take_while(char::is_ascii_digit).collect(),
        None if text.len() == 8 && all_digits(&text) => rest[..2].to_owned(),
        None => return None,
    };
    month
        .parse::<u8>()
        .is_ok_and(|month| (1..=12).contains(&month))
        .then(|| (year.to_owned(), format!("{month:0>2}")))
}

/// `1000-5000`, lower end included; `100000+` above all bands, `<0` for refunds.
fn money_band(value: &str) -> Option<String> {
    const ENDS: &[u64] = &[0, 100, 500, 1000, 5000, 10_000, 50_000, 100_000];
    let text = half_width(value).replace(',', "");
    let bare = text
        .trim_start_matches(['¥', '￥'])
        .trim_end_matches('元')
        .trim();
    let negative = bare.starts_with('-');
    let (whole, fraction) = bare
        .trim_start_matches('-')
        .split_once('.')
        .unwrap_or((bare.trim_start_matches('-'), "0"));
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    // More digits than fit are surely above the last band.
    let yuan: u64 = whole.parse().unwrap_or(u64::MAX);
    if negative && whole.chars().chain(fraction.chars()).any(|c| c != '0') {
        return Some("<0".to_owned());
    }
    Some(match ENDS.windows(2).find(|band| yuan < band[1]) {
        Some(band) => format!("{}-{}", band[0], band[1]),
        None => "100000+".to_owned(),
    })
}

fn plate_province(value: &str) -> Option<String> {
    let plate = compact(value);
    let first = plate
        .chars()
        .next()
        .filter(|&c| shouxin_model::surname::is_han(c))?;
    (7..=8)
        .contains(&plate.chars().count())
        .then(|| first.to_string())
}

fn area_code(value: &str) -> Option<String> {
    let digits: String = compact(value).replace(['(', ')'], "");
    let length = if digits.starts_with("01") || digits.starts_with("02") {
        3
    } else {
        4
    };
    (digits.starts_with('0')
        && !digits.starts_with("00")
        && digits.len() >= 10
        && all_digits(&digits))
    .then(|| digits[..length].to_owned())
}
