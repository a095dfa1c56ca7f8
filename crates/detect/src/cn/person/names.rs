//! How likely characters are as surnames and given names.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::cn::chars::CharSet;

/// Costs in eighths of a nat, as the tables in `data/cn` tell them.
pub(super) struct Names {
    surnames: FxHashMap<String, u16>,
    /// By code from [`FIRST`] on: the costs of surnames of one character, [`NO_SURNAME`] for what is none.
    single: Vec<u16>,
    /// What surnames of several characters go on with.
    seconds: CharSet,
    /// What surnames and the pieces of other peoples' names begin with.
    firsts: CharSet,
    /// By code from [`FIRST`] on: which of `costs` holds the character's.
    given: Vec<u16>,
    costs: Vec<[u16; 3]>,
    translit: Vec<char>,
    pieces: Vec<Vec<char>>,
    /// What those begin with.
    piece_firsts: CharSet,
}

/// The cost of what is no surname.
const NO_SURNAME: u16 = u16::MAX;

/// The cost of a given-name character that the table does not hold.
pub(super) const RARE: u16 = 112;

/// The cost of a character that no given name holds.
const HOPELESS: u16 = 240;

/// Function words that the source list's noise would let into given names.
const NEVER: &str = "请旁某在要未现接把的了是不也还吗呢吧啊我你他她它这那没很被让给到说着个些们什怎谁咱喊叫打拿取买卖送寄吃喝问找件号您呀哦嗯部组局厅因等已及或该各误漏错缺欠拒拟壹贰叁肆捌玖佰仟";

/// Where a character stands in a given name.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Alone = 0,
    First = 1,
    Second = 2,
}

impl Names {
    /// The tables that are built in.
    pub(super) fn built_in() -> &'static Self {
        static NAMES: OnceLock<Names> = OnceLock::new();
        NAMES.get_or_init(Self::read)
    }

    fn read() -> Self {
        let mut surnames = FxHashMap::default();
        for line in rows(include_str!("../../../data/cn/surnames.tsv")) {
            if let Some((name, share)) = line.split_once('\t') {
                let share: f64 = share.parse().unwrap_or(0.5);
                let cost = (100_000.0 / share.max(0.1)).ln() * 8.0;
                surnames.insert(name.to_owned(), cost.round() as u16);
            }
        }
        let mut given = FxHashMap::default();
        for line in rows(include_str!("../../../data/cn/given.tsv")) {
            let mut parts = line.split('\t');
            let Some(c) = parts.next().and_then(|c| c.chars().next()) else {
                continue;
            };
            let costs = [(); 3].map(|()| parts.next().and_then(|n| n.parse().ok()).unwrap_or(RARE));
            given.insert(c, costs);
        }
        given.extend(NEVER.chars().map(|c| (c, [HOPELESS; 3])));
        let (given, costs) = by_code(&given);
        let mut translit: Vec<char> = include_str!("../../../data/cn/transliteration.txt")
            .chars()
            .filter(|c| !c.is_whitespace() && !NO_TRANSLIT.contains(*c))
            .chain(MORE_TRANSLIT.chars())
            .collect();
        translit.sort_unstable();
        // `+`: what never stands first, so that texts are not looked through for it.
        let (later, first): (Vec<&str>, Vec<&str>) =
            rows(include_str!("../../../data/cn/minority.txt"))
                .flat_map(str::split_whitespace)
                .partition(|piece| piece.starts_with('+'));
        let begins: Vec<char> = first.iter().filter_map(|p| p.chars().next()).collect();
        let all = first.into_iter().chain(later);
        let mut pieces: Vec<Vec<char>> = all
            .map(|piece| piece.trim_start_matches('+').chars().collect())
            .collect();
        pieces.sort();
        let firsts = surnames
            .keys()
            .map(String::as_str)
            .filter_map(|name| name.chars().next());
        let firsts = CharSet::of(firsts.chain(begins));
        let seconds = CharSet::of(surnames.keys().filter_map(|name| name.chars().nth(1)));
        let piece_firsts = CharSet::of(pieces.iter().filter_map(|p| p.first().copied()));
        Self {
            single: single_surnames(&surnames),
            seconds,
            piece_firsts,
            surnames,
            firsts,
            given,
            costs,
            translit,
            pieces,
        }
    }

    /// Whether a surname begins with this character.
    pub(super) fn begins_surname(&self, c: char) -> bool {
        self.firsts.contains(c)
    }

    /// The cost of `name` as a surname.
    pub(super) fn surname(&self, name: &str) -> Option<u16> {
        let mut chars = name.chars();
        let first = chars.next().filter(|first| self.firsts.contains(*first))?;
        match chars.next() {
            None => {
                let code = (u32::from(first) as usize).checked_sub(FIRST)?;
                let cost = *self.single.get(code)?;
                (cost != NO_SURNAME).then_some(cost)
            }
            Some(second) if self.seconds.contains(second) => self.surnames.get(name).copied(),
            Some(_) => None,
        }
    }

    pub(super) fn given(&self, c: char, place: Place) -> u16 {
        let code = (u32::from(c) as usize).checked_sub(FIRST);
        let place_of = code.and_then(|code| self.given.get(code)).copied();
        place_of
            .and_then(|at| self.costs.get(usize::from(at)))
            .and_then(|costs| costs.get(place as usize))
            .copied()
            .unwrap_or(RARE)
    }

    /// Whether foreign names are written with this character.
    pub(super) fn is_translit(&self, c: char) -> bool {
        self.translit.binary_search(&c).is_ok()
    }

    /// The lengths of the pieces of Tibetan, Mongolian, Uyghur and Yi names that begin `chars`, longest first.
    pub(super) fn piece(&self, chars: &[char]) -> Option<usize> {
        let first = *chars.first()?;
        if !self.piece_firsts.contains(first) {
            return None;
        }
        let from = self.pieces.partition_point(|p| p.first() < Some(&first));
        if self.pieces.get(from)?.first() != Some(&first) {
            return None;
        }
        (2..=chars.len().min(6)).rev().find(|&length| {
            chars.get(..length).is_some_and(|piece| {
                self.pieces
                    .binary_search_by(|p| p.as_slice().cmp(piece))
                    .is_ok()
            })
        })
    }
}

