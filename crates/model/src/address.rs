//! Splitting a Chinese postal address into its levels.

use std::ops::Range;

use crate::surname::is_han;

/// Where the levels of an address stand in its text, as byte ranges that follow one another. A level
/// that the text does not name is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressParts {
    /// Province, autonomous region, municipality or special administrative region.
    pub province: Option<Range<usize>>,
    /// Prefecture-level city, prefecture or league; also a city that leads the text or follows a
    /// province and is really of county level, since only a gazetteer could tell.
    pub city: Option<Range<usize>>,
    /// District, county, banner, development zone, or a county-level city after its prefecture.
    pub district: Option<Range<usize>>,
    /// Street office, town or township (街道, 镇, 乡).
    pub street: Option<Range<usize>>,
    /// Road, lane, number, village, estate and building.
    pub house: Option<Range<usize>>,
    /// Unit, floor, room and all that follows.
    pub unit: Option<Range<usize>>,
}

impl AddressParts {
    /// The byte after the district, or after the nearest level above it; 0 if there is none.
    pub fn through_district(&self) -> usize {
        end(&[&self.district, &self.city, &self.province])
    }

    /// The byte after the street office, town or township, or after the nearest level above it.
    pub fn through_street(&self) -> usize {
        end(&[&self.street, &self.district, &self.city, &self.province])
    }

    /// The byte after the building, or after the nearest level above it.
    pub fn through_house(&self) -> usize {
        end(&[
            &self.house,
            &self.street,
            &self.district,
            &self.city,
            &self.province,
        ])
    }
}

/// Splits an address by its grammar, without a gazetteer: it may start at any level, name the four
/// municipalities once or twice, leave out 省, and part its levels with spaces or commas. Total:
/// text that is no address comes back as a house.
pub fn split(text: &str) -> AddressParts {
    let mut parts = AddressParts::default();
    let mut rest = Rest {
        text,
        at: text.len() - text.trim_start_matches(is_postcode).len(),
    };
    rest.skip("中国");
    rest.skip("中华人民共和国");
    parts.province = rest.take(province);
    parts.city = rest.take(|text| city(text, parts.province.is_some()));
    parts.district = rest.take(|text| district(text, parts.city.is_some()));
    parts.street = rest.take(street);
    rest.skip_separators();
    let end = text.trim_end().len().max(rest.at);
    let unit = rest.at + unit_start(&text[rest.at..end]);
    parts.house = range(
        rest.at,
        rest.at + text[rest.at..unit].trim_end_matches(is_separator).len(),
    );
    parts.unit = range(parts.house.as_ref().map_or(rest.at, |house| house.end), end);
    parts
}

/// What has not been read yet.
struct Rest<'a> {
    text: &'a str,
    at: usize,
}

impl Rest<'_> {
    /// Takes the level whose length in bytes `find` tells, if it finds one.
    fn take(&mut self, find: impl FnOnce(&str) -> Option<usize>) -> Option<Range<usize>> {
        let before = self.at;
        self.skip_separators();
        let Some(length) = find(&self.text[self.at..]).filter(|&length| length > 0) else {
            self.at = before;
            return None;
        };
        let start = self.at;
        self.at += length;
        Some(start..self.at)
    }

    fn skip(&mut self, word: &str) {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
        }
    }

    fn skip_separators(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches(is_separator).len();
    }
}

fn province(text: &str) -> Option<usize> {
    let (name, endings) = PROVINCES.iter().find(|(name, _)| text.starts_with(name))?;
    let rest = &text[name.len()..];
    if let Some(ending) = endings.iter().find(|ending| rest.starts_with(**ending)) {
        return Some(name.len() + ending.len());
    }
    // 吉林市, 河北区, 海南藏族自治州, 上海路 and 四川北路 only start with a province's name.
    let other = ["市", "区", "县", "藏族", "蒙古族"]
        .iter()
        .any(|s| rest.starts_with(s));
    (!other && !road_follows(rest, true)).then_some(name.len())
}

fn city(text: &str, in_province: bool) -> Option<usize> {
    boundary(text, |name, suffix, rest| {
        let fits = match suffix {
            "市" => length(name) >= 2 && !is_word_with_market(name, rest),
            "自治州" | "地区" => true,
            "盟" => !name.ends_with(['联', '同']),
            // 州 ends a prefecture's short name (凉山州) or a city's without 市 (杭州), but stands
            // inside countless others.
            "州" => in_province && !rest.starts_with(['市', '区', '县', '镇', '乡', '街']),
            _ => false,
        };
        fits && !holds_lower_level(name, &["区", "县", "旗"])
    })
}

