//! Names of people in Chinese text.
//!
//! Every stretch that a name could be (a surname and one or two characters, `candidates`) is weighed by a
//! small linear model (`model`) that sees how likely it is as a name and how likely as ordinary words
//! (`super::lexicon`), and what stands around it (`features`). Names with a middle dot, names written
//! apart (张 伟) and surnames with a title (王师傅) have rules of their own. What is surely a name in one
//! place of the text is found in all of it.

mod candidates;
mod cues;
mod dotted;
mod features;
mod field;
mod headings;
mod model;
mod names;
mod parted;
mod spelled;
#[cfg(test)]
mod tests;
mod titled;
#[doc(hidden)]
pub mod training;

use std::collections::{BTreeMap, BTreeSet};

use crate::{Candidate, Check, Kind, Normalised};

pub(crate) use features::label_before;
pub use model::ID as MODEL;

use super::address::divisions;
use super::chars::{Chars, is_han};
use super::lexicon;
use super::simplified::simplified;
use candidates::Option as NameOption;
use features::Scene;

/// Adds the names of people in `text` to `out`.
///
/// `seen` holds what has a shape (numbers, plates, e-mail addresses) and the addresses found so far,
/// sorted by start; they may overlap each other. Candidates given here need no order and may overlap.
/// Linear in the text's length but for a logarithm; panics on no text.
///
/// Rules: `cn.person.model`, `cn.person.repeat` (the same characters are a name elsewhere in the text),
/// `cn.person.dotted` (阿卜杜拉·买买提), `cn.person.spaced` (张 伟), `cn.person.parted` (姓名：张/伟), `cn.person.field` (a field for names that holds no Han name), and `cn.person.title` (王师傅), whose
/// confidence is [`TITLE`], because a surname with a title tells a person only to those who know them.
pub fn find(text: &Normalised<'_>, seen: &[Candidate], out: &mut Vec<Candidate>) {
    find_in(&Chars::of(&simplified(text.as_str())), seen, out);
}

/// The same in a text that is an array of characters already.
pub(crate) fn find_in(chars: &Chars<'_>, seen: &[Candidate], out: &mut Vec<Candidate>) {
    let scene = Scene::new(chars, seen);
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut add = |start: usize, end: usize, confidence: u16, rule: &'static str| {
        out.push(Candidate {
            start: chars.byte(start),
            end: chars.byte(end),
            kind: Kind::Person,
            confidence,
            rule,
            check: Check::None,
        });
    };
    for (start, end) in dotted::find(&scene) {
        taken.push((start, end));
        add(start, end, 900, "cn.person.dotted");
    }
    for (start, end) in parted::find(&scene) {
        if !overlaps(&taken, start, end) {
            taken.push((start, end));
            add(start, end, 900, "cn.person.parted");
        }
    }
    taken.sort_unstable();
    for name in chosen(&scene, &taken) {
        taken.push((name.start, name.end));
        add(name.start, name.end, name.confidence, name.rule);
    }
    taken.sort_unstable();
    for (start, end) in field::find(&scene) {
        if !overlaps(&taken, start, end) {
            taken.push((start, end));
            taken.sort_unstable();
            add(start, end, 600, "cn.person.field");
        }
    }
    taken.sort_unstable();
    for (start, end, confidence) in titled::find(&scene) {
        // 跟车老师丁桂芳: before a name it says what they do.
        let is_trade = taken.iter().any(|&(from, _)| from == end);
        let free = !overlaps(&taken, start, end) && !is_trade;
        if free {
            add(start, end, confidence, "cn.person.title");
        }
    }
}

/// The confidence of a surname with a title.
pub const TITLE: u16 = 350;

/// A name that was decided on, in characters.
struct Name {
    start: usize,
    end: usize,
    confidence: u16,
    rule: &'static str,
}

/// An option whose score, in [`model::UNIT`]s, is at least this is a name.
const ACCEPTED: i32 = -2000;
/// Surely a name: found again elsewhere in the text.
const SURE: i32 = 2 * model::UNIT;
/// The same for three characters and more: hardly any are a name here and words there.
const LONG_SURE: i32 = model::UNIT / 2;
/// What has the characters of a sure name needs no more than this.
const REPEATED: i32 = -4 * model::UNIT;

/// What a name gains that fills a field for names.
const FIELD: i32 = 5 * model::UNIT / 2;

/// What a name loses that is a place's too (郑州, 高明).
const PLACE: i32 = 3 * model::UNIT / 2;

/// Whether the whole is a common word that nothing announces as a name: 黄酒, 高峰.
fn is_plain_word(scene: &Scene<'_>, option: &NameOption) -> bool {
    !features::is_announced(scene.text, option.start)
        && lexicon::word(scene.text, option.start..option.end)
            .is_some_and(|word| word.cost < 120 || option.end > option.start + 2)
}

