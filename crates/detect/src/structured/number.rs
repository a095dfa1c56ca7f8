//! Numbers of digits alone: telephones, identity and bank cards, devices, parcels.

mod abroad;
mod card;
mod document;
mod phone;

use super::run::{Gap, Run};
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::{Candidate, Confidence};

/// Looks at the run of digits that begins at `at`; gives the byte after it.
pub(super) fn find(page: &Page<'_>, at: usize, run: &mut Run, out: &mut Vec<Candidate>) -> usize {
    if Run::is_short(page.text, at) {
        return at;
    }
    run.read(page.text, at);
    if let [kind, region, ..] = run.groups.as_slice()
        && (kind.len, region.len) == (2, 6)
        && run.digits.starts_with(['9', '5', '1'])
    {
        out.extend(super::code::parted_credit_code(page, at));
    }
    if run.digits.len() >= SHORTEST {
        for first in 0..run.groups.len() {
            windows(page, run, first, out);
        }
    }
    run.end
}

const SHORTEST: usize = 7;
const LONGEST: usize = 22;

/// Every sequence of groups from `first` on that is short enough to be a number.
fn windows(page: &Page<'_>, run: &Run, first: usize, out: &mut Vec<Candidate>) {
    let mut digits = 0;
    if is_of_date(run, first) {
        return;
    }
    for last in first..run.groups.len() {
        let group = &run.groups[last];
        // After a comma another number begins, if what stands before it is long enough to be one.
        // A card is dictated in fours: 6222，0221，3919，8943，825.
        let dictated = || {
            let before = run.groups.get(first..last).unwrap_or_default();
            group.len <= 4 && before.iter().all(|group| group.len == 4)
        };
        if digits >= 11 && group.gap == Gap::Mark && group.is_plain && group.len > 1 && !dictated()
        {
            break;
        }
        digits += group.len;
        if digits > LONGEST {
            break;
        }
        if digits >= SHORTEST
            && let Some(window) = Window::of(page, run, first, last)
        {
            window.look(out);
        }
    }
}

/// Whether the group is the year, month or day of a date such as 2026-03-01, with which no number begins.
fn is_of_date(run: &Run, place: usize) -> bool {
    run.groups.len() >= 3
        && (0..3).any(|before| {
            let date = place
                .checked_sub(before)
                .and_then(|first| run.groups.get(first..first + 3));
            let Some([year, month, day]) = date else {
                return false;
            };
            (year.len, month.len, day.len) == (4, 2, 2)
                && matches!(month.gap, Gap::Hyphen | Gap::Dot)
                && month.gap == day.gap
                && run
                    .digits
                    .get(year.first..day.first + day.len)
                    .is_some_and(is_date)
        })
}

/// Some groups of a run, taken for one number.
struct Window<'p, 'r> {
    page: &'p Page<'p>,
    run: &'r Run,
    first: usize,
    last: usize,
    /// The digits in ASCII.
    digits: &'r str,
    start: usize,
    end: usize,
}

/// How the groups of a number are parted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parting {
    /// Not at all.
    Solid,
    /// By blanks, hyphens or dots.
    Typed,
    /// By words, commas or line breaks, or digit by digit.
    Loose,
}

impl<'p, 'r> Window<'p, 'r> {
    fn of(page: &'p Page<'p>, run: &'r Run, first: usize, last: usize) -> Option<Self> {
        let (head, tail) = (run.groups.get(first)?, run.groups.get(last)?);
        let upto = tail.first + tail.len;
        let digits = run.digits.get(head.first..upto)?;
        let (start, end) = (head.start, tail.end);
        // A change of writing parts nothing by itself: 一 13800138000 and 138零零 are told apart by
        // what fits, but a number never begins or ends within a group.
        Some(Self {
            page,
            run,
            first,
            last,
            digits,
            start,
            end,
        })
    }

    fn look(&self, out: &mut Vec<Candidate>) {
        if !self.could_be() || !self.stands_free() || self.is_decimal() || self.is_amount() {
            return;
        }
        if self.is_plain_to_see(out) {
            return;
        }
        let found = match self.digits.len() {
            7 | 8 => [
                self.landline(),
                self.announced_document(),
                self.eight_after_name(),
                None,
            ],
            9 | 10 => [
                self.foreign(),
                self.bank_card(),
                self.waybill(),
                self.announced_document(),
            ],
            11 => [self.landline(), self.foreign(), self.bank_card(), None],
            12..=14 => [
                self.landline(),
                self.foreign(),
                self.bank_card(),
                self.waybill(),
            ],
            15 => [
                self.id_card(),
                self.bank_card(),
                self.imei(),
                self.waybill(),
            ],
            18 => [self.waybill(), self.credit_code(), None, None],
            16..=LONGEST => [self.waybill(), None, None, None],
            _ => return,
        };
        out.extend(found.into_iter().flatten());
        if self.digits.len() == 15 && self.plus() {
            out.extend(self.foreign());
        }
        if self.digits.len() == 15 && self.digits.starts_with("0086") {
            out.extend(self.landline());
        }
        if self.digits.len() == 12 {
            out.extend(self.hardware());
        }
    }

