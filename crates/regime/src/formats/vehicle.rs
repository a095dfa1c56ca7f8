//! Vehicles.

use shouxin_model::numbering::PLATE_PROVINCES;

use super::{Reason, all_digits, when};
use crate::check_digit::vin_check;

/// 17 characters without I, O and Q; a check character at the 9th, which European imports may break.
///
/// Source: GB 16735-2019, ISO 3779.
pub(super) fn vin(value: &str) -> Result<(), Reason> {
    let belongs =
        |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase() && !matches!(b, b'I' | b'O' | b'Q');
    when(value.bytes().all(belongs), Reason::Characters)?;
    let bytes: &[u8; 17] = value.as_bytes().try_into().map_err(|_| Reason::Length)?;
    when(bytes[8] == vin_check(bytes), Reason::CheckDigit)
}

/// Civil plates: ordinary, new energy (8 characters), trailers, learners', police, Hong Kong and
/// Macao, consulates and embassies. Armed forces and emergency rescue are not covered.
///
/// Source: GA 36-2018.
pub(super) fn plate(value: &str) -> Result<(), Reason> {
    let characters: Vec<char> = value.chars().collect();
    let known =
        |&c: &char| is_serial(c) || PLATE_PROVINCES.contains(c) || "挂学警港澳使领".contains(c);
    when(characters.iter().all(known), Reason::Characters)?;
    match characters[..] {
        ['使', ref serial @ ..] | [ref serial @ .., '使'] => {
            when(serial.len() == 6, Reason::Length)?;
            when(serial.iter().all(char::is_ascii_digit), Reason::Shape)
        }
        [province, ref serial @ .., '领'] if PLATE_PROVINCES.contains(province) => {
            when(serial.len() == 5, Reason::Length)?;
            when(serial.iter().copied().all(is_serial), Reason::Shape)
        }
        ['粤', 'Z', ref serial @ .., '港' | '澳'] => {
            when(serial.len() == 4, Reason::Length)?;
            when(serial.iter().copied().all(is_serial), Reason::Shape)
        }
        [province, office, ref serial @ ..] => {
            when(
                PLATE_PROVINCES.contains(province) && office.is_ascii_uppercase(),
                Reason::Shape,
            )?;
            check_serial(serial)
        }
        _ => Err(Reason::Length),
    }
}

fn check_serial(serial: &[char]) -> Result<(), Reason> {
    let fits = match *serial {
        [ref body @ .., '挂' | '学' | '警'] => {
            body.len() == 4 && body.iter().copied().all(is_serial)
        }
        [_, _, _, _, _] => serial.iter().copied().all(is_serial),
        [energy, second, ref digits @ ..] if serial.len() == 6 && is_energy(energy) => {
            is_serial(second) && digits.iter().all(char::is_ascii_digit)
        }
        [ref digits @ .., energy] if serial.len() == 6 => {
            is_energy(energy) && all_digits(&digits.iter().collect::<String>())
        }
        _ => return Err(Reason::Length),
    };
    when(fits, Reason::Shape)
}

fn is_serial(c: char) -> bool {
    c.is_ascii_digit() || c.is_ascii_uppercase() && c != 'I' && c != 'O'
}

/// A-E for electric, F-K for other new energy.
fn is_energy(c: char) -> bool {
    matches!(c, 'A'..='H' | 'J' | 'K')
}
