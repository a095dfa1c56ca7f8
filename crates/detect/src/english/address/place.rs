//! Towns, regions, codes and countries.

use super::super::lists::{GIVEN, WORDS, is_state};
use super::{Cursor, begun_by, continues};

impl<'a> Cursor<'a> {
    /// 5324 Aurora: a code of four digits and the province it lies in, as addresses of the Philippines end.
    pub(super) fn provincial(self) -> Option<Self> {
        let (code, after) = self.word()?;
        let place = after.blank()?.place(after.at)?;
        (code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit())).then_some(place)
    }

    /// Four digits right after a town, where the address ends: Owenside 8235.
    pub(super) fn four_digits(self) -> Option<Self> {
        let (code, after) = self.blank()?.word()?;
        let rest = after.rest();
        let small =
            rest.starts_with(' ') && rest.trim_start().starts_with(|c: char| c.is_lowercase());
        let ends =
            small || !rest.starts_with(|c: char| matches!(c, ' ' | '-') || c.is_alphanumeric());
        (code.len() == 4 && ends && code.bytes().all(|b| b.is_ascii_digit())).then_some(after)
    }

    /// The town after a code of five digits or more that stands behind a comma, and one place more.
    pub(super) fn town_after_code(self, code: Self) -> Option<Self> {
        let head = self.text.get(..self.at)?;
        let coded = self.text.get(self.at..code.at)?;
        if !head.ends_with(", ") || !coded.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let town = code.blank()?.place(code.at)?;
        let country = town.country_after();
        if country.at > town.at {
            return Some(country);
        }
        let more = town.rest().starts_with(", ").then(|| town.to(town.at + 2));
        let more = more.and_then(|next| next.place(town.at).filter(|end| !end.is_person(next.at)));
        Some(more.unwrap_or(town))
    }

    /// Whether a word from `from` to here is one that people are called by, or no name at all.
    pub(super) fn is_person(self, from: usize) -> bool {
        let name = self.text.get(from..self.at).unwrap_or_default();
        name.split(' ')
            .any(|word| GIVEN.has(word) || WORDS.has(word))
    }

    /// A state with or without its code of five digits, a postcode, a country.
    pub(super) fn region(self) -> Option<Self> {
        let postcode = self.british_postcode().or_else(|| self.eircode());
        if let Some(after) = postcode.or_else(|| self.zip()) {
            return Some(after.country_after());
        }
        let rest = self.rest();
        if let Some(state) = begun_by(rest, &STATES) {
            let after = self.to(self.at + state.len());
            return Some(after.gap().zip().unwrap_or(after).country_after());
        }
        let (word, after) = self.word()?;
        // S043095, as Singapore shortens its name.
        let singapore = word
            .strip_prefix('S')
            .is_some_and(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
        if singapore {
            return Some(after);
        }
        let coded = matches!(word.len(), 2 | 3) && word.bytes().all(|b| b.is_ascii_uppercase());
        if coded && is_state(word) {
            // `IN`, `OR`, `ME` are words; the code makes them states.
            let coded = after
                .gap()
                .zip()
                .or_else(|| after.australian_code(word))
                .or_else(|| after.gap().british_postcode())
                .or_else(|| after.gap().joined_postcode());
            let is_word = (word == "SA" || WORDS.has(word)) && !self.closes_line(word);
            let alone = !is_word && !continues(rest, word.len());
            return coded.or(alone.then_some(after)).map(Self::country_after);
        }
        self.country()
    }

    /// Whether a code with digits is part of the region from here to `end`.
    pub(super) fn ends_in_code(self, end: Self) -> bool {
        self.text
            .get(self.at..end.at)
            .is_some_and(|region| region.bytes().any(|b| b.is_ascii_digit()))
    }

    /// Bhagalpur-404842: whether the place from `from` to here ends in its code.
    pub(super) fn is_coded_place(self, from: usize) -> bool {
        let name = self.text.get(from..self.at).unwrap_or_default();
        name.rsplit_once('-')
            .is_some_and(|(_, code)| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()))
    }

    /// Four digits after a state of Australia.
    pub(super) fn australian_code(self, state: &str) -> Option<Self> {
        let (word, after) = self.gap().word()?;
        let fits = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
        (fits && AUSTRALIAN.contains(&state)).then_some(after)
    }

    /// Whether a state's letters stand after a comma and end what is written there: `East Dawn, OR`.
    pub(super) fn closes_line(self, word: &str) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        let after = self.rest().get(word.len()..).unwrap_or_default();
        before.ends_with(", ")
            && (after.is_empty() || after.starts_with(['\n', '"', '|', '\t', ';', ')', '.']))
    }

    /// X1B2G9, a postcode of Canada as machines write it.
    pub(super) fn joined_postcode(self) -> Option<Self> {
        let (word, after) = self.word()?;
        let fits = word.len() == 6
            && word.bytes().enumerate().all(|(place, b)| {
                if place % 2 == 0 {
                    b.is_ascii_uppercase()
                } else {
                    b.is_ascii_digit()
                }
            });
        fits.then_some(after)
    }

    pub(super) fn country_after(self) -> Self {
        self.gap().country().unwrap_or(self)
    }

    pub(super) fn country(self) -> Option<Self> {
        begun_by(self.rest(), &COUNTRIES).map(|country| {
            let end = self.to(self.at + country.len());
            end.gap()
                .zip()
                .filter(|zip| zip.at > end.at + 3)
                .unwrap_or(end)
        })
    }

    /// 12345, 12345-6789; six digits in China; four in Australia only after a state, so not here.
    pub(super) fn zip(self) -> Option<Self> {
        let (word, after) = self.word()?;
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let tail = word.get(digits..)?;
        let plus = tail
            .strip_prefix('-')
            .is_some_and(|four| four.len() == 4 && four.bytes().all(|b| b.is_ascii_digit()));
        if matches!(digits, 5 | 6) && (tail.is_empty() || plus && digits == 5) {
            let closes = after.rest().starts_with(')')
                && self
                    .text
                    .get(..self.at)
                    .is_some_and(|head| head.ends_with('('));
            return Some(if closes {
                after.to(after.at + 1)
            } else {
                after
            });
        }
        None
    }

    /// SW1A 1AA, M1 2AB, K1A 0B1.
    pub(super) fn british_postcode(self) -> Option<Self> {
        let (outward, after) = self.word()?;
        let bytes = outward.as_bytes();
        let letters = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
        let fits = (1..=2).contains(&letters)
            && (2..=4).contains(&bytes.len())
            && bytes.get(letters).is_some_and(u8::is_ascii_digit);
        let upper = |word: &str| {
            word.bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        if !fits || !upper(outward) {
            return None;
        }
        let (inward, end) = after.blank()?.word()?;
        let &[a, b, c] = inward.as_bytes() else {
            return None;
        };
        let british = a.is_ascii_digit() && b.is_ascii_uppercase() && c.is_ascii_uppercase();
        let canadian =
            a.is_ascii_digit() && b.is_ascii_uppercase() && c.is_ascii_digit() && bytes.len() == 3;
        (british || canadian).then_some(end)
    }

    /// T12 R4K9, D06 V1W5: a code of Ireland.
    pub(super) fn eircode(self) -> Option<Self> {
        let (routing, after) = self.word()?;
        let &[a, b, c] = routing.as_bytes() else {
            return None;
        };
        let (unique, end) = after.blank()?.word()?;
        let capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        let fits =
            a.is_ascii_uppercase() && b.is_ascii_digit() && (c.is_ascii_digit() || c == b'W');
        let unique_fits = unique.len() == 4
            && unique.bytes().all(capital)
            && unique.starts_with(|c: char| c.is_ascii_uppercase())
            && unique.bytes().any(|b| b.is_ascii_digit());
        (fits && unique_fits).then_some(end)
    }

    /// One to four capitalised words: a town, a district, a province. A line or a comma parts it from what
    /// came before, at `before`.
    pub(super) fn place(self, before: usize) -> Option<Self> {
        let gap = self.text.get(before..self.at)?;
        if !gap.contains([',', '\n', ' ']) {
            return None;
        }
        let mut cursor = self;
        let mut end = None;
        for _ in 0..4 {
            let Some((word, after)) = cursor.word() else {
                break;
            };
            let capital = word.starts_with(|c: char| c.is_ascii_uppercase()) && word.len() > 1;
            let joins =
                ["of", "upon", "on", "the", "and", "le", "de"].contains(&word) && end.is_some();
            if !capital && !joins || cursor.at > self.at && cursor.region().is_some() {
                break;
            }
            let after = if ["St", "Mt", "Ft", "Dist", "Prov", "Co"].contains(&word) {
                after.dot()
            } else {
                after
            };
            if capital {
                end = Some(after.numbered_town());
            }
            let name = self.text.get(self.at..after.at).unwrap_or_default();
            match after.blank() {
                Some(next) if !is_whole_place(name) => cursor = next,
                _ => break,
            }
        }
        end
    }

    /// Dublin 2, Ireland: past the number of a town's district, before a country.
    pub(super) fn numbered_town(self) -> Self {
        let number = self.blank().and_then(Self::word);
        let district = number.filter(|(number, after)| {
            number.len() <= 2
                && number.bytes().all(|b| b.is_ascii_digit())
                && after.rest().starts_with(", ")
                && (after.gap().country().is_some() || after.gap().eircode().is_some())
        });
        district.map_or(self, |(_, after)| after)
    }

    /// Whether the place from `from` to here ends an address by itself: after a comma, before the end of
    /// the sentence, and nobody's name.
    pub(super) fn known_place(self, from: usize) -> bool {
        let name = self.text.get(from..self.at).unwrap_or_default();
        let rest = self.rest();
        let stops = rest.is_empty()
            || rest.starts_with([
                '.', '\n', ';', ')', '。', '，', '"', '\'', '|', '\t', '<', '?', '!',
            ]);
        let head = self.text.get(..from).unwrap_or_default();
        // 55100 Kuala Lumpur
        let after_code = head.strip_suffix(' ').is_some_and(|head| {
            let before = head.trim_end_matches(|c: char| c.is_ascii_digit());
            before.len() < head.len()
                && before.ends_with([',', '\n', ' '])
                && before.trim_end().ends_with(',')
        });
        let after_comma = after_code || head.ends_with(", ") || head.ends_with('\n');
        // A town after a comma, where the sentence goes on in small letters.
        let small = rest
            .trim_start_matches([',', ' '])
            .starts_with(|c: char| c.is_lowercase());
        let ends = stops || small && rest.starts_with([',', ' ']);
        is_whole_place(name) || after_code || ends && after_comma && !self.is_person(from)
    }
}

