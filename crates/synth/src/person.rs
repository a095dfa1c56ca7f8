//! One person, from the day of birth to the phone number.

use crate::{
    day::civil,
    dice::Dice,
    identifier::{any_mobile, bank_card, email, mobile, passport, resident_id, wechat},
    name::Name,
    place::{Address, City},
};

/// A customer who does not exist.
pub(crate) struct Person {
    pub(crate) name: Name,
    pub(crate) male: bool,
    /// Days since 1970-01-01.
    pub(crate) birth_day: i64,
    pub(crate) city: &'static City,
    pub(crate) mobile: String,
    pub(crate) address: Address,
    /// People from abroad have none.
    pub(crate) resident_id: Option<String>,
    /// Only people from abroad have one.
    pub(crate) passport: Option<String>,
    pub(crate) email: String,
    pub(crate) wechat: String,
    pub(crate) bank_card: String,
}

impl Person {
    /// The customer with this index: no other index below 3.4 billion has the same mobile number.
    pub(crate) fn roll(
        dice: &mut Dice,
        index: u64,
        seed: u64,
        city: &'static City,
        today: i64,
    ) -> Self {
        let male = dice.permille(560);
        // Adults, most of them between 25 and 65: the sum of two throws.
        let age_days = 18 * 365 + 5 + dice.between(0, 30 * 365) + dice.between(0, 34 * 365);
        let birth_day = today - age_days;
        // One in six lives in a province other than the one of birth: name and ID number tell.
        let home = if dice.permille(160) {
            City::roll(dice).province
        } else {
            city.province
        };
        let name = Name::roll(dice, male, civil(birth_day).0, home);
        let handle = name.handle(dice);
        Self {
            male,
            birth_day,
            city,
            mobile: mobile(index, seed),
            address: city.address(dice),
            resident_id: (!name.foreign).then(|| resident_id(dice, home, birth_day, male)),
            passport: name.foreign.then(|| passport(dice)),
            email: email(dice, &handle),
            wechat: wechat(dice, &handle),
            bank_card: bank_card(dice),
            name,
        }
    }

    /// How one addresses the person.
    pub(crate) fn title(&self) -> &'static str {
        if self.male { "先生" } else { "女士" }
    }
}

/// Someone who only appears in another person's record: who fetches the car, receives the parcel.
pub(crate) struct Other {
    pub(crate) name: Name,
    pub(crate) mobile: String,
    pub(crate) address: Address,
}

impl Other {
    /// A person in this city.
    pub(crate) fn roll(dice: &mut Dice, city: &City, today: i64) -> Self {
        let male = dice.permille(500);
        let year = civil(today).0 - dice.between(19, 68);
        Self {
            name: Name::roll(dice, male, year, city.province),
            mobile: any_mobile(dice),
            address: city.address(dice),
        }
    }
}
