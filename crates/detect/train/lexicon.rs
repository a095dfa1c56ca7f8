//! Makes the word list, the name counts and the trie of divisions that are built in.
//!
//! `cargo run --release -p shouxin-detect --example lexicon -- path/to/jieba/dict.txt`, in the repository's
//! root. The same input gives the same bytes. `train/README.md` says where the input comes from.

#![allow(clippy::print_stdout, reason = "a tool that tells what it made")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let dict = env::args().nth(1).ok_or("which dict.txt?")?;
    let home = PathBuf::from("crates/detect");
    let lists = home.join("train/lists");
    let out = home.join("data/cn");
    let surnames = surnames(&lists)?;
    let ordinary = words_of(&fs::read_to_string(lists.join("ordinary.txt"))?);
    let modern = words_of(&fs::read_to_string(lists.join("modern.txt"))?);
    let entries = entries(&fs::read_to_string(dict)?);
    let sorted = sort_entries(&entries, &surnames, &ordinary);
    write_words(&sorted, &ordinary, &modern, &out)?;
    write_given(&sorted, &surnames, &lists, &out)?;
    write_divisions(&lists, &out)?;
    write_transliterations(&entries, &out)?;
    fs::copy(lists.join("surnames.tsv"), out.join("surnames.tsv"))?;
    Ok(())
}

/// Groups of words, blank apart; lines that begin with `#` are remarks.
fn words_of(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .map(str::to_owned)
        .collect()
}

/// Shares of surnames per 100,000 people.
fn surnames(lists: &Path) -> Outcome<BTreeMap<String, f64>> {
    let mut found = BTreeMap::new();
    for line in fs::read_to_string(lists.join("surnames.tsv"))?.lines() {
        if let Some((name, share)) = line.split_once('\t') {
            found.insert(name.to_owned(), share.parse()?);
        }
    }
    Ok(found)
}

struct Entry {
    word: String,
    count: u64,
    tag: String,
}

/// Words of Han characters with how often they were seen and their part of speech.
fn entries(text: &str) -> Vec<Entry> {
    text.lines()
        .filter_map(|line| {
            let mut parts = line.split(' ');
            let word = parts.next()?;
            let count = parts.next()?.parse().ok()?;
            let tag = parts.next()?;
            word.chars().all(is_han).then(|| Entry {
                word: word.to_owned(),
                count,
                tag: tag.to_owned(),
            })
        })
        .collect()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '〇')
}

/// Dictionary entries, the names of people apart from the words.
struct Sorted<'a> {
    words: Vec<&'a Entry>,
    people: Vec<&'a Entry>,
}

/// The source dictionary marks many ordinary words as names (明白, 古建筑). A marked entry is taken for
/// a name if it begins with a surname and nothing says that it is a word.
fn sort_entries<'a>(
    entries: &'a [Entry],
    surnames: &BTreeMap<String, f64>,
    ordinary: &BTreeSet<String>,
) -> Sorted<'a> {
    let plain: BTreeMap<&str, u64> = entries
        .iter()
        .filter(|e| !e.tag.starts_with("nr"))
        .map(|e| (e.word.as_str(), e.count))
        .collect();
    let likely = |e: &Entry| -> bool {
        let chars: Vec<char> = e.word.chars().collect();
        if !matches!(chars.len(), 2..=4) || ordinary.contains(&e.word) {
            return false;
        }
        let Some((given, share)) = split_surname(&e.word, surnames) else {
            return false;
        };
        let last = chars[chars.len() - 1];
        if NO_LAST.contains(last) {
            return false;
        }
        match given.chars().count() {
            // Two characters: too many are words; only what is common on both sides is a name.
            1 => share >= 200.0 && e.count < 400 && GIVEN_ONE.contains(given),
            2 => plain.get(given).is_none_or(|&count| count < 500) || share >= 1000.0,
            _ => false,
        }
    };
    let (people, words) = entries
        .iter()
        .partition(|e| (e.tag == "nr" || e.tag == "nrfg") && likely(e));
    Sorted { words, people }
}

/// Last characters that names of people hardly have.
const NO_LAST: &str = "茶酒菜糕糖药丸汤瓜豆饼粥寺殿楼湖派军语城宫府县省市镇村观庙寨阁堂岛法权论素周鱼鸟草人族话车机党会书学站店厂式性者路街区们的了是在素帝后妃氏总局长奴爷爹妈姐哥弟妹嫂婆公婶叔伯娘";