/// What a name loses whose first or last character rather belongs to what stands around it: 由江涛, 黄敏校|对.
const TAKEN_IN: i32 = 2 * model::UNIT;

fn is_taken_in(scene: &Scene<'_>, option: &NameOption) -> bool {
    let text = scene.text;
    let amid = is_han(text.get(option.end)) || is_han(text.before(option.start));
    let function = "由和向来从都但才再那后要时同对".contains(text.get(option.start));
    // 下|周起休: the first character ends a common word, and nothing announces a name.
    let begun = is_han(text.before(option.start))
        && !features::is_announced(text, option.start)
        && lexicon::word(text, option.start - 1..option.start + 1)
            .is_some_and(|word| word.cost < 80);
    let last = option.end - 1;
    let word = is_han(text.get(option.end)) && option.end > option.start + 2;
    // 冯勇于|昨天, 李伟将|离职: the last character begins what comes after.
    let joined = word
        && ("于将已均因".contains(text.get(last))
            || "两三四五六".contains(text.get(last))
                && matches!(text.get(option.end), '人' | '位' | '名'));
    // 于今早, 于昨天: a day, and no name.
    let day = text.get(option.start) == '于'
        && matches!(
            text.get(option.start + 1),
            '今' | '昨' | '明' | '次' | '当' | '本' | '上' | '去'
        );
    // 王荣收，: who receives it; 李丰收 is a name.
    let receives = option.end > option.start + 2
        && text.get(last) == '收'
        && text.before(last) != '丰'
        && !is_han(text.get(option.end));
    (amid && function)
        || begun
        || joined
        || day
        || receives
        || (word && lexicon::word(text, last..last + 2).is_some_and(|word| word.cost < 95))
}

/// Whether the first character counts something: 这张卡, 两段路, 一包茶.
fn is_counted(scene: &Scene<'_>, option: &NameOption) -> bool {
    option.surname_chars == 1
        && "张段包束节支成方双台阵项门班封盘车房栋".contains(scene.text.get(option.start))
        && "这那一二两三四五六七八九十几每某半多整第".contains(scene.text.before(option.start))
}

/// Whether a firm's name goes on after it: 东方峻景传媒有限公司.
fn is_of_firm(scene: &Scene<'_>, option: &NameOption) -> bool {
    let text = scene.text;
    let end = (option.end..option.end + 12)
        .find(|&at| !is_han(text.get(at)) || "的了在是和与".contains(text.get(at)))
        .unwrap_or(option.end + 12);
    (option.end..end).any(|at| {
        matches!(text.get(at), '有' | '公' | '集' | '事' | '支' | '分')
            && text
                .any(at, &["有限", "公司", "集团", "事务所", "支行", "分行"])
                .is_some()
            && (at >= option.end + 2 || text.has(at, "有限"))
    })
}

/// Whether an amount or a train ends with the first character: 711元汇至, G8512次成都东.
fn is_unit(scene: &Scene<'_>, option: &NameOption) -> bool {
    let text = scene.text;
    matches!(text.get(option.start), '元' | '万' | '次')
        && text.before(option.start).is_ascii_digit()
        && !scene.follows_number(option.start)
}

/// What a name loses that nothing announces and that something is counted or measured by: 端子排 UK2.5B, 冷冻水 7.1.
const MEASURED: i32 = 2 * model::UNIT;

fn is_measured(scene: &Scene<'_>, option: &NameOption) -> bool {
    let text = scene.text;
    let gap = usize::from(text.get(option.end) == ' ');
    let next = text.get(option.end + gap);
    let amount = next.is_ascii_digit() || matches!(next, '¥' | '￥' | '×');
    let code = next.is_ascii_uppercase() && {
        let more = (1..8).map(|at| text.get(option.end + gap + at));
        let mut word = more.take_while(char::is_ascii_alphanumeric);
        word.any(|c| c.is_ascii_digit())
    };
    (amount || code)
        && !scene.begins_value(option.end + gap)
        && !features::is_announced(text, features::label_end(text, option.start))
}

/// What speaks against a name that the model does not see.
fn less(scene: &Scene<'_>, option: &NameOption) -> i32 {
    if is_of_firm(scene, option) {
        return 2 * TAKEN_IN;
    }
    if field::is_whole(scene, option.start, option.end) {
        return -FIELD;
    }
    let place = divisions::is_name(scene.text.str(option.start..option.end));
    [
        (place, PLACE),
        (is_taken_in(scene, option), TAKEN_IN),
        (is_plain_word(scene, option), model::UNIT),
        (is_counted(scene, option), 2 * TAKEN_IN),
        (is_unit(scene, option), 2 * TAKEN_IN),
        (is_measured(scene, option), MEASURED),
        (
            features::is_role_word(scene.text, option.start, option.end)
                || headings::is_heading(scene.text.str(option.start..option.end)),
            2 * TAKEN_IN,
        ),
    ]
    .into_iter()
    .filter_map(|(holds, loss)| holds.then_some(loss))
    .sum()
}

