//! Identity cards, and documents whose numbers are digits alone.

use shouxin_model::check_digit::{resident_id_check, uscc_check};
use shouxin_model::numbering::is_division;

use super::super::{candidate, checked};
use super::{Parting, Window, is_date};
use crate::cue::Cue;
use crate::page::Announced;
use crate::{Candidate, Kind};

impl<'p, 'r> Window<'p, 'r> {
    /// A resident ID number.
    pub(super) fn id_card(&self) -> Option<Candidate> {
        if self.digits.len() == 15 {
            return self.old_id_card();
        }
        let (last, end) = match self.digits.len() {
            18 => (*self.digits.as_bytes().get(17)?, self.end),
            17 => (b'X', self.letter_x()?),
            _ => return None,
        };
        let first17: &[u8; 17] = self.digits.as_bytes().first_chunk()?;
        // A region and a date: most numbers of this length have neither.
        let is_formed =
            self.digits.get(..6).is_some_and(is_division) && is_date(self.digits.get(6..14)?);
        // 港澳台居民居住证 is numbered as identity cards are, in divisions of its own.
        let permit =
            self.digits.starts_with('8') && self.announced(Cue::Permit) == Announced::Directly;
        let kind = if permit {
            Kind::TravelPermit
        } else {
            Kind::IdCard
        };
        if is_formed && resident_id_check(first17) == last {
            return Some(checked(
                candidate(self.start, end, kind, 985, "id_card.check"),
                true,
            ));
        }
        let plausible = is_formed && (self.parting() != Parting::Loose || self.has_chinese());
        let announced = self.announced(Cue::IdCard);
        let said =
            announced == Announced::Directly || permit || announced == Announced::Near && plausible;
        let shaped = plausible && (self.first == self.last || self.parting() == Parting::Typed);
        let unsaid = shaped && !self.page.is_near_other(self.start);
        if !said && !unsaid {
            return None;
        }
        let sure = if said { 900 } else { 700 };
        Some(checked(
            candidate(self.start, end, kind, sure, "id_card.announced"),
            false,
        ))
    }

    /// A credit code that happens to hold no letter: its form and its check character tell it.
    pub(super) fn credit_code(&self) -> Option<Candidate> {
        let kind = self.digits.get(..2)?;
        if !matches!(
            kind,
            "91" | "92" | "93" | "51" | "52" | "53" | "11" | "12" | "13"
        ) || self.first != self.last
        {
            return None;
        }
        let first17: &[u8; 17] = self.digits.as_bytes().first_chunk()?;
        let holds = self.digits.as_bytes().get(17) == Some(&uscc_check(first17));
        let fits = holds && self.digits.get(2..8).is_some_and(is_division);
        (fits && !self.page.is_other(self.start)).then(|| {
            checked(
                candidate(self.start, self.end, Kind::Uscc, 930, "uscc.check"),
                true,
            )
        })
    }

    /// 15 digits of the form that ended in 2013, announced as such.
    pub(super) fn old_id_card(&self) -> Option<Candidate> {
        let part = |from: usize, to: usize| self.digits.get(from..to)?.parse::<u32>().ok();
        let dated = super::super::birth::is_day(1900 + part(6, 8)?, part(8, 10)?, part(10, 12)?);
        let fits = dated && self.digits.get(..6).is_some_and(is_division);
        (fits && self.announced(Cue::IdCard) != Announced::No && self.parting() != Parting::Loose)
            .then(|| candidate(self.start, self.end, Kind::IdCard, 880, "id_card.old"))
    }

    /// The end of the `X` that closes a resident ID number, after a blank or hyphen or directly.
    pub(super) fn letter_x(&self) -> Option<usize> {
        let rest = self.page.rest(self.end);
        let trimmed = rest.trim_start_matches([' ', '-']);
        let word = ["X", "x", "×", "叉", "艾克斯"]
            .iter()
            .find(|word| trimmed.starts_with(*word))?;
        let end = self.page.text.len() - trimmed.len() + word.len();
        let free = !self
            .page
            .after(end)
            .is_some_and(|c| c.is_ascii_alphanumeric());
        (free && rest.len() - trimmed.len() <= 1).then_some(end)
    }

    /// Where the letter of a Chinese passport stands a blank or hyphen before its eight digits, among documents for
    /// travel: 占向阳 E 59967274，港签请核对.
    fn passport_letter(&self) -> Option<usize> {
        let start = self.start.checked_sub(2)?;
        let letter = self.page.text.as_bytes().get(start..self.start)?;
        let free = !self
            .page
            .before(start)
            .is_some_and(|c| c.is_ascii_alphanumeric());
        let shaped = matches!(
            (self.digits.len(), letter),
            (8, [b'E' | b'G' | b'C' | b'H' | b'M', b' ' | b'-']) | (10, [b'H' | b'M', b' ' | b'-'])
        ) && self.page.text.is_char_boundary(start);
        let among = || super::super::code::is_about_travel(self.page, start, self.end);
        (shaped && free && !self.page.is_near_other(start) && among()).then_some(start)
    }

    /// Whether the word stands after it, in brackets or not.
    fn is_told_after(&self, cue: Cue) -> bool {
        let rest = self.page.rest(self.end);
        let within = rest.strip_prefix(['(', '（']).unwrap_or(rest);
        let at = self.page.text.len() - within.len();
        self.page.announced_after(cue, at)
    }

    /// Digits alone that only an announcement makes a document: 台胞证 of 8 or 10 digits, passports of
    /// other countries of 9.
    pub(super) fn announced_document(&self) -> Option<Candidate> {
        if self.first != self.last && !self.is_shaped(&[4, 4]) {
            return None;
        }
        if let Some(start) = self.passport_letter() {
            let is_passport = matches!(self.page.byte(start), Some(b'E' | b'G'));
            let (kind, rule) = match is_passport {
                true => (Kind::Passport, "passport.parted"),
                false => (Kind::TravelPermit, "permit.parted"),
            };
            return Some(candidate(start, self.end, kind, 605, rule));
        }
        let permit = matches!(self.digits.len(), 8 | 10);
        let (cue, kind, rule) = if permit {
            (Cue::Permit, Kind::TravelPermit, "permit.announced")
        } else {
            (Cue::Passport, Kind::Passport, "passport.announced")
        };
        // 护照号41830927: some countries' have eight.
        let is_passport = || self.announced(Cue::Passport) == Announced::Directly;
        if self.digits.len() == 8 && self.announced(cue) == Announced::No && is_passport() {
            let rule = "passport.announced";
            return Some(candidate(self.start, self.end, Kind::Passport, 860, rule));
        }
        // 持台胞证，证号86937721: what the document is was said before.
        let said = match self.announced(cue) {
            Announced::Directly => true,
            Announced::Near if self.announced(Cue::IdCard) == Announced::Directly => true,
            // 09892001（台胞证）
            _ => permit && self.is_told_after(cue),
        };
        // QQ传文件给404762595，护照…: the word after it announces the next one.
        let of_account = !permit && self.announced(Cue::Qq) != Announced::No;
        // 0123456789(B): how often it was issued.
        let rest = self.page.rest(self.end).as_bytes();
        let issued = match rest {
            [b'(', letter, b')', ..] if permit => letter.is_ascii_uppercase(),
            _ => false,
        };
        let end = self.end + if issued { 3 } else { 0 };
        (said && !of_account).then(|| candidate(self.start, end, kind, 860, rule))
    }
}
