//! People who exist nowhere, one value a field kind: decoys among the rows of an export.

use shouxin_model::{FieldKind, Moment};

use crate::day::{civil, date_text};
use crate::dice::Dice;
use crate::identifier::{
    bank_card, imei, passport, permit, plate, resident_id, social_credit_code, vin, waybill,
};
use crate::name::Name;
use crate::place::City;

/// Someone who exists nowhere, wholly made from a seed: the same seed gives the same person.
///
/// What could reach a living person cannot: mobile numbers come from segments that no carrier hands out,
/// WeChat ids and mailboxes have forms that nobody's have, and there are no landline numbers. Identity, card,
/// vehicle and device numbers have right check digits in ranges that are never given out.
pub struct Stranger {
    seed: u64,
    dice: u64,
    male: bool,
    birth_day: i64,
    today: i64,
    city: &'static City,
    name: Name,
}

impl Stranger {
    /// The stranger of this seed, grown up at `now`. The seed should be secret: whoever knows it knows the
    /// person.
    pub fn of(seed: [u8; 16], now: Moment) -> Self {
        let [first, second] = [&seed[..8], &seed[8..]].map(|half| {
            half.iter()
                .fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte))
        });
        let mut dice = Dice::new(first, second);
        let today = now.china_day();
        let male = dice.permille(540);
        let birth_day = today - (20 * 365 + dice.between(0, 45 * 365));
        let city = City::roll(&mut dice);
        let mut name = Name::roll(&mut dice, male, civil(birth_day).0, city.province);
        // Foreign names are few enough to catch the eye.
        while name.foreign {
            name = Name::roll(&mut dice, male, civil(birth_day).0, city.province);
        }
        Self {
            seed: first,
            dice: second,
            male,
            birth_day,
            today,
            city,
            name,
        }
    }

    /// The person's value for a field of this kind; `field` tells fields of one kind apart. `None` where a
    /// made-up value would be found out, reach somebody, or mean nothing.
    pub fn value(&self, kind: FieldKind, field: &str) -> Option<String> {
        // Each field rolls its own dice, so that it does not matter which fields are asked for.
        let salt = field.bytes().fold(self.dice, |salt, byte| {
            salt.wrapping_mul(0x100_0000_01b3)
                .wrapping_add(u64::from(byte) + 1)
        });
        let dice = &mut Dice::new(self.seed, salt);
        Some(match kind {
            FieldKind::Name => self.name.full.clone(),
            FieldKind::Mobile => unreachable_mobile(dice),
            FieldKind::ResidentId => {
                resident_id(dice, self.city.province, self.birth_day, self.male)
            }
            FieldKind::Passport => passport(dice),
            FieldKind::Permit => permit(dice),
            FieldKind::BankCard => bank_card(dice),
            FieldKind::Uscc => social_credit_code(dice, self.city.province),
            FieldKind::Vin => vin(
                self.seed ^ salt,
                salt,
                "TE5T0",
                civil(self.today).0 - dice.between(0, 9),
            ),
            FieldKind::Plate => plate(dice, self.city.plate, self.city.office, false),
            FieldKind::Address => self.city.address(dice).full,
            FieldKind::Email => format!("{}{}@qq.com", 1 + dice.below(9), dice.digits(11)),
            FieldKind::Imei => imei(dice),
            FieldKind::Wechat => format!(
                "wxid_{}",
                dice.letters(b"0123456789abcdefghijklmnopqrstuvwxyz", 14)
            ),
            FieldKind::Waybill => waybill(self.seed ^ salt, salt),
            FieldKind::DateOfBirth => date_text(self.birth_day),
            FieldKind::Landline
            | FieldKind::Ip
            | FieldKind::Mac
            | FieldKind::Qq
            | FieldKind::Gps
            | FieldKind::FreeText
            | FieldKind::Money
            | FieldKind::Enum
            | FieldKind::Number
            | FieldKind::Time
            | FieldKind::Code
            | FieldKind::File => return None,
        })
    }
}

/// A mobile number of a segment that no carrier hands out: it rings nowhere.
fn unreachable_mobile(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&UNASSIGNED), dice.digits(8))
}

/// Segments of eleven digits that are given to nobody: see the blocks of `shouxin_regime`'s check.
const UNASSIGNED: [&str; 7] = ["154", "160", "163", "164", "168", "169", "194"];

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(seed: u8) -> Stranger {
        Stranger::of([seed; 16], Moment::from_seconds(1_795_000_000))
    }

    #[test]
    fn a_stranger_is_one_person_whatever_is_asked_first() {
        let (one, two) = (stranger(1), stranger(1));
        let id = one
            .value(FieldKind::ResidentId, "customer.resident_id")
            .unwrap();
        two.value(FieldKind::Mobile, "customer.mobile");
        assert_eq!(
            two.value(FieldKind::ResidentId, "customer.resident_id"),
            Some(id.clone())
        );
        let birth = one.value(FieldKind::DateOfBirth, "customer.born").unwrap();
        assert_eq!(id[6..14], birth.replace('-', ""));
        assert_ne!(
            one.value(FieldKind::Mobile, "customer.mobile"),
            one.value(FieldKind::Mobile, "contact.mobile")
        );
        assert_ne!(
            one.value(FieldKind::Mobile, "customer.mobile"),
            stranger(2).value(FieldKind::Mobile, "customer.mobile")
        );
    }

    #[test]
    fn numbers_pass_their_checks_and_mobiles_belong_to_no_segment() {
        use shouxin_regime::check;
        for seed in 0..50 {
            let someone = stranger(seed);
            for kind in [
                FieldKind::Name,
                FieldKind::ResidentId,
                FieldKind::Passport,
                FieldKind::BankCard,
                FieldKind::Vin,
                FieldKind::Plate,
                FieldKind::Address,
                FieldKind::Email,
                FieldKind::Imei,
                FieldKind::Wechat,
                FieldKind::DateOfBirth,
            ] {
                let value = someone.value(kind, "a.b").unwrap();
                assert!(check(kind, &value).is_ok(), "{} {value}", kind.word());
            }
            let mobile = someone.value(FieldKind::Mobile, "a.b").unwrap();
            assert!(mobile.len() == 11 && check(FieldKind::Mobile, &mobile).is_err());
        }
    }
}
