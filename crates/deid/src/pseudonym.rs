//! Keyed pseudonyms: the same value always the same stand-in, in the shape of its kind, and never a real one.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shouxin_model::check_digit::{
    USCC_ALPHABET, luhn_check, organisation_check, resident_id_check, uscc_check, vin_check,
};
use shouxin_model::numbering::PLATE_PROVINCES;
use shouxin_model::{FieldKind, Suite};
use shouxin_regime::normalise;
use sm3::Sm3;

/// Gives values stand-ins under one key: every spelling of a value the same one, in texts and tables alike.
/// Another key gives others. What it gives tells nothing without the key; whoever has the key can guess, so
/// that it is a pseudonym (PIPL art. 73), not anonymous.
///
/// A stand-in has the shape and the check digit of its kind, so that what reads it goes on working, and lies
/// where no real value can:
///
/// | kind | stand-in | why nobody has it |
/// |---|---|---|
/// | mobile | `14612345678` | blocks of things, whose numbers have 13 digits (MIIT numbering plan) |
/// | foreign number | `+999…` | no country has 999 (ITU-T E.164) |
/// | landline | `019-12345678` | 010 is the only area that begins with 01 |
/// | resident ID | `99…` born 1800 to 1849 | no division begins with 99 (GB/T 2260) |
/// | passport, permit | `EI1234567`, `CI1234567` | I is left out of the second letter |
/// | bank card | `0000…` | no issuer begins with 0000 (ISO/IEC 7812) |
/// | credit code | `0099…` | no authority has 0 (GB 32100) |
/// | VIN | `00…` | no maker begins with 0 (ISO 3780) |
/// | plate | `京I12345` | I and O are left out of the issuing letter (GA 36) |
/// | e-mail | `…@pseudonym.invalid` | RFC 6761 |
/// | IP | `240.0.0.0/4`, `2001:db8::/32` | RFC 1112, RFC 3849 |
/// | MAC | `03:…` | a group, never a device (IEEE 802) |
/// | IMEI | `00…` | test devices (3GPP TS 23.003) |
/// | QQ | `0…` | none begins with 0 |
/// | waybill | `ZZ…` | no carrier's letters |
/// | position | south of 89° S | |
/// | date of birth | 1800 to 1849 | |
/// | all others | `NAME_7K3Q9A2MB4XDE` | a word, not a value |
///
/// Two values share a stand-in with the chance of a collision of random ones: of 100,000 mobile numbers
/// about ten pairs, since five blocks of eight digits hold them; of all other kinds none to speak of.
#[derive(Clone)]
pub struct Pseudonyms(Keyed);

#[derive(Clone)]
enum Keyed {
    International(Hmac<Sha256>),
    National(Hmac<Sm3>),
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms(..)")
    }
}

impl Pseudonyms {
    /// Under this key: HMAC-SHA-256 or HMAC-SM3.
    pub fn new(suite: Suite, key: &[u8; 32]) -> Self {
        let (international, national) = (Hmac::new_from_slice(key), Hmac::new_from_slice(key));
        Self(match suite {
            Suite::International => Keyed::International(international.expect("any length")),
            Suite::National => Keyed::National(national.expect("any length")),
        })
    }

    /// The stand-in of `value`, whatever its spelling ([`normalise`]).
    pub fn of(&self, kind: FieldKind, value: &str) -> String {
        let mut normal = normalise(kind, value);
        // No mail server in use tells capitals apart, and people don't.
        if matches!(kind, FieldKind::Email | FieldKind::Wechat) {
            normal = normal.to_lowercase().into();
        }
        let mut draw = Draw(self.tag(kind, &normal));
        stand_in(kind, &normal, &mut draw)
    }

    /// Whether `typed`, in any spelling, is the stand-in of `value`.
    pub fn is_of(&self, kind: FieldKind, typed: &str, value: &str) -> bool {
        is_pseudonym(kind, typed) && folded(kind, typed) == folded(kind, &self.of(kind, value))
    }

