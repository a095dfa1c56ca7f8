//! Codes that are handed to people: to take an account over, to sign in without the second factor.

use rand_core::Rng;
use zeroize::Zeroizing;

/// A fresh code of `groups` times five characters, 25 bits each group, as people read it.
pub fn make(groups: usize, dice: &mut impl Rng) -> Zeroizing<String> {
    let mut code = Zeroizing::new(String::with_capacity(groups * 6));
    for at in 0..groups * 5 {
        if at > 0 && at % 5 == 0 {
            code.push('-');
        }
        // 32 signs divide what the dice give without a remainder: each is as likely as any other.
        let sign = dice.next_u32() as usize % ALPHABET.len();
        code.push(char::from(ALPHABET[sign]));
    }
    code
}

/// The one spelling of a code that somebody typed: case, dashes and blanks do not matter, and signs that
/// look alike are one. `None` if it cannot be a code of `groups` groups.
pub fn read(typed: &str, groups: usize) -> Option<Zeroizing<String>> {
    let mut code = Zeroizing::new(String::with_capacity(groups * 5));
    for sign in typed.chars().filter(|c| !matches!(c, '-' | ' ')) {
        let sign = match sign.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        if code.len() == groups * 5 || !ALPHABET.contains(&u8::try_from(sign).ok()?) {
            return None;
        }
        code.push(sign);
    }
    (code.len() == groups * 5).then_some(code)
}

/// Groups of an activation code: 100 bits.
pub const ACTIVATION: usize = 4;

/// Groups of a recovery code: 50 bits, behind a password and its limits.
pub const RECOVERY: usize = 2;

/// Crockford's base 32 in lower case: no `i l o u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let mut dice = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let code = make(ACTIVATION, &mut dice);
        assert_eq!(code.len(), 23);
        let plain = read(&code, ACTIVATION).unwrap();
        assert_eq!(*plain, code.replace('-', ""));
        assert_eq!(
            read(&code.to_uppercase().replace('-', " "), ACTIVATION).unwrap(),
            plain
        );
        assert_eq!(*read("OIL00-00000", RECOVERY).unwrap(), "0110000000");
        for wrong in ["", "0000", "00000-0000u", "00000-000000", "00000-0000é"] {
            assert_eq!(read(wrong, RECOVERY), None, "{wrong}");
        }
    }
}