/// Given names of one character that are common enough to tell a name by.
const GIVEN_ONE: &str = "伟强磊洋勇军杰涛超刚辉鹏飞鑫波斌宇浩凯健俊帆帅旭宁亮峰晨瑞兵博彬坤楠芳娜敏静丽艳娟霞燕玲丹萍红梅莉婷晶颖慧倩琴洁莹琳欣瑜璐琪瑶妍悦佳彤薇蕾璇婧翔昊轩睿哲铭诚毅航恒志震晖炜煜烨锋钢栋梁珍芬芸蓉菲茜岚虹媛";

/// What is left of a name after its surname, and the surname's share. Compound surnames first.
fn split_surname<'w>(word: &'w str, surnames: &BTreeMap<String, f64>) -> Option<(&'w str, f64)> {
    let borders: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
    for length in [2, 1] {
        let Some(&border) = borders.get(length) else {
            continue;
        };
        let (surname, given) = word.split_at(border);
        if let Some(&share) = surnames.get(surname) {
            return Some((given, share));
        }
    }
    None
}

/// Part of speech as the number that the word list holds; `cn::lexicon::Part` reads it.
fn part(tag: &str) -> u64 {
    match tag {
        "nr" | "nrt" | "nrfg" => 1,
        "ns" => 2,
        "nt" => 3,
        "nz" => 4,
        "v" | "vn" | "vd" | "vg" | "vq" | "vi" => 5,
        "a" | "ad" | "an" | "ag" | "z" | "b" => 6,
        "d" | "dg" | "df" => 7,
        "m" | "mq" | "mg" | "q" => 8,
        "r" | "rr" | "rz" | "rg" => 9,
        "p" => 10,
        "c" => 11,
        "u" | "uj" | "ul" | "uz" | "uv" | "ud" | "ug" | "y" | "e" | "o" | "k" | "h" => 12,
        "t" | "tg" => 13,
        "f" | "s" => 14,
        "i" | "l" => 15,
        _ if tag.starts_with('n') => 16,
        _ => 0,
    }
}

/// Eighths of a nat: the cost of a word seen `count` times of `total`.
fn cost(count: u64, total: u64) -> u64 {
    let nats = (total as f64 / count.max(1) as f64).ln();
    (nats * 8.0).round().clamp(0.0, 255.0) as u64
}

fn write_words(
    sorted: &Sorted<'_>,
    ordinary: &BTreeSet<String>,
    modern: &BTreeSet<String>,
    out: &Path,
) -> Outcome<()> {
    let total: u64 = sorted.words.iter().map(|e| e.count).sum();
    let mut words: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for entry in &sorted.words {
        let length = entry.word.chars().count();
        if length > 1 && (entry.count < 3 || length > 6) {
            continue;
        }
        words.insert(&entry.word, (entry.count, part(&entry.tag)));
    }
    for word in ordinary {
        let slot = words.entry(word).or_insert((0, 16));
        slot.0 = slot.0.max(60);
    }
    for word in modern.iter().filter(|word| word.chars().all(is_han)) {
        let slot = words.entry(word).or_insert((0, 16));
        slot.0 = slot.0.max(600);
    }
    let mut map = fst::MapBuilder::memory();
    for (word, (count, part)) in &words {
        map.insert(word, cost(*count, total) | part << 8)?;
    }
    let bytes = map.into_inner()?;
    println!("words: {} in {} bytes", words.len(), bytes.len());
    fs::write(out.join("words.fst"), bytes)?;
    Ok(())
}

/// Function words that no given name holds, however the source dictionary marks the entry.
const NEVER_GIVEN: &str = "某在要未现接把的了是不也还吗呢吧啊我你他她它这那没很被让给到说着个些们什怎谁咱喊叫打拿取买卖送寄吃喝问找件号您呀哦嗯店站路街区";

