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
                // 古镇|镇; 小镇 and 周庄古镇 are sights and estates.
                let sight = name.ends_with('小') || length(name) > 1 && name.ends_with('古');
                !sight && !rest.starts_with('镇')
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
            (!road_follows(rest, false) && fits(&text[..at], suffix, rest)).then_some(end)
        })
}

/// Whether `name` already holds the end of a level below, so that its suffix belongs to some other
/// word: 玉山镇城|市|广场. A suffix right at the end is part of the name (新乡市, 景德镇市, 周村区).
fn holds_lower_level(name: &str, also: &[&str]) -> bool {
    let Some((last, _)) = name.char_indices().next_back() else {
        return true;
    };
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
            && rest.starts_with(['广', '花', '公', '之', '名', '春', '印', '新'])
}

/// Whether `rest` continues a road's name rather than starting one: 县|路12号, 广州|大道; with
/// `directions` also 四川|北路. 路桥区|路南街道 goes on with a name of its own and is no such road.
fn road_follows(rest: &str, directions: bool) -> bool {
    let rest =
        rest.trim_start_matches(|c| directions && matches!(c, '东' | '西' | '南' | '北' | '中'));
    ["路", "街", "大道", "大街", "道", "巷", "弄", "胡同"]
        .iter()
        .any(|road| {
            rest.strip_prefix(road)
                .is_some_and(|after| match after.chars().next() {
                    None => true,
                    Some(c) => {
                        is_digit(c)
                            || is_separator(c)
                            || is_numeral(c)
                            || "东西南北中与和交段号口".contains(c) && !after.contains("街道")
                    }
                })
        })
}

/// Where unit, floor and room start, in bytes; the length of `text` if it names none. Errs towards
/// hiding: a number that is not plainly a house's or building's counts as a room.
fn unit_start(text: &str) -> usize {
    let mut at = 0;
    while let Some(found) =
        text[at..].find(|c| is_digit(c) || is_numeral(c) || c.is_ascii_alphabetic())
    {
        let start = at + found;
        let run = text[start..]
            .find(|c| !(is_digit(c) || is_numeral(c) || c.is_ascii_alphabetic() || is_joint(c)))
            .map_or(text.len(), |length| start + length);
        let (number, rest) = (&text[start..run], &text[run..]);
        let is_room = rest.starts_with('楼') && !number.ends_with('号')
            || ["单元", "室", "层", "户", "房", "门"]
                .iter()
                .any(|s| rest.starts_with(s));
        let is_house = HOUSES.iter().any(|s| rest.starts_with(s));
        let joined = number.find(is_joint).filter(|_| number.contains(is_digit));
        if is_room || joined.is_some() || number.contains(is_digit) && !is_house {
            return start;
        }
        at = run;
    }
    ["单元", "室", "#"]
        .iter()
        .filter_map(|word| text.find(word))
        .min()
        .unwrap_or(text.len())
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
    "花园", "家园", "公寓", "大厦", "广场", "新村", "新苑", "小镇", "名苑", "别墅", "商城",
];

#[rustfmt::skip]
const NOT_A_DISTRICT: &[&str] = &[
    "小", "社", "校", "厂", "景", "片", "街", "院", "服务", "停车", "生活", "住宅", "家属", "宿舍",
    "办公", "商业", "仓库",
];

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
mod tests {
    use super::*;

    /// Checks that the levels of `text`, joined by `|`, read as `expected`; `-` is a missing level.
    fn check(text: &str, expected: &str) {
        let parts = split(text);
        let levels = [
            &parts.province,
            &parts.city,
            &parts.district,
            &parts.street,
            &parts.house,
            &parts.unit,
        ];
        let found: Vec<&str> = levels
            .iter()
            .map(|level| level.as_ref().map_or("-", |range| &text[range.clone()]))
            .collect();
        assert_eq!(found.join("|"), expected, "{text}");
    }

    #[test]
    fn a_full_address_splits_at_every_level() {
        check(
            "上海市浦东新区张江镇XX路1号2单元301室",
            "上海市|-|浦东新区|张江镇|XX路1号|2单元301室",
        );
        check(
            "江苏省苏州市昆山市玉山镇前进路8号",
            "江苏省|苏州市|昆山市|玉山镇|前进路8号|-",
        );
        check(
            "北京市朝阳区望京街道广顺北大街33号院1号楼2单元1201",
            "北京市|-|朝阳区|望京街道|广顺北大街33号院1号楼|2单元1201",
        );
        check(
            "广西壮族自治区柳州市柳南区河西街道磨滩路２号",
            "广西壮族自治区|柳州市|柳南区|河西街道|磨滩路２号|-",
        );
        check(
            "香港特别行政区油尖旺区弥敦道100号3楼",
            "香港特别行政区|-|油尖旺区|-|弥敦道100号|3楼",
        );
        check(
            "湖北省恩施土家族苗族自治州恩施市舞阳坝街道",
            "湖北省|恩施土家族苗族自治州|恩施市|舞阳坝街道|-|-",
        );
        check(
            "内蒙古自治区锡林郭勒盟正蓝旗上都镇",
            "内蒙古自治区|锡林郭勒盟|正蓝旗|上都镇|-|-",
        );
        check(
            "新疆喀什地区莎车县依什库力乡3村2组12号",
            "新疆|喀什地区|莎车县|依什库力乡|3村2组12号|-",
        );
    }

