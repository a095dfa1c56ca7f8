//! The facts that talk is about.

use crate::{
    day::{civil, date_text},
    dice::Dice,
    identifier::{ip, landline, qq},
    person::{Other, Person},
    speech::{Facts, say, spelled, spoken_mobile},
};

/// What is known where people talk: the customer, someone close to them, and the case.
pub(crate) struct Scene<'a> {
    pub(crate) person: &'a Person,
    pub(crate) other: &'a Other,
    /// The day of the talk, since 1970-01-01.
    pub(crate) day: i64,
    /// What the profile adds: slot names and facts.
    pub(crate) case: &'a [(&'static str, &'a str)],
}

impl Scene<'_> {
    /// What is said by this rule of the grammar.
    pub(crate) fn say(&self, rule: &str, dice: &mut Dice) -> String {
        say(rule, self, dice)
    }
}

impl Facts for Scene<'_> {
    fn put(&self, slot: &str, dice: &mut Dice, text: &mut String) -> bool {
        if let Some(fact) = self.case(slot) {
            text.push_str(fact);
            return true;
        }
        let person = self.person;
        match slot {
            "name" => text.push_str(&person.name.full),
            "short" => text.push_str(&person.name.short),
            "title" => text.push_str(person.title()),
            "mobile" => text.push_str(&person.mobile),
            "mobile_spoken" => text.push_str(&spoken_mobile(&person.mobile, dice)),
            "tail" => text.push_str(tail(&person.mobile)),
            "address" => text.push_str(&person.address.full),
            "address_short" => text.push_str(person.address.near()),
            "email" => text.push_str(&person.email),
            "wechat" => text.push_str(&person.wechat),
            "qq" => text.push_str(&qq(dice)),
            "landline" => text.push_str(&landline(dice, person.city.area_code)),
            "id" => text.push_str(self.document()),
            "id_spoken" => text.push_str(&spelled(self.document())),
            "birth" => text.push_str(&date_text(person.birth_day)),
            "card" => text.push_str(&person.bank_card),
            "card_spoken" => text.push_str(&spelled(&person.bank_card)),
            "card_tail" => text.push_str(tail(&person.bank_card)),
            "other_name" => text.push_str(&self.other.name.full),
            "other_short" => text.push_str(&self.other.name.short),
            "other_mobile" => text.push_str(&self.other.mobile),
            "other_mobile_spoken" => text.push_str(&spoken_mobile(&self.other.mobile, dice)),
            "other_address" => text.push_str(&self.other.address.full),
            "ip" => text.push_str(&ip(dice)),
            // The same all through one talk.
            "staff_no" => text.push_str(&format!(
                "{:04}",
                (self.day * 31 + person.birth_day).rem_euclid(2000)
            )),
            "greeting" => text.push_str(dice.pick(&["上午好", "下午好", "晚上好", "您好"])),
            "part_of_day" => text.push_str(dice.pick(&["morning", "afternoon", "evening"])),
            "day" => text.push_str(&self.some_day(dice)),
            "hour" => text.push_str(dice.pick(&HOURS)),
            "since" => text.push_str(dice.pick(&SINCE)),
            // The longer the talk already is, the later.
            "clock" => {
                let minute = 540 + person.birth_day.rem_euclid(540) + text.len() as i64 / 40;
                text.push_str(&format!("{:02}:{:02}", minute / 60, minute % 60));
            }
            "speed" => text.push_str(&(dice.between(6, 12) * 10).to_string()),
            "amount" => text.push_str(&format!("{}.{}0", dice.between(60, 6800), dice.below(10))),
            "plate_spoken" => text.push_str(&spelled(self.case("plate").unwrap_or_default())),
            "place" => text.push_str(&person.city.roadside(dice)),
            "fault" => {
                text.push_str(&self.say(self.case("fault_rule").unwrap_or("fault.other"), dice))
            }
            _ => return false,
        }
        true
    }
}

impl Scene<'_> {
    fn case(&self, slot: &str) -> Option<&str> {
        self.case
            .iter()
            .find(|(name, _)| *name == slot)
            .map(|(_, fact)| *fact)
    }

    fn document(&self) -> &str {
        let person = self.person;
        person
            .resident_id
            .as_deref()
            .or(person.passport.as_deref())
            .unwrap_or_default()
    }

    /// A day close to the talk, as people name it.
    fn some_day(&self, dice: &mut Dice) -> String {
        let ahead = dice.between(1, 9);
        let (_, month, day) = civil(self.day + ahead);
        match dice.below(4) {
            0 => format!("{month}月{day}号"),
            1 => format!("{day}号"),
            2 => dice
                .pick(&["明天", "后天", "周六", "周日", "下周一", "下周三", "这周五"])
                .to_owned(),
            _ => format!("{ahead}天后"),
        }
    }
}

/// The last four characters of a number.
pub(crate) fn tail(number: &str) -> &str {
    &number[number.len().saturating_sub(4)..]
}

const HOURS: [&str; 8] = [
    "上午九点",
    "上午十点半",
    "中午",
    "下午一点",
    "下午两点半",
    "下午四点",
    "下班后",
    "晚上七点前",
];
const SINCE: [&str; 7] = [
    "上周",
    "前天",
    "这个月初",
    "国庆以后",
    "上次保养以后",
    "昨天",
    "半个月前",
];
