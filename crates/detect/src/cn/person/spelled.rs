//! Names with blanks in them: 张 伟, 叶 启 明, as forms spell their labels too.

use crate::cn::chars::{Chars, is_han};

use super::candidates::{ONE, Option as Stretch, TWO};
use super::cues::{Words, each};
use super::features::{self, Scene};
use super::headings::is_heading;
use super::names::{Names, Place};

/// 张 伟: a surname, one to four blanks, one or two characters; nothing Chinese touches it.
pub(super) fn spaced(
    scene: &Scene<'_>,
    start: usize,
    rest: usize,
    surname: u16,
) -> Option<Stretch> {
    let text = scene.text;
    if is_han(text.before(start)) && !features::is_announced(text, start) {
        return None;
    }
    let mut given = rest;
    while given < rest + 4 && matches!(text.get(given), ' ' | '\u{3000}') {
        given += 1;
    }
    let mut end = given;
    while end < given + 3 && is_han(text.get(end)) {
        end += 1;
    }
    let one = end == given + 1;
    if given == rest || !(one || end == given + 2) {
        return None;
    }
    let names = Names::built_in();
    let labelled = is_spelled_label(text, start);
    if one {
        // 国 籍 中 国: a form spells its labels so, and a name only after one.
        let of_form = spelled(text, end, SPELLED) >= 2 || follows_spelled(text, start);
        if of_form && !labelled {
            return None;
        }
        // 单 号, 金 额
        let word: String = [text.before(rest), text.get(given)].iter().collect();
        if is_heading(&word) {
            return None;
        }
        // 叶 启 明
        if let Some(last) = next_spelled(text, end)
            && (labelled && !is_label_at(text, last) || spelled(text, end, SPELLED) == 1)
        {
            return Some(Stretch {
                start,
                end: last + 1,
                surname,
                given: names.given(text.get(given), Place::First)
                    + names.given(text.get(last), Place::Second)
                    + TWO,
                surname_chars: (rest - start) as u8,
                spaced: true,
            });
        }
    }
    let cost = if one {
        names.given(text.get(given), Place::Alone) + ONE
    } else {
        names.given(text.get(given), Place::First)
            + names.given(text.get(given + 1), Place::Second)
            + TWO
    };
    Some(Stretch {
        start,
        end,
        surname,
        given: cost,
        surname_chars: (rest - start) as u8,
        spaced: true,
    })
}

/// The next character by itself after one to four blanks.
fn next_spelled(text: &Chars<'_>, from: usize) -> Option<usize> {
    let mut at = from;
    while at < from + 4 && matches!(text.get(at), ' ' | '\u{3000}') {
        at += 1;
    }
    (at > from && is_han(text.get(at)) && !is_han(text.get(at + 1))).then_some(at)
}

/// How many characters go on by themselves from `from` on, at most `most`.
fn spelled(text: &Chars<'_>, from: usize, most: usize) -> usize {
    let mut end = from;
    let mut count = 0;
    while count < most
        && let Some(next) = next_spelled(text, end)
    {
        end = next + 1;
        count += 1;
    }
    count
}

/// More characters than a label has.
const SPELLED: usize = 4;

/// Whether a character by itself stands before the blanks before `at`.
fn follows_spelled(text: &Chars<'_>, at: usize) -> bool {
    let mut end = at;
    while end > 0 && at - end < 4 && matches!(text.before(end), ' ' | '\u{3000}') {
        end -= 1;
    }
    let Some(before) = end.checked_sub(1) else {
        return false;
    };
    end < at && is_han(text.get(before)) && !is_han(text.before(before))
}

/// Whether a label that is spelled so stands before `at`: 姓 名, 收 件 人：.
fn is_spelled_label(text: &Chars<'_>, at: usize) -> bool {
    let mut label: Vec<char> = Vec::new();
    for back in (at.saturating_sub(16)..at).rev() {
        match text.get(back) {
            ' ' | '\u{3000}' | ':' | '：' => {}
            c if is_han(c) => label.push(c),
            _ => break,
        }
    }
    let ends = |word: &str| {
        word.chars()
            .rev()
            .eq(label.iter().copied().take(word.chars().count()))
    };
    each(LABELS).any(ends)
}

/// Whether what follows after a name stands at `at`, spelled: 性 别, 电 话.
fn is_label_at(text: &Chars<'_>, at: usize) -> bool {
    let next = next_spelled(text, at + 1).map(|next| text.get(next));
    next.is_some_and(|next| each(FOLLOWING).any(|word| word.chars().eq([text.get(at), next])))
}

/// The ends of labels of names as forms have them.
const LABELS: Words = &[
    "姓名 户名 件人 货人 买人 款人 系人 有人 卡人 代表人 经办人 负责人 签收人 司机 客户 用户 车主 机主",
];

/// Labels that follow names.
const FOLLOWING: Words = &["性别 民族 国籍 出生 年龄 电话 手机 联系 身份 证件 地址 住址 账号 卡号"];
