//! Names whose characters are parted by marks, so that filters overlook them: 张/伟, 李|慧|敏, 慕 容 白.

use crate::cn::chars::is_han;

use super::features::{self, Scene};
use super::names::Names;

const fn is_mark(c: char) -> bool {
    matches!(c, '/' | '|' | '_' | '*' | '.' | '-' | '+' | '~' | '·' | ' ')
}

/// Where such names stand, in characters, by start: after a word that announces one, or three characters and
/// more between marks that part no words in lists.
pub(super) fn find(scene: &Scene<'_>) -> Vec<(usize, usize)> {
    let text = scene.text;
    let mut found = Vec::new();
    let mut at = 1;
    while at < text.len() {
        if !is_mark(text.get(at)) || !is_han(text.get(at - 1)) {
            at += 1;
            continue;
        }
        let end = end(scene, at);
        if is_name(scene, at, end) {
            found.push((at - 1, end));
        }
        at = end.max(at + 1);
    }
    found
}

/// The characters of a name, at most.
const MOST: usize = 4;

/// The end of the single characters from the one before the mark at `at` on, with the same mark between any two.
fn end(scene: &Scene<'_>, at: usize) -> usize {
    let text = scene.text;
    let mark = text.get(at);
    let mut end = at;
    while end < at + 2 * MOST && text.get(end) == mark && is_han(text.get(end + 1)) {
        end += 2;
    }
    end
}

fn is_name(scene: &Scene<'_>, mark: usize, end: usize) -> bool {
    let text = scene.text;
    let count = (end - mark) / 2 + 1;
    let sign = text.get(mark);
    // 张/王/李三位: what goes on with words is a list of words.
    if !(2..=MOST).contains(&count) || sign == ' ' && count < 3 || is_han(text.get(end)) {
        return false;
    }
    let start = mark - 1;
    let first = text.get(start);
    let both: String = [first, text.get(mark + 1)].iter().collect();
    let names = Names::built_in();
    let begins = names.surname(&first.to_string()).is_some() || names.surname(&both).is_some();
    let stands = !is_han(text.before(start)) && !is_mark(text.before(start));
    let mut label = start;
    while matches!(text.before(label), '：' | ':' | ' ' | '=') {
        label -= 1;
    }
    let said = features::is_announced(text, label) || "写叫是".contains(text.before(start));
    begins && (said || stands && count >= 3 && matches!(sign, '_' | '*' | '.'))
}
