//! Where the name of a road, an estate or a village begins, seen from the number after it.

use crate::cn::chars::{Chars, is_han};
use crate::cn::lexicon::{self, Lattice, Part};

use super::suffixes::{
    ESTATES, POIS, RELATIONS, ROAD_TAILS, ROADS, VILLAGES, is_of_name, is_stop_char,
};

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Road,
    Estate,
    Village,
    /// It has no suffix that tells.
    Plain,
}

/// A name that ends where a number begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) sort: Sort,
}

/// Names are looked for in so many characters before the number.
const WINDOW: usize = 12;

/// Names hold at most so many characters.
const LONGEST: usize = 9;

/// The name that ends before `end`, one blank allowed between.
pub(super) fn name_before(text: &Chars<'_>, end: usize) -> Option<Name> {
    let blank = text.before(end) == ' ' && is_han(text.before(end.saturating_sub(1)));
    let end = end - usize::from(blank);
    let mut from = end;
    while from > end.saturating_sub(WINDOW) && is_name_char(text, from) {
        from -= 1;
    }
    if end - from < 2 || BEFORE.iter().any(|word| text.ends(end, word)) {
        return None;
    }
    let (sort, suffix) = sort_of(text, from, end);
    let lattice = Lattice::of(text, from..end);
    let start = grow(text, &lattice, from, end, suffix);
    let start = past_label(text, start, end - suffix);
    let start = district_before(text, start);
    // The suffix alone is no name.
    (start + suffix.max(1) < end).then_some(Name { start, sort })
}

/// A place that another is told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beside {
    pub(super) start: usize,
    /// Whether a road or a gate says where the other place is.
    pub(super) is_firm: bool,
}

/// 东门那个水果店对面, 光明路邮局旁边, 第一中学对面的: the place and what it is to the place told that ends
/// before `end`.
pub(super) fn beside(text: &Chars<'_>, end: usize) -> Option<Beside> {
    let joint = ["的那栋", "那栋", "那个", "那幢", "的"];
    let joint = joint.iter().find(|word| text.ends(end, word));
    let end = end - joint.map_or(0, |word| word.chars().count());
    let relation = ending(text, end, RELATIONS).filter(|&length| length >= 2)?;
    let place_end = end - relation;
    let place = ending(text, place_end, POIS)?;
    let name = name_before(text, place_end);
    let start = name.map_or(place_end - place, |name| name.start.min(place_end - place));
    let named_road = (start + 2..place_end).any(|at| matches!(text.get(at), '路' | '街'));
    let that = ["那个", "那家", "的", "那"];
    let that = that.iter().find(|word| text.ends(start, word));
    let gate_end = start - that.map_or(0, |word| word.chars().count());
    let gates = [
        "东门",
        "西门",
        "南门",
        "北门",
        "正门",
        "大门",
        "后门",
        "侧门",
        "门口",
        "路口",
        "街口",
        "小区门口",
    ];
    let Some(gate) = ending(text, gate_end, &gates) else {
        return Some(Beside {
            start,
            // 芦家湾菜市场斜对面4号: a place with a name of its own.
            is_firm: named_road || place_end >= start + place + 2 && !is_han(text.before(start)),
        });
    };
    let gate_start = gate_end - gate;
    let estate = name_before(text, gate_start).filter(|name| name.sort != Sort::Plain);
    Some(Beside {
        start: estate.map_or(gate_start, |name| name.start),
        is_firm: true,
    })
}

/// Past the last word of a label within the name: 通讯地址|翡翠城, 集合点|雅居乐.
fn past_label(text: &Chars<'_>, start: usize, end: usize) -> usize {
    // 原红旗路, 现滨水新都会: which of two it is.
    let which =
        matches!(text.get(start), '原' | '现') && !is_han(text.before(start)) && end >= start + 3;
    let start = start + usize::from(which);
    (start + 1..end)
        .rev()
        .find(|&at| LABELS.iter().any(|label| text.ends(at, label)))
        .unwrap_or(start)
}

/// Words before the name of a place that words of the list do not part from it.
const LABELS: &[&str] = &[
    "地址",
    "住址",
    "现址",
    "原址",
    "地点",
    "位置",
    "户籍",
    "网点",
    "集合点",
    "自提点",
    "所在地",
    "住所地",
    "现居",
    "房屋",
    "房源",
    "客栈",
    "那栋",
    "那幢",
    "这栋",
    "点了",
];

/// New areas and parks that no list of divisions holds, before or around `start`: 两江新区金开大道.
fn district_before(text: &Chars<'_>, start: usize) -> usize {
    let found = DISTRICTS.iter().find_map(|name| {
        let length = name.chars().count();
        (start.saturating_sub(length)..=start).find(|&at| at < start && text.has(at, name))
    });
    found.unwrap_or(start)
}

/// State-level new areas and the parks of districts.
const DISTRICTS: &[&str] = &[
    "两江新区",
    "天府新区",
    "雄安新区",
    "西咸新区",
    "贵安新区",
    "兰州新区",
    "湘江新区",
    "江北新区",
    "福州新区",
    "滇中新区",
    "哈尔滨新区",
    "长春新区",
    "赣江新区",
    "金普新区",
    "舟山新区",
    "临港新区",
    "光明新区",
    "大鹏新区",
    "郑东新区",
    "东部新区",
    "沣东新城",
    "沣西新城",
    "浐灞",
    "曲江新区",
    "东湖高新区",
    "经济技术开发区",
    "高新技术产业开发区",
    "经济开发区",
    "工业园区",
    "高新区",
    "经开区",
    "开发区",
    "新城区",
    "新区",
];

