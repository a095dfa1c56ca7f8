//! Landline numbers.

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

/// The length of the area code with its leading zero: 3 for 010 and 02x, 4 for those in the table.
fn area_code_length(number: &str) -> Option<usize> {
    let code: u16 = number.get(1..4)?.parse().ok()?;
    match code / 10 {
        10 | 20..=25 | 27..=29 => Some(3),
        _ => AREAS
            .iter()
            .any(|&(first, last)| (first..=last).contains(&code))
            .then_some(4),
    }
}

/// Area codes of three digits after the zero, first and last of each run.
///
/// Source: libphonenumber 9.0.43 metadata for China (Apache-2.0).
#[rustfmt::skip]
const AREAS: &[(u16, u16)] = &[
    (310, 319), (335, 335), (349, 359), (370, 377), (379, 379), (391, 396), (398, 398), (411, 412),
    (415, 419), (421, 421), (427, 427), (429, 429), (431, 439), (451, 459), (464, 464), (467, 479),
    (482, 483), (510, 519), (523, 523), (527, 527), (530, 539), (543, 543), (546, 546), (550, 559),
    (561, 564), (566, 566), (570, 580), (591, 599), (631, 633), (635, 635), (660, 660), (662, 663),
    (668, 668), (691, 692), (701, 701), (710, 719), (722, 722), (724, 724), (728, 728), (730, 731),
    (734, 739), (743, 746), (750, 760), (762, 763), (766, 766), (768, 779), (790, 799), (812, 813),
    (816, 818), (825, 827), (830, 839), (851, 851), (854, 859), (870, 879), (883, 883), (886, 888),
    (891, 898), (901, 903), (906, 906), (908, 909), (911, 917), (919, 919), (930, 939), (941, 941),
    (943, 943), (951, 955), (970, 979), (990, 999),
];
