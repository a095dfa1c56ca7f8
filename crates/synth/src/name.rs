//! Names of people.

use std::sync::LazyLock;

use pinyin::ToPinyin;

use crate::dice::{Dice, Weighted};

/// A person's name and its parts.
#[derive(Clone)]
pub(crate) struct Name {
    /// The whole name as written in forms.
    pub(crate) full: String,
    /// What goes before 先生 or 女士.
    pub(crate) short: String,
    /// Whether the name belongs to a person from abroad, who holds a passport.
    pub(crate) foreign: bool,
}

impl Name {
    /// A name for a person of this sex, born in `year`, from the province of this code.
    pub(crate) fn roll(dice: &mut Dice, male: bool, year: i64, province: &str) -> Self {
        let roll = dice.below(1000);
        let mut bound = 0;
        for people in WORDS
            .peoples
            .iter()
            .filter(|p| p.male == male && (p.province == province || p.province == "*"))
        {
            bound += people.permille;
            if roll < bound {
                return people.roll(dice);
            }
        }
        Self::han(dice, male, year)
    }

    /// Letters for an address or an id on the net: surname and initials, or the foreign name.
    pub(crate) fn handle(&self, dice: &mut Dice) -> String {
        let mut letters = String::with_capacity(12);
        for (place, character) in self.full.chars().enumerate() {
            match character.to_pinyin() {
                Some(syllable) if place == 0 || dice.permille(400) => {
                    letters.push_str(syllable.plain())
                }
                Some(syllable) => letters.push_str(&syllable.plain()[..1]),
                None if character.is_ascii_alphabetic() => {
                    letters.push(character.to_ascii_lowercase())
                }
                None => {}
            }
        }
        letters.retain(|letter| letter.is_ascii_lowercase());
        letters.truncate(12);
        if letters.len() < 2 {
            "shouxin".to_owned()
        } else {
            letters
        }
    }

    fn han(dice: &mut Dice, male: bool, year: i64) -> Self {
        let decade = WORDS.decade(male, year);
        let surname = WORDS.surnames.pick(dice);
        let mut full = surname.to_owned();
        // Since the 1990s some children carry the surnames of both parents.
        if year >= 1990 && dice.permille(12) {
            full.push_str(WORDS.surnames.pick(dice));
        }
        if dice.permille(2) {
            full.push_str(dice.pick(&RARE));
        } else if dice.permille(decade.single_permille) {
            full.push(dice.pick_early(&decade.characters));
        } else if dice.permille(220) {
            full.push_str(dice.pick_early(&decade.whole));
        } else {
            let first = dice.pick_early(&decade.characters);
            full.push(first);
            // Doubled names (婷婷) are for girls; for boys a second character is drawn again.
            let second = dice.pick_early(&decade.characters);
            full.push(if second == first && male {
                dice.pick(&decade.characters)
            } else {
                second
            });
        }
        Self {
            full,
            short: surname.to_owned(),
            foreign: false,
        }
    }
}

/// Given names with characters that old software loses: beyond GB 2312, beyond the BMP.
const RARE: [&str; 14] = [
    "𠮷", "䶮", "㛃", "𬭎", "喆", "堃", "晉𠮷", "昇昇", "犇", "㼆", "𡶐山", "𤩽", "𬤇", "淼垚",
];

struct Words {
    surnames: Weighted<&'static str>,
    decades: Vec<Decade>,
    peoples: Vec<People>,
}

/// What children of one sex born in one stretch of years were called.
struct Decade {
    male: bool,
    from: i64,
    single_permille: u32,
    /// By falling frequency.
    characters: Vec<char>,
    /// By falling frequency.
    whole: Vec<&'static str>,
}

/// Names of a people other than the Han, or of people from abroad.
struct People {
    province: &'static str,
    permille: u32,
    male: bool,
    given: Vec<&'static str>,
    second: Vec<&'static str>,
    joiner: &'static str,
}

impl People {
    fn roll(&self, dice: &mut Dice) -> Name {
        let given = dice.pick(&self.given);
        let full = if self.second.is_empty() {
            given.to_owned()
        } else {
            format!("{given}{}{}", self.joiner, dice.pick(&self.second))
        };
        Name {
            full,
            short: given.to_owned(),
            foreign: self.joiner == " ",
        }
    }
}

impl Words {
    fn decade(&self, male: bool, year: i64) -> &Decade {
        self.decades
            .iter()
            .rfind(|decade| decade.male == male && decade.from <= year)
            .or_else(|| self.decades.iter().find(|decade| decade.male == male))
            .expect("the given names of both sexes are part of the program")
    }
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    surnames: Weighted::new(
        lines(include_str!("../data/surnames.txt")).filter_map(|line| {
            let (surname, weight) = line.split_once(' ')?;
            Some((surname, weight.parse().ok()?))
        }),
    ),
    decades: lines(include_str!("../data/given.txt"))
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some(Decade {
                male: parts.next()? == "M",
                from: parts.next()?.parse().ok()?,
                single_permille: parts.next()?.parse().ok()?,
                characters: parts.next()?.chars().collect(),
                whole: parts.next()?.split(' ').collect(),
            })
        })
        .collect(),
    peoples: lines(include_str!("../data/minority.txt"))
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some(People {
                province: parts.next()?,
                permille: parts.next()?.parse().ok()?,
                male: parts.next()? == "M",
                given: parts.next()?.split_whitespace().collect(),
                second: parts.next()?.split_whitespace().collect(),
                joiner: parts.next()?,
            })
        })
        .collect(),
});

/// The lines of a data file that are no remarks.
pub(crate) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(male: bool, year: i64, province: &str) -> Vec<Name> {
        let mut dice = Dice::new(5, 5);
        (0..4000)
            .map(|_| Name::roll(&mut dice, male, year, province))
            .collect()
    }

    #[test]
    fn every_line_of_the_data_is_read() {
        let count = |text| lines(text).count();
        assert_eq!(
            WORDS.decades.len(),
            count(include_str!("../data/given.txt"))
        );
        assert_eq!(
            WORDS.peoples.len(),
            count(include_str!("../data/minority.txt"))
        );
    }

    #[test]
    fn common_rare_and_compound_surnames_all_come() {
        let names = many(true, 1985, "33");
        let share = |s: &str| names.iter().filter(|n| n.short == s).count() * 1000 / names.len();
        assert!((60..110).contains(&share("王")), "{}", share("王"));
        assert!(
            names
                .iter()
                .any(|n| n.short.chars().count() == 2 && !n.foreign)
        );
        assert!(
            names
                .iter()
                .any(|n| "仉逄乜佴亓郗逯虢妫昝禤璩缑甯".contains(&n.short))
        );
        assert!(
            names
                .iter()
                .any(|n| n.full.chars().any(|c| c as u32 > 0xffff))
        );
        assert!(names.iter().any(|n| n.foreign));
    }

    #[test]
    fn many_of_xinjiang_and_few_of_zhejiang_write_a_dot() {
        let dots = |province| {
            many(false, 1990, province)
                .iter()
                .filter(|n| n.full.contains('·'))
                .count()
        };
        assert!(dots("65") > 1000);
        assert_eq!(dots("33"), 0);
    }

    #[test]
    fn one_character_given_names_belong_to_the_eighties() {
        let short = |year| {
            many(true, year, "41")
                .iter()
                .filter(|n| n.full.chars().count() == 2)
                .count()
        };
        assert!(short(1985) > 3 * short(2012));
    }
}