    /// Looks for what stands above all else of its length; true if nothing else need be looked for.
    fn is_plain_to_see(&self, out: &mut Vec<Candidate>) -> bool {
        let (found, enough) = match self.digits.len() {
            11..=15 => (self.mobile(), 950),
            16..=LONGEST => {
                let first = self.mobile().or_else(|| self.id_card());
                if first.is_some_and(|found| found.confidence >= 980) {
                    (first, 980)
                } else {
                    out.extend(first);
                    (self.bank_card(), 860)
                }
            }
            _ => return false,
        };
        out.extend(found);
        found.is_some_and(|found| found.confidence >= enough)
    }

    /// Whether its groups could be those of any number: a few long ones, or many short ones. Cheap, since
    /// every sequence of groups is asked.
    fn could_be(&self) -> bool {
        if self.first == self.last {
            return true;
        }
        // What is parted by commas or lines alone is read only if the first group does not say enough.
        let head = self.run.groups.get(self.first).map_or(0, |group| group.len);
        let tail = self.run.groups.get(self.last).map_or(0, |group| group.len);
        let many = self.last - self.first >= 4;
        let spelled = self.lengths().all(|len| len == 1);
        head <= 17
            && tail <= 13
            && (!many
                || (spelled || self.is_uniform() || self.is_typed_singly()) && !self.is_middle()
                || self.plus())
    }

    /// Whether all its groups are parted alike: many groups are one number only then.
    fn is_uniform(&self) -> bool {
        let mut gaps = self.gaps().filter(|gap| *gap != Gap::Joined);
        let first = gaps.next();
        gaps.all(|gap| Some(gap) == first)
    }

    /// Whether every digit stands by itself, with blanks and marks between: 1 3 7 - 5 5 5 5 - 0 0 1 2.
    fn is_typed_singly(&self) -> bool {
        self.lengths().all(|len| len == 1) && self.parting() == Parting::Typed
    }

    fn gaps(&self) -> impl Iterator<Item = Gap> {
        self.run
            .groups
            .get(self.first + 1..=self.last)
            .unwrap_or_default()
            .iter()
            .map(|group| group.gap)
    }

    fn lengths(&self) -> impl Iterator<Item = usize> {
        self.run
            .groups
            .get(self.first..=self.last)
            .unwrap_or_default()
            .iter()
            .map(|group| group.len)
    }

    fn is_shaped(&self, shape: &[usize]) -> bool {
        self.lengths().eq(shape.iter().copied())
    }

    fn parting(&self) -> Parting {
        if self.gaps().all(|gap| gap == Gap::Joined) {
            return Parting::Solid;
        }
        let typed = self.gaps().all(|gap| {
            matches!(
                gap,
                Gap::Joined | Gap::Blank | Gap::Hyphen | Gap::Dot | Gap::Bracket
            )
        });
        if typed {
            Parting::Typed
        } else {
            Parting::Loose
        }
    }

    fn is_guessed(&self) -> bool {
        self.groups().any(|group| group.is_guessed)
    }

    fn has_chinese(&self) -> bool {
        self.groups().any(|group| !group.is_plain)
    }

    fn groups(&self) -> impl Iterator<Item = &super::run::Group> {
        self.run
            .groups
            .get(self.first..=self.last)
            .unwrap_or_default()
            .iter()
    }

    /// Whether letters touch it, other than those of a word that announces something.
    fn stands_free(&self) -> bool {
        let page = self.page;
        let before = self.start.checked_sub(1).and_then(|at| page.byte(at));
        let left = !before.is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            || page.word_ends_at(self.start)
            || page.is_after_form_line(self.start);
        let right = !page.byte(self.end).is_some_and(|b| b.is_ascii_alphabetic())
            || page
                .byte(self.end)
                .is_some_and(|b| matches!(b, b'x' | b'X' | b'e'))
            || page.word_starts_at(self.end)
            || page.is_chat_at(self.end);
        left && right
    }