/// Whether a name ends in the word for a division, or in that of a division of China.
pub(super) fn is_whole_place(name: &str) -> bool {
    let keyed = [
        "District", "Dist", "Dist.", "Province", "Prov.", "City", "County", "Town", "Township",
        "New Area", "Village", "Zone",
    ];
    let last = name.bytes().next_back();
    keyed
        .iter()
        .chain(&PLACES)
        .any(|word| word.bytes().next_back() == last && name.ends_with(word))
}

/// Provinces and large cities of China, districts of Hong Kong, large cities elsewhere: an address may end with them whatever follows.
const PLACES: [&str; 133] = [
    "Beijing",
    "Shanghai",
    "Tianjin",
    "Chongqing",
    "Guangzhou",
    "Shenzhen",
    "Dongguan",
    "Foshan",
    "Zhuhai",
    "Huizhou",
    "Zhongshan",
    "Shantou",
    "Jiangmen",
    "Hangzhou",
    "Ningbo",
    "Wenzhou",
    "Jiaxing",
    "Shaoxing",
    "Jinhua",
    "Taizhou",
    "Nanjing",
    "Suzhou",
    "Wuxi",
    "Changzhou",
    "Nantong",
    "Xuzhou",
    "Yangzhou",
    "Zhenjiang",
    "Kunshan",
    "Jinan",
    "Qingdao",
    "Yantai",
    "Weifang",
    "Linyi",
    "Zibo",
    "Weihai",
    "Chengdu",
    "Mianyang",
    "Wuhan",
    "Yichang",
    "Changsha",
    "Zhuzhou",
    "Zhengzhou",
    "Luoyang",
    "Xi'an",
    "Hefei",
    "Wuhu",
    "Fuzhou",
    "Xiamen",
    "Quanzhou",
    "Nanchang",
    "Ganzhou",
    "Kunming",
    "Guiyang",
    "Nanning",
    "Guilin",
    "Liuzhou",
    "Haikou",
    "Sanya",
    "Shenyang",
    "Dalian",
    "Changchun",
    "Harbin",
    "Shijiazhuang",
    "Tangshan",
    "Baoding",
    "Taiyuan",
    "Hohhot",
    "Lanzhou",
    "Xining",
    "Yinchuan",
    "Urumqi",
    "Lhasa",
    "Guangdong",
    "Zhejiang",
    "Jiangsu",
    "Shandong",
    "Sichuan",
    "Hubei",
    "Hunan",
    "Henan",
    "Hebei",
    "Shanxi",
    "Shaanxi",
    "Anhui",
    "Fujian",
    "Jiangxi",
    "Yunnan",
    "Guizhou",
    "Guangxi",
    "Hainan",
    "Liaoning",
    "Jilin",
    "Heilongjiang",
    "Gansu",
    "Qinghai",
    "Ningxia",
    "Xinjiang",
    "Tibet",
    "Inner Mongolia",
    "London",
    "Manchester",
    "Birmingham",
    "Edinburgh",
    "Glasgow",
    "Dublin",
    "Paris",
    "Berlin",
    "New York",
    "Los Angeles",
    "Chicago",
    "San Francisco",
    "Boston",
    "Seattle",
    "Toronto",
    "Vancouver",
    "Sydney",
    "Melbourne",
    "Auckland",
    "Tokyo",
    "Seoul",
    "Bangkok",
    "Jakarta",
    "Manila",
    "Kuala Lumpur",
    "Mumbai",
    "Delhi",
    "Dubai",
    "Nairobi",
    "Lagos",
    "New Territories",
    "Kowloon",
    "Hong Kong Island",
];

