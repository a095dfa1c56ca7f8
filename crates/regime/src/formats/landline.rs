//! Landline numbers.

use shouxin_model::numbering::area_code_length;

use super::{Reason, all_digits, when};

/// Area code and number, perhaps `-` and an extension; or a 400 or 800 number.
pub(super) fn check(value: &str) -> Result<(), Reason> {
    let (number, extension) = value.split_once('-').unwrap_or((value, "0"));
    when(
        all_digits(number) && all_digits(extension),
        Reason::Characters,
    )?;
    when(extension.len() <= 6, Reason::Length)?;
    if is_service(number) {
        return Ok(());
    }
    if !number.starts_with('0') {
        let local = (7..=8).contains(&number.len()) && !number.starts_with('1');
        return Err(if local {
            Reason::AreaCodeMissing
        } else {
            Reason::Length
        });
    }
    let area = area_code_length(number).ok_or(Reason::AreaCode)?;
    let lengths = if area == 3 { 8..=8 } else { 7..=8 };
    when(lengths.contains(&(number.len() - area)), Reason::Length)?;
    when(!number[area..].starts_with('0'), Reason::Shape)
}

/// Whether these digits are a whole number, with area code or without, or a service number.
pub(crate) fn is_whole(digits: &str) -> bool {
    all_digits(digits) && matches!(check(digits), Ok(()) | Err(Reason::AreaCodeMissing))
}

/// 400 and 800 numbers answer for companies all over the country.
fn is_service(number: &str) -> bool {
    number.len() == 10 && (number.starts_with("400") || number.starts_with("800"))
}
