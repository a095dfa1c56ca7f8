//! Numbers of digits alone: telephones, identity and bank cards, devices, parcels.

use shouxin_model::check_digit::{luhn_check, resident_id_check};
use shouxin_model::numbering::{area_code_length, is_division, is_mobile};

use super::run::{Gap, Run};
use super::{candidate, checked};
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::{Candidate, Confidence, Kind};

/// Looks at the run of digits that begins at `at`; gives the byte after it.
pub(super) fn find(page: &Page<'_>, at: usize, run: &mut Run, out: &mut Vec<Candidate>) -> usize {
    if Run::is_short(page.text, at) {
        return at;
    }
    run.read(page.text, at);
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
        if digits >= 11 && group.gap == Gap::Mark && group.is_plain && group.len > 1 {
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
            7 | 8 => [self.landline(), self.announced_document(), None, None],
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
            || page.word_ends_at(self.start);
        let right = !page.byte(self.end).is_some_and(|b| b.is_ascii_alphabetic())
            || page
                .byte(self.end)
                .is_some_and(|b| matches!(b, b'x' | b'X' | b'e'))
            || page.word_starts_at(self.end);
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
                    group.gap == Gap::Dot && before.end + 1 == group.start
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

    /// A mainland mobile number, with or without the country's code.
    fn mobile(&self) -> Option<Candidate> {
        let (national, has_code) = without_country(self.digits);
        if national.len() != 11 || !national.starts_with('1') || self.is_cut() {
            return None;
        }
        let second = *national.as_bytes().get(1)?;
        let plus = self.plus();
        // +1 800 … is a number of North America.
        if plus && !has_code {
            return None;
        }
        if has_code
            && self.first == self.last
            && !plus
            && self.digits.len() == 15
            && !self.digits.starts_with("00")
        {
            return None;
        }
        let in_plan = is_mobile(national);
        if !in_plan && (second < b'3' || self.is_guessed()) {
            return None;
        }
        let announced = match self.announced(Cue::Phone) {
            Announced::Directly => Announced::Directly,
            less => less.max(self.announced(Cue::Wechat)),
        };
        if !in_plan && announced != Announced::Directly
            || announced == Announced::No && self.is_other()
        {
            return None;
        }
        let sure = self.how_sure(announced, &MOBILE_SHAPES)?;
        // The code is part of the number, so the whole wins over the national number within.
        let sure =
            if in_plan { sure } else { sure - 80 } + if has_code { 20 + sure_gap(sure) } else { 0 };
        let sure = sure.min(1000);
        let start = self.with_plus();
        Some(candidate(
            start,
            self.end,
            Kind::Phone,
            sure,
            "phone.mobile",
        ))
    }

    /// How sure a number of this parting is, if its groups are of a usual shape or it was announced.
    fn how_sure(&self, announced: Announced, shapes: &[&[usize]]) -> Option<Confidence> {
        let base = match self.parting() {
            Parting::Solid if self.is_guessed() => 760,
            Parting::Solid => 950,
            Parting::Typed if self.has_shape(shapes) => 900,
            Parting::Typed if announced == Announced::Directly => 820,
            Parting::Typed if self.is_spelled() => 780,
            Parting::Typed if self.plus() => 850,
            Parting::Typed => return None,
            Parting::Loose if self.has_chinese() || announced != Announced::No => 800,
            Parting::Loose if self.gaps().any(|gap| gap == Gap::Spoken) => 780,
            Parting::Loose if self.is_broken_line() => 700,
            // 158*1203*3476: one mark throughout, in the groups that numbers are told in.
            Parting::Loose if self.is_uniform() && self.is_shaped(shapes.first()?) => 690,
            Parting::Loose => return None,
        };
        // A house number may follow a whole one: +86 15821681896 388 Orchard Road.
        // -802 after a landline is its extension.
        let whole =
            self.run.groups.get(self.last).is_some_and(|group| {
                group.len == 11 || group.len >= 7 && self.digits.starts_with('0')
            });
        let tied = if self.is_middle() && !whole { 300 } else { 0 };
        let said = if announced == Announced::Directly {
            30
        } else {
            0
        };
        Some(base + said - tied)
    }

    fn has_shape(&self, shapes: &[&[usize]]) -> bool {
        // The country's code is a group of its own, or part of the first.
        let (national, has_code) = without_country(self.digits);
        let mut code = self.digits.len() - national.len();
        if !has_code {
            code = 0;
        }
        let lengths = || {
            let mut left = code;
            self.lengths().filter_map(move |len| {
                let own = len.saturating_sub(left);
                left = left.saturating_sub(len);
                (own > 0).then_some(own)
            })
        };
        lengths().count() == 1
            || shapes
                .iter()
                .any(|shape| lengths().eq(shape.iter().copied()))
    }

    /// Whether it is written digit by digit or in twos and threes throughout.
    fn is_spelled(&self) -> bool {
        self.lengths().all(|len| len <= 4)
            && self.lengths().count() >= 4
            && !self.gaps().any(|gap| gap == Gap::Dot)
    }

    /// Whether one line break and nothing else parts it in two.
    fn is_broken_line(&self) -> bool {
        let mut breaks = 0;
        for gap in self.gaps() {
            match gap {
                Gap::Line => breaks += 1,
                Gap::Joined => {}
                _ => return false,
            }
        }
        breaks == 1
    }

    /// Whether a plus sign stands before it.
    fn plus(&self) -> bool {
        let before = self.start.checked_sub(1);
        before.and_then(|at| self.page.byte(at)) == Some(b'+')
    }

    /// The start with `+`, `(+` or `(` before it, if a bracket closes within.
    fn with_plus(&self) -> usize {
        let start = self.start - usize::from(self.plus());
        let open = self.page.before(start);
        match open.filter(|open| matches!(open, '(' | '（')) {
            // (+86) 138…, not (+44 (0)20 …), whose last bracket closes after the number.
            Some(open) if self.closes_before_its_end(start) => start - open.len_utf8(),
            _ => start,
        }
    }

    /// Whether more brackets close than open from `start` to the number's end.
    fn closes_before_its_end(&self, start: usize) -> bool {
        let inner = self.page.slice(start, self.end);
        let count = |marks: [char; 2]| inner.chars().filter(|c| marks.contains(c)).count();
        count([')', '）']) > count(['(', '（'])
    }

    /// A mainland landline number: area code and number, perhaps with the country's code and an extension.
    fn landline(&self) -> Option<Candidate> {
        let coded = self.digits.starts_with(['0', '8']);
        let is_short = self.digits.len() <= 8;
        if !(coded || is_short) || is_short && !self.is_local() {
            return None;
        }
        if self.is_guessed() || self.is_cut() {
            return None;
        }
        let announced = || {
            let landline = self.announced(Cue::Landline);
            landline.max(self.announced(Cue::Phone))
        };
        if is_short {
            return self.local_landline(announced());
        }
        // Written without a mark, 07… in English text is a British mobile.
        let is_mobile = self.digits.len() == 11
            && self.digits.starts_with("07")
            && self.parting() == Parting::Solid
            && !self.is_in_chinese()
            && self.announced(Cue::Landline) == Announced::No;
        if is_mobile {
            return None;
        }
        let with_zero;
        let (national, has_code) = without_country(self.digits);
        let number = if has_code && !national.starts_with('0') {
            with_zero = format!("0{national}");
            with_zero.as_str()
        } else {
            national
        };
        let area = area_code_length(number).filter(|_| number.starts_with('0'))?;
        let rest = number.get(area..)?;
        if !matches!((area, rest.len()), (3, 8) | (4, 7 | 8)) || rest.starts_with(['0', '1']) {
            return None;
        }
        let announced = announced();
        let grouped = self.gaps().next() == Some(Gap::Hyphen) && self.lengths().count() >= 3;
        let is_bare = has_code && !self.plus() && !grouped;
        let is_doubtful = match announced {
            Announced::Directly => false,
            Announced::Near => self.is_other(),
            Announced::No => is_bare || self.is_other(),
        };
        if is_doubtful {
            return None;
        }
        let area = if has_code {
            area - usize::from(!national.starts_with('0'))
        } else {
            area
        };
        let sure = self.landline_sure(area, rest.len(), announced)?;
        if self.is_british() {
            return Some(candidate(
                self.with_plus(),
                self.with_extension(),
                Kind::Phone,
                sure,
                "phone.british",
            ));
        }
        Some(candidate(
            self.with_plus(),
            self.with_extension(),
            Kind::Landline,
            sure,
            "landline.area",
        ))
    }

    fn landline_sure(&self, area: usize, rest: usize, announced: Announced) -> Option<Confidence> {
        let halves = [area, rest.saturating_sub(4), 4];
        let shapes: [&[usize]; 2] = [&[area, rest], &halves];
        self.how_sure(announced, &shapes).map(|sure| sure - 20)
    }

    /// Whether English text groups it as British numbers are: 020 7946 0958.
    fn is_british(&self) -> bool {
        !self.is_in_chinese()
            && !self.plus()
            && ["020", "023", "024", "028", "029"]
                .iter()
                .any(|area| self.digits.starts_with(area))
            && self.is_shaped(&[3, 4, 4])
    }

    /// Whether seven or eight digits could be a landline without its area.
    fn is_local(&self) -> bool {
        let shaped = self.first == self.last || self.is_shaped(&[4, 4]) || self.is_shaped(&[3, 4]);
        shaped && !self.digits.starts_with(['0', '1']) && self.parting() != Parting::Loose
    }

    /// Seven or eight digits announced as a landline.
    fn local_landline(&self, announced: Announced) -> Option<Candidate> {
        let standing = self.first == 0
            || self
                .run
                .groups
                .get(self.first)
                .is_some_and(|g| matches!(g.gap, Gap::Mark | Gap::Line));
        // 参保号40012983，联系… and 发票代码…，号码88213094 say of what they are the number, and it is no telephone.
        let head = self
            .page
            .head(self.start)
            .trim_end_matches([':', '：', ' ', '是']);
        let bare = head.ends_with("号码")
            && ![
                "电话号码",
                "座机号码",
                "固话号码",
                "联系号码",
                "机号码",
                "来电号码",
            ]
            .iter()
            .any(|word| head.ends_with(word));
        let before = self.page.announced(Cue::Landline, self.start);
        let before = before.max(self.page.announced(Cue::Phone, self.start));
        if announced != Announced::Directly || !standing || bare || before != Announced::Directly {
            return None;
        }
        let kind = if self.is_in_chinese() {
            Kind::Landline
        } else {
            Kind::Phone
        };
        Some(candidate(
            self.start,
            self.with_extension(),
            kind,
            760,
            "landline.local",
        ))
    }

    /// A hardware address that happens to hold no letter, announced as one.
    fn hardware(&self) -> Option<Candidate> {
        (self.first == self.last && self.announced(Cue::Mac) == Announced::Directly)
            .then(|| candidate(self.start, self.end, Kind::Mac, 900, "mac.announced"))
    }

    /// The end with an extension: -801, 转801, ext. 801, x801.
    fn with_extension(&self) -> usize {
        if let Some(group) = self.run.groups.get(self.last + 1)
            && group.gap == Gap::Hyphen
            && (1..=5).contains(&group.len)
        {
            return group.end;
        }
        let rest = self.page.rest(self.end);
        let trimmed = rest.trim_start_matches([' ', ',', '，', '(', '（', '-']);
        let Some(word) = EXTENSIONS
            .iter()
            .find(|word| starts_with_ignoring_case(trimmed, word))
        else {
            return self.end;
        };
        let after = trimmed.get(word.len()..).unwrap_or_default();
        let number = after.trim_start_matches([' ', '.', ':', '：', '号', '到']);
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        if (1..=6).contains(&digits) {
            let end = self.page.text.len() - number.len() + digits;
            let opened = rest.get(..rest.len() - trimmed.len()).unwrap_or_default();
            match self.page.after(end) {
                Some(close @ (')' | '）')) if opened.contains(['(', '（']) => {
                    end + close.len_utf8()
                }
                _ => end,
            }
        } else {
            self.end
        }
    }

    /// Numbers of other countries: after `+`, or in the shapes of North America and Britain.
    fn foreign(&self) -> Option<Candidate> {
        if self.has_chinese() || self.is_guessed() {
            return None;
        }
        let (kind, sure, rule) = self
            .international()
            .or_else(|| self.american())
            .or_else(|| self.british())?;
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

    /// A resident ID number.
    fn id_card(&self) -> Option<Candidate> {
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
        let permit = self.announced(Cue::Permit) == Announced::Directly;
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

    /// 15 digits of the form that ended in 2013, announced as such.
    fn old_id_card(&self) -> Option<Candidate> {
        let part = |from: usize, to: usize| self.digits.get(from..to)?.parse::<u32>().ok();
        let dated = super::birth::is_day(1900 + part(6, 8)?, part(8, 10)?, part(10, 12)?);
        let fits = dated && self.digits.get(..6).is_some_and(is_division);
        (fits && self.announced(Cue::IdCard) != Announced::No && self.parting() != Parting::Loose)
            .then(|| candidate(self.start, self.end, Kind::IdCard, 880, "id_card.old"))
    }

    /// The end of the `X` that closes a resident ID number, after a blank or hyphen or directly.
    fn letter_x(&self) -> Option<usize> {
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

    /// Digits alone that only an announcement makes a document: 台胞证 of 8 or 10 digits, passports of
    /// other countries of 9.
    fn announced_document(&self) -> Option<Candidate> {
        if self.first != self.last && !self.is_shaped(&[4, 4]) {
            return None;
        }
        let permit = matches!(self.digits.len(), 8 | 10);
        let (cue, kind, rule) = if permit {
            (Cue::Permit, Kind::TravelPermit, "permit.announced")
        } else {
            (Cue::Passport, Kind::Passport, "passport.announced")
        };
        (self.announced(cue) == Announced::Directly)
            .then(|| candidate(self.start, self.end, kind, 860, rule))
    }

    /// A payment card, or an account announced as one.
    fn bank_card(&self) -> Option<Candidate> {
        let length = self.digits.len();
        let (payload, last) = self.digits.as_bytes().split_at_checked(length - 1)?;
        let issued = is_issuer(self.digits);
        let announced = self.announced(Cue::Bank);
        if !issued && announced != Announced::Directly {
            return None;
        }
        let holds = luhn_check(payload) == *last.first()?;
        let shaped = self.first == self.last || self.is_card_shaped();
        if holds
            && issued
            && (shaped || announced != Announced::No)
            && !self.is_other()
            && (self.parting() != Parting::Loose
                || announced != Announced::No && self.is_broken_line())
        {
            let sure = if announced == Announced::No { 860 } else { 960 };
            let middle = if self.is_middle() { 200 } else { 0 };
            return Some(checked(
                candidate(
                    self.start,
                    self.end,
                    Kind::BankCard,
                    sure - middle,
                    "bank_card.luhn",
                ),
                true,
            ));
        }
        if holds
            && issued
            && (16..=19).contains(&length)
            && announced != Announced::No
            && self.has_chinese()
        {
            return Some(checked(
                candidate(self.start, self.end, Kind::BankCard, 900, "bank_card.luhn"),
                true,
            ));
        }
        // Printed as cards are, with the digits of a scheme first: a wrong digit makes it no other number.
        let fours = self.is_shaped(&[4, 4, 4, 4]) || self.is_shaped(&[4, 4, 4, 4, 3]);
        let printed = fours && self.gaps().all(|gap| gap == Gap::Blank);
        if printed
            && issued
            && announced == Announced::No
            && !self.page.is_near_other(self.start)
            && !self.is_middle()
        {
            let found = candidate(
                self.start,
                self.end,
                Kind::BankCard,
                640,
                "bank_card.printed",
            );
            return Some(checked(found, holds));
        }
        let fits = (15..=21).contains(&length) && (shaped || self.parting() == Parting::Typed)
            || (10..=14).contains(&length) && self.first == self.last;
        let said = announced == Announced::Directly
            || announced == Announced::Near
                && issued
                && shaped
                && !self.page.is_near_other(self.start);
        if !fits || !said || self.is_middle() {
            return None;
        }
        let sure = if issued { 880 } else { 790 };
        Some(checked(
            candidate(
                self.start,
                self.end,
                Kind::BankCard,
                sure,
                "bank_card.announced",
            ),
            holds,
        ))
    }

    /// Whether its groups are those that cards are printed in.
    fn is_card_shaped(&self) -> bool {
        let count = self.last + 1 - self.first;
        let fours = self.lengths().take(count - 1).all(|len| len == 4);
        let last = self.lengths().last().unwrap_or(0);
        let shapes: [&[usize]; 5] = [&[6, 13], &[4, 6, 5], &[6, 4, 4, 5], &[6, 10], &[8, 8]];
        count > 1 && fours && (1..=4).contains(&last)
            || shapes.iter().any(|shape| self.is_shaped(shape))
    }

    fn imei(&self) -> Option<Candidate> {
        if self.digits.len() != 15 {
            return None;
        }
        let (payload, last) = self.digits.as_bytes().split_at_checked(14)?;
        let holds = luhn_check(payload) == *last.first()?;
        let announced = self.announced(Cue::Imei);
        let allocated = ["35", "86", "99", "01"]
            .iter()
            .any(|body| self.digits.starts_with(body));
        let shaped = self.first == self.last
            || self.is_shaped(&[2, 6, 6, 1])
            || self.is_shaped(&[6, 2, 6, 1])
            || self.parting() == Parting::Typed && announced == Announced::Directly;
        if !shaped {
            return None;
        }
        let sure = match announced {
            Announced::Directly if holds => 970,
            Announced::Near if holds => 930,
            Announced::Directly => 850,
            Announced::No if holds && allocated && !self.is_other() => 780,
            Announced::Near | Announced::No => return None,
        };
        Some(checked(
            candidate(self.start, self.end, Kind::Imei, sure, "imei.luhn"),
            holds,
        ))
    }

    /// Whether what follows is said of parcels on their way: 已签收, 显示在转运中心.
    fn is_followed_by_journey(&self) -> bool {
        let rest = self.page.rest(self.end);
        let rest = rest.trim_start_matches([' ', '，', ',']);
        [
            "已签收",
            "显示",
            "到哪",
            "已揽收",
            "派送中",
            "已派送",
            "记得查",
        ]
        .iter()
        .any(|word| rest.starts_with(word))
    }

    /// A waybill number of digits alone: carriers publish no check digit, so words and ranges decide.
    fn waybill(&self) -> Option<Candidate> {
        let length = self.digits.len();
        // 中通 73-78, 申通 77, in 14 or 15 digits: no other identifier has that shape.
        let known = matches!(length, 14 | 15)
            && self.digits.starts_with('7')
            && matches!(self.digits.as_bytes().get(1)?, b'3'..=b'9');
        let dated = is_date(self.digits.get(..8)?);
        if !known && (dated || !matches!(length, 10 | 12..=15 | 18..=22)) {
            return None;
        }
        let announced = match self.announced(Cue::Waybill) {
            Announced::No if self.is_followed_by_journey() => Announced::Near,
            announced => announced,
        };
        if !known && announced == Announced::No {
            return None;
        }
        let typed = self.first == self.last
            || announced == Announced::Directly
                && self.parting() == Parting::Typed
                && !self.is_middle();
        // 一 after a number begins a word: 628015124791 一直不动.
        let is_mixed = self.has_chinese() && self.groups().any(|group| group.is_plain);
        if !typed
            || is_mixed && self.first != self.last
            || self.is_guessed()
            || self.has_chinese() && announced != Announced::Directly
        {
            return None;
        }
        let sure = match announced {
            Announced::Directly if known => 900,
            Announced::Directly if (12..=15).contains(&length) && !dated => 840,
            Announced::Directly if matches!(length, 10 | 18..=22) && !dated => 700,
            Announced::Near if known => 820,
            Announced::Near
                if (12..=15).contains(&length)
                    && !dated
                    && !self.page.is_near_other(self.start) =>
            {
                690
            }
            Announced::No if known => 650,
            _ => return None,
        };
        Some(candidate(
            self.start,
            self.end,
            Kind::Waybill,
            sure,
            "waybill.digits",
        ))
    }
}

/// Groups that mobile numbers are written in.
const MOBILE_SHAPES: [&[usize]; 11] = [
    &[3, 4, 4],
    &[3, 8],
    &[7, 4],
    &[3, 3, 5],
    &[3, 5, 3],
    &[4, 4, 3],
    &[4, 3, 4],
    &[5, 6],
    &[6, 5],
    &[4, 7],
    &[5, 3, 3],
];

/// How far below certainty a number is, in part: lifts what is nearly sure over its own parts.
fn sure_gap(sure: Confidence) -> Confidence {
    (1000_u16.saturating_sub(sure) / 2).min(40)
}

/// How many digits a number of this country has at most, its code counted, a bracketed 0 not.
///
/// Source: ITU-T E.164 and the national numbering plans of these countries.
fn longest_international(digits: &str) -> usize {
    const LENGTHS: [(&str, usize); 11] = [
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
    ];
    let known = LENGTHS.iter().find(|(code, _)| digits.starts_with(code));
    known.map_or(15, |(_, longest)| *longest)
}

/// Words before an extension.
const EXTENSIONS: [&str; 11] = [
    "转分机",
    "分机号",
    "分机",
    "转",
    "extension",
    "ext.",
    "ext",
    "x",
    "内线",
    "#",
    "*",
];

fn starts_with_ignoring_case(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// The number without the country's code, and whether it had one.
fn without_country(digits: &str) -> (&str, bool) {
    let national = match digits.len() {
        12..=14 => digits
            .strip_prefix("86")
            .or_else(|| digits.strip_prefix("0086"))
            .or_else(|| digits.strip_prefix("086")),
        15 | 16 => digits.strip_prefix("0086"),
        _ => None,
    };
    // +86 (0)138…: the nought of calls within the country.
    let national = national.map(|national| match national.strip_prefix('0') {
        Some(rest) if rest.len() == 11 && is_mobile(rest) => rest,
        _ => national,
    });
    (national.unwrap_or(digits), national.is_some())
}

/// Whether the first digits are those of a card scheme: UnionPay, Visa, Mastercard, American Express,
/// JCB, Diners, and the older domestic ranges.
///
/// Source: ISO/IEC 7812 major industry identifiers; JR/T 0008-2000 for domestic cards.
fn is_issuer(digits: &str) -> bool {
    let head = |len: usize| {
        let head = digits.as_bytes().iter().take(len);
        head.fold(0, |head, b| head * 10 + u32::from(b.wrapping_sub(b'0')))
    };
    let (two, four) = (head(2), head(4));
    match digits.len() {
        15 => matches!(two, 34 | 37),
        16..=19 => {
            matches!(two, 40..=49 | 51..=55 | 60 | 62 | 65 | 68 | 69 | 81)
                || (2221..=2720).contains(&four)
                || (3528..=3589).contains(&four)
                || matches!(four, 9400 | 9558 | 9843 | 9111 | 5018 | 5020)
        }
        _ => false,
    }
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