    #[test]
    fn an_address_may_start_anywhere_and_leave_levels_out() {
        check(
            "昆山市玉山镇城市广场3栋2-301",
            "-|昆山市|-|玉山镇|城市广场3栋|2-301",
        );
        check("朝阳区望京街道南湖东园", "-|-|朝阳区|望京街道|南湖东园|-");
        check(
            "浙江杭州西湖区文三路99号",
            "浙江|杭州|西湖区|-|文三路99号|-",
        );
        check("东莞市虎门镇解放路5号", "-|东莞市|-|虎门镇|解放路5号|-");
        check(
            "广东省东莞市长安镇社区路7号",
            "广东省|东莞市|-|长安镇|社区路7号|-",
        );
        check(
            "北京 北京市 朝阳区, 建国路1号",
            "北京|北京市|朝阳区|-|建国路1号|-",
        );
        check(
            "200120 上海市浦东新区世纪大道100号",
            "上海市|-|浦东新区|-|世纪大道100号|-",
        );
        check("幸福小区3-2-301", "-|-|-|-|幸福小区|3-2-301");
        check("张江镇", "-|-|-|张江镇|-|-");
        check("", "-|-|-|-|-|-");
    }

    #[test]
    fn a_suffix_inside_another_word_is_no_boundary() {
        check("荆州市沙市区中山路1号", "-|荆州市|沙市区|-|中山路1号|-");
        check("常德市津市市三洲街道", "-|常德市|津市市|三洲街道|-|-");
        check("枣庄市市中区市场路2号", "-|枣庄市|市中区|-|市场路2号|-");
        check("台州市路桥区路南街道", "-|台州市|路桥区|路南街道|-|-");
        check("无锡市梁溪区县前街5号", "-|无锡市|梁溪区|-|县前街5号|-");
        check("景德镇市珠山区", "-|景德镇市|珠山区|-|-|-");
        check(
            "河南省新乡市红旗区东街街道",
            "河南省|新乡市|红旗区|东街街道|-|-",
        );
        check(
            "河南省新乡市新乡县小冀镇",
            "河南省|新乡市|新乡县|小冀镇|-|-",
        );
        check("中山市古镇镇东岸北路1号", "-|中山市|-|古镇镇|东岸北路1号|-");
        check("天津市河北区王串场街道", "天津市|-|河北区|王串场街道|-|-");
        check("吉林市昌邑区", "-|吉林市|昌邑区|-|-|-");
        check("四川北路100号", "-|-|-|-|四川北路100号|-");
        check("广州大道5号", "-|-|-|-|广州大道5号|-");
        check("和平县路12号", "-|-|-|-|和平县路12号|-");
        check("惠民小区3栋", "-|-|-|-|惠民小区3栋|-");
        check(
            "北京经济技术开发区荣华南路1号",
            "北京|-|经济技术开发区|-|荣华南路1号|-",
        );
        check("昆山市市场街2号", "-|昆山市|-|-|市场街2号|-");
        check(
            "重庆市彭水苗族土家族自治县汉葭街道",
            "重庆市|-|彭水苗族土家族自治县|汉葭街道|-|-",
        );
    }

    #[test]
    fn units_floors_and_rooms_stand_apart_from_the_house() {
        check("人民路1号12层", "-|-|-|-|人民路1号|12层");
        check("人民路1号楼二单元", "-|-|-|-|人民路1号楼|二单元");
        check("人民路1号 A座 1201室", "-|-|-|-|人民路1号 A座| 1201室");
        check("人民路1弄2号301", "-|-|-|-|人民路1弄2号|301");
        check("人民路１号３０１室", "-|-|-|-|人民路１号|３０１室");
    }

    #[test]
    fn ranges_follow_one_another_in_any_text() {
        let words = [
            "省", "市", "区", "县", "镇", "街道", "路", "号", "楼", "1", "-", " ", "上海", "a",
            "𠮷",
        ];
        for a in words {
            for b in words {
                for c in words {
                    let text = format!("{a}{b}{c}{a}");
                    let p = split(&text);
                    let mut last = 0;
                    for r in [p.province, p.city, p.district, p.street, p.house, p.unit]
                        .into_iter()
                        .flatten()
                    {
                        assert!(
                            last <= r.start && r.start < r.end && text.get(r.clone()).is_some(),
                            "{text}"
                        );
                        last = r.end;
                    }
                }
            }
        }
    }
}
