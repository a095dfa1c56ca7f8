//! House numbers and streets.

use super::super::lists::{GIVEN, STREETS, SURNAMES, WORDS};
use super::{Cursor, first_of};

impl<'a> Cursor<'a> {
    /// A house number: 6682, 221B, 12-14, No. 88, #5.
    pub(super) fn house(self) -> Option<Self> {
        let rest = self.rest();
        let mut from = self;
        let prefixes = [
            "No. ", "No.", "NO. ", "NO.", "no. ", "no.", "# ", "#", "No ",
        ];
        if let Some(prefix) = first_of(rest, &prefixes) {
            from = self.to(self.at + prefix.len());
        }
        let (word, after) = from.word()?;
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let tail = word.get(digits..)?;
        let fits = (1..=6).contains(&digits)
            && (tail.is_empty()
                || tail.len() == 1 && tail.bytes().all(|b| b.is_ascii_alphabetic())
                || tail.starts_with(['-', '/'])
                    && tail.len() <= 6
                    && !tail.eq_ignore_ascii_case("/f"));
        fits.then_some(after)
    }

    /// A house number and a street; whether the street's last word is one that only streets have.
    pub(super) fn street(self) -> Option<(Self, bool)> {
        let after = self.house()?;
        let is_apart = after.rest().starts_with(", ");
        let after = if is_apart {
            after.to(after.at + 1)
        } else {
            after
        };
        let (street, strong) = after.blank()?.bare_street()?;
        // `in 1508, Zhe Lu called`: a number before a comma is a house only where it is told as one.
        let told = !is_apart || !self.rest().starts_with(|c: char| c.is_ascii_digit());
        Some((street, strong && told))
    }

    /// A house number and up to three words that are no known street, before a comma or a line break: what
    /// follows must tell that it is one. `9 Steven Walkway, Cynthiaburgh, SA, 2635`.
    pub(super) fn loose_street(self) -> Option<Self> {
        let after = self.house()?;
        let mut cursor = match after.rest() {
            rest if rest.starts_with(", ") => after.to(after.at + 2),
            rest if rest.starts_with([' ', '\n']) => after.to(after.at + 1),
            _ => return None,
        };
        for place in 0..4 {
            let (word, end) = cursor.word()?;
            let capital = word.starts_with(|c: char| c.is_uppercase());
            // Some write the street's last word in small letters: 5 Smith keys.
            let fits = word.len() > 1
                && (capital || place > 0 && STREETS.has(word))
                && !word.bytes().any(|b| b.is_ascii_digit());
            if !fits {
                return None;
            }
            let rest = end.rest();
            if rest.starts_with(", ") || rest.starts_with('\n') {
                return Some(end);
            }
            cursor = end.blank()?;
            if place > 0 && cursor.unit().is_some() {
                return Some(end);
            }
        }
        None
    }

    /// 56711 Alexis Squares: a house number of three digits or more, a person's name, a word of streets.
    pub(super) fn is_named_street(self) -> bool {
        let parts = || {
            let (number, after) = self.word()?;
            let (name, after) = after.blank()?.word()?;
            let (street, _) = after.blank()?.word()?;
            Some((number, name, street))
        };
        parts().is_some_and(|(number, name, street)| {
            number.len() >= 3
                && number.bytes().all(|b| b.is_ascii_digit())
                && (GIVEN.has(name) || SURNAMES.has(name))
                && !WORDS.has(name)
                && STREETS.has(street)
        })
    }

