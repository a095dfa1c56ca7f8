//! Texts with names from templates.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use fst::Streamer;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use shouxin_detect::{Candidate, Check, Kind};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A text, the names in it and the numbers in it, in bytes.
pub(crate) struct Made {
    pub(crate) text: String,
    pub(crate) names: Vec<(usize, usize)>,
    pub(crate) seen: Vec<Candidate>,
}

impl Made {
    /// A text without names.
    pub(crate) fn plain(text: String) -> Self {
        Self {
            text,
            names: Vec::new(),
            seen: Vec::new(),
        }
    }
}

/// Makes texts. Names of the held-out set have given names that the training set never has.
pub(crate) struct Maker {
    dice: ChaCha20Rng,
    with_names: Vec<String>,
    without: Vec<String>,
    surnames: Vec<(String, f64)>,
    given: Vec<(String, f64)>,
    firsts: Vec<(String, f64)>,
    seconds: Vec<(String, f64)>,
    words: BTreeMap<char, Vec<(String, f64)>>,
    places: Vec<String>,
    pieces: Vec<Vec<String>>,
    held: bool,
}

fn home() -> PathBuf {
    PathBuf::from("crates/detect")
}

impl Maker {
    pub(crate) fn new(templates: &str, seed: u64, held: bool) -> Outcome<Self> {
        let talk = fs::read_to_string(home().join("train/talk").join(templates))?;
        let lines = talk
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty());
        let (with_names, without) = lines
            .map(str::to_owned)
            .partition(|l: &String| l.contains("{N}"));
        let (given, firsts, seconds) = given()?;
        Ok(Self {
            dice: ChaCha20Rng::seed_from_u64(seed),
            with_names,
            without,
            surnames: summed(surnames()?),
            given: summed(given),
            firsts: summed(firsts),
            seconds: summed(seconds),
            words: words()?,
            places: places()?,
            pieces: pieces()?,
            held,
        })
    }

    /// One to four lines, most with names.
    pub(crate) fn make(&mut self) -> Made {
        let mut made = Made::plain(String::new());
        let lines = 1 + self.below(3);
        let kept: Vec<String> = (0..2).map(|_| self.name()).collect();
        for line in 0..lines {
            if line > 0 {
                let joiner = self.pick(&["\n", "\n", " ", "。", "\n\n"]);
                made.text.push_str(joiner);
            }
            let named = self.below(100) < 66;
            let from = if named {
                &self.with_names
            } else {
                &self.without
            };
            let at = (self.dice.next_u64() % from.len() as u64) as usize;
            let template = from[at].clone();
            self.fill(&template, &kept, &mut made);
        }
        made
    }

    fn fill(&mut self, template: &str, kept: &[String], made: &mut Made) {
        let mut rest = template;
        while let Some(at) = rest.find(['{', '[', '\\']) {
            made.text.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(more) = rest.strip_prefix("\\n") {
                made.text.push('\n');
                rest = more;
            } else if let Some(more) = rest.strip_prefix("\\t") {
                made.text.push('\t');
                rest = more;
            } else if let Some(end) = rest.find('}').filter(|_| is_slot(rest)) {
                self.slot(&rest[1..end], kept, made);
                rest = &rest[end + 1..];
            } else if let Some(end) = choice_end(rest) {
                let ways: Vec<&str> = split_ways(&rest[1..end]);
                let way = ways[self.below(ways.len())].to_owned();
                self.fill(&way, kept, made);
                rest = &rest[end + 1..];
            } else {
                made.text.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
        made.text.push_str(rest);
    }

    fn slot(&mut self, name: &str, kept: &[String], made: &mut Made) {
        let start = made.text.len();
        let text = match name {
            "N" if self.below(5) == 0 => kept[self.below(kept.len())].clone(),
            "N" => self.name(),
            "S" => self.surname(),
            "T" => self.pick(TITLES).to_owned(),
            "P" => self.phone(),
            "I" => format!("{}{}{:03}X", self.digits(6), self.birth(), self.below(1000)),
            "A" => self.address(),
            "O" => format!(
                "{}{}",
                self.pick(&["SF", "YT", "JD", "NO.", "20261"]),
                self.digits(12)
            ),
            "M" => format!(
                "{}{}",
                self.below(9000) + 10,
                self.pick(&["元", "块", "万元", ".5元"])
            ),
            "D" => self.date(),
            "C" => format!(
                "{}{}",
                self.word('n'),
                self.pick(&[
                    "有限公司",
                    "科技公司",
                    "物流",
                    "银行",
                    "医院",
                    "集团",
                    "商贸有限公司",
                    "大学"
                ])
            ),
            "G" => self.pick(GOODS).to_owned(),
            "pl" => self.place(),
            "num" => self.below(200).to_string(),
            "e" => self
                .pick(&[
                    "login",
                    "admin",
                    "wangwei88",
                    "test01",
                    "update",
                    "zhang_san",
                ])
                .to_owned(),
            "n" | "v" | "a" | "w" => self.word(name.chars().next().unwrap_or('n')),
            other => format!("{{{other}}}"),
        };
        made.text.push_str(&text);
        let end = made.text.len();
        match name {
            "N" => made.names.push((start, end)),
            "P" => made.seen.push(seen(start, end, Kind::Phone)),
            "I" => made.seen.push(seen(start, end, Kind::IdCard)),
            "A" => made.seen.push(seen(start, end, Kind::Address)),
            _ => {}
        }
    }

    /// A name: mostly by shares, some of rare characters, of other peoples, written apart.
    pub(crate) fn name(&mut self) -> String {
        loop {
            let name = match self.below(100) {
                0..=2 => self.minority(),
                _ => {
                    let surname = self.surname();
                    let given = self.given_name();
                    let apart = self.below(120) == 0 && given.chars().count() == 1;
                    format!("{surname}{}{given}", if apart { "　" } else { "" })
                }
            };
            if is_held(&name) == self.held {
                return name;
            }
        }
    }

    fn surname(&mut self) -> String {
        match self.below(7) {
            // Rare ones more often than their share.
            0 => self.surnames[self.dice.next_u64() as usize % self.surnames.len()]
                .0
                .clone(),
            _ => weighted(&self.surnames, &mut self.dice),
        }
    }

    fn given_name(&mut self) -> String {
        match self.below(10) {
            0..=2 => weighted(&self.given, &mut self.dice),
            3..=4 => weighted(&self.seconds, &mut self.dice),
            5 => {
                let c = weighted(&self.seconds, &mut self.dice);
                format!("{c}{c}")
            }
            _ => {
                let first = weighted(&self.firsts, &mut self.dice);
                first + &weighted(&self.seconds, &mut self.dice)
            }
        }
    }

    fn minority(&mut self) -> String {
        let row = self.below(self.pieces.len());
        let mut name = String::new();
        for _ in 0..1 + self.below(2) {
            let at = (self.dice.next_u64() % self.pieces[row].len() as u64) as usize;
            name.push_str(&self.pieces[row][at]);
        }
        name
    }

    fn address(&mut self) -> String {
        let road = format!(
            "{}{}",
            self.word('n'),
            self.pick(&["路", "街", "大道", "巷"])
        );
        format!(
            "{}{road}{}号{}栋{}",
            self.place(),
            self.below(900) + 1,
            self.below(30) + 1,
            self.below(3000) + 101
        )
    }

    fn place(&mut self) -> String {
        self.places[self.dice.next_u64() as usize % self.places.len()].clone()
    }

    fn phone(&mut self) -> String {
        let head = self
            .pick(&["138", "139", "150", "177", "186", "199"])
            .to_owned();
        let gap = if self.below(8) == 0 { " " } else { "" };
        format!("{head}{gap}{}{gap}{}", self.digits(4), self.digits(4))
    }

    fn birth(&mut self) -> String {
        format!(
            "19{}{:02}{:02}",
            50 + self.below(50),
            1 + self.below(12),
            1 + self.below(28)
        )
    }

    fn date(&mut self) -> String {
        let (month, day) = (1 + self.below(12), 1 + self.below(28));
        match self.below(4) {
            0 => format!("2026-{month:02}-{day:02}"),
            1 => format!("2026年{month}月{day}日"),
            2 => format!("{month}月{day}号"),
            _ => self
                .pick(&["今天", "昨天", "上周五", "上午", "下午三点", "下个月"])
                .to_owned(),
        }
    }

    fn word(&mut self, sort: char) -> String {
        weighted(&self.words[&sort], &mut self.dice)
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.dice.next_u64() % bound.max(1) as u64) as usize
    }

    fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }
}

