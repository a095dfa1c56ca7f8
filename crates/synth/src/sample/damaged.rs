//! The damaged file, row by row.

use super::{SAMPLE_TIME, row};
use crate::{
    day::{civil, date_text},
    dice::Dice,
    identifier::{landline, plate, vin},
    person::Person,
    place::City,
};

/// The file as text.
pub(super) fn text(seed: u64) -> String {
    let mut text = String::new();
    row(&mut text, HEADERS);
    for cells in rows(seed) {
        row(&mut text, cells.iter().map(String::as_str));
    }
    text
}

const HEADERS: [&str; 12] = [
    "客户姓名",
    "手机号码",
    "固定电话",
    "身份证号",
    "出生日期",
    "联系地址",
    "电子邮箱",
    "车牌号",
    "车架号（VIN）",
    "购车日期",
    "里程（公里）",
    "备注",
];

const NAME: usize = 0;
const MOBILE: usize = 1;
const LANDLINE: usize = 2;
const RESIDENT_ID: usize = 3;
const BIRTH: usize = 4;
const ADDRESS: usize = 5;
const EMAIL: usize = 6;
const PLATE: usize = 7;
const VIN: usize = 8;
const BOUGHT: usize = 9;
const MILEAGE: usize = 10;
const REMARK: usize = 11;

/// What happened to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    /// Nothing.
    None,
    /// Excel: the mobile number as `1.38E+10`.
    MobileScientific,
    /// Excel: the ID number as `3.30199E+17`.
    IdScientific,
    /// Excel: the last three digits of the ID number made zeros.
    IdRounded,
    /// Excel: the zero of the area code gone.
    LandlineLostZero,
    /// Excel: the birthday as a serial number.
    BirthSerial,
    /// Excel: the purchase date as a serial number.
    PurchaseSerial,
    /// By hand: full-width digits, letters and blanks.
    FullWidth,
    /// By hand: one character of the ID number wrong.
    WrongId,
    /// By hand: one character of the VIN wrong.
    WrongVin,
    /// Dates with slashes and thousands in the mileage.
    Slashes,
    /// Dates in Chinese and units after the mileage.
    Chinese,
    /// Dates as eight digits, dots in the name where `·` belongs.
    Compact,
    /// The row of an earlier customer, number and name spaced out.
    AgainSpaced,
    /// The row of an earlier customer who moved, with less filled in.
    AgainMoved,
    /// The row of an earlier customer, copied in full.
    AgainCopied,
    /// A name with a character beyond the BMP.
    RareName,
    /// A name too long for most forms, the remark quoted, with comma and line end.
    LongName,
}

/// Which customer each row is about, and what happened to it.
pub(super) const ROWS: [(u64, Damage); 40] = [
    (0, Damage::None),
    (1, Damage::MobileScientific),
    (2, Damage::LandlineLostZero),
    (3, Damage::BirthSerial),
    (4, Damage::FullWidth),
    (5, Damage::WrongId),
    (6, Damage::None),
    (0, Damage::AgainSpaced),
    (7, Damage::Slashes),
    (8, Damage::IdScientific),
    (9, Damage::RareName),
    (10, Damage::PurchaseSerial),
    (11, Damage::WrongVin),
    (6, Damage::AgainMoved),
    (12, Damage::Chinese),
    (13, Damage::None),
    (14, Damage::LandlineLostZero),
    (15, Damage::LongName),
    (16, Damage::FullWidth),
    (17, Damage::Compact),
    (13, Damage::AgainCopied),
    (18, Damage::MobileScientific),
    (19, Damage::BirthSerial),
    (20, Damage::IdRounded),
    (21, Damage::None),
    (22, Damage::WrongId),
    (23, Damage::Slashes),
    (9, Damage::AgainSpaced),
    (24, Damage::None),
    (25, Damage::PurchaseSerial),
    (26, Damage::FullWidth),
    (27, Damage::LandlineLostZero),
    (28, Damage::Chinese),
    (24, Damage::AgainMoved),
    (29, Damage::IdScientific),
    (30, Damage::Compact),
    (31, Damage::None),
    (32, Damage::WrongVin),
    (33, Damage::BirthSerial),
    (31, Damage::AgainCopied),
];

/// The cells of every row.
pub(super) fn rows(seed: u64) -> Vec<[String; 12]> {
    ROWS.iter()
        .enumerate()
        .map(|(line, &(who, damage))| apply(damage, who, seed, line))
        .collect()
}