fn chosen(scene: &Scene<'_>, taken: &[(usize, usize)]) -> Vec<Name> {
    let mut scored: Vec<(NameOption, i32)> = Vec::new();
    let mut features = Vec::with_capacity(64);
    candidates::each(scene, |option, lattice| {
        if overlaps(taken, option.start, option.end) {
            return;
        }
        features.clear();
        features::of(scene, lattice, &option, &mut features);
        let mut score = model::score(&features);
        // What is hopeless already needs no second look.
        if score > REPEATED {
            score -= less(scene, &option);
        }
        if score > REPEATED {
            scored.push((option, score));
        }
    });
    lift_listed(scene, &mut scored);
    let sure = sure_names(scene, &scored);
    let mut names: Vec<(i32, Name)> = Vec::new();
    for (option, score) in scored {
        let repeated = sure.contains_key(scene.text.str(option.start..option.end));
        let accepted = score >= ACCEPTED;
        if !accepted && !repeated {
            continue;
        }
        let name = Name {
            start: option.start,
            end: option.end,
            confidence: if accepted {
                model::confidence(score)
            } else {
                650
            },
            rule: match () {
                () if !accepted => "cn.person.repeat",
                () if option.spaced => "cn.person.spaced",
                () => "cn.person.model",
            },
        };
        names.push((if accepted { score } else { ACCEPTED }, name));
    }
    best_apart(names)
}

/// What a name gains that stands in a row with a likely one.
const LISTED: i32 = 2 * model::UNIT;

/// Lifts what stands beside a likely name in a row of names: 王伟、时光和李娜. From left to right, then
/// back, so that one name lifts a whole row.
fn lift_listed(scene: &Scene<'_>, scored: &mut [(NameOption, i32)]) {
    let likely = |score: i32| score >= model::UNIT;
    let ends = |scored: &[(NameOption, i32)]| -> BTreeSet<usize> {
        let named = scored.iter().filter(|(_, score)| likely(*score));
        named.map(|(option, _)| option.end).collect()
    };
    let mut before = ends(scored);
    if before.is_empty() {
        return;
    }
    let mut after: BTreeSet<usize> = BTreeSet::new();
    let mut lifted = vec![false; scored.len()];
    for (place, (option, score)) in scored.iter_mut().enumerate() {
        let gap = joint(scene.text, option.start, false);
        if !likely(*score) && gap.is_some_and(|gap| before.contains(&(option.start - gap))) {
            *score += LISTED;
            lifted[place] = true;
            if *score >= ACCEPTED {
                before.insert(option.end);
            }
        }
    }
    for (place, (option, score)) in scored.iter_mut().enumerate().rev() {
        let gap = joint(scene.text, option.end, true);
        if !likely(*score)
            && !lifted[place]
            && gap.is_some_and(|gap| after.contains(&(option.end + gap)))
        {
            *score += LISTED;
            lifted[place] = true;
        }
        if likely(*score) || lifted[place] && *score >= ACCEPTED {
            after.insert(option.start);
        }
    }
}

/// How many characters join a row of names before (or, `onward`, from) `at` on.
fn joint(text: &Chars<'_>, at: usize, onward: bool) -> std::option::Option<usize> {
    let c = if onward {
        text.get(at)
    } else {
        text.before(at)
    };
    matches!(c, '、' | '和' | '与' | '及' | '&').then_some(1)
}

/// The strings that are surely names somewhere.
fn sure_names<'t>(scene: &Scene<'t>, scored: &[(NameOption, i32)]) -> BTreeMap<&'t str, ()> {
    scored
        .iter()
        .filter(|(option, score)| {
            let long = option.end > option.start + 2;
            let least = if long { LONG_SURE } else { SURE };
            *score >= least && !option.spaced
        })
        .map(|(option, _)| (scene.text.str(option.start..option.end), ()))
        .collect()
}

/// Of names that overlap, the surer ones.
fn best_apart(mut names: Vec<(i32, Name)>) -> Vec<Name> {
    names.sort_by_key(|(score, name)| (std::cmp::Reverse(*score), name.start, name.end));
    let mut taken: BTreeMap<usize, Name> = BTreeMap::new();
    for (_, name) in names {
        let before = taken.range(..name.end).next_back();
        if before.is_none_or(|(_, other)| other.end <= name.start) {
            taken.insert(name.start, name);
        }
    }
    taken.into_values().collect()
}

/// Whether one of `taken`, sorted by start and apart from each other, reaches into `start..end`.
fn overlaps(taken: &[(usize, usize)], start: usize, end: usize) -> bool {
    let upto = taken.partition_point(|&(from, _)| from < end);
    upto.checked_sub(1)
        .and_then(|last| taken.get(last))
        .is_some_and(|&(_, to)| to > start)
}
