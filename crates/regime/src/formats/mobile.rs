//! Mobile numbers.

use shouxin_model::numbering::is_mobile;

use super::{Reason, all_digits, when};

/// A Chinese mobile number of 11 digits, or a foreign number after `+`.
///
/// Source: MIIT numbering plan, cross-checked with libphonenumber 9.0.43; ITU-T E.164.
pub(super) fn check(value: &str) -> Result<(), Reason> {
    if let Some(foreign) = value.strip_prefix('+') {
        return check_foreign(foreign);
    }
    when(all_digits(value), Reason::Characters)?;
    when(value.len() == 11, Reason::Length)?;
    when(is_mobile(value), Reason::Segment)
}

/// Country code and national number: 8 to 15 digits; Hong Kong, Macao and Taiwan by their own plans.
fn check_foreign(number: &str) -> Result<(), Reason> {
    when(all_digits(number), Reason::Characters)?;
    when(
        (8..=15).contains(&number.len()) && !number.starts_with('0'),
        Reason::Length,
    )?;
    for (country, length, first) in [("852", 8, "456789"), ("853", 8, "6"), ("886", 9, "9")] {
        if let Some(national) = number.strip_prefix(country) {
            when(national.len() == length, Reason::Length)?;
            return when(national.starts_with(|c| first.contains(c)), Reason::Segment);
        }
    }
    Ok(())
}
