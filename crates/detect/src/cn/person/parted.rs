//! Names whose characters are parted by marks, so that filters overlook them: 张/伟, 李|慧|敏, 慕 容 白.

use crate::cn::chars::is_han;
use crate::cn::lexicon;

use super::features::{self, Scene};
use super::headings::is_heading;
use super::names::{Names, Place, RARE};

const fn is_mark(c: char) -> bool {
    matches!(
        c,
        '/' | '|' | '_' | '*' | '.' | '-' | '+' | '~' | '·' | ' ' | '\n'
    )
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
        if let Some((start, end)) = compound(scene, at) {
            found.push((start, end));
            at = end;
            continue;
        }
        let end = end(scene, at);
        if is_name(scene, at, end) {
            found.push((at - 1, end));
            at = end;
        }
        // 患者 阮 文 静: the word that announces a name may look like a part of it.
        at += 1;
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
    let is_blank = matches!(sign, ' ' | '\n');
    if !(2..=MOST).contains(&count) || is_blank && count != 3 {
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
    // 张/王/李三位: what goes on with words is a list of words. 驾驶人牛 向 阳电话: a name that is announced.
    let goes_on = is_han(text.get(end));
    if goes_on && !(said && count == 3 && matches!(sign, ' ' | '.')) {
        return false;
    }
    if is_blank {
        return begins
            && (said || stands || is_usual(scene, start, end))
            && is_written_apart(scene, mark, said);
    }
    begins && (said || stands && count >= 3 && matches!(sign, '_' | '*' | '.'))
}

/// 兹委托我司彭 志 远（: a usual surname after other words, where nothing goes on.
fn is_usual(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    let text = scene.text;
    let surname = Names::built_in().surname(text.str(start..start + 1));
    let apart = text.before(start) != ' ' && text.get(end) != ' ';
    surname.is_some_and(|cost| cost < USUAL) && apart && text.get(start + 1) == ' '
}

/// What the surname of a name costs at most that nothing announces.
const USUAL: u16 = 64;

/// Whether the three characters around the blanks from `mark` on are those of a name and no word, as forms spell
/// their labels: 单 位 名.
fn is_written_apart(scene: &Scene<'_>, mark: usize, said: bool) -> bool {
    let text = scene.text;
    let [first, second, third] = [mark - 1, mark + 1, mark + 3].map(|at| text.get(at));
    let names = Names::built_in();
    let is_given =
        names.given(second, Place::First) < RARE && names.given(third, Place::Second) < RARE;
    let word = |chars: &[char]| {
        let word: String = chars.iter().collect();
        is_heading(&word)
            // 姓名写曲 靖 文: what is announced may hold the name of a place.
            || !said && lexicon::word_of(&word).is_some_and(|word| word.cost < 115)
    };
    let label = text.before(mark - 1) == ' ' && is_han(text.before(mark.saturating_sub(2)));
    is_given && !label && !word(&[first, second]) && !word(&[first, second, third])
}

/// 欧阳 雪梅, 万俟 云舒: a surname of two characters, a blank, a given name of two. Where it begins and ends.
fn compound(scene: &Scene<'_>, mark: usize) -> Option<(usize, usize)> {
    let text = scene.text;
    let start = mark.checked_sub(2)?;
    let names = Names::built_in();
    names.surname(text.str(start..mark))?;
    let [first, second] = [mark + 1, mark + 2].map(|at| text.get(at));
    let is_given = is_han(first)
        && is_han(second)
        && names.given(first, Place::First) < RARE
        && names.given(second, Place::Second) < RARE;
    let end = mark + 3;
    let free = !is_han(text.before(start)) && !is_han(text.get(end));
    (text.get(mark) == ' ' && is_given && (free || features::is_announced(text, start)))
        .then_some((start, end))
}
