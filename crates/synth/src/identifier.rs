//! Numbers that pass their checks and, wherever a reserved range exists, belong to nobody.

use shouxin_regime::check_digit;

use crate::{
    day::compact,
    dice::{Dice, scatter},
};

/// A resident identity number (GB 11643) of a county code that was never assigned: the province's
/// two digits, then `99` and any two.
pub(crate) fn resident_id(dice: &mut Dice, province: &str, birth_day: i64, male: bool) -> String {
    let county = dice.below(100);
    let sequence = dice.below(500) * 2 + u32::from(male);
    let mut id = format!("{province}99{county:02}{}{sequence:03}", compact(birth_day));
    id.push(resident_check(&id));
    id
}

/// The last character of a resident identity number, from its first 17.
pub(crate) fn resident_check(first: &str) -> char {
    checked(check_digit::resident_id_check, first)
}

/// The mobile number of this index: different for different indexes below 3.4 billion.
pub(crate) fn mobile(index: u64, seed: u64) -> String {
    let spread = scatter(index, SEGMENTS.len() as u64 * 100_000_000, seed, "mobile");
    format!(
        "{}{:08}",
        SEGMENTS[(spread / 100_000_000) as usize],
        spread % 100_000_000
    )
}

/// Any mobile number.
pub(crate) fn any_mobile(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&SEGMENTS), dice.digits(8))
}

/// A landline number with the area code of its city.
pub(crate) fn landline(dice: &mut Dice, area_code: &str) -> String {
    let length = if area_code.len() == 3 { 8 } else { 7 };
    format!(
        "{area_code}{}{}",
        2 + dice.below(7),
        dice.digits(length - 1)
    )
}

/// A bank card number of an issuer number that was never issued, with its Luhn digit.
pub(crate) fn bank_card(dice: &mut Dice) -> String {
    let length = if dice.permille(800) { 19 } else { 16 };
    let mut card = format!("620000{}", dice.digits(length - 7));
    card.push(luhn(&card));
    card
}

/// A device number of a type allocation code kept for tests (`00` reporting body), with its Luhn digit.
pub(crate) fn imei(dice: &mut Dice) -> String {
    let mut imei = format!("001017{}", dice.digits(8));
    imei.push(luhn(&imei));
    imei
}

/// The digit that completes `digits` to a card or device number.
pub(crate) fn luhn(digits: &str) -> char {
    char::from(check_digit::luhn_check(digits.as_bytes()))
}

/// The vehicle number of the car with this index: different for different indexes below 33 million,
/// whatever the model and year. `descriptor` is five characters, `year` 2010-2039.
pub(crate) fn vin(index: u64, seed: u64, descriptor: &str, year: i64) -> String {
    let spread = scatter(index, VIN_ALPHABET.len() as u64 * 1_000_000, seed, "vin");
    let year = YEAR_ALPHABET[(year - 2010).rem_euclid(30) as usize];
    let plant = VIN_ALPHABET[(spread / 1_000_000) as usize];
    let tail = format!(
        "{}{}{:06}",
        char::from(year),
        char::from(plant),
        spread % 1_000_000
    );
    let check = vin_check(&format!("LZZ{descriptor}0{tail}"));
    format!("LZZ{descriptor}{check}{tail}")
}

/// The ninth character of a vehicle number, whatever stands there now.
pub(crate) fn vin_check(vin: &str) -> char {
    checked(check_digit::vin_check, vin)
}

/// A unified social credit code (GB 32100) of an unassigned division, with both check characters.
pub(crate) fn social_credit_code(dice: &mut Dice, province: &str) -> String {
    let kind = dice.pick_early(&["91", "92", "52"]);
    let organisation = format!("MA{}", dice.letters(check_digit::USCC_ALPHABET, 6));
    let mut code = format!("{kind}{province}9999{organisation}");
    code.push(checked(check_digit::organisation_check, &organisation));
    code.push(checked(check_digit::uscc_check, &code));
    code
}

/// A number plate of this province: five characters, or six with a letter for new energy.
pub(crate) fn plate(dice: &mut Dice, province: &str, office: char, new_energy: bool) -> String {
    if new_energy {
        let second = if dice.permille(300) {
            dice.letters(PLATE_LETTERS, 1)
        } else {
            dice.digits(1)
        };
        return format!(
            "{province}{office}{}{second}{}",
            dice.pick_early(&['D', 'F', 'A']),
            dice.digits(4)
        );
    }
    let mut body = dice.digits(5).into_bytes();
    for _ in 0..dice.pick(&[0, 1, 1, 1, 2]) {
        body[dice.below(5) as usize] = dice.pick(PLATE_LETTERS);
    }
    format!("{province}{office}{}", String::from_utf8_lossy(&body))
}