/// Countries as addresses end with them.
const COUNTRIES: [&str; 80] = [
    "UNITED STATES",
    "UNITED KINGDOM",
    "CANADA",
    "AUSTRALIA",
    "IRELAND",
    "SINGAPORE",
    "CHINA",
    "United States of America",
    "United States",
    "United Kingdom",
    "USA",
    "U.S.A.",
    "UK",
    "U.K.",
    "P.R. China",
    "P.R.China",
    "PR China",
    "PRC",
    "China",
    "Canada",
    "Australia",
    "England",
    "Scotland",
    "Wales",
    "Ireland",
    "Hong Kong",
    "Singapore",
    "New Zealand",
    "India",
    "Malaysia",
    "Italy",
    "France",
    "Germany",
    "Spain",
    "Netherlands",
    "Belgium",
    "Switzerland",
    "Austria",
    "Poland",
    "Portugal",
    "Sweden",
    "Japan",
    "South Korea",
    "Thailand",
    "Vietnam",
    "Philippines",
    "Indonesia",
    "Taiwan",
    "Macau",
    "Brazil",
    "Mexico",
    "South Africa",
    "UAE",
    "United Arab Emirates",
    "Uganda",
    "Kenya",
    "Nigeria",
    "Ghana",
    "Tanzania",
    "Egypt",
    "Turkey",
    "Greece",
    "Denmark",
    "Norway",
    "Finland",
    "Czech Republic",
    "Hungary",
    "Romania",
    "Ukraine",
    "Israel",
    "Saudi Arabia",
    "Qatar",
    "Pakistan",
    "Bangladesh",
    "Sri Lanka",
    "Nepal",
    "Argentina",
    "Chile",
    "Colombia",
    "Peru",
];

