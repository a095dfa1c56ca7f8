//! Fields that ask for a name: what fills one is a name though no surname begins it.

use crate::cn::chars::is_han;
use crate::cn::lexicon;

use super::features::{self, Scene};
use super::headings::is_heading;
use super::names::{Names, Place, RARE};

/// Where fields are filled by something that can only be a name, in characters.
pub(super) fn find(scene: &Scene<'_>) -> Vec<(usize, usize)> {
    let text = scene.text;
    let mut found = Vec::new();
    for at in 1..text.len() {
        if !is_han(text.get(at)) || is_han(text.before(at)) {
            continue;
        }
        let end = run_end(scene, at);
        if is_whole(scene, at, end) && is_only_name(scene, at, end) {
            found.push((at, end));
        }
    }
    found.extend(
        scene
            .cells()
            .iter()
            .copied()
            .filter(|&(start, end)| is_only_name(scene, start, end)),
    );
    found
}

/// Whether `start..end` is all that follows a label of names and a mark: 收件人：王伟，
pub(super) fn is_whole(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    if scene.is_name_cell(start, end) {
        return true;
    }
    let text = scene.text;
    let marked = matches!(
        text.before(start),
        ':' | '：' | '=' | '\t' | '|' | '"' | ' ' | '\u{3000}'
    );
    if is_han(text.get(end)) || is_heading(text.str(start..end)) {
        return false;
    }
    // 申请人米兰，配偶国强： the role may need no mark.
    if !marked {
        return "人员主者师偶".contains(text.before(start)) && features::is_role(text, start);
    }
    let label = features::label_end(text, start);
    "人名员者主".contains(text.before(label)) && features::is_role(text, label)
}

fn run_end(scene: &Scene<'_>, start: usize) -> usize {
    let mut end = start;
    while end < start + 9 && is_han(scene.text.get(end)) {
        end += 1;
    }
    end
}

/// Whether the stretch is no word, and no office or firm.
fn is_only_name(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    let text = scene.text;
    let chars = text.slice(start..end);
    let names = Names::built_in();
    let foreign = (3..=8).contains(&chars.len()) && chars.iter().all(|&c| names.is_translit(c));
    let short = (2..=4).contains(&chars.len())
        && chars
            .iter()
            .skip(1)
            .all(|&c| names.given(c, Place::Second) < RARE);
    let office = OFFICES.contains(text.before(end)) || OTHERS.contains(&text.str(start..end));
    (foreign || short)
        && !office
        && !is_heading(text.str(start..end))
        && !scene.is_barred(start, end)
        && !has_word(scene, start, end)
}

/// Whether common words make up the stretch.
fn has_word(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    let text = scene.text;
    (start..end).any(|from| {
        let mut common = false;
        lexicon::words_at(text, from, |length, word| {
            common |= length > 1 && from + length <= end && word.cost < 105;
        });
        common
    })
}

/// The last characters of offices, firms and titles.
const OFFICES: &str = "部组科处室店司局院行厂站所队班总工哥姐叔婶爷奶妈爸姨嫂台柜点号";

/// What people write when they give no name.
const OTHERS: &[&str] = &[
    "同上", "不详", "未知", "匿名", "无名", "自取", "本店", "门卫", "暂无", "略", "待定", "保密",
];
