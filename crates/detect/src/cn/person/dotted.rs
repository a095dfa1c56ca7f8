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
        let whole = start < before && end > at + 1 && end - start >= 4 && (!apart || long);
        if whole && !scene.is_barred(start, end) {
            found.push((start, end));
        }
        next = end.max(at + 1);
    }
    found
}

/// The longest run of characters of foreign names before the dot.
fn left(scene: &Scene<'_>, dot: usize, floor: usize) -> usize {
    let text = scene.text;
    let mut start = dot;
    while start > floor && dot - start < 9 && is_part(scene, start - 1) {
        start -= 1;
    }
    // Where the whole run up to a mark is short, it is the name whatever its characters are.
    let mut run = dot;
    while run > floor && dot - run < 6 && is_han(text.before(run)) {
        run -= 1;
    }
    let from = if !is_han(text.before(run)) && dot - run <= 5 && start > run && dot - start < 2 {
        run
    } else {
        start
    };
    // 入住人金·玛丽, 我叫汉斯·穆勒: what announces it is no part.
    (from + 1..dot)
        .rev()
        .find(|&at| features::is_role(text, at) || CALLS.iter().any(|call| text.ends(at, call)))
        .unwrap_or_else(|| past_word(text, from, dot))
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
    while end < dot + 8 && is_han(text.get(end)) && !features::is_title(text, end) {
        end += 1;
    }
    let ends = !is_han(text.get(end)) || features::is_title(text, end);
    let is_sure = dot >= start + 3 || start < dot && features::is_announced(text, start);
    if ends && is_sure && (dot + 2..=dot + 7).contains(&end) {
        end
    } else {
        dot
    }
}

/// Past the runs after each dot.
fn right(scene: &Scene<'_>, dot: usize) -> usize {
    let text = scene.text;
    let mut end = dot;
    for _ in 0..3 {
        let mut next = end + 1;
        while next - end < 9 && is_part(scene, next) {
            next += 1;
        }
        if next == end + 1 {
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