    fn tag(&self, kind: FieldKind, normal: &str) -> [u8; 32] {
        let parts = [
            b"shouxin/pseudonym/v1\0",
            kind.word().as_bytes(),
            b"\0",
            normal.as_bytes(),
        ];
        match &self.0 {
            Keyed::International(mac) => tag(mac.clone(), parts),
            Keyed::National(mac) => tag(mac.clone(), parts),
        }
    }
}

/// Whether this, in any spelling, has the shape of a stand-in of its kind: it lies where no real value can.
pub fn is_pseudonym(kind: FieldKind, value: &str) -> bool {
    let value = folded(kind, value);
    let begins = |first: &str| value.starts_with(first);
    match kind {
        FieldKind::Mobile => {
            begins("+999") || (value.len() == 11 && THINGS.iter().any(|first| begins(first)))
        }
        FieldKind::Landline => begins("019"),
        FieldKind::ResidentId => value.len() == 18 && begins("99") && value.get(6..8) == Some("18"),
        FieldKind::Passport => begins("ei"),
        FieldKind::Permit => begins("ci"),
        FieldKind::BankCard => begins("0000"),
        FieldKind::Imei | FieldKind::Vin => begins("00"),
        FieldKind::Uscc => begins("0099"),
        FieldKind::Plate => value.chars().nth(1) == Some('i'),
        FieldKind::Email => value.ends_with(MAILBOX),
        FieldKind::Ip if value.contains(':') => begins("2001:db8:"),
        FieldKind::Ip => value
            .parse()
            .is_ok_and(|ip: Ipv4Addr| ip.octets()[0] >= 240),
        FieldKind::Mac => begins("03:"),
        FieldKind::Qq => begins("0"),
        FieldKind::Waybill => begins("zz"),
        FieldKind::Gps => begins("-89."),
        FieldKind::DateOfBirth => begins("18"),
        _ => value
            .strip_prefix(kind.word())
            .is_some_and(|rest| rest.starts_with('_')),
    }
}

/// One spelling for all ways in which a stand-in may be typed.
fn folded(kind: FieldKind, value: &str) -> String {
    normalise(kind, value).to_lowercase()
}

/// The end of every stand-in of an e-mail address.
const MAILBOX: &str = "@pseudonym.invalid";

fn tag<M: Mac<OutputSize = hmac::digest::consts::U32>>(mut mac: M, parts: [&[u8]; 4]) -> [u8; 32] {
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Numbers drawn from a digest of 256 bits: more than any stand-in takes.
struct Draw([u8; 32]);

impl Draw {
    /// A number below `count`, by long division of what is left.
    fn below(&mut self, count: u32) -> u32 {
        let mut rest = 0;
        for byte in &mut self.0 {
            let value = (rest << 8) | u64::from(*byte);
            *byte = (value / u64::from(count)) as u8;
            rest = value % u64::from(count);
        }
        rest as u32
    }

    fn one_of(&mut self, alphabet: &[u8]) -> char {
        char::from(alphabet[self.below(alphabet.len() as u32) as usize])
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| self.one_of(alphabet)).collect()
    }

    fn digits(&mut self, length: usize) -> String {
        self.text(b"0123456789", length)
    }

    /// A day of 1800 to 1849: year, month, day.
    fn day(&mut self) -> (u32, u32, u32) {
        (
            1800 + self.below(50),
            1 + self.below(12),
            1 + self.below(28),
        )
    }
}

/// Letters and digits of number plates and vehicle numbers: without I and O, and without Q for the latter.
const PLATE: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const VIN: &[u8] = b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ";
/// Base 32 without the letters that are read as digits (Crockford).
const WORD: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Blocks of numbers of things.
const THINGS: [&str; 5] = ["140", "141", "144", "146", "148"];