/// Costs of given-name characters by place: alone, first of two, second of two.
fn write_given(
    sorted: &Sorted<'_>,
    surnames: &BTreeMap<String, f64>,
    lists: &Path,
    out: &Path,
) -> Outcome<()> {
    let mut counts: [BTreeMap<char, f64>; 3] = Default::default();
    let mut add = |given: &str, weight: f64| {
        if given.chars().any(|c| NEVER_GIVEN.contains(c)) {
            return;
        }
        let chars: Vec<char> = given.chars().collect();
        match chars[..] {
            [only] => *counts[0].entry(only).or_default() += weight,
            [first, second] => {
                *counts[1].entry(first).or_default() += weight;
                *counts[2].entry(second).or_default() += weight;
                // Names of one character are mostly drawn from the same stock as last characters.
                *counts[0].entry(second).or_default() += weight * 0.2;
            }
            _ => {}
        }
    };
    for entry in &sorted.people {
        if let Some((given, _)) = split_surname(&entry.word, surnames) {
            add(given, 1.0);
        }
    }
    for line in fs::read_to_string(lists.join("given.tsv"))?.lines() {
        let Some((weight, names)) = line.split_once('\t') else {
            continue;
        };
        for name in names.split(' ') {
            add(name, weight.parse()?);
        }
    }
    let all: BTreeSet<char> = counts.iter().flat_map(|c| c.keys().copied()).collect();
    let totals: Vec<f64> = counts.iter().map(|c| c.values().sum()).collect();
    let mut text = String::from(
        "# Character, costs in eighths of a nat: alone, first, second; see README.md\n",
    );
    for c in all {
        let costs = [0, 1, 2].map(|place| {
            let share =
                (counts[place].get(&c).copied().unwrap_or(0.0) + 0.3) / (totals[place] + 1500.0);
            (-share.ln() * 8.0).round().clamp(0.0, 255.0) as u64
        });
        text.push_str(&format!("{c}\t{}\t{}\t{}\n", costs[0], costs[1], costs[2]));
    }
    fs::write(out.join("given.tsv"), text)?;
    Ok(())
}

/// Characters that foreign names are written with, by falling frequency.
fn write_transliterations(entries: &[Entry], out: &Path) -> Outcome<()> {
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for entry in entries
        .iter()
        .filter(|e| e.tag == "nrt" && e.word.chars().count() > 2)
    {
        for c in entry.word.chars() {
            *counts.entry(c).or_default() += 1;
        }
    }
    let mut sorted: Vec<(usize, char)> = counts.into_iter().map(|(c, n)| (n, c)).collect();
    sorted.sort_by(|a, b| b.cmp(a));
    let text: String = sorted
        .iter()
        .filter(|(n, _)| *n >= 12)
        .map(|(_, c)| *c)
        .collect();
    println!("transliteration: {text}");
    fs::write(out.join("transliteration.txt"), text + "\n")?;
    Ok(())
}

/// Levels as the divisions' table holds them.
const PROVINCE: u32 = 1;
const CITY: u32 = 2;
const COUNTY: u32 = 3;
const TOWN: u32 = 4;
const SHORT: u32 = 8;

fn write_divisions(lists: &Path, out: &Path) -> Outcome<()> {
    let packed = fs::read("crates/synth/data/divisions.tsv.z")?;
    let mut text = String::new();
    flate2::read::ZlibDecoder::new(&packed[..]).read_to_string(&mut text)?;
    let mut found: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let mut add = |name: &str, level: u32, code: u32| {
        found
            .entry(name.to_owned())
            .or_default()
            .insert(level << 24 | code);
        if let Some(short) = short_form(name, level) {
            found
                .entry(short)
                .or_default()
                .insert((level | SHORT) << 24 | code);
        }
    };
    for line in text.lines() {
        let mut parts = line.split('\t');
        let (Some(code), Some(name)) = (parts.next(), parts.next()) else {
            continue;
        };
        let number: u32 = code.parse()?;
        match code.len() {
            2 => add(name, PROVINCE, number * 10_000),
            4 if !OFFICES.contains(&name) => add(name, CITY, number * 100),
            6 if !OFFICES.contains(&name) => add(name, COUNTY, number),
            _ => {}
        }
        for town in parts
            .next()
            .unwrap_or_default()
            .split(',')
            .filter(|t| !t.is_empty())
        {
            let town = town.trim_end_matches("办事处");
            if town.chars().all(is_han) && town.chars().count() >= 2 {
                add(town, TOWN, number);
            }
        }
    }
    add_others(&fs::read_to_string(lists.join("hk-mo-tw.tsv"))?, &mut add);
    for (name, level, code) in COMMON_SHORT {
        found
            .entry((*name).to_owned())
            .or_default()
            .insert((level | SHORT) << 24 | code);
    }
    let mut table: Vec<u8> = Vec::new();
    let mut map = fst::MapBuilder::memory();
    for (name, codes) in &found {
        // The first of the entries' places, and how many they are.
        map.insert(name, (table.len() as u64 / 4) << 16 | codes.len() as u64)?;
        for code in codes {
            table.extend(code.to_le_bytes());
        }
    }
    let bytes = map.into_inner()?;
    println!(
        "divisions: {} names in {} + {} bytes",
        found.len(),
        bytes.len(),
        table.len()
    );
    fs::write(out.join("divisions.fst"), bytes)?;
    fs::write(out.join("divisions.bin"), table)?;
    Ok(())
}