/// A customer, the day the car was bought, and the undamaged row: the same each time it is asked for.
fn clean(who: u64, damage: Damage, seed: u64) -> (Person, i64, [String; 12]) {
    let mut dice = Dice::new(seed, SAMPLE_STREAMS + who);
    let city = if damage == Damage::Compact {
        City::find("6501")
    } else {
        None
    };
    let city = city.unwrap_or_else(|| City::roll(&mut dice));
    let today = SAMPLE_TIME.china_day();
    let mut person = Person::roll(&mut dice, SAMPLE_STREAMS + who, seed, city, today);
    if person.resident_id.is_none() {
        person.resident_id = Some(crate::identifier::resident_id(
            &mut dice,
            city.province,
            person.birth_day,
            person.male,
        ));
    }
    let bought = today - dice.between(90, 2600);
    let mileage = (today - bought) * dice.between(15, 70);
    let with_landline = dice.permille(300) || damage == Damage::LandlineLostZero;
    let cells = [
        person.name.full.clone(),
        person.mobile.clone(),
        if with_landline {
            landline(&mut dice, city.area_code)
        } else {
            String::new()
        },
        person.resident_id.clone().unwrap_or_default(),
        date_text(person.birth_day),
        person.address.full.clone(),
        if dice.permille(600) {
            person.email.clone()
        } else {
            String::new()
        },
        plate(&mut dice, city.plate, city.office, false),
        vin(SAMPLE_STREAMS + who, seed, "TE5T0", civil(bought).0),
        date_text(bought),
        mileage.to_string(),
        SYNTHETIC.to_owned(),
    ];
    (person, bought, cells)
}

fn apply(damage: Damage, who: u64, seed: u64, line: usize) -> [String; 12] {
    let first = ROWS
        .iter()
        .find(|row| row.0 == who)
        .map_or(damage, |row| row.1);
    let (person, bought, mut cells) = clean(who, first, seed);
    let mut dice = Dice::new(seed, 2 * SAMPLE_STREAMS + line as u64);
    if matches!(first, Damage::RareName) {
        cells[NAME] = format!("{}𠮷", person.name.short);
    }
    match damage {
        Damage::None | Damage::RareName | Damage::AgainCopied => {}
        Damage::MobileScientific => cells[MOBILE] = scientific(&cells[MOBILE], 2),
        Damage::IdScientific => {
            cells[RESIDENT_ID] = scientific(&cells[RESIDENT_ID].replace('X', "0"), 5)
        }
        Damage::IdRounded => cells[RESIDENT_ID].replace_range(15.., "000"),
        Damage::LandlineLostZero => {
            cells[LANDLINE] = cells[LANDLINE].trim_start_matches('0').to_owned()
        }
        Damage::BirthSerial => cells[BIRTH] = serial(person.birth_day),
        Damage::PurchaseSerial => cells[BOUGHT] = serial(bought),
        Damage::FullWidth => {
            for place in [MOBILE, PLATE, VIN, MILEAGE] {
                cells[place] = full_width(&cells[place]);
            }
            cells[ADDRESS] = full_width(&cells[ADDRESS]);
            cells[NAME] = spaced(&cells[NAME], "\u{3000}");
        }
        Damage::WrongId => replace_digit(&mut cells[RESIDENT_ID], 16),
        Damage::WrongVin => replace_digit(&mut cells[VIN], 16),
        Damage::Slashes => {
            for place in [BIRTH, BOUGHT] {
                cells[place] = cells[place].replace("-0", "/").replace('-', "/");
            }
            if cells[MILEAGE].len() > 3 {
                let thousands = cells[MILEAGE].len() - 3;
                cells[MILEAGE].insert(thousands, ',');
            }
        }
        Damage::Chinese => {
            for place in [BIRTH, BOUGHT] {
                cells[place] = chinese(&cells[place]);
            }
            cells[MOBILE] = format!("+86 {}", cells[MOBILE]);
        }
        Damage::Compact => {
            for place in [BIRTH, BOUGHT] {
                cells[place] = cells[place].replace('-', "");
            }
            cells[NAME] = if person.male {
                "阿不都热依木.吐尔逊"
            } else {
                "阿依古丽.买买提"
            }
            .to_owned();
            cells[EMAIL].clear();
            cells[PLATE].insert('新'.len_utf8() + 1, '·');
        }
        Damage::AgainSpaced => {
            cells[NAME] = spaced(&cells[NAME], " ");
            cells[MOBILE] = format!(
                "{}-{}-{}",
                &cells[MOBILE][..3],
                &cells[MOBILE][3..7],
                &cells[MOBILE][7..]
            );
            cells[RESIDENT_ID] = cells[RESIDENT_ID].to_lowercase();
            cells[PLATE] = cells[PLATE].to_lowercase();
            cells[EMAIL] = cells[EMAIL].to_uppercase();
        }
        Damage::AgainMoved => {
            cells[ADDRESS] = person.city.address(&mut dice).full;
            for place in [RESIDENT_ID, BIRTH, VIN, BOUGHT] {
                cells[place].clear();
            }
            cells[REMARK] = format!("{SYNTHETIC}；已搬家");
        }
        Damage::LongName => {
            let long = [
                "阿依努尔古丽·阿卜杜热合曼·买买提伊敏",
                "阿卜杜热合曼·阿卜杜克里木·买买提伊敏",
            ];
            cells[NAME] = long[usize::from(person.male)].to_owned();
            cells[EMAIL].clear();
            cells[REMARK] = format!(
                "{SYNTHETIC}；车主要求\"先打电话\",再上门；\n备用电话{}",
                crate::identifier::any_mobile(&mut dice)
            );
        }
    }
    cells
}

