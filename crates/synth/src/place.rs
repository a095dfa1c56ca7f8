//! Where people live: cities by population, addresses, positions.

use std::sync::LazyLock;

use crate::{
    dice::{Dice, Weighted},
    division::{Division, divisions},
    identifier::plate_office,
    name::lines,
};

use door::{SIDES, door, road};

mod door;

/// A city with what numbers and positions need to know of it.
pub(crate) struct City {
    /// Four digits.
    pub(crate) code: &'static str,
    /// Two digits.
    pub(crate) province: &'static str,
    /// Its character on plates.
    pub(crate) plate: &'static str,
    /// The letter of its plate office.
    pub(crate) office: char,
    /// The code before its landline numbers.
    pub(crate) area_code: &'static str,
    districts: Vec<&'static Division>,
    latitude: f64,
    longitude: f64,
}

impl City {
    /// Any city, as likely as it is populous.
    pub(crate) fn roll(dice: &mut Dice) -> &'static Self {
        let (cities, weights) = &*CITIES;
        &cities[weights.pick(dice)]
    }

    /// Every city, sorted by code.
    pub(crate) fn all() -> &'static [Self] {
        &CITIES.0
    }

    /// The city of this four-digit code.
    pub(crate) fn find(code: &str) -> Option<&'static Self> {
        Self::all().iter().find(|city| city.code == code)
    }

    /// A postal address down to the door.
    pub(crate) fn address(&self, dice: &mut Dice) -> Address {
        let district = *self.district(dice);
        let town = town(dice, district);
        let mut full = divisions().full_name(district.code).unwrap_or_default();
        let near_from = full.len();
        if town != district.name {
            full.push_str(town);
        }
        door(dice, town, &mut full);
        Address { full, near_from }
    }

    /// A place on a road, as a person in need would tell it.
    pub(crate) fn roadside(&self, dice: &mut Dice) -> String {
        let district = self.district(dice);
        let mut place = divisions().full_name(district.code).unwrap_or_default();
        match dice.below(3) {
            0 => {
                place += &format!(
                    "{}与{}交叉口{}侧",
                    road(dice),
                    road(dice),
                    dice.pick(&SIDES)
                )
            }
            1 => place += &format!("{}{}号附近路边", road(dice), dice.between(1, 999)),
            _ => {
                place += &format!(
                    "绕城高速{}向K{}+{}处应急车道",
                    dice.pick(&SIDES),
                    dice.between(3, 140),
                    dice.between(1, 9) * 100
                )
            }
        }
        place
    }

    /// A position within about 25 km of the city's centre: `30.273421,120.155310`.
    pub(crate) fn position(&self, dice: &mut Dice) -> String {
        let mut near = || {
            (f64::from(dice.below(200_000)) + f64::from(dice.below(200_000)) - 200_000.0)
                / 1_000_000.0
        };
        format!(
            "{:.6},{:.6}",
            self.latitude + near(),
            self.longitude + near()
        )
    }

    /// A district; zones that only planners know come more seldom.
    fn district(&self, dice: &mut Dice) -> &&'static Division {
        let at =
            |dice: &mut Dice| &self.districts[dice.below(self.districts.len() as u32) as usize];
        let first = at(dice);
        if ["开发区", "管理区", "园区"]
            .iter()
            .any(|zone| first.name.ends_with(zone))
        {
            at(dice)
        } else {
            first
        }
    }
}

/// A postal address.
pub(crate) struct Address {
    /// From the province to the door.
    pub(crate) full: String,
    /// Where the part within the district begins.
    near_from: usize,
}

impl Address {
    /// The part that neighbours would say: without province, city and district.
    pub(crate) fn near(&self) -> &str {
        &self.full[self.near_from..]
    }
}

/// A town of the district, more often a street of a city than a village.
fn town(dice: &mut Dice, district: &Division) -> &'static str {
    let first = dice.pick(&district.towns);
    let town = if first.ends_with("街道") {
        first
    } else {
        dice.pick(&district.towns)
    };
    // Statistics puts remarks in brackets; no address has them.
    town.split('（').next().unwrap_or(town)
}

static CITIES: LazyLock<(Vec<City>, Weighted<usize>)> = LazyLock::new(|| {
    let mut cities = Vec::with_capacity(350);
    let mut weights = Vec::with_capacity(350);
    for line in lines(include_str!("../data/provinces.tsv")) {
        let [province, plate, people, latitude, longitude, area_code] = columns(line);
        let known: Vec<[&str; 5]> = lines(include_str!("../data/cities.tsv"))
            .filter(|line| line.starts_with(province))
            .map(columns)
            .collect();
        // Who lives in no listed city is spread over the others by their number of towns.
        let rest = number(people) - known.iter().map(|city| number(city[1])).sum::<f64>();
        let unlisted = |code: &str| known.iter().all(|city| city[0] != code);
        let rest_towns: usize = divisions()
            .within(province)
            .filter(|c| unlisted(c.code))
            .map(|c| towns(c.code))
            .sum();
        for (place, division) in divisions().within(province).enumerate() {
            let listed = known.iter().find(|city| city[0] == division.code);
            let weight = match listed {
                Some(city) => number(city[1]),
                None => rest.max(0.0) * towns(division.code) as f64 / rest_towns as f64,
            };
            weights.push((cities.len(), weight as u32 + 1));
            let (area_code, latitude, longitude) = listed
                .map_or((area_code, latitude, longitude), |city| {
                    (city[2], city[3], city[4])
                });
            cities.push(City {
                code: division.code,
                province,
                plate,
                office: plate_office(place),
                area_code,
                districts: divisions().within(division.code).collect(),
                latitude: number(latitude),
                longitude: number(longitude),
            });
        }
    }
    (cities, Weighted::new(weights))
});

fn towns(city: &str) -> usize {
    divisions()
        .within(city)
        .map(|district| district.towns.len())
        .sum()
}

fn columns<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut parts = line.split('\t');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_names_a_division_and_reads_as_numbers() {
        for line in lines(include_str!("../data/provinces.tsv"))
            .chain(lines(include_str!("../data/cities.tsv")))
        {
            let code = line.split('\t').next().unwrap();
            assert!(divisions().get(code).is_some(), "{line}");
        }
        assert!(CITIES.0.iter().all(|city| city.latitude > 18.0
            && city.longitude > 73.0
            && city.area_code.len() >= 3));
        assert!(CITIES.0.iter().all(|city| !city.districts.is_empty()));
    }

    #[test]
    fn people_live_where_people_live() {
        let mut dice = Dice::new(3, 3);
        let rolls: Vec<_> = (0..20_000).map(|_| City::roll(&mut dice)).collect();
        let share = |province: &str| {
            rolls.iter().filter(|c| c.province == province).count() * 1000 / rolls.len()
        };
        // The census of 2020: Guangdong 8.9 %, Beijing 1.6 %, Tibet 0.3 %.
        assert!((80..100).contains(&share("44")), "{}", share("44"));
        assert!((11..21).contains(&share("11")), "{}", share("11"));
        assert!(share("54") < 6);
    }

    #[test]
    fn an_address_starts_with_the_real_division_and_ends_at_a_door() {
        let mut dice = Dice::new(4, 4);
        let city = City::find("3301").unwrap();
        for _ in 0..200 {
            let address = city.address(&mut dice).full;
            assert!(address.starts_with("浙江省杭州市"), "{address}");
            assert!(address.chars().count() > 12, "{address}");
        }
        assert_eq!(
            (city.plate, city.office, city.area_code),
            ("浙", 'A', "0571")
        );
    }
}