/// The code of the first character of the table.
const FIRST: usize = 0x3400;

/// The costs of surnames of one character by code.
fn single_surnames(surnames: &FxHashMap<String, u16>) -> Vec<u16> {
    let mut costs = vec![NO_SURNAME; 0xA000 - FIRST];
    for (name, cost) in surnames {
        let mut chars = name.chars();
        let (Some(only), None) = (chars.next(), chars.next()) else {
            continue;
        };
        let code = (u32::from(only) as usize).checked_sub(FIRST);
        if let Some(place) = code.and_then(|code| costs.get_mut(code)) {
            *place = *cost;
        }
    }
    costs
}

/// A table by code, of places in a list of costs; its first place, which the rare have, holds none of their own.
fn by_code(given: &FxHashMap<char, [u16; 3]>) -> (Vec<u16>, Vec<[u16; 3]>) {
    let mut costs = vec![[RARE; 3]];
    let mut places = vec![0; 0xA000 - FIRST];
    for (c, own) in given {
        let code = (u32::from(*c) as usize).checked_sub(FIRST);
        if let Some(place) = code.and_then(|code| places.get_mut(code)) {
            *place = costs.len() as u16;
            costs.push(*own);
        }
    }
    (places, costs)
}

fn rows(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// Of the characters that foreign names are written with, those that mostly stand for themselves.
const NO_TRANSLIT: &str = "是的了在和到上下人大小不一二三四五六七八九十中国我你他她这那为以有与及于从向对来去出入会能可要就也都还很请给把被让叫名姓先生女士公司电话收件州省市县区路街山海湖河港岛城";
/// Characters of minority and foreign names that the source list holds too few of.
const MORE_TRANSLIT: &str = "史密约翰汤姆珍妮露琳娅娃芙芭芬蕾薇琪黛茜丝莲婕柯肯泰芳森乔治亨保詹凯瑟琴莎安索娜买提热依木孜江古丽娜尔迪努再努尔汗帕孜祖菲亚茹仙凯赛米卡司义阿布都杜拉肖合吐逊库班玉素甫艾山力肯买吾守比麦海曼吾斯塘呷牛曲沙马吉伍惹邦朗廉冈滕逊格戴查洛休谟彻凡佛蒂琼妮嘉欧菲丹切鲁妲芝芒柏里叶夫契谢廖柴波列捷温丘伦桥什特川登珀珊妮卫昆洁雅各凡华莱彭霍普金曼纽昂布默尔荷姗娥梅莉蕾拜蓓琪薇缇缪赞泽潘庞侬诗贾姬茵怀桑盖别翁登珍";
