//! Surnames with a title: 王师傅, 李女士, 老张.

use std::sync::OnceLock;

use crate::cn::chars::{CharSet, is_han};
use crate::cn::lexicon;

use super::features::{self, Scene};
use super::names::Names;

/// Titles that a surname alone stands before.
const AFTER: &[&str] = &[
    "先生", "女士", "小姐", "师傅", "老师", "经理", "主任", "医生", "大夫", "阿姨", "叔叔", "大爷",
    "大妈", "大姐", "大哥", "教授", "律师", "警官", "队长", "老板", "护士", "同学", "总监", "店长",
    "太太", "校长", "院长", "书记", "科长", "处长", "局长", "教练", "法官",
];

/// Surnames rarer than this do not count: the cost in eighths of a nat.
const RAREST: u16 = 62;

/// Where they stand, in characters, and the confidence.
pub(super) fn find(scene: &Scene<'_>) -> Vec<(usize, usize, u16)> {
    let text = scene.text;
    let names = Names::built_in();
    static TITLES: OnceLock<CharSet> = OnceLock::new();
    let firsts = || CharSet::of(AFTER.iter().filter_map(|title| title.chars().next()));
    let titles = TITLES.get_or_init(firsts);
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = [2, 1].into_iter().find_map(|length| {
            let rest = at + length;
            if !titles.contains(text.get(rest)) {
                return None;
            }
            let cost = is_han(text.get(at))
                .then(|| names.surname(text.str(at..rest)))
                .flatten()?;
            let common = cost <= RAREST || length == 2;
            let title = text.any(rest, AFTER).filter(|_| common)?;
            Some(rest + title)
        });
        match end {
            Some(end)
                if !scene.is_barred(at, end)
                    && !is_split(scene, at)
                    && !features::is_longer_role(text, at, end)
                    && is_told(scene, at, end) =>
            {
                found.push((at, end, super::TITLE));
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

/// Whether something ties the person to a matter: a number close by, a role before, what is said to or of
/// a customer after. A surname with a title alone (王师傅不在) tells nobody who it is.
fn is_told(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    let text = scene.text;
    scene.has_number_near(start, end)
        || BEFORE.iter().any(|word| text.ends(start, word))
        || text.any(end, FOLLOWS).is_some()
}

const BEFORE: &[&str] = &[
    "客户",
    "用户",
    "车主",
    "业主",
    "会员",
    "联系人",
    "收件人",
    "尊敬的",
    "亲爱的",
    "患者",
    "家属",
    "姓名：",
    "我是",
    "叫",
];

const FOLLOWS: &[&str] = &[
    "反馈",
    "反映",
    "来电",
    "投诉",
    "您好",
    "你好",
    "收",
    "（",
    "(",
    "电话",
    "手机",
    "表示",
    "称",
    "要求",
    "预约",
    "的电话",
    "的手机",
    "签收",
    "报修",
];

/// Whether the surname is the end of a word: 上海王先生 has none, 大王先生 has.
fn is_split(scene: &Scene<'_>, at: usize) -> bool {
    at > 0 && lexicon::word(scene.text, at - 1..at + 1).is_some_and(|word| word.cost < 85)
}
