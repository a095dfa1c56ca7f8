//! The initials of a name's pinyin.

use pinyin::ToPinyinMulti;
use shouxin_model::FieldKind;
use shouxin_model::surname::{self, is_han};
use zeroize::Zeroizing;

use crate::normal::{collect, fold, normal_form};
use crate::terms::dedup;

/// The initials of a name: 张三丰 gives `zsf`, John Smith `js`. A character with several readings
/// gives several; a surname's own reading comes first. Forms of address are left out.
pub(crate) fn initials(name: &str) -> Vec<Zeroizing<String>> {
    let folded = fold(name);
    let letters = if folded.contains(is_han) {
        of_chinese(folded.trim())
    } else {
        of_foreign(&folded)
    };
    let mut terms = vec![Zeroizing::new(String::new())];
    for readings in letters.iter().filter(|readings| !readings.is_empty()) {
        // Outer loop over readings: terms of first readings stay in front when the list is cut.
        let extended = readings.iter().flat_map(|&letter| {
            terms
                .iter()
                .map(move |term| collect(term.len() + 1, term.chars().chain([letter])))
        });
        terms = extended.take(MOST_TERMS).collect();
    }
    terms.retain(|term| !term.is_empty());
    dedup(&mut terms);
    terms
}

/// What was typed as initials: its letters in lower case; `None` if it holds anything but letters,
/// spaces, dots and hyphens.
pub(crate) fn typed_initials(typed: &str) -> Option<Zeroizing<String>> {
    let folded = fold(typed);
    let gap = |c: char| c.is_whitespace() || ".-'".contains(c);
    let fits = folded.chars().all(|c| c.is_ascii_alphabetic() || gap(c));
    let letters = folded
        .chars()
        .filter(|&c| !gap(c))
        .map(|c| c.to_ascii_lowercase());
    fits.then(|| collect(folded.len(), letters))
}

/// The possible letters of each character, surname first.
fn of_chinese(name: &str) -> Vec<Vec<char>> {
    let parts = surname::split(name);
    let known = SURNAMES
        .iter()
        .find(|(surname, _)| *surname == parts.surname);
    let mut letters = match known {
        // Every letter of a known surname, then what its characters read as elsewhere.
        Some((surname, spelt)) => surname
            .chars()
            .zip(spelt.split(' '))
            .map(|(c, first)| {
                let mut readings: Vec<char> = first.chars().chain(readings(c)).collect();
                keep_first(&mut readings);
                readings
            })
            .collect(),
        None => spell(parts.surname),
    };
    letters.extend(spell(parts.given));
    letters
}

fn of_foreign(name: &str) -> Vec<Vec<char>> {
    spell(&normal_form(FieldKind::Name, name))
}

/// Each Chinese character by its readings, each other word by its first letter.
fn spell(text: &str) -> Vec<Vec<char>> {
    let mut letters = Vec::new();
    let mut in_word = false;
    for c in text.chars() {
        if is_han(c) {
            letters.push(readings(c));
        } else if c.is_ascii_alphabetic() && !in_word {
            letters.push(vec![c.to_ascii_lowercase()]);
        }
        in_word = !is_han(c) && c.is_alphanumeric();
    }
    letters
}

/// The first letters of a character's readings, commonest first.
fn readings(c: char) -> Vec<char> {
    let all = c.to_pinyin_multi().into_iter().flatten();
    let mut letters: Vec<char> = all
        .filter_map(|reading| reading.plain().chars().next())
        .filter(char::is_ascii_lowercase)
        .collect();
    keep_first(&mut letters);
    letters
}

/// Drops repetitions and what is beyond [`MOST_READINGS`], keeping the order.
fn keep_first(letters: &mut Vec<char>) {
    let mut seen = Vec::new();
    letters.retain(|letter| {
        let is_new = !seen.contains(letter) && seen.len() < MOST_READINGS;
        seen.extend(is_new.then_some(*letter));
        is_new
    });
}

/// Most letters that one character may have.
const MOST_READINGS: usize = 3;

/// Most terms of one name, so that a name of many readings does not stand out by its many rows.
const MOST_TERMS: usize = 8;

