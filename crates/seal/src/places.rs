//! The places an address names.

use shouxin_model::address::{AddressParts, split};
use shouxin_model::surname::is_han;
use zeroize::Zeroizing;

use crate::normal::{fold, keep_if};

/// One level of an address: 西湖 and 区.
pub(crate) struct Place {
    /// The name without the word for its level: how it is indexed and searched, for people leave the
    /// word out and write it in several ways (恩施州, 恩施土家族苗族自治州).
    pub(crate) stem: Zeroizing<String>,
    /// The last character of the word for its level, if the text has one and the level is not that
    /// of provinces: tells 伊宁市 from 伊宁县.
    level: Option<char>,
}

/// The province, city and district that an address names, highest first. A short text without any
/// level word, such as 杭州, is taken for one place.
pub(crate) fn places(address: &str) -> Vec<Place> {
    let folded = fold(address);
    let AddressParts {
        province,
        city,
        district,
        ..
    } = split(&folded);
    let named = [(province, true), (city, false), (district, false)];
    let mut places: Vec<Place> = named
        .into_iter()
        .filter_map(|(range, is_province)| Some(place(&folded[range?], is_province)))
        .collect();
    if places.is_empty() && is_bare_name(folded.trim()) {
        places.push(place(folded.trim(), false));
    }
    places
}

/// Whether `wanted` as typed and `found` in a value may be the same place: the same stem, and not two
/// different words for the level.
pub(crate) fn same_place(wanted: &Place, found: &Place) -> bool {
    let levels_agree = match (wanted.level, found.level) {
        (Some(wanted), Some(found)) => wanted == found,
        _ => true,
    };
    levels_agree && wanted.stem == found.stem
}

fn place(name: &str, is_province: bool) -> Place {
    let name = keep_if(name, |c| !c.is_whitespace());
    let word = LEVELS.iter().find(|word| {
        // 区 of 矿区 or 市 of 沙市 is half of the name: the stem keeps two characters.
        name.strip_suffix(**word)
            .is_some_and(|stem| stem.chars().count() >= 2)
    });
    let Some(word) = word else {
        return Place {
            stem: name,
            level: None,
        };
    };
    let mut stem = Zeroizing::new(name[..name.len() - word.len()].to_owned());
    while let Some(people) = PEOPLES.iter().find(|people| {
        stem.strip_suffix(**people)
            .is_some_and(|rest| rest.chars().count() >= 2)
    }) {
        let rest = stem.len() - people.len();
        stem.truncate(rest);
    }
    Place {
        stem,
        level: word.chars().next_back().filter(|_| !is_province),
    }
}

/// 杭州, 西湖, 浦东: two to eight Chinese characters and nothing else.
fn is_bare_name(text: &str) -> bool {
    (2..=8).contains(&text.chars().count()) && text.chars().all(is_han)
}

/// Words for levels, longest first where one ends another.
#[rustfmt::skip]
const LEVELS: &[&str] = &[
    "特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "新区", "省", "市", "州", "盟",
    "区", "县", "旗",
];

/// Peoples in the names of autonomous regions, prefectures and counties.
#[rustfmt::skip]
const PEOPLES: &[&str] = &[
    "壮族", "回族", "维吾尔", "藏族", "羌族", "彝族", "白族", "傣族", "景颇族", "傈僳族", "怒族",
    "独龙族", "哈尼族", "苗族", "侗族", "布依族", "土家族", "朝鲜族", "蒙古族", "蒙古", "哈萨克",
    "柯尔克孜", "瑶族", "黎族", "满族", "畲族", "土族", "撒拉族", "东乡族", "保安族", "裕固族",
    "仡佬族", "水族", "拉祜族", "佤族", "布朗族", "纳西族", "普米族", "锡伯", "塔吉克", "达斡尔族",
    "鄂温克族", "鄂伦春", "毛南族", "仫佬族", "各族",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, stems: &[&str]) {
        let places = places(address);
        assert_eq!(
            places.iter().map(|p| p.stem.as_str()).collect::<Vec<_>>(),
            stems,
            "{address}"
        );
    }

    #[test]
    fn an_address_names_its_places_without_the_words_for_levels() {
        check("浙江省杭州市西湖区文三路99号", &["浙江", "杭州", "西湖"]);
        check("上海市浦东新区世纪大道100号", &["上海", "浦东"]);
        check("广西壮族自治区柳州市柳南区", &["广西", "柳州", "柳南"]);
        check(
            "湖北省恩施土家族苗族自治州恩施市",
            &["湖北", "恩施", "恩施"],
        );
        check("重庆市彭水苗族土家族自治县", &["重庆", "彭水"]);
        check("新疆维吾尔自治区喀什地区莎车县", &["新疆", "喀什", "莎车"]);
        check(
            "内蒙古自治区呼伦贝尔市鄂伦春自治旗",
            &["内蒙古", "呼伦贝尔", "鄂伦春"],
        );
        check("山西省大同市矿区", &["山西", "大同", "矿区"]);
        check("朝阳区望京街道", &["朝阳"]);
    }

    #[test]
    fn a_short_text_without_level_words_is_one_place_and_a_street_is_none() {
        check("杭州", &["杭州"]);
        check(" 西湖 ", &["西湖"]);
        check("文三路99号", &[]);
        check("", &[]);
        check("A", &[]);
    }

    #[test]
    fn two_words_for_the_level_make_two_places_and_a_missing_one_fits_both() {
        let check = |wanted, found, same| {
            let (wanted, found) = (places(wanted).pop().unwrap(), places(found).pop().unwrap());
            assert_eq!(same_place(&wanted, &found), same, "{}", *wanted.stem);
        };
        check("新疆伊宁市", "新疆伊犁州伊宁县", false);
        check("伊宁", "新疆伊犁州伊宁县", true);
        check("恩施州", "湖北恩施土家族苗族自治州", true);
        check("喀什地区", "喀什市", false);
        check("广西省", "广西壮族自治区", true);
    }
}