/// Whether the character before `at` may belong to a name.
fn is_name_char(text: &Chars<'_>, at: usize) -> bool {
    let (c, next) = (text.before(at), text.get(at));
    let joins = match c {
        // 金色家园, 机关家属院, 名门世家, 人家.
        '家' => {
            !"园属苑".contains(next) && !"世人皇名".contains(text.before(at.saturating_sub(1)))
        }
        '和' => !is_of_name(text, at - 1),
        '至' => !"尊臻".contains(next),
        _ => "在到于请与及为".contains(c),
    };
    (is_han(c) && !is_stop_char(text, at - 1) && !joins) || c.is_ascii_alphanumeric()
}

/// What the suffix says, and how long it is.
fn sort_of(text: &Chars<'_>, from: usize, end: usize) -> (Sort, usize) {
    let tail = longest(text, from, end, ROAD_TAILS).unwrap_or(0);
    if let Some(length) = longest(text, from, end - tail, ROADS) {
        return (Sort::Road, length + tail);
    }
    if let Some(length) = longest(text, from, end, &["村", "屯", "寨", "组", "队", "嘎查"]) {
        return (Sort::Village, length);
    }
    if let Some(length) = longest(text, from, end, ESTATES) {
        return (Sort::Estate, length);
    }
    // 金科天宸二期11栋: what is built in phases is an estate.
    if text.before(end) == '期' && is_phase(text, end - 1) {
        return (Sort::Estate, 2);
    }
    if let Some(length) = longest(text, from, end, VILLAGES) {
        return (Sort::Village, length);
    }
    (Sort::Plain, 0)
}

/// Whether 一 to 九 or a digit stands before `at`, after some other character.
fn is_phase(text: &Chars<'_>, at: usize) -> bool {
    let count = |c: char| "一二三四五六七八九".contains(c) || c.is_ascii_digit();
    at >= 3 && count(text.before(at)) && is_han(text.get(at - 2)) && !count(text.get(at - 2))
}

fn longest(text: &Chars<'_>, from: usize, end: usize, words: &[&str]) -> Option<usize> {
    words
        .iter()
        .filter(|word| text.ends(end, word))
        .map(|word| word.chars().count())
        .filter(|&length| from + length < end)
        .max()
}

/// The length of the longest of `words` that ends before `end`.
fn ending(text: &Chars<'_>, end: usize, words: &[&str]) -> Option<usize> {
    let found = words.iter().filter(|word| text.ends(end, word));
    found.map(|word| word.chars().count()).max()
}

/// Goes left word by word while they may belong to a name.
fn grow(text: &Chars<'_>, lattice: &Lattice, from: usize, end: usize, suffix: usize) -> usize {
    let mut start = end;
    while start > from {
        let Some((word, part)) = lattice.word_before(start) else {
            break;
        };
        let within_suffix = word.end > end - suffix;
        let named = start < end - suffix;
        if end - word.start > LONGEST || (!within_suffix && breaks(text, &word, part, named)) {
            break;
        }
        start = word.start;
    }
    start
}

/// Whether this word stands before a name and not in it. Once something of the name is there (`named`),
/// less is let in.
fn breaks(text: &Chars<'_>, word: &std::ops::Range<usize>, part: Part, named: bool) -> bool {
    let single = word.len() == 1;
    let c = text.get(word.start);
    if single
        && "在到至于是和与及或给住往去来放送寄发搬找家回有门楼下上前后了有过从就个这那".contains(c)
    {
        return true;
    }
    // 大坝乡, 新庄村: names of places begin with these.
    if single && named && "大小新老高".contains(c) {
        return false;
    }
    match part {
        Part::Preposition | Part::Conjunction | Part::Pronoun | Part::Particle | Part::Adverb => {
            named || !single
        }
        Part::Verb => {
            named && (!single || lexicon::word(text, word.clone()).is_some_and(|w| w.cost < 70))
        }
        Part::Time => named,
        _ => text.any(word.start, BEFORE).is_some(),
    }
}

/// Nouns that stand before names.
const BEFORE: &[&str] = &[
    "房号",
    "门牌",
    "楼号",
    "房间号",
    "地址",
    "住址",
    "地点",
    "快递",
    "包裹",
    "客户",
    "小区名",
    "公司",
    "单位",
    "位置",
    "我家",
    "老家",
    "目的地",
    "师傅",
    "派件",
    "收货",
    "收件",
    "本人",
    "业主",
    "用户",
    "租客",
    "住户",
    "时间",
];

/// Whether a short form of a division at `start..end` is the middle of a longer word (长江 in 长江后浪).
pub(super) fn is_inside_word(text: &Chars<'_>, start: usize, end: usize) -> bool {
    let mut inside = false;
    for from in start.saturating_sub(2)..end {
        lexicon::words_at(text, from, |length, word| {
            let to = from + length;
            let crosses = (from < start && to > start) || (from < end && to > end);
            inside |= crosses && word.cost < 100;
        });
    }
    inside
}