const TITLES: &[&str] = &[
    "先生", "女士", "师傅", "老师", "经理", "主任", "小姐", "总", "工", "医生", "阿姨", "哥", "姐",
    "大爷",
];

const GOODS: &[&str] = &[
    "空调",
    "冰箱",
    "洗衣机",
    "热水器",
    "羽绒服",
    "连衣裙",
    "耳机",
    "手机壳",
    "电饭煲",
    "奶粉",
    "沙发",
    "床垫",
    "行车记录仪",
    "宽带",
    "净水器",
    "扫地机器人",
    "保温杯",
    "运动鞋",
    "茶叶",
    "大闸蟹",
];

fn is_slot(rest: &str) -> bool {
    rest.starts_with('{')
        && rest[1..]
            .find('}')
            .is_some_and(|end| end <= 3 && rest[1..=end].chars().all(|c| c.is_ascii_alphabetic()))
}

/// Where the choice that begins `rest` ends; a bracket without `|` is text.
fn choice_end(rest: &str) -> Option<usize> {
    let end = rest.starts_with('[').then(|| rest.find(']')).flatten()?;
    rest[..end].contains('|').then_some(end)
}

fn split_ways(inner: &str) -> Vec<&str> {
    inner.split('|').collect()
}

fn seen(start: usize, end: usize, kind: Kind) -> Candidate {
    Candidate {
        start,
        end,
        kind,
        confidence: 900,
        rule: "made",
        check: Check::None,
    }
}

