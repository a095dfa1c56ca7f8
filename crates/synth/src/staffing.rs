//! Who handles the cases.

use std::collections::BTreeMap;

use crate::{dice::Dice, place::City, profile::Profile};

/// The staff to whom cases are assigned.
#[derive(Clone, Debug)]
pub struct Staffing {
    featured: Vec<Handler>,
    others: Vec<Handler>,
    /// For each city code, which of the others serve it: those there, else those of its province.
    serving: BTreeMap<&'static str, Vec<usize>>,
}

/// One member of staff at a site. None of it says anything about a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The login, as in the case's assignee field.
    pub login: String,
    /// The code of the site, as in the case's site field.
    pub site: String,
    /// The code of the region, as in the case's region field. The invented staff work in `north`,
    /// `northeast`, `east`, `central`, `south`, `southwest` and `northwest`.
    pub region: String,
    /// The four-digit code of the city where the handler's customers live; without it, anywhere.
    pub city: Option<String>,
}

impl Staffing {
    /// The featured handlers, who all get open and closed cases as long as there are at least twice
    /// as many subjects as handlers, and beside them the invented staff of sites in big cities.
    pub fn new(profile: Profile, featured: Vec<Handler>) -> Self {
        let role = match profile {
            Profile::AfterSales => "adviser",
            Profile::Express => "courier",
            Profile::ServiceCentre => "agent",
        };
        let of_site = |&(site, region, city): &(&str, &str, &str)| {
            [1, 2].map(|place| Handler {
                login: format!("{role}.{}.{place}", site.to_lowercase()),
                site: site.to_owned(),
                region: region.to_owned(),
                city: Some(city.to_owned()),
            })
        };
        let others: Vec<Handler> = SITES.iter().flat_map(of_site).collect();
        let near = |code: &str| -> Vec<usize> {
            let at = |(place, other): (usize, &Handler)| {
                other.city.as_ref()?.starts_with(code).then_some(place)
            };
            others.iter().enumerate().filter_map(at).collect()
        };
        let serving = City::all().iter().map(|city| {
            let here = near(city.code);
            (
                city.code,
                if here.is_empty() {
                    near(city.province)
                } else {
                    here
                },
            )
        });
        Self {
            serving: serving.collect(),
            featured,
            others,
        }
    }

    /// The handler of the subject with this index, and the city where the subject lives: the first
    /// subjects go round the featured ones, later on every eighth falls to one of them.
    pub(crate) fn assign(&self, dice: &mut Dice, index: usize) -> (&Handler, &'static City) {
        let featured = self.featured.len();
        if index < 2 * featured {
            let handler = &self.featured[index % featured];
            (handler, handler.home(dice))
        } else {
            self.anyone(dice)
        }
    }

    /// Any of the handlers, and a city served.
    pub(crate) fn anyone(&self, dice: &mut Dice) -> (&Handler, &'static City) {
        let featured = self.featured.len() as u32;
        if featured > 0 && dice.permille(125) {
            let handler = &self.featured[dice.below(featured) as usize];
            return (handler, handler.home(dice));
        }
        let city = City::roll(dice);
        (&self.others[dice.pick(&self.serving[city.code])], city)
    }

    /// Whether the subject with this index must have an open case, or must have none, so that every
    /// featured handler has both.
    pub(crate) fn must_be_open(&self, index: usize) -> Option<bool> {
        (index < 2 * self.featured.len()).then_some(index < self.featured.len())
    }
}

impl Handler {
    /// The city of a customer: the handler's own, if it is known.
    fn home(&self, dice: &mut Dice) -> &'static City {
        self.city
            .as_deref()
            .and_then(City::find)
            .unwrap_or_else(|| City::roll(dice))
    }
}

/// Site, region and city code of the invented staff.
const SITES: [(&str, &str, &str); 49] = [
    ("BJ01", "north", "1101"),
    ("BJ02", "north", "1101"),
    ("TJ01", "north", "1201"),
    ("SJZ01", "north", "1301"),
    ("BD01", "north", "1306"),
    ("TY01", "north", "1401"),
    ("HHHT01", "north", "1501"),
    ("SY01", "northeast", "2101"),
    ("DL01", "northeast", "2102"),
    ("CC01", "northeast", "2201"),
    ("HRB01", "northeast", "2301"),
    ("SH01", "east", "3101"),
    ("SH02", "east", "3101"),
    ("NJ01", "east", "3201"),
    ("SZ01", "east", "3205"),
    ("XZ01", "east", "3203"),
    ("HZ01", "east", "3301"),
    ("NB01", "east", "3302"),
    ("WZ01", "east", "3303"),
    ("HF01", "east", "3401"),
    ("FZ01", "east", "3501"),
    ("XM01", "east", "3502"),
    ("NC01", "east", "3601"),
    ("JN01", "east", "3701"),
    ("QD01", "east", "3702"),
    ("LY01", "east", "3713"),
    ("ZZ01", "central", "4101"),
    ("NY01", "central", "4113"),
    ("WH01", "central", "4201"),
    ("WH02", "central", "4201"),
    ("CS01", "central", "4301"),
    ("GZ01", "south", "4401"),
    ("GZ02", "south", "4401"),
    ("SZX01", "south", "4403"),
    ("FS01", "south", "4406"),
    ("DG01", "south", "4419"),
    ("NN01", "south", "4501"),
    ("HK01", "south", "4601"),
    ("CQ01", "southwest", "5001"),
    ("CD01", "southwest", "5101"),
    ("CD02", "southwest", "5101"),
    ("GY01", "southwest", "5201"),
    ("KM01", "southwest", "5301"),
    ("LS01", "southwest", "5401"),
    ("XA01", "northwest", "6101"),
    ("LZ01", "northwest", "6201"),
    ("XN01", "northwest", "6301"),
    ("YC01", "northwest", "6401"),
    ("URC01", "northwest", "6501"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_site_stands_in_a_city_and_every_city_is_served() {
        for (site, _, city) in SITES {
            assert!(City::find(city).is_some(), "{site}");
        }
        let staff = Staffing::new(Profile::Express, Vec::new());
        for city in City::all() {
            assert!(!staff.serving[city.code].is_empty(), "{}", city.code);
        }
    }
}
