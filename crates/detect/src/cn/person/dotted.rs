//! Names with a middle dot: 阿卜杜拉·买买提, 玛丽·居里.

use crate::cn::chars::{Chars, is_han};
use crate::cn::lexicon::{self, Part};

use super::features::{self, Scene};
use super::names::Names;

const fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '‧' | '∙' | '⋅' | '･')
}

/// Where such names stand, in characters, by start.
pub(super) fn find(scene: &Scene<'_>) -> Vec<(usize, usize)> {
    let text = scene.text;
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut next = 0;
    while next < text.len() {
        let at = next;
        if !is_dot(text.get(at)) {
            next += 1;
            continue;
        }
        let floor = found.last().map_or(0, |&(_, end)| end);
        // 阿依古丽 · 热合曼: a blank on either side.
        let apart = text.before(at) == ' ' && text.get(at + 1) == ' ' && at > floor;
        let (before, at) = (at - usize::from(apart), at + usize::from(apart));
        let mut start = left(scene, before, floor);
        if start + 1 >= before {
            start = announced(scene, before, floor).unwrap_or(start);
        }
        let end = right(scene, at).max(last_part(scene, start, at));
        let long = before >= start + 3 && end >= at + 4 && !is_han(text.get(end));
        let foreign = |from: usize, to: usize| (from..to).all(|place| is_part(scene, place));
        // 碧桂园·云顶, 耐克运动·旗舰店: characters that no foreign name has are those of words.
        let fits = foreign(at + 1, end)
            || features::is_announced(text, start)
            || is_no_word(text, at + 1, end)
                && (foreign(start, before) || is_no_word(text, start, before));
        let whole = start < before && end > at + 1 && end - start >= 4 && (!apart || long) && fits;
        if whole && !scene.is_barred(start, end) {
            found.push((start, end));
        }
        next = end.max(at + 1);
    }
    found
}

/// Whether no word stands within these characters and they do not end as places and shops do.
fn is_no_word(text: &Chars<'_>, from: usize, to: usize) -> bool {
    let mut has_word = false;
    for at in from..to {
        lexicon::words_at(text, at, |length, word| {
            let within = length > 1 && at + length <= to;
            has_word |= within && word.cost < 118 && word.part != Part::Name;
        });
    }
    let last = text.before(to);
    !has_word && !"店城园苑湾府场馆厅网站区部款期顶里家".contains(last)
}

/// The longest run of characters of foreign names before the dot.
fn left(scene: &Scene<'_>, dot: usize, floor: usize) -> usize {
    let text = scene.text;
    let mut start = dot;
    while start > floor && dot - start < 9 && is_part(scene, start - 1) {
        start -= 1;
    }
    // Where the whole run up to a mark is short, it is the name whatever its characters are; so is what stands after
    // a role.
    let mut run = dot;
    while run > floor && dot - run < 9 && is_han(text.before(run)) {
        run -= 1;
    }
    let bounded = (!is_han(text.before(run)) || run == floor) && (2..=5).contains(&(dot - run));
    let from = if bounded { run } else { start };
    // 入住人金·玛丽, 我叫汉斯·穆勒: what announces it is no part.
    let after_role = (run + 1..dot.saturating_sub(1))
        .rev()
        .find(|&at| is_called(text, at))
        .filter(|at| dot - at <= 6);
    after_role.unwrap_or_else(|| past_word(text, from, dot))
}

/// Whether a role or a word that calls somebody by name ends before `at`.
fn is_called(text: &Chars<'_>, at: usize) -> bool {
    features::is_role(text, at)
        || CALLS.iter().any(|call| text.ends(at, call))
        || "叫是写找给人".contains(text.before(at))
        || ["监护人", "客人", "专家", "访客", "住客", "娃"]
            .iter()
            .any(|who| text.ends(at, who))
}

/// Words before a name that are written with characters of foreign names.
const CALLS: [&str; 6] = ["我叫", "我是", "他叫", "她叫", "名叫", "叫做"];

