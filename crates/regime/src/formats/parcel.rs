//! Parcels.

use super::{Reason, all_digits, when};
use crate::check_digit::s10_check;

/// A waybill number: by the carrier's own form where a prefix tells the carrier, else by the shape
/// that all of them share, since carriers publish no check digit and reuse each other's ranges.
pub(super) fn waybill(value: &str) -> Result<(), Reason> {
    when(
        value.bytes().all(|b| b.is_ascii_alphanumeric()),
        Reason::Characters,
    )?;
    let letters = value.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (prefix, rest) = value.split_at(letters);
    if prefix.len() == 2 && rest.len() == 11 && rest.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return postal_item(rest);
    }
    if let Some(&(_, least, most)) = CARRIERS.iter().find(|(carrier, ..)| *carrier == prefix) {
        when((least..=most).contains(&rest.len()), Reason::Length)?;
        // JD numbers its parcels' pieces with letters after the digits.
        return when(
            all_digits(rest) || prefix.starts_with("JD"),
            Reason::Characters,
        );
    }
    when((8..=20).contains(&value.len()), Reason::Length)?;
    when(
        letters <= 4 && all_digits(rest) && rest.len() >= 8,
        Reason::Shape,
    )
}

/// Eight digits, check digit, two letters of the country (EMS and post).
///
/// Source: UPU S10-12.
fn postal_item(rest: &str) -> Result<(), Reason> {
    let serial = rest.as_bytes().first_chunk::<8>().ok_or(Reason::Length)?;
    when(all_digits(&rest[..9]), Reason::Characters)?;
    when(
        rest[9..].bytes().all(|b| b.is_ascii_uppercase()),
        Reason::Shape,
    )?;
    when(rest.as_bytes()[8] == s10_check(serial), Reason::CheckDigit)
}

/// Letters a carrier puts first, then the fewest and most characters after them. 中通 (ZTO), 申通
/// (STO), 韵达 and domestic EMS number with 12 to 15 digits alone and so fall under the shared shape.
const CARRIERS: &[(&str, usize, usize)] = &[
    ("SF", 12, 15),   // 顺丰
    ("YT", 13, 16),   // 圆通
    ("ZTO", 10, 15),  // 中通
    ("STO", 10, 15),  // 申通
    ("JD", 11, 16),   // 京东
    ("JDV", 11, 16),  // 京东
    ("JDVA", 11, 16), // 京东
    ("JDVB", 11, 16), // 京东
    ("JT", 13, 13),   // 极兔
    ("DPK", 12, 12),  // 德邦
    ("YD", 13, 15),   // 韵达
];