fn stand_in(kind: FieldKind, normal: &str, draw: &mut Draw) -> String {
    match kind {
        FieldKind::Mobile if normal.starts_with('+') => format!("+999{}", draw.digits(10)),
        FieldKind::Mobile => format!("{}{}", THINGS[draw.below(5) as usize], draw.digits(8)),
        FieldKind::Landline => format!("019-{}", draw.digits(8)),
        FieldKind::ResidentId => resident_id(draw),
        FieldKind::Passport => format!("EI{}", draw.digits(7)),
        FieldKind::Permit => format!("CI{}", draw.digits(7)),
        FieldKind::BankCard => luhn("0000", normal.len().clamp(16, 19), draw),
        FieldKind::Imei => luhn("00", 15, draw),
        FieldKind::Uscc => credit_code(draw),
        FieldKind::Vin => vin(draw),
        FieldKind::Plate => plate(normal, draw),
        FieldKind::Email => format!("{}{MAILBOX}", draw.text(WORD, 13).to_ascii_lowercase()),
        FieldKind::Ip if normal.contains(':') => {
            let mut groups = [0; 8];
            groups[..2].copy_from_slice(&[0x2001, 0xdb8]);
            groups[2..].fill_with(|| draw.below(0x1_0000) as u16);
            Ipv6Addr::from(groups).to_string()
        }
        FieldKind::Ip => {
            let rest = [(); 3].map(|()| draw.below(256) as u8);
            Ipv4Addr::new(240 + draw.below(15) as u8, rest[0], rest[1], rest[2]).to_string()
        }
        FieldKind::Mac => {
            let rest: String = (0..5)
                .map(|_| format!(":{:02x}", draw.below(256)))
                .collect();
            format!("03{rest}")
        }
        FieldKind::Qq => format!("0{}", draw.digits(10)),
        FieldKind::Waybill => format!("ZZ{}", draw.digits(13)),
        FieldKind::Gps => format!(
            "-89.{},{}.{}",
            draw.digits(6),
            draw.below(180),
            draw.digits(6)
        ),
        FieldKind::DateOfBirth => {
            let (year, month, day) = draw.day();
            format!("{year}-{month:02}-{day:02}")
        }
        _ => format!(
            "{}_{}",
            kind.word().to_ascii_uppercase(),
            draw.text(WORD, 13)
        ),
    }
}

/// `first`, then digits, then the one that completes it, `length` in all.
fn luhn(first: &str, length: usize, draw: &mut Draw) -> String {
    let payload = format!("{first}{}", draw.digits(length - first.len() - 1));
    let check = char::from(luhn_check(payload.as_bytes()));
    format!("{payload}{check}")
}

fn resident_id(draw: &mut Draw) -> String {
    let (year, month, day) = draw.day();
    let first = format!(
        "99{}{year}{month:02}{day:02}{}",
        draw.digits(4),
        draw.digits(3)
    );
    completed(&first, resident_id_check)
}

fn credit_code(draw: &mut Draw) -> String {
    let organisation = completed(&draw.text(USCC_ALPHABET, 8), organisation_check);
    // The check of an organisation may be X, which the alphabet has.
    completed(&format!("0099{}{organisation}", draw.digits(4)), uscc_check)
}

/// `first` and its check character.
fn completed<const N: usize>(first: &str, check: impl Fn(&[u8; N]) -> u8) -> String {
    let bytes: &[u8; N] = first.as_bytes().try_into().expect("as long as its kind");
    format!("{first}{}", char::from(check(bytes)))
}

fn vin(draw: &mut Draw) -> String {
    let mut vin: Vec<u8> = format!("00{}", draw.text(VIN, 15)).into_bytes();
    let whole: &[u8; 17] = vin.as_slice().try_into().expect("17 characters");
    vin[8] = vin_check(whole);
    String::from_utf8(vin).expect("ASCII")
}

