//! Organisations and their accounts.

use super::{Reason, all_digits, is_division, when};
use crate::check_digit::{USCC_ALPHABET, luhn_check, organisation_check, uscc_check};

/// 12 to 19 digits with a Luhn check digit, which some old domestic cards break.
///
/// Source: ISO/IEC 7812-1.
pub(super) fn bank_card(value: &str) -> Result<(), Reason> {
    when(all_digits(value), Reason::Characters)?;
    when((12..=19).contains(&value.len()), Reason::Length)?;
    luhn(value)
}

/// 18 characters: department and kind, division, organisation code, check character.
///
/// Source: GB 32100-2015, GB 11714-1997.
pub(super) fn uscc(value: &str) -> Result<(), Reason> {
    when(
        value.bytes().all(|b| USCC_ALPHABET.contains(&b)),
        Reason::Characters,
    )?;
    when(value.len() == 18, Reason::Length)?;
    // 100000 stands on codes registered with the state itself.
    when(
        is_division(&value[2..8]) || &value[2..8] == "100000",
        Reason::Region,
    )?;
    let first17 = value.as_bytes().first_chunk().ok_or(Reason::Length)?;
    when(
        value.as_bytes()[17] == uscc_check(first17),
        Reason::CheckDigit,
    )?;
    let first8 = value.as_bytes()[8..].first_chunk().ok_or(Reason::Length)?;
    when(
        value.as_bytes()[16] == organisation_check(first8),
        Reason::OrganisationCode,
    )
}

/// Whether the last digit completes those before it.
pub(super) fn luhn(digits: &str) -> Result<(), Reason> {
    let (last, payload) = digits.as_bytes().split_last().ok_or(Reason::Length)?;
    when(*last == luhn_check(payload), Reason::CheckDigit)
}