fn district(text: &str, in_city: bool) -> Option<usize> {
    boundary(text, |name, suffix, rest| {
        let fits = match suffix {
            "市" => in_city && (2..=4).contains(&length(name)) && !is_word_with_market(name, rest),
            "区" => {
                // 小区, A区, 二区: parts of an estate.
                let estate = NOT_A_DISTRICT.iter().any(|word| name.ends_with(word))
                    || name.ends_with(|c: char| c.is_alphanumeric() && !is_han(c))
                    || length(name) > 1 && name.ends_with(is_numeral);
                !estate
            }
            "县" => true,
            "旗" => !name.ends_with('红'),
            _ => false,
        };
        fits && !holds_lower_level(name, &["小区", "社区"])
    })
}

fn street(text: &str) -> Option<usize> {
    boundary(text, |name, suffix, rest| {
        let fits = match suffix {
            "街道" => !rest.starts_with('口'),
            "镇" => {
                // 古镇|镇 and 乌镇|镇; 小镇 and 周庄古镇 are sights and estates.
                let sight = name.ends_with('小') || length(name) > 1 && name.ends_with('古');
                !(sight || length(name) == 1 && rest.starts_with('镇'))
            }
            "乡" => !name.ends_with(['城', '水', '故']) && !rest.starts_with("村"),
            "街道办事处" | "苏木" | "地区" => true,
            _ => false,
        };
        fits && !holds_lower_level(name, &["小区", "社区"])
    })
}

/// The bytes through the nearest suffix at which `fits` says yes. `fits` sees the name before the
/// suffix, the suffix and the text after it.
fn boundary(text: &str, fits: impl Fn(&str, &str, &str) -> bool) -> Option<usize> {
    let name_end = text
        .find(|c: char| is_separator(c) || is_digit(c))
        .unwrap_or(text.len());
    text[..name_end]
        .char_indices()
        .skip(1)
        .take(LONGEST_NAME)
        .find_map(|(at, _)| {
            let suffix = SUFFIXES
                .iter()
                .find(|suffix| text[at..].starts_with(**suffix))?;
            let end = at + suffix.len();
            let rest = &text[end..];
            // 东区街道 is a street office whose name ends like a district's.
            let office = rest.starts_with("街道") && !rest.starts_with("街道口")
                || road_follows(rest, false);
            (!office && fits(&text[..at], suffix, rest)).then_some(end)
        })
}

/// Whether `name` already holds the end of a level below, so that its suffix belongs to some other
/// word: 玉山镇城|市|广场. A suffix right at the end is part of the name (新乡市, 景德镇市, 周村区).
fn holds_lower_level(name: &str, also: &[&str]) -> bool {
    let Some((last, _)) = name.char_indices().next_back() else {
        return true;
    };
    // 积石山保安族东乡族撒拉族自治|县
    if name.ends_with("自治") {
        return false;
    }
    let body = &name[..last];
    let inner = body.char_indices().nth(1).map_or("", |(at, _)| &body[at..]);
    also.iter().any(|word| name.contains(word))
        || LOWER.iter().any(|word| inner.contains(word))
        || ESTATES.iter().any(|word| name.contains(word))
}

/// 超市, 城市广场, 门市部, 沙市区, 津市市: 市 that ends no city.
fn is_word_with_market(name: &str, rest: &str) -> bool {
    rest.starts_with(['场', '部', '口', '镇', '乡', '村'])
        || name.ends_with(['超', '夜', '菜', '集', '闹'])
        || name.ends_with(['城', '都'])
            && rest.starts_with(['广', '花', '公', '之', '名', '春', '印'])
}

/// Whether `rest` continues a road's name rather than starting one: 县|路12号, 广州|大道; with
/// `directions` also 四川|北路. 路桥区|路南街道 and
/// 唐山市|路南区 go on with a name of their own and are no such roads.
fn road_follows(rest: &str, directions: bool) -> bool {
    let rest =
        rest.trim_start_matches(|c| directions && matches!(c, '东' | '西' | '南' | '北' | '中'));
    ["路", "街", "大道", "大街", "道", "巷", "弄", "胡同"]
        .iter()
        .any(|road| {
            rest.strip_prefix(road)
                .is_some_and(|after| match after.chars().next() {
                    None => true,
                    Some(c) if "东西南北中与和交段号口".contains(c) => {
                        let named = &after[c.len_utf8()..];
                        !["区", "县", "街道", "镇"]
                            .iter()
                            .any(|level| named.starts_with(level))
                    }
                    Some(c) => is_digit(c) || is_separator(c) || is_numeral(c),
                })
        })
}