    /// Whether it is money or a measured value: a sign before it, a unit after it.
    fn is_amount(&self) -> bool {
        let byte = |at: Option<usize>| at.and_then(|at| self.page.byte(at));
        // The last bytes of the signs tell most characters apart from them.
        if matches!(
            byte(self.start.checked_sub(1)),
            Some(b'$' | 0xA3 | 0xA5 | 0xAC)
        ) && matches!(
            self.page.before(self.start),
            Some('￥' | '¥' | '$' | '€' | '£')
        ) {
            return true;
        }
        let may_be_unit = matches!(
            byte(Some(self.end)),
            Some(b' ' | b'%' | b'k' | b'm' | 0x80..)
        );
        if !may_be_unit {
            return false;
        }
        let rest = self.page.rest(self.end).trim_start_matches(' ');
        match rest.chars().next() {
            Some('元' | '块' | '万' | '%' | '％' | '℃' | '毫' | '千' | '吨' | '米') => {
                true
            }
            Some('公') => rest.starts_with("公里") || rest.starts_with("公斤"),
            Some('k' | 'm') => ["km", "kg", "ms"].iter().any(|unit| rest.starts_with(unit)),
            _ => false,
        }
    }

    /// Whether it is one side of a decimal point.
    fn is_decimal(&self) -> bool {
        // A dot alone: with a blank after it, it ends a sentence.
        let dot = |at: usize| {
            let before = at.checked_sub(1).and_then(|at| self.run.groups.get(at));
            self.run
                .groups
                .get(at)
                .zip(before)
                .is_some_and(|(group, before)| {
                    group.gap == Gap::Dot
                        && before.end + 1 == group.start
                        && !((group.len >= 11 || self.digits.len() >= 13)
                            && self.page.is_item(before.start, group.start))
                })
        };
        (dot(self.first) || dot(self.last + 1)) && !self.gaps().any(|gap| gap == Gap::Dot)
    }

    /// Whether the group before or after is tied to it as its own groups are, so that it may be the
    /// middle of something longer.
    fn is_middle(&self) -> bool {
        let Some(own) = self.gaps().find(|gap| *gap != Gap::Joined) else {
            return false;
        };
        let tied = |at: usize, other: Option<usize>| {
            let group = self.run.groups.get(at);
            let neighbour = other.and_then(|other| self.run.groups.get(other));
            group.is_some_and(|group| group.gap == own)
                && neighbour.is_some_and(|neighbour| neighbour.len < 7)
        };
        tied(self.first, self.first.checked_sub(1)) || tied(self.last + 1, Some(self.last + 1))
    }

    /// Whether digits of the other writing touch it directly.
    fn is_cut(&self) -> bool {
        let joined = |at: usize| {
            self.run
                .groups
                .get(at)
                .is_some_and(|group| group.gap == Gap::Joined)
        };
        let one = |at: Option<usize>| {
            at.and_then(|at| self.run.groups.get(at))
                .is_some_and(|group| !group.is_plain && group.len == 1)
        };
        joined(self.first) && !one(self.first.checked_sub(1))
            || joined(self.last + 1) && !one(Some(self.last + 1))
    }

    fn announced(&self, cue: Cue) -> Announced {
        let before = self.page.announced(cue, self.start);
        if before == Announced::No && self.page.announced_after(cue, self.end) && !self.is_other() {
            Announced::Directly
        } else {
            before
        }
    }

    fn is_other(&self) -> bool {
        self.page.is_other(self.start)
    }

    /// Whether Chinese characters stand around it: there numbers of other countries are rare.
    fn is_in_chinese(&self) -> bool {
        self.page.is_chinese && self.page.is_chinese_around(self.start, self.end)
    }
}

/// How far below certainty a number is, in part: lifts what is nearly sure over its own parts.
fn sure_gap(sure: Confidence) -> Confidence {
    (1000_u16.saturating_sub(sure) / 2).min(40)
}

/// Whether these eight digits are a day of the last 130 years or so: `19870412`.
pub(super) fn is_date(digits: &str) -> bool {
    let Some(bytes) = digits.as_bytes().first_chunk::<8>() else {
        return false;
    };
    if !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let [a, b, c, d, e, f, g, h] = bytes.map(|b| u32::from(b - b'0'));
    let year = a * 1000 + b * 100 + c * 10 + d;
    (1900..=2099).contains(&year) && super::birth::is_day(year, e * 10 + f, g * 10 + h)
}