    /// Ave 3, Street 21, as streets of Singapore are told apart: before a unit, a comma or the country.
    pub(super) fn numbered_street(self) -> Self {
        // Banjara Hills Road No. 12, Chennai
        let numbered = self
            .rest()
            .strip_prefix(" No. ")
            .map(|_| self.to(self.at + " No.".len()));
        let Some((number, after)) = numbered.unwrap_or(self).blank().and_then(Self::word) else {
            return self;
        };
        if numbered.is_some() && number.bytes().all(|b| b.is_ascii_digit()) {
            return after;
        }
        let fits = number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit());
        let rest = after.rest();
        let goes_on = [" #", ", #", "\n#", ", Singapore", " Singapore"]
            .iter()
            .any(|next| rest.starts_with(next));
        if fits && goes_on { after } else { self }
    }

    /// Via Garibaldi 18, Jalan Ampang 12: a street whose number comes last.
    pub(super) fn continental(self) -> Option<Self> {
        let (word, after) = self.word()?;
        if ends_as_street(word) {
            let (number, end) = after.blank()?.word()?;
            let coded = end.gap().zip().is_some();
            return (number.starts_with(|c: char| c.is_ascii_digit()) && coded).then_some(end);
        }
        if !is_first_of_street(word) {
            return None;
        }
        let end = after.street_name()?;
        let name = self.text.get(after.at..end.at)?;
        let number = name.rsplit(' ').next()?;
        (name.trim_start().contains(' ') && number.starts_with(|c: char| c.is_ascii_digit()))
            .then_some(end)
    }

    /// The words of a street without a number.
    pub(super) fn bare_street(self) -> Option<(Self, bool)> {
        let mut cursor = self;
        let mut found = None;
        for place in 0..6 {
            let Some((word, after)) = cursor.word() else {
                break;
            };
            let first = word.chars().next()?;
            let ordinal = first.is_ascii_digit()
                && ["st", "nd", "rd", "th"]
                    .iter()
                    .any(|end| word.ends_with(end));
            let joins = place > 0 && ["of", "the", "and", "de", "la"].contains(&word);
            let leads = place == 0 && is_first_of_street(word);
            let belongs = first.is_ascii_uppercase() || ordinal || joins || leads;
            if !belongs {
                break;
            }
            let is_street = STREETS.has(word);
            let after = if is_street || word.len() <= 2 {
                after.dot_in_street(word)
            } else {
                after
            };
            if is_street && place > 0 {
                found = Some((after.direction().numbered_street(), is_strong(word)));
                // `Bridge Street`: the last of them ends it.
                if is_strong(word) && !after.next_is_street() {
                    break;
                }
            } else if place > 0 && found.is_some() {
                break;
            }
            if place == 0
                && ["Broadway", "Highway", "Route", "Avenue"].contains(&word)
                && found.is_none()
                && !after.next_is_street()
            {
                found = Some((after.highway(), true));
                break;
            }
            if leads {
                found = Some((after.dot().street_name()?, true));
                break;
            }
            match after.blank() {
                Some(next) => cursor = next,
                None => break,
            }
        }
        found
    }

    /// The name after a word that stands before it: Jalan Bukit Bintang, Rue de la Paix.
    pub(super) fn street_name(self) -> Option<Self> {
        let (mut cursor, mut end) = (self, None);
        for _ in 0..5 {
            let Some((word, after)) = cursor.blank().and_then(Self::word) else {
                break;
            };
            let joins = ["de", "la", "le", "du", "des", "del", "da", "do", "di"].contains(&word);
            let capital = word.starts_with(|c: char| c.is_ascii_uppercase());
            let numbered = word.bytes().all(|b| b.is_ascii_digit() || b == b'/') && word.len() <= 6;
            if !joins && !capital && !numbered {
                break;
            }
            cursor = after;
            if !joins {
                end = Some(after);
            }
        }
        end
    }

    /// `St.` has a full stop of its own if the address goes on after it.
    pub(super) fn dot_in_street(self, word: &str) -> Self {
        let dotted = self.dot();
        let goes_on = dotted.rest().starts_with(',')
            || dotted.rest().starts_with(" #")
            || dotted.rest().starts_with(' ')
                && dotted
                    .gap()
                    .rest()
                    .starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
        let is_short =
            word.len() <= 4 && !WHOLE.iter().any(|whole| whole.eq_ignore_ascii_case(word));
        if is_short && dotted.at > self.at && goes_on {
            dotted
        } else {
            self
        }
    }

    pub(super) fn next_is_street(self) -> bool {
        self.blank().and_then(Self::word).is_some_and(|(word, _)| {
            STREETS.has(word) && word.starts_with(|c: char| c.is_ascii_uppercase())
        })
    }

    /// `NW`, `South` after a street.
    pub(super) fn direction(self) -> Self {
        // Road (N) is the road's northern part.
        let rest = self.rest();
        if [" (N)", " (S)", " (E)", " (W)", " (M)"]
            .iter()
            .any(|part| rest.starts_with(part))
        {
            return self.to(self.at + 4);
        }
        match self.blank().and_then(Self::word) {
            Some((word, after))
                if [
                    "N", "S", "E", "W", "NE", "NW", "SE", "SW", "North", "South", "East", "West",
                    "Central",
                ]
                .contains(&word) =>
            {
                // `South Jake` is a town.
                let town = word.len() > 2 && after.blank().is_some();
                if town { self } else { after }
            }
            _ => self,
        }
    }

    /// The number of a highway: Route 66.
    pub(super) fn highway(self) -> Self {
        match self.blank().and_then(Self::word) {
            Some((word, after)) if word.bytes().all(|b| b.is_ascii_digit()) => after,
            _ => self,
        }
    }
}

/// Short words of streets that are no abbreviations: a full stop after them ends the sentence.
const WHOLE: [&str; 22] = [
    "road", "lane", "walk", "park", "hill", "way", "row", "mews", "loop", "path", "quay", "rise",
    "view", "yard", "gate", "oval", "pike", "pass", "run", "dale", "vale", "mill",
];

/// Lindenallee: whether a German street ends in its word.
pub(super) fn ends_as_street(word: &str) -> bool {
    word.len() > 5
        && ["allee", "strasse", "straße", "gasse", "platz", "weg"]
            .iter()
            .any(|end| word.len() > end.len() + 2 && word.ends_with(end))
}

/// Whether the name of a street follows this word: Jalan, Rue.
pub(super) fn is_first_of_street(word: &str) -> bool {
    [
        "Jalan",
        "Jln",
        "Lorong",
        "Calle",
        "Rue",
        "rue",
        "Via",
        "Rua",
        "Avenida",
        "Strada",
        "Persiaran",
        "Lebuh",
        "Soi",
        "Gang",
    ]
    .contains(&word)
}

/// Words that end the names of streets and hardly anything else.
pub(super) fn is_strong(word: &str) -> bool {
    [
        "street",
        "st",
        "avenue",
        "ave",
        "road",
        "rd",
        "boulevard",
        "blvd",
        "drive",
        "dr",
        "lane",
        "ln",
        "court",
        "ct",
        "circle",
        "cir",
        "way",
        "place",
        "pl",
        "terrace",
        "square",
        "sq",
        "highway",
        "hwy",
        "parkway",
        "pkwy",
        "crescent",
        "close",
        "gardens",
        "grove",
        "mews",
        "row",
        "alley",
        "lu",
        "jie",
        "dadao",
        "trail",
        "expressway",
        "freeway",
        "turnpike",
        "loop",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(word))
}
