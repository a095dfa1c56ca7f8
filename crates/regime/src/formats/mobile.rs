//! Mobile numbers.

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
    let number: u32 = value[..5].parse().map_err(|_| Reason::Characters)?;
    when(
        BLOCKS
            .iter()
            .any(|&(first, last)| (first..=last).contains(&number)),
        Reason::Segment,
    )
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

/// First and last five leading digits of the blocks given to people: all of 13x, 15x, 18x and 19x but
/// 154 and 194, the virtual operators' 162, 165, 167, 170 and 171, and the satellite 1349 and 1740.
/// Numbers of things (140, 141, 144, 146, 148: 13 digits) are not for people.
const BLOCKS: &[(u32, u32)] = &[
    (13000, 13999),
    (14500, 14599),
    (14700, 14799),
    (14900, 14999),
    (15000, 15399),
    (15500, 15999),
    (16100, 16109),
    (16200, 16299),
    (16500, 16799),
    (17000, 17399),
    (17400, 17405),
    (17500, 17899),
    (18000, 18999),
    (19000, 19399),
    (19500, 19999),
];