/// As long as the plate it stands for: those of electric cars have one character more.
fn plate(normal: &str, draw: &mut Draw) -> String {
    let provinces = PLATE_PROVINCES.chars().count() as u32;
    let province = PLATE_PROVINCES
        .chars()
        .nth(draw.below(provinces) as usize)
        .expect("below their count");
    let length = if normal.chars().count() == 8 { 6 } else { 5 };
    format!("{province}I{}", draw.text(PLATE, length))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use shouxin_model::numbering::{area_code_length, is_division, is_mobile};

    use super::*;

    fn under(key: u8, suite: Suite) -> Pseudonyms {
        Pseudonyms::new(suite, &[key; 32])
    }

    #[test]
    fn spellings_of_a_value_share_a_stand_in() {
        let pseudonyms = under(1, Suite::International);
        for (kind, one, other) in [
            (FieldKind::Mobile, "13700001111", "+86 137-0000-1111"),
            (
                FieldKind::ResidentId,
                "11010519491231002X",
                "11010519491231002x",
            ),
            (FieldKind::Name, "欧阳 小明", "欧阳小明"),
            (FieldKind::Plate, "沪A·12345", "沪A12345"),
            (
                FieldKind::Email,
                "Someone@Example.com",
                "someone@example.com",
            ),
            (FieldKind::DateOfBirth, "1990年1月5日", "1990-01-05"),
        ] {
            assert_eq!(
                pseudonyms.of(kind, one),
                pseudonyms.of(kind, other),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn key_suite_kind_and_value_each_decide_it() {
        let of = |key, suite, kind, value| under(key, suite).of(kind, value);
        let (a, b) = (Suite::International, Suite::National);
        let all: BTreeSet<String> = [
            of(1, a, FieldKind::Name, "张伟"),
            of(2, a, FieldKind::Name, "张伟"),
            of(1, b, FieldKind::Name, "张伟"),
            of(1, a, FieldKind::Wechat, "张伟"),
            of(1, a, FieldKind::Name, "张维"),
        ]
        .into();
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn stand_ins_are_of_their_kind_and_of_nobody() {
        for i in 0..200 {
            let pseudonyms = under(i, Suite::National);
            let of = |kind| pseudonyms.of(kind, "x");
            let mobile = of(FieldKind::Mobile);
            assert!(mobile.len() == 11 && !is_mobile(&mobile));
            assert_eq!(area_code_length(&of(FieldKind::Landline)), None);
            let id = of(FieldKind::ResidentId);
            assert!(id.len() == 18 && !is_division(&id[..6]));
            assert_eq!(
                id.as_bytes()[17],
                resident_id_check(id.as_bytes()[..17].try_into().unwrap())
            );
            for kind in [FieldKind::BankCard, FieldKind::Imei] {
                let (payload, check) = of(kind)
                    .split_at_checked(if kind == FieldKind::Imei { 14 } else { 15 })
                    .map(|(p, c)| (p.to_owned(), c.to_owned()))
                    .unwrap();
                assert_eq!(
                    check.as_bytes(),
                    [luhn_check(payload.as_bytes())],
                    "{kind:?}"
                );
            }
            let code = of(FieldKind::Uscc);
            assert_eq!(code.len(), 18);
            assert_eq!(
                code.as_bytes()[17],
                uscc_check(code.as_bytes()[..17].try_into().unwrap())
            );
            let vin = of(FieldKind::Vin);
            assert_eq!(
                vin.as_bytes()[8],
                vin_check(vin.as_bytes().try_into().unwrap())
            );
        }
    }

    #[test]
    fn real_values_do_not_look_like_stand_ins() {
        for (kind, value) in [
            (FieldKind::Mobile, "13700001111"),
            (FieldKind::Mobile, "+447700900123"),
            (FieldKind::Landline, "010-12345678"),
            (FieldKind::ResidentId, "11010519491231002X"),
            (FieldKind::Passport, "E12345678"),
            (FieldKind::BankCard, "6222020000000000009"),
            (FieldKind::Vin, "LSVAU2180E2100001"),
            (FieldKind::Plate, "沪A12345"),
            (FieldKind::Email, "someone@example.com"),
            (FieldKind::Ip, "10.0.0.1"),
            (FieldKind::Name, "张伟"),
        ] {
            assert!(!is_pseudonym(kind, value), "{kind:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_of_every_kind_has_one(value in any::<String>()) {
            let pseudonyms = under(7, Suite::International);
            for &kind in FieldKind::ALL {
                let stand_in = pseudonyms.of(kind, &value);
                prop_assert!(!stand_in.is_empty());
                prop_assert_eq!(&stand_in, &pseudonyms.of(kind, &value));
                for typed in [stand_in.to_lowercase(), stand_in.to_uppercase(), format!(" {stand_in} ")] {
                    prop_assert!(pseudonyms.is_of(kind, &typed, &value), "{:?} {}", kind, typed);
                }
            }
        }
    }
}
