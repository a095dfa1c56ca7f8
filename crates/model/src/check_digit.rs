//! Check characters of the standards, to verify identifiers and to make synthetic ones.
//!
//! All take and give ASCII. A byte outside the alphabet counts as zero: callers check it first.

/// The 18th character of a resident ID number: `0`-`9` or `X`, from its first 17 digits.
///
/// Source: GB 11643-1999 (ISO 7064 MOD 11-2).
pub fn resident_id_check(first17: &[u8; 17]) -> u8 {
    let sum: u32 = first17
        .iter()
        .zip(RESIDENT_ID_WEIGHTS)
        .map(|(&b, w)| decimal(b) * w)
        .sum();
    RESIDENT_ID_TABLE[sum as usize % 11]
}

/// The 9th character of a vehicle identification number: `0`-`9` or `X`. The 9th byte given is not
/// looked at.
///
/// Source: GB 16735-2019, ISO 3779.
pub fn vin_check(vin: &[u8; 17]) -> u8 {
    let sum: u32 = vin
        .iter()
        .zip(VIN_WEIGHTS)
        .map(|(&b, w)| vin_value(b) * w)
        .sum();
    ten_is_x(sum % 11)
}

/// The digit that completes `payload`, a card or device number without its last digit.
///
/// Source: ISO/IEC 7812-1 annex B (Luhn).
pub fn luhn_check(payload: &[u8]) -> u8 {
    let sum: u32 = payload
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &b)| {
            if place % 2 == 0 {
                [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][decimal(b) as usize]
            } else {
                decimal(b)
            }
        })
        .sum();
    digit((10 - sum % 10) % 10)
}

/// The 18th character of a unified social credit code, from its first 17.
///
/// Source: GB 32100-2015 (MOD 31).
pub fn uscc_check(first17: &[u8; 17]) -> u8 {
    let sum: u32 = first17
        .iter()
        .zip(USCC_WEIGHTS)
        .map(|(&b, w)| u32::from(USCC_VALUES[usize::from(b)].unwrap_or(0)) * w)
        .sum();
    USCC_ALPHABET[((31 - sum % 31) % 31) as usize]
}

/// The 9th character of an organisation code (positions 9-17 of a social credit code): `0`-`9` or
/// `X`, from its first 8.
///
/// Source: GB 11714-1997 (MOD 11).
pub fn organisation_check(first8: &[u8; 8]) -> u8 {
    let value = |b: u8| {
        if b.is_ascii_uppercase() {
            u32::from(b - b'A') + 10
        } else {
            decimal(b)
        }
    };
    let sum: u32 = first8
        .iter()
        .zip(ORGANISATION_WEIGHTS)
        .map(|(&b, w)| value(b) * w)
        .sum();
    ten_is_x((11 - sum % 11) % 11)
}

/// The 9th digit of a postal item number such as `EE 12345678 5 CN`, from its 8 digits.
///
/// Source: UPU S10-12.
pub fn s10_check(serial: &[u8; 8]) -> u8 {
    let sum: u32 = serial
        .iter()
        .zip([8, 6, 4, 2, 3, 5, 9, 7])
        .map(|(&b, w)| decimal(b) * w)
        .sum();
    digit(match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        check => check,
    })
}

/// The characters of unified social credit codes, by value: letters without I, O, S, V and Z.
pub const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether a social credit code may hold this character.
pub const fn is_uscc_character(b: u8) -> bool {
    USCC_VALUES[b as usize].is_some()
}

/// The place of each character in the alphabet: texts are searched for codes, so it is not sought each time.
const USCC_VALUES: [Option<u8>; 256] = {
    let mut values = [None; 256];
    let mut place = 0;
    while place < USCC_ALPHABET.len() {
        values[USCC_ALPHABET[place] as usize] = Some(place as u8);
        place += 1;
    }
    values
};

/// The weights of the first 17 digits of a resident ID number (GB 11643-1999).
pub const RESIDENT_ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check characters of resident ID numbers, by remainder (GB 11643-1999).
pub const RESIDENT_ID_TABLE: &[u8; 11] = b"10X98765432";
/// The weights of the 17 characters of a vehicle identification number (ISO 3779).
pub const VIN_WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/// The weights of the first 17 characters of a social credit code (GB 32100-2015).
pub const USCC_WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
/// The weights of the first 8 characters of an organisation code (GB 11714-1997).
pub const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// The value of a VIN character: digits as themselves, letters as in ISO 3779.
pub fn vin_value(b: u8) -> u32 {
    match b {
        b'A' | b'J' => 1,
        b'B' | b'K' | b'S' => 2,
        b'C' | b'L' | b'T' => 3,
        b'D' | b'M' | b'U' => 4,
        b'E' | b'N' | b'V' => 5,
        b'F' | b'W' => 6,
        b'G' | b'P' | b'X' => 7,
        b'H' | b'Y' => 8,
        b'R' | b'Z' => 9,
        _ => decimal(b),
    }
}

fn decimal(b: u8) -> u32 {
    if b.is_ascii_digit() {
        u32::from(b - b'0')
    } else {
        0
    }
}

fn digit(value: u32) -> u8 {
    b'0' + value as u8
}

fn ten_is_x(value: u32) -> u8 {
    if value == 10 { b'X' } else { digit(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_samples_carry_these_check_characters() {
        assert_eq!(resident_id_check(b"11010519491231002"), b'X');
        assert_eq!(vin_check(b"1M8GDM9A_KP042788"), b'X');
        assert_eq!(luhn_check(b"411111111111111"), b'1');
        assert_eq!(luhn_check(b"49015420323751"), b'8');
        assert_eq!(uscc_check(b"91119999MA0000TE6"), b'H');
        assert_eq!(organisation_check(b"MA0000TE"), b'6');
        assert_eq!(s10_check(b"47312482"), b'9');
    }
}
