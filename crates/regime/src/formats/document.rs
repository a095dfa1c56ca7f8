//! Identity and travel documents.

use super::{Reason, all_digits, calendar_day, is_division, when};
use crate::check_digit::resident_id_check;

/// 18 characters: division, date of birth, sequence, check character. The 15-digit form ended in 2013.
///
/// Source: GB 11643-1999.
pub(super) fn resident_id(value: &str) -> Result<(), Reason> {
    let first17 = citizen_shape(value)?;
    when(is_division(&value[..6]), Reason::Region)?;
    birth_and_check(value, first17)
}

/// Passports: 6 to 9 letters and digits with at least three digits (ICAO 9303 leaves the rest to the
/// states).
pub(super) fn passport(value: &str) -> Result<(), Reason> {
    when(
        value.bytes().all(|b| b.is_ascii_alphanumeric()),
        Reason::Characters,
    )?;
    when((6..=9).contains(&value.len()), Reason::Length)?;
    when(
        value.bytes().filter(u8::is_ascii_digit).count() >= 3,
        Reason::Shape,
    )
}

/// Permits to travel or reside:
/// - 港澳居民来往内地通行证: `H` or `M`, 8 digits, perhaps 2 of the issue
/// - 台湾居民来往大陆通行证: 8 digits; earlier 10 digits and perhaps a letter
/// - 往来港澳通行证: `C` or `W` and 8 characters; 往来台湾通行证: `L` or `T` and 8 digits
/// - 港澳台居民居住证: as a resident ID with division 81, 82 or 83
/// - 外国人永久居留身份证: since 2023 `9`, place and nationality, then as a resident ID; earlier 3
///   letters of nationality and 12 digits
pub(super) fn permit(value: &str) -> Result<(), Reason> {
    when(
        value.bytes().all(|b| b.is_ascii_alphanumeric()),
        Reason::Characters,
    )?;
    if value.len() == 18 {
        let first17 = citizen_shape(value)?;
        let region =
            value.starts_with('9') || ["81", "82", "83"].iter().any(|r| value.starts_with(r));
        when(region, Reason::Region)?;
        return birth_and_check(value, first17);
    }
    let letters = value.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (prefix, rest) = value.split_at(letters);
    let digits = all_digits(rest);
    match (prefix, rest.len()) {
        ("H" | "M", 8 | 10) | ("C" | "W" | "L" | "T", 8) => when(digits, Reason::Characters),
        ("", 8 | 10) => when(digits, Reason::Characters),
        ("", 11) => when(all_digits(&rest[..10]), Reason::Characters),
        (prefix, 7) if prefix.len() == 2 && prefix.starts_with('C') => {
            when(digits, Reason::Characters)
        }
        (prefix, 12) if prefix.len() == 3 => {
            when(digits, Reason::Characters)?;
            // Six digits of birth without century, after four of the place.
            let day = |century: &str| {
                calendar_day(
                    &format!("{century}{}", &rest[4..6]),
                    &rest[6..8],
                    &rest[8..10],
                )
            };
            when(day("19").is_some() || day("20").is_some(), Reason::Date)
        }
        ("" | "H" | "M" | "C" | "W" | "L" | "T", _) => Err(Reason::Length),
        _ => Err(Reason::Shape),
    }
}

/// The first 17 of 18 characters, if they are digits and the last is a digit or `X`.
fn citizen_shape(value: &str) -> Result<&[u8; 17], Reason> {
    let belongs = value.bytes().all(|b| b.is_ascii_digit() || b == b'X');
    when(belongs, Reason::Characters)?;
    when(value.len() == 18, Reason::Length)?;
    let first17 = value.as_bytes().first_chunk().ok_or(Reason::Length)?;
    when(first17.iter().all(u8::is_ascii_digit), Reason::Characters)?;
    Ok(first17)
}

fn birth_and_check(value: &str, first17: &[u8; 17]) -> Result<(), Reason> {
    calendar_day(&value[6..10], &value[10..12], &value[12..14]).ok_or(Reason::Date)?;
    when(
        value.as_bytes()[17] == resident_id_check(first17),
        Reason::CheckDigit,
    )
}
