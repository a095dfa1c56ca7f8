//! Stretches that a name could be.

use crate::cn::chars::{Chars, is_han};
use crate::cn::lexicon::{self, Lattice};

use super::cues::{Words, each as words};
use super::features::{self, Scene};
use super::names::{Names, Place};
use super::spelled::spaced;

/// A stretch that a name could be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Option {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The cost of its surname, in eighths of a nat.
    pub(super) surname: u16,
    /// The cost of the rest, its length included.
    pub(super) given: u16,
    /// How many characters the surname has; none if the name is no Han name.
    pub(super) surname_chars: u8,
    /// Written apart (张 伟).
    pub(super) spaced: bool,
}

/// One given name of six has one character.
pub(super) const ONE: u16 = 14;
pub(super) const TWO: u16 = 2;
/// Every piece of a name of another people.
const PIECE: u16 = 44;
/// Words that beat a name by this much, in eighths of a nat, are no name whatever stands around.
const HOPELESS: i32 = 88;
/// The same for what stands amid other words that announce no name.
const HOPELESS_WITHIN: i32 = 40;

/// What a surname costs at most that parents give beside their other one: 张杨子墨.
const USUAL: u16 = 64;

/// Whether four characters from `start` on stand as a name of two surnames and two characters may: apart from other
/// words, or announced, and no word (高温天气, 张江高科).
fn may_be_of_both(text: &Chars<'_>, start: usize) -> bool {
    let end = start + 4;
    let begins = !is_han(text.before(start)) || features::is_announced(text, start);
    let ends = !is_han(text.get(end)) || words(AFTER_BOTH).any(|word| text.has(end, word));
    let word =
        |from: usize| lexicon::word(text, from..from + 2).is_some_and(|word| word.cost < 115);
    begins && ends && !"向和同于从对".contains(text.get(start)) && !word(start)
}

/// What goes on after a name of two surnames.
const AFTER_BOTH: Words =
    &["先生 女士 小姐 您好 来信 来电 出生 身份 电话 手机 收 签收 的件 的快递 是 于 吗 说 和 与"];

/// Calls `weigh` for every option, by where it begins.
pub(super) fn each(scene: &Scene<'_>, mut weigh: impl FnMut(Option, &Lattice)) {
    let text = scene.text;
    let mut at = 0;
    while at < text.len() {
        if !is_han(text.get(at)) {
            at += 1;
            continue;
        }
        let mut end = at;
        while is_han(text.get(end)) {
            end += 1;
        }
        within_run(scene, at, end, &mut weigh);
        at = end;
    }
}

/// The options of one run of Chinese characters. Its words are looked up only if there is any option.
fn within_run(scene: &Scene<'_>, from: usize, to: usize, weigh: &mut impl FnMut(Option, &Lattice)) {
    let mut lattice: std::option::Option<Lattice> = None;
    for start in from..to {
        let is_surname = Names::built_in().begins_surname(scene.text.get(start));
        if !is_surname || is_in_amount(scene.text, start) {
            continue;
        }
        at(scene, start, to, &mut |option| {
            if scene.is_barred(option.start, option.end) {
                return;
            }
            let lattice = lattice.get_or_insert_with(|| Lattice::of(scene.text, from..to));
            let cost = u32::from(option.surname) + u32::from(option.given);
            let within = option.start > from
                && option.end < to
                && !features::is_announced(scene.text, option.start);
            let hopeless = if within { HOPELESS_WITHIN } else { HOPELESS };
            if option.spaced || lattice.margin(option.start..option.end, cost) < hopeless {
                weigh(option, lattice);
            }
        });
    }
}

/// Whether the character is a capital numeral of an amount or number (肆拾伍元整, 壹叁玖 陆陆柒柒), which would be a
/// surname elsewhere.
fn is_in_amount(text: &Chars<'_>, at: usize) -> bool {
    const NUMERALS: &str = "壹贰叁肆伍陆柒捌玖拾佰仟零";
    let (before, next) = (text.before(at), text.get(at + 1));
    matches!(text.get(at), '伍' | '陆')
        && ([before, next].iter().any(|c| NUMERALS.contains(*c))
            || "万亿元圆".contains(before)
            || "元圆角分".contains(next))
}

fn at(scene: &Scene<'_>, start: usize, run_end: usize, give: &mut impl FnMut(Option)) {
    let names = Names::built_in();
    let text = scene.text;
    for surname_chars in [1, 2] {
        let rest = start + surname_chars;
        let Some(surname) = (rest <= run_end)
            .then(|| names.surname(text.str(start..rest)))
            .flatten()
        else {
            continue;
        };
        let surname_chars = surname_chars as u8;
        if rest < run_end {
            let given = names.given(text.get(rest), Place::Alone) + ONE;
            give(Option {
                start,
                end: rest + 1,
                surname,
                given,
                surname_chars,
                spaced: false,
            });
        }
        if rest + 1 < run_end && !features::is_title(text, rest) {
            let given = names.given(text.get(rest), Place::First)
                + names.given(text.get(rest + 1), Place::Second)
                + TWO;
            give(Option {
                start,
                end: rest + 2,
                surname,
                given,
                surname_chars,
                spaced: false,
            });
        }
        if surname_chars == 1
            && rest + 2 < run_end
            && surname < USUAL
            && let Some(second) = names.surname(text.str(rest..rest + 1))
            && second < USUAL
            && !features::is_title(text, rest + 1)
            && !features::is_role_word(text, rest + 1, rest + 3)
            && may_be_of_both(text, start)
        {
            let given = names.given(text.get(rest + 1), Place::First)
                + names.given(text.get(rest + 2), Place::Second)
                + TWO;
            give(Option {
                start,
                end: rest + 3,
                surname: surname + second,
                given,
                surname_chars: 2,
                spaced: false,
            });
        }
        if rest == run_end
            && let Some(option) = spaced(scene, start, rest, surname)
        {
            give(option);
        }
    }
    if let Some(option) = pieces(scene, start, run_end) {
        give(option);
    }
}

/// 扎西次仁, 阿依古丽, 其其格: pieces of names of other peoples.
fn pieces(scene: &Scene<'_>, start: usize, run_end: usize) -> std::option::Option<Option> {
    let names = Names::built_in();
    let text = scene.text;
    let mut end = start;
    let mut count = 0;
    while count < 3
        && let Some(length) = names.piece(text.slice(end..run_end.min(end + 6)))
    {
        end += length;
        count += 1;
    }
    (end >= start + 2).then_some(Option {
        start,
        end,
        surname: 40,
        given: PIECE * count,
        surname_chars: 0,
        spaced: false,
    })
}
