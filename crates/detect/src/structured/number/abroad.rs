//! Telephone numbers of other countries: after `+` or `00`, in the groups of North America, Britain, Australia and
//! India, and after a name in those of cities whose numbers have no code.

use super::{Parting, Window};
use crate::cue::Cue;
use crate::page::Announced;
use crate::structured::candidate;
use crate::structured::run::Gap;
use crate::{Candidate, Confidence, Kind, english};

impl Window<'_, '_> {
    /// Numbers of other countries: after `+`, or in the shapes of North America and Britain.
    pub(super) fn foreign(&self) -> Option<Candidate> {
        if self.has_chinese() || self.is_guessed() {
            return None;
        }
        let (kind, sure, rule) = self
            .international()
            .or_else(|| self.american())
            .or_else(|| self.british())
            .or_else(|| self.indian())
            .or_else(|| self.after_name())?;
        Some(candidate(
            self.with_plus(),
            self.with_extension(),
            kind,
            sure,
            rule,
        ))
    }

    fn international(&self) -> Option<(Kind, Confidence, &'static str)> {
        let digits = self.digits;
        let neighbour = digits.starts_with("008")
            && ["00852", "00853", "00886"]
                .iter()
                .any(|code| digits.starts_with(code));
        if neighbour && matches!(digits.len(), 13 | 14) && self.parting() != Parting::Loose {
            return Some((Kind::Phone, 880, "phone.international"));
        }
        // (852) 9020 1206
        let bracketed = matches!(digits.get(..3), Some("852" | "853"))
            && (self.is_shaped(&[3, 4, 4]) || self.is_shaped(&[3, 8]))
            && self.page.head(self.start).ends_with('(')
            && self.gaps().next() == Some(Gap::Bracket);
        if bracketed {
            return Some((Kind::Phone, 880, "phone.international"));
        }
        if self.is_dialled_abroad() {
            return Some((Kind::Phone, 860, "phone.international"));
        }
        if !self.plus() || digits.starts_with('0') || !(9..=15).contains(&digits.len()) {
            return None;
        }
        // +852 7403 0543 04/038, Sule: what follows a whole number is no part of it.
        let nought = usize::from(self.page.slice(self.start, self.end).contains("(0)"));
        if digits.len() > longest_international(digits) + nought && self.first != self.last {
            return None;
        }
        if self.parting() == Parting::Loose || digits.starts_with("86") {
            return None;
        }
        // Of several windows from the same plus the longest counts, unless what follows is no part.
        let short_head = self
            .lengths()
            .next()
            .is_some_and(|len| len <= 4 || self.first == self.last);
        short_head.then(|| {
            (
                Kind::Phone,
                860 + 2 * digits.len() as Confidence,
                "phone.international",
            )
        })
    }

    fn american(&self) -> Option<(Kind, Confidence, &'static str)> {
        let national = match self.digits.len() {
            10 => self.digits,
            11 => self.digits.strip_prefix('1')?,
            // Dialled from abroad: 001-607-612-0570.
            13 => self.digits.strip_prefix("001")?,
            _ => return None,
        };
        let bytes = national.as_bytes();
        if !matches!(bytes.first()?, b'2'..=b'9') || !matches!(bytes.get(3)?, b'1'..=b'9') {
            return None;
        }
        let parting = self.parting();
        let shaped = self.is_shaped(&[3, 3, 4])
            || self.is_shaped(&[1, 3, 3, 4])
            || self.digits.len() == 13 && self.is_shaped(&[3, 3, 3, 4]);
        if parting == Parting::Loose || parting == Parting::Typed && !shaped {
            return None;
        }
        let announced = self
            .announced(Cue::Phone)
            .max(self.announced(Cue::Landline));
        if announced == Announced::No && (parting == Parting::Solid || self.is_other()) {
            return None;
        }
        let hotline = national.starts_with("400") || national.starts_with("800");
        if self.is_in_chinese() && (announced == Announced::No || hotline) && !self.plus() {
            return None;
        }
        match parting {
            Parting::Typed if shaped => Some((
                Kind::Phone,
                if self.digits.len() == 10 { 880 } else { 930 },
                "phone.american",
            )),
            Parting::Solid if announced == Announced::Directly && !self.is_in_chinese() => {
                Some((Kind::Phone, 800, "phone.american"))
            }
            _ => None,
        }
    }