/// The letter of the office that issues plates in the city at this place within its province.
pub(crate) fn plate_office(place: usize) -> char {
    char::from(PLATE_LETTERS[place % PLATE_LETTERS.len()])
}

/// A Chinese passport (`E` and eight characters) or a foreign one.
pub(crate) fn passport(dice: &mut Dice) -> String {
    if dice.permille(500) {
        format!(
            "E{}{}",
            dice.letters(b"ABCDEFGHJKLMNPQRSTUVWXYZ", 1),
            dice.digits(7)
        )
    } else {
        format!("E{}", dice.digits(8))
    }
}

/// A travel permit of a resident of Hong Kong (`H`) or Macao (`M`).
pub(crate) fn permit(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick_early(&['H', 'M']), dice.digits(8))
}

/// An address of the ranges kept for documentation (RFC 5737, RFC 3849).
pub(crate) fn ip(dice: &mut Dice) -> String {
    if dice.permille(150) {
        return format!(
            "2001:db8:{:x}:{:x}::{:x}",
            1 + dice.below(65_535),
            1 + dice.below(65_535),
            1 + dice.below(65_535)
        );
    }
    format!(
        "{}.{}",
        dice.pick(&["192.0.2", "198.51.100", "203.0.113"]),
        1 + dice.below(254)
    )
}

/// A locally administered hardware address: no maker owns it.
pub(crate) fn mac(dice: &mut Dice) -> String {
    let mut part = || dice.below(256);
    format!(
        "02:{:02X}:{:02X}:{:02X}:{:02X}:{:02X}",
        part(),
        part(),
        part(),
        part(),
        part()
    )
}

/// A QQ number.
pub(crate) fn qq(dice: &mut Dice) -> String {
    let more = dice.between(6, 9) as usize;
    format!("{}{}", 1 + dice.below(9), dice.digits(more))
}

/// A WeChat id: one that WeChat made, or one that its owner chose.
pub(crate) fn wechat(dice: &mut Dice, handle: &str) -> String {
    if dice.permille(350) {
        return format!(
            "wxid_{}",
            dice.letters(b"0123456789abcdefghijklmnopqrstuvwxyz", 14)
        );
    }
    let count = dice.between(3, 6) as usize;
    format!(
        "{handle}{}{}",
        dice.pick(&["_", "", "-"]),
        dice.digits(count)
    )
}

/// An e-mail address at a domain kept for documentation (RFC 2606).
pub(crate) fn email(dice: &mut Dice, handle: &str) -> String {
    let count = dice.below(5) as usize;
    format!(
        "{handle}{}@{}",
        dice.digits(count),
        dice.pick(&["example.com", "example.cn", "example.net"])
    )
}

/// The waybill number of this index: different for different indexes below a million million.
pub(crate) fn waybill(index: u64, seed: u64) -> String {
    format!(
        "SX{:013}",
        1_000_000_000_000 + scatter(index, 1_000_000_000_000, seed, "waybill")
    )
}

/// The check character that `check` finds for ASCII text of the length it wants.
fn checked<const N: usize>(check: fn(&[u8; N]) -> u8, text: &str) -> char {
    let bytes = text
        .as_bytes()
        .try_into()
        .expect("every caller builds text of the length it asks for");
    char::from(check(bytes))
}

/// Segments that carriers hand out to people.
const SEGMENTS: [&str; 34] = [
    "130", "131", "132", "133", "135", "136", "137", "138", "139", "150", "151", "152", "153",
    "155", "156", "157", "158", "159", "166", "176", "177", "178", "180", "181", "182", "183",
    "185", "186", "187", "188", "189", "191", "198", "199",
];
/// Letters of vehicle numbers: no I, O, Q.
const VIN_ALPHABET: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
/// Model years from 2010: no I, O, Q, U, Z.
const YEAR_ALPHABET: &[u8] = b"ABCDEFGHJKLMNPRSTVWXY123456789";
/// Letters of plates: no I, O.
const PLATE_LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_year_has_the_letter_of_the_standard() {
        for (year, letter) in [
            (2010, 'A'),
            (2018, 'J'),
            (2023, 'P'),
            (2026, 'T'),
            (2031, '1'),
        ] {
            assert_eq!(vin(1, 1, "TE5T0", year).chars().nth(9), Some(letter));
        }
    }
}