/// Where unit, floor and room start, in bytes; the length of `text` if it names none. Errs towards
/// hiding: a number that is not plainly a house's or building's counts as a room.
fn unit_start(text: &str) -> usize {
    // What stands in parentheses is a remark, often a name.
    let text = &text[..text.find(['(', '（']).unwrap_or(text.len())];
    let in_number = |c: char| is_digit(c) || is_numeral(c) || c.is_ascii_alphabetic();
    let mut at = 0;
    while let Some(found) = text[at..].find(in_number) {
        let start = at + found;
        let run = text[start..]
            .find(|c| !in_number(c) && !is_joint(c))
            .map_or(text.len(), |length| start + length);
        let (number, rest) = (&text[start..run], &text[run..]);
        let is_room = ROOMS.iter().any(|room| rest.starts_with(room));
        let is_house =
            HOUSES.iter().any(|house| rest.starts_with(house)) && !number.contains(is_joint);
        if is_room || number.contains(is_digit) && !is_house {
            return start;
        }
        at = run;
    }
    let words = ["单元", "室", "#"]
        .iter()
        .filter_map(|word| text.find(word));
    words.min().unwrap_or(text.len())
}

fn end(levels: &[&Option<Range<usize>>]) -> usize {
    levels
        .iter()
        .find_map(|level| level.as_ref())
        .map_or(0, |range| range.end)
}

fn range(start: usize, end: usize) -> Option<Range<usize>> {
    (start < end).then_some(start..end)
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn is_postcode(c: char) -> bool {
    is_digit(c) || is_separator(c)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

fn is_numeral(c: char) -> bool {
    "一二三四五六七八九十零〇".contains(c)
}

/// What joins the numbers of building, unit and room: 3-2-301.
fn is_joint(c: char) -> bool {
    matches!(c, '-' | '－' | '—' | '–' | '#' | '＃' | '/' | '~')
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ',' | '，' | '、' | '.' | '。' | ';' | '；' | '|' | '_' | ':' | '：'
        )
        || is_joint(c)
}

/// 新疆生产建设兵团 apart, the longest are autonomous prefectures: 克孜勒苏柯尔克孜自治州.
const LONGEST_NAME: usize = 14;

/// Longest first where one starts another.
#[rustfmt::skip]
const SUFFIXES: &[&str] = &[
    "街道办事处", "自治州", "街道", "地区", "苏木", "市", "州", "盟", "区", "县", "旗", "镇", "乡",
];

#[rustfmt::skip]
const LOWER: &[&str] = &[
    "街道", "镇", "乡", "村", "路", "街", "巷", "弄", "胡同", "号", "大道",
];

#[rustfmt::skip]
const ESTATES: &[&str] = &[
    "花园", "家园", "公寓", "大厦", "广场", "新苑", "小镇", "名苑", "别墅", "商城",
];

#[rustfmt::skip]
const NOT_A_DISTRICT: &[&str] = &[
    "小", "社", "校", "厂", "景", "片", "街", "院", "服务", "停车", "生活", "住宅", "家属", "宿舍",
    "办公", "商业", "仓库",
];

/// What follows a number inside a building: 2单元, 301室, 3楼 (but 1号楼 is a building).
const ROOMS: &[&str] = &["单元", "室", "层", "楼", "户", "房", "门"];

/// What follows the number of a house, building or road.
#[rustfmt::skip]
const HOUSES: &[&str] = &[
    "号", "栋", "幢", "座", "弄", "巷", "期", "区", "村", "组", "队", "社", "里", "路", "街", "道",
    "条", "胡同", "国道", "省道", "县道", "乡道", "环", "院", "楼盘", "大道", "大街",
];

#[rustfmt::skip]
const PROVINCES: &[(&str, &[&str])] = &[
    ("北京", &["市"]), ("天津", &["市"]), ("上海", &["市"]), ("重庆", &["市"]), ("河北", &["省"]),
    ("山西", &["省"]), ("辽宁", &["省"]), ("吉林", &["省"]), ("黑龙江", &["省"]), ("江苏", &["省"]),
    ("浙江", &["省"]), ("安徽", &["省"]), ("福建", &["省"]), ("江西", &["省"]), ("山东", &["省"]),
    ("河南", &["省"]), ("湖北", &["省"]), ("湖南", &["省"]), ("广东", &["省"]), ("海南", &["省"]),
    ("四川", &["省"]), ("贵州", &["省"]), ("云南", &["省"]), ("陕西", &["省"]), ("甘肃", &["省"]),
    ("青海", &["省"]), ("台湾", &["省"]), ("内蒙古", &["自治区"]),
    ("广西", &["壮族自治区", "自治区", "省"]), ("西藏", &["自治区"]),
    ("宁夏", &["回族自治区", "自治区"]), ("新疆", &["维吾尔自治区", "自治区"]),
    ("香港", &["特别行政区"]), ("澳门", &["特别行政区"]),
];

#[cfg(test)]
mod tests;