/// As Excel shows a long number in a narrow column: `1.38E+10`.
fn scientific(digits: &str, decimals: usize) -> String {
    format!(
        "{}.{}E+{:02}",
        &digits[..1],
        &digits[1..=decimals],
        digits.len() - 1
    )
}

/// Days since 1899-12-30, as Excel counts them.
fn serial(day: i64) -> String {
    (day + 25_569).to_string()
}

fn full_width(text: &str) -> String {
    let widen = |c: char| {
        if c.is_ascii_graphic() {
            char::from_u32(c as u32 + 0xfee0).unwrap_or(c)
        } else {
            c
        }
    };
    text.chars().map(widen).collect()
}

fn spaced(name: &str, blank: &str) -> String {
    let letters: Vec<String> = name.chars().map(String::from).collect();
    letters.join(blank)
}

/// Another digit in place of the one at `place`.
fn replace_digit(number: &mut String, place: usize) {
    let digit = number.as_bytes()[place];
    let other = if digit == b'9' {
        '0'
    } else {
        char::from(digit + 1)
    };
    number.replace_range(place..=place, other.encode_utf8(&mut [0; 4]));
}

fn chinese(date: &str) -> String {
    let part = |range: std::ops::Range<usize>| date[range].trim_start_matches('0').to_owned();
    format!("{}年{}月{}日", &date[..4], part(5..7), part(8..10))
}

/// What the remark of every row says first.
const SYNTHETIC: &str = "合成数据";

/// Sample customers live in streams of their own, far from those of any demo.
const SAMPLE_STREAMS: u64 = 1_234_567_891;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_kinds_of_damage_and_duplicates_are_really_there() {
        let rows = rows(1);
        let with = |damage: Damage| {
            ROWS.iter()
                .zip(&rows)
                .filter(move |(row, _)| row.1 == damage)
                .map(|(_, cells)| cells)
        };
        for cells in with(Damage::MobileScientific) {
            assert!(cells[MOBILE].ends_with("E+10") && cells[MOBILE].starts_with("1."));
        }
        for cells in with(Damage::LandlineLostZero) {
            assert!(cells[LANDLINE].len() >= 9 && !cells[LANDLINE].starts_with('0'));
        }
        for cells in with(Damage::BirthSerial) {
            assert!(
                cells[BIRTH]
                    .parse::<u32>()
                    .is_ok_and(|serial| serial < 46_000)
            );
        }
        for cells in with(Damage::FullWidth) {
            assert!(cells[MOBILE].starts_with('１') && cells[NAME].contains('\u{3000}'));
        }
        for cells in with(Damage::WrongId).chain(with(Damage::IdRounded)) {
            assert!(
                shouxin_regime::check(shouxin_model::FieldKind::ResidentId, &cells[RESIDENT_ID])
                    .is_err()
            );
        }
        for cells in with(Damage::WrongVin) {
            assert!(shouxin_regime::check(shouxin_model::FieldKind::Vin, &cells[VIN]).is_err());
        }
        for cells in with(Damage::AgainSpaced)
            .chain(with(Damage::AgainMoved))
            .chain(with(Damage::AgainCopied))
        {
            let digits = cells[MOBILE].replace('-', "");
            assert_eq!(
                rows.iter()
                    .filter(|other| other[MOBILE].replace('-', "") == digits)
                    .count(),
                2
            );
        }
    }

    #[test]
    fn every_other_row_passes_the_checks() {
        use shouxin_model::FieldKind::{DateOfBirth, Mobile, Plate, ResidentId, Vin};
        for ((_, damage), cells) in ROWS.iter().zip(rows(1)) {
            if matches!(
                damage,
                Damage::None
                    | Damage::RareName
                    | Damage::AgainSpaced
                    | Damage::AgainCopied
                    | Damage::Slashes
                    | Damage::Chinese
                    | Damage::LongName
            ) {
                for (kind, place) in [
                    (Mobile, MOBILE),
                    (ResidentId, RESIDENT_ID),
                    (DateOfBirth, BIRTH),
                    (Plate, PLATE),
                    (Vin, VIN),
                ] {
                    assert!(
                        shouxin_regime::check(kind, &cells[place]).is_ok(),
                        "{kind:?}"
                    );
                }
            }
        }
    }
}