/// Rows of the statistical list that are no places.
const OFFICES: &[&str] = &[
    "市辖区",
    "县",
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
];

/// What people say for a province besides its name without the suffix.
const COMMON_SHORT: &[(&str, u32, u32)] =
    &[("内蒙", PROVINCE, 150_000), ("黑省", PROVINCE, 230_000)];

/// Hong Kong, Macao and Taiwan, which have codes of our own here: 71, 81, 82 by the national standard,
/// then counted.
fn add_others(text: &str, add: &mut impl FnMut(&str, u32, u32)) {
    let mut codes: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((parent, name)) = line.split_once('\t') else {
            continue;
        };
        let (level, code) = match (parent, codes.get(parent)) {
            ("-", _) if name.starts_with('台') => (PROVINCE, 710_000),
            ("-", _) if name.starts_with('香') => (PROVINCE, 810_000),
            ("-", _) => (PROVINCE, 820_000),
            (_, Some(&(level, code))) => {
                let nth = counts.entry(parent).or_default();
                *nth += 1;
                let step = if level == PROVINCE { 100 } else { 1 };
                (level + 1, code + *nth * step)
            }
            _ => continue,
        };
        codes.insert(name, (level, code));
        add(name, level, code);
    }
}

/// The name as it is said: 浙江省 浙江, 浦东新区 浦东, 恩施土家族苗族自治州 恩施. At least two characters.
fn short_form(name: &str, level: u32) -> Option<String> {
    let suffixes: &[&str] = match level {
        PROVINCE => &[
            "特别行政区",
            "维吾尔自治区",
            "壮族自治区",
            "回族自治区",
            "自治区",
            "省",
            "市",
        ],
        CITY => &["自治州", "地区", "盟", "市", "县"],
        COUNTY => &[
            "自治县",
            "自治旗",
            "新区",
            "林区",
            "特区",
            "区",
            "县",
            "市",
            "旗",
        ],
        _ => &["街道", "地区", "苏木", "镇", "乡"],
    };
    let suffix = suffixes.iter().find(|suffix| name.ends_with(**suffix))?;
    let mut stem = name.strip_suffix(suffix)?;
    if suffix.starts_with("自治") && level != PROVINCE {
        while let Some(less) = PEOPLES.iter().find_map(|people| stem.strip_suffix(people)) {
            stem = less;
        }
    }
    let road = level == TOWN
        && stem.ends_with([
            '路', '街', '桥', '门', '道', '里', '村', '山', '湖', '河', '城', '园',
        ]);
    (stem.chars().count() >= 2 && !road).then(|| stem.to_owned())
}

/// Peoples that autonomous places are named after.
const PEOPLES: &[&str] = &[
    "蒙古族",
    "回族",
    "藏族",
    "维吾尔族",
    "苗族",
    "彝族",
    "壮族",
    "布依族",
    "朝鲜族",
    "满族",
    "侗族",
    "瑶族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克族",
    "傣族",
    "黎族",
    "傈僳族",
    "佤族",
    "畲族",
    "高山族",
    "拉祜族",
    "水族",
    "东乡族",
    "纳西族",
    "景颇族",
    "柯尔克孜族",
    "土族",
    "达斡尔族",
    "仫佬族",
    "羌族",
    "布朗族",
    "撒拉族",
    "毛南族",
    "仡佬族",
    "锡伯族",
    "阿昌族",
    "普米族",
    "塔吉克族",
    "怒族",
    "乌孜别克族",
    "俄罗斯族",
    "鄂温克族",
    "德昂族",
    "保安族",
    "裕固族",
    "京族",
    "塔塔尔族",
    "独龙族",
    "鄂伦春族",
    "赫哲族",
    "门巴族",
    "珞巴族",
    "基诺族",
    "各族",
    "蒙古",
    "哈萨克",
    "柯尔克孜",
    "塔吉克",
    "锡伯",
];