/// States of Australia, whose codes of four digits follow them.
const AUSTRALIAN: [&str; 8] = ["NSW", "VIC", "QLD", "TAS", "ACT", "SA", "WA", "NT"];

const STATES: [&str; 50] = [
    "Alabama",
    "Alaska",
    "Arizona",
    "Arkansas",
    "California",
    "Colorado",
    "Connecticut",
    "Delaware",
    "Florida",
    "Georgia",
    "Hawaii",
    "Idaho",
    "Illinois",
    "Indiana",
    "Iowa",
    "Kansas",
    "Kentucky",
    "Louisiana",
    "Maine",
    "Maryland",
    "Massachusetts",
    "Michigan",
    "Minnesota",
    "Mississippi",
    "Missouri",
    "Montana",
    "Nebraska",
    "Nevada",
    "New Hampshire",
    "New Jersey",
    "New Mexico",
    "New York",
    "North Carolina",
    "North Dakota",
    "Ohio",
    "Oklahoma",
    "Oregon",
    "Pennsylvania",
    "Rhode Island",
    "South Carolina",
    "South Dakota",
    "Tennessee",
    "Texas",
    "Utah",
    "Vermont",
    "Virginia",
    "Washington",
    "West Virginia",
    "Wisconsin",
    "Wyoming",
];