    fn british(&self) -> Option<(Kind, Confidence, &'static str)> {
        // No British area begins with 010, as Beijing's does.
        let fits = matches!(self.digits.len(), 9..=11)
            && !self.digits.starts_with("010")
            && self.digits.starts_with("0")
            && matches!(
                self.digits.as_bytes().get(1)?,
                b'1' | b'2' | b'3' | b'4' | b'7' | b'8'
            )
            // Australian mobiles have ten digits: 0412 345 678.
            && (self.digits.as_bytes().get(1) != Some(&b'4') || self.is_shaped(&[4, 3, 3]))
            && !self.is_in_chinese();
        if !fits || self.is_other() {
            return None;
        }
        // Australia and New Zealand: (02) 7186 0870, (04) 703-9547.
        let is_southern = self.is_shaped(&[2, 4, 4]) || self.is_shaped(&[2, 3, 4]);
        if is_southern {
            let bracketed = self.page.head(self.start).ends_with('(')
                && self.gaps().next() == Some(Gap::Bracket);
            return (bracketed || self.announced(Cue::Phone) != Announced::No).then_some((
                Kind::Phone,
                850,
                "phone.british",
            ));
        }
        if self.digits.len() == 9 {
            return None;
        }
        let shapes: [&[usize]; 9] = [
            &[4, 3, 3],
            // Malaysian mobiles begin alike.
            &[3, 3, 4],
            &[5, 6],
            &[3, 4, 4],
            &[4, 3, 4],
            &[5, 3, 3],
            &[5, 5],
            &[4, 7],
            &[3, 8],
        ];
        let shaped = shapes.iter().any(|shape| self.is_shaped(shape));
        let announced = self.announced(Cue::Phone) != Announced::No;
        match self.parting() {
            Parting::Typed if shaped => Some((Kind::Phone, 850, "phone.british")),
            Parting::Solid if announced || self.digits.starts_with("07") => {
                Some((Kind::Phone, 780, "phone.british"))
            }
            _ => None,
        }
    }

    /// 0044 7868 220 417: as it is dialled, with the code of a country that is known and not China's.
    fn is_dialled_abroad(&self) -> bool {
        let Some(number) = self.digits.strip_prefix("00") else {
            return false;
        };
        let head = self.lengths().next().unwrap_or_default();
        let longest = longest_international(number);
        let known = longest < 15 && number.len() + 1 >= longest && number.len() <= longest;
        known
            && !self.is_in_chinese()
            && !self.is_other()
            && self.parting() == Parting::Typed
            && (3..=5).contains(&head)
    }

    /// India's mobiles: ten digits from 6 on, in fives, in four and threes, or solid where they are announced.
    fn indian(&self) -> Option<(Kind, Confidence, &'static str)> {
        let fits = self.digits.len() == 10
            && self.digits.starts_with(['6', '7', '8', '9'])
            && !self.is_in_chinese()
            && !self.is_other();
        if !fits {
            return None;
        }
        let shaped =
            self.is_shaped(&[5, 5]) || self.is_shaped(&[4, 3, 3]) || self.first == self.last;
        let sure = match self.announced(Cue::Phone) {
            Announced::Directly if shaped => 850,
            Announced::Near if self.is_shaped(&[5, 5]) => 800,
            _ if shaped && self.follows_name() => 780,
            _ => return None,
        };
        Some((Kind::Phone, sure, "phone.indian"))
    }

    /// Numbers without a word, right after somebody's name: Lam Chi Keung 6127 8840, Despina Karagiannis, 03 9690 5528.
    fn after_name(&self) -> Option<(Kind, Confidence, &'static str)> {
        let first = *self.digits.as_bytes().first()?;
        let shapes: &[&[usize]] = match (self.digits.len(), first) {
            // Hong Kong, Singapore.
            (8, b'2' | b'3' | b'5'..=b'9') => &[&[4, 4]],
            // Australia, Ireland.
            (9 | 10, b'0') => &[&[2, 4, 4], &[2, 3, 4], &[4, 3, 3], &[3, 3, 4]],
            (10, b'2'..=b'9') => &[&[10], &[3, 3, 4]],
            _ => return None,
        };
        let shaped = shapes.iter().any(|shape| self.is_shaped(shape));
        (shaped && !self.is_in_chinese() && self.follows_name()).then_some((
            Kind::Phone,
            760,
            "phone.after-name",
        ))
    }

    /// The same for seven or eight digits, which are no number of another country otherwise.
    pub(super) fn eight_after_name(&self) -> Option<Candidate> {
        if self.page.is_chinese || self.has_chinese() || self.is_guessed() {
            return None;
        }
        let (kind, sure, rule) = self.after_name()?;
        Some(candidate(self.start, self.end, kind, sure, rule))
    }

    /// Whether a name ends right before it, or before `on`, a comma, a dash or a bracket.
    fn follows_name(&self) -> bool {
        let head = self.page.head(self.with_plus());
        let head = head.trim_end_matches([' ', ',', ':', '@', '(', '-', '–', '—', '/', '|', '"']);
        let head = ["on", "at", "tel", "hp", "mob", "ph"]
            .iter()
            .find_map(|word| head.strip_suffix(word)?.strip_suffix(' '))
            .unwrap_or(head);
        english::ends_with_name(head.trim_end_matches([' ', ',', ':', '(']))
    }
}

/// How many digits a number of this country has at most, its code counted, a bracketed 0 not.
///
/// Source: ITU-T E.164 and the national numbering plans of these countries.
fn longest_international(digits: &str) -> usize {
    const LENGTHS: [(&str, usize); 14] = [
        ("1", 11),
        ("44", 12),
        ("852", 11),
        ("853", 11),
        ("886", 12),
        ("65", 10),
        ("61", 11),
        ("91", 12),
        ("33", 11),
        ("34", 11),
        ("64", 11),
        ("27", 11),
        ("353", 12),
        ("60", 12),
    ];
    let known = LENGTHS.iter().find(|(code, _)| digits.starts_with(code));
    known.map_or(15, |(_, longest)| *longest)
}