/// Surnames that are read otherwise than the character alone, with the letters of each character;
/// two letters where two readings are borne. Source: 现代汉语词典 (readings marked 姓).
#[rustfmt::skip]
const SURNAMES: &[(&str, &str)] = &[
    ("单", "s"), ("仇", "q"), ("解", "x"), ("曾", "z"), ("查", "z"), ("区", "o"), ("盖", "g"),
    ("朴", "p"), ("缪", "m"), ("翟", "zd"), ("任", "r"), ("冼", "x"), ("洗", "x"), ("折", "s"),
    ("繁", "p"), ("种", "c"), ("召", "s"), ("员", "y"), ("秘", "b"), ("乐", "yl"), ("覃", "qt"),
    ("隗", "wk"), ("郗", "cx"), ("黑", "h"), ("牟", "m"), ("句", "g"), ("宓", "m"), ("祭", "z"),
    ("谌", "c"), ("车", "c"), ("费", "fb"), ("莘", "s"), ("俞", "y"), ("谷", "g"), ("都", "d"),
    ("石", "s"), ("沈", "s"), ("长孙", "z s"), ("尉", "w"), ("尉迟", "y c"), ("万俟", "m q"),
    ("澹台", "t t"), ("单于", "c y"), ("令狐", "l h"), ("亓官", "q g"), ("乐正", "y z"),
    ("呼延", "h y"), ("夏侯", "x h"), ("诸葛", "z g"), ("司空", "s k"), ("宿", "s"), ("臧", "z"),
    ("撒", "s"), ("幺", "y"), ("纪", "j"), ("那", "n"), ("晟", "c"), ("佴", "n"), ("阚", "k"),
    ("訾", "z"), ("逄", "p"), ("重", "c"), ("适", "k"), ("术", "z"), ("尹", "y"), ("应", "y"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, wanted: &[&str]) {
        let terms = initials(name);
        let terms: Vec<&str> = terms.iter().map(|term| term.as_str()).collect();
        for term in wanted {
            assert!(terms.contains(term), "{name}: {term} is not in {terms:?}");
        }
        assert!(terms.len() <= MOST_TERMS, "{name}: {terms:?}");
    }

    #[test]
    fn plain_names_have_one_term() {
        for (name, term) in [
            ("张三丰", "zsf"),
            ("李 四", "ls"),
            ("john Smith", "js"),
            ("李女士", "l"),
        ] {
            let terms = initials(name);
            assert_eq!(
                terms.iter().map(|t| t.as_str()).collect::<Vec<_>>(),
                [term],
                "{name}"
            );
        }
    }

    #[test]
    fn a_surname_is_found_by_its_own_reading_and_by_the_characters_common_one() {
        check("单田芳", &["stf", "dtf"]);
        check("仇英", &["qy", "cy"]);
        check("解晓东", &["xxd", "jxd"]);
        check("曾志伟", &["zzw", "czw"]);
        check("查良镛", &["zly", "cly"]);
        check("区永年", &["oyn", "qyn"]);
        check("尉迟恭", &["ycg", "wcg"]);
        check("万俟卨", &["mqx", "wqx"]);
        check("长孙无忌", &["zswj", "cswj"]);
        check("单于明", &["cym", "dym"]);
        check("朴正", &["pz"]);
        check("翟明", &["zm", "dm"]);
        check("乐嘉", &["yj", "lj"]);
    }

    #[test]
    fn names_of_many_readings_keep_the_first_ones_within_the_bound() {
        check("单重乐行", &["szlx"]);
        check("区区区区区区", &["oqqqqq"]);
    }

    #[test]
    fn names_of_several_words_and_scripts_are_spelt_by_word() {
        check("阿卜杜拉·买买提", &["abdlmmt"]);
        check("Ludwig van Beethoven", &["lvb"]);
        check("张Tony", &["zt"]);
        assert_eq!(initials("123"), Vec::<Zeroizing<String>>::new());
        assert_eq!(initials(""), Vec::<Zeroizing<String>>::new());
    }

    #[test]
    fn letters_are_typed_in_any_case_and_characters_are_refused() {
        for typed in ["zsf", "ZSF", "z.s.f", "Z S F", "zsf"] {
            assert_eq!(typed_initials(typed).unwrap().as_str(), "zsf", "{typed}");
        }
        assert_eq!(typed_initials("张sf"), None);
        assert_eq!(typed_initials("z1"), None);
    }

    #[test]
    fn each_listed_surname_has_letters_for_each_character() {
        for (surname, letters) in SURNAMES {
            assert_eq!(
                surname.chars().count(),
                letters.split(' ').count(),
                "{surname}"
            );
        }
    }
}