/// Where a name begins whose characters are those of other names too, after a word that announces it:
/// 入住人安德烈·科瓦廖夫.
fn announced(scene: &Scene<'_>, dot: usize, floor: usize) -> Option<usize> {
    let from = dot.saturating_sub(5).max(floor);
    (from..dot.saturating_sub(1)).find(|&at| {
        let name = scene.text.slice(at..dot);
        name.iter().all(|c| is_han(*c)) && features::is_announced(scene.text, at)
    })
}

/// Past a common word that stands before the name: 外教大卫·史密斯.
fn past_word(text: &Chars<'_>, from: usize, dot: usize) -> usize {
    let common = from + 4 <= dot
        && lexicon::word(text, from..from + 2)
            .is_some_and(|word| word.cost < 115 && word.part != Part::Name);
    from + if common { 2 } else { 0 }
}

/// Whether foreign names are written with this character; 不 only in 阿不都, 阿不力孜 and their like.
fn is_part(scene: &Scene<'_>, at: usize) -> bool {
    let c = scene.text.get(at);
    Names::built_in().is_translit(c) || (c == '不' && scene.text.before(at) == '阿')
}

/// Past the characters after the dot up to a mark or a title, whatever they are, where what stands before it is
/// surely a part of a name: 安德烈·科瓦廖夫，, 叶赫那拉·明慧女士.
fn last_part(scene: &Scene<'_>, start: usize, dot: usize) -> usize {
    let text = scene.text;
    let mut end = dot + 1;
    let stops = |at: usize| features::is_title(text, at) || text.any(at, &FOLLOWING).is_some();
    while end < dot + 8 && is_han(text.get(end)) && !stops(end) {
        end += 1;
    }
    let ends = !is_han(text.get(end)) || stops(end);
    let is_word = |from: usize, to: usize| {
        lexicon::word(text, from..to).is_some_and(|word| word.part != Part::Name && word.cost < 115)
    };
    // 颂猜·汶颂: two short runs between marks that are no words.
    let apart = dot == start + 2
        && (!is_han(text.before(start)) || is_called(text, start))
        && !is_word(start, dot)
        && !is_word(dot + 1, end);
    let is_sure = dot >= start + 3 || apart || start < dot && features::is_announced(text, start);
    // 迈克尔·陈将于明日: other words go on after the name.
    let goes_on = text.slice(dot + 2..end).iter().any(|c| AFTER.contains(*c));
    if ends && is_sure && !goes_on && (dot + 2..=dot + 7).contains(&end) {
        end
    } else {
        dot
    }
}

/// What words begin with that go on after a name, and no name holds.
const AFTER: &str = "的了在于将已今明昨后前下上午送维请说和与是要就去到等款号";

/// What is told of somebody right after the name.
const FOLLOWING: [&str; 12] = [
    "身份证",
    "护照",
    "电话",
    "手机",
    "家长",
    "证件",
    "通行证",
    "出生",
    "遗失",
    "未到",
    "还没",
    "本人",
];

/// Past the runs after each dot.
fn right(scene: &Scene<'_>, dot: usize) -> usize {
    let text = scene.text;
    let mut end = dot;
    for _ in 0..3 {
        let mut next = end + 1;
        while next - end < 9 && is_part(scene, next) {
            next += 1;
        }
        // 冬季·新款: one character before others is no name.
        let lone = next == end + 2 && end == dot && is_han(text.get(next));
        if next == end + 1 || lone {
            break;
        }
        end = next;
        if !is_dot(text.get(end)) {
            break;
        }
    }
    // 迈克尔·陈将于明日到: a Chinese surname alone.
    let surname = || {
        Names::built_in()
            .surname(text.str(dot + 1..dot + 2))
            .is_some()
    };
    let ends =
        |at: usize| !is_han(text.get(at)) || "将于在已的说和与是今明昨先".contains(text.get(at));
    if end > dot {
        end
    } else if is_han(text.get(dot + 1)) && ends(dot + 2) && surname() {
        dot + 2
    } else {
        dot + 1
    }
}