/// One name of five is kept for measuring: by its characters after the first.
fn is_held(name: &str) -> bool {
    let hash = name.chars().skip(1).fold(7_u32, |hash, c| {
        (hash ^ u32::from(c)).wrapping_mul(0x0100_0193)
    });
    (hash >> 8) % 5 == 0
}

type Weighted = Vec<(String, f64)>;

/// Weights added up, so that a draw is one search.
fn summed(mut words: Weighted) -> Weighted {
    let mut sum = 0.0;
    for (_, weight) in &mut words {
        sum += *weight;
        *weight = sum;
    }
    words
}

fn weighted(words: &[(String, f64)], dice: &mut ChaCha20Rng) -> String {
    let total = words.last().map_or(0.0, |w| w.1);
    let drawn = (dice.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 * total;
    let at = words
        .partition_point(|w| w.1 <= drawn)
        .min(words.len().saturating_sub(1));
    words.get(at).map_or_else(String::new, |w| w.0.clone())
}

fn rows(path: &str) -> Outcome<Vec<String>> {
    let text = fs::read_to_string(home().join(path))?;
    Ok(text
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
        .map(str::to_owned)
        .collect())
}

fn surnames() -> Outcome<Weighted> {
    let mut found = Vec::new();
    for row in rows("train/lists/surnames.tsv")? {
        if let Some((name, share)) = row.split_once('\t') {
            let share: f64 = share.parse()?;
            found.push((name.to_owned(), share.powf(0.8)));
        }
    }
    Ok(found)
}

/// Whole given names, then characters by place with their shares flattened.
fn given() -> Outcome<(Weighted, Weighted, Weighted)> {
    let mut whole = Vec::new();
    for row in rows("train/lists/given.tsv")? {
        if let Some((weight, names)) = row.split_once('\t') {
            let weight: f64 = weight.parse()?;
            whole.extend(names.split(' ').map(|name| (name.to_owned(), weight)));
        }
    }
    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    for row in rows("data/cn/given.tsv")? {
        let parts: Vec<&str> = row.split('\t').collect();
        let share = |at: usize| -> Outcome<f64> { Ok((-parts[at].parse::<f64>()? / 8.0).exp()) };
        firsts.push((parts[0].to_owned(), share(2)?));
        seconds.push((parts[0].to_owned(), share(3)?));
    }
    Ok((whole, firsts, seconds))
}

/// Nouns, verbs and adjectives by how common they are, flattened.
fn words() -> Outcome<BTreeMap<char, Weighted>> {
    let map = fst::Map::new(fs::read(home().join("data/cn/words.fst"))?)?;
    let mut found: BTreeMap<char, Weighted> = BTreeMap::new();
    let mut stream = map.stream();
    while let Some((word, value)) = stream.next() {
        let word = std::str::from_utf8(word)?;
        // Any word, much as it is met in texts.
        let met = (-((value & 0xff) as f64) / 8.0 * 0.85).exp();
        if value >> 8 != 1 {
            found.entry('w').or_default().push((word.to_owned(), met));
        }
        let sort = match value >> 8 {
            2 | 4 | 13 | 14 | 15 | 16 => 'n',
            5 => 'v',
            6 | 7 => 'a',
            _ => continue,
        };
        if word.chars().count() < 2 && sort == 'n' {
            continue;
        }
        let share = (-((value & 0xff) as f64) / 8.0 * 0.75).exp();
        found
            .entry(sort)
            .or_default()
            .push((word.to_owned(), share));
    }
    Ok(found
        .into_iter()
        .map(|(sort, words)| (sort, summed(words)))
        .collect())
}

/// Names of cities and counties.
fn places() -> Outcome<Vec<String>> {
    let map = fst::Map::new(fs::read(home().join("data/cn/divisions.fst"))?)?;
    let mut found = Vec::new();
    let mut stream = map.stream();
    while let Some((name, _)) = stream.next() {
        let name = std::str::from_utf8(name)?;
        if name.ends_with(['市', '县', '区']) {
            found.push(name.to_owned());
            found.push(name.trim_end_matches(['市', '县', '区']).to_owned());
        }
    }
    Ok(found)
}

fn pieces() -> Outcome<Vec<Vec<String>>> {
    let mut pieces: Vec<Vec<String>> = Vec::new();
    for row in rows("data/cn/minority.txt")? {
        let own = row
            .split(' ')
            .map(|piece| piece.trim_start_matches('+').to_owned());
        match pieces.last_mut() {
            // What only stands after others belongs to the row before.
            Some(before) if row.starts_with('+') => before.extend(own),
            _ => pieces.push(own.collect()),
        }
    }
    Ok(pieces)
}

/// Chinese texts of this project, which name nobody.
pub(crate) fn plain_texts() -> Outcome<Vec<String>> {
    let text = fs::read_to_string(home().join("train/talk/plain.txt"))?;
    Ok(text
        .lines()
        .filter(|l| !l.is_empty())
        .map(str::to_owned)
        .collect())
}
