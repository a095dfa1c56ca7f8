//! Telephone numbers of China; those of other countries stand in `abroad`.

use shouxin_model::numbering::{area_code_length, is_mobile};

use super::super::candidate;
use super::super::run::Gap;
use super::{Parting, Window, sure_gap};
use crate::cue::Cue;
use crate::page::Announced;
use crate::{Candidate, Confidence, Kind};

impl<'p, 'r> Window<'p, 'r> {
    /// A mainland mobile number, with or without the country's code.
    pub(super) fn mobile(&self) -> Option<Candidate> {
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
        let (start, end) = (self.with_plus(), self.with_relay());
        Some(candidate(start, end, Kind::Phone, sure, "phone.mobile"))
    }

    /// The end with the four digits by which a relay of a shop or carrier knows whom to call: 18400000000-4417,
    /// 18400000000转4417.
    fn with_relay(&self) -> usize {
        let end = self.with_extension();
        let added = self.page.slice(self.end, end);
        let digits = added.bytes().filter(u8::is_ascii_digit).count();
        let parts = added.trim_end_matches(|c: char| c.is_ascii_digit());
        let relayed =
            self.first == self.last && digits == 4 && matches!(parts, "-" | "转" | "转分机");
        if relayed && self.page.is_chinese {
            end
        } else {
            self.end
        }
    }

    /// How sure a number of this parting is, if its groups are of a usual shape or it was announced.
    pub(super) fn how_sure(&self, announced: Announced, shapes: &[&[usize]]) -> Option<Confidence> {
        let base = match self.parting() {
            Parting::Solid if self.is_guessed() => 760,
            Parting::Solid => 950,
            Parting::Typed if self.has_shape(shapes) => 900,
            Parting::Typed if announced == Announced::Directly => 820,
            Parting::Typed if self.is_spelled() => 780,
            Parting::Typed if self.plus() => 850,
            // 13880 叁叁肆伍 90: nobody changes the writing within another number.
            Parting::Typed if self.is_of_both() && self.digits.len() == 11 => 760,
            // 微信同号13.50.17.72.936
            Parting::Typed if announced == Announced::Near && self.is_uniform() => 700,
            Parting::Typed => return None,
            Parting::Loose if self.has_chinese() || announced != Announced::No => 800,
            // 满1599减17，2025/2/8: prices and days have commas and single digits, too.
            Parting::Loose
                if self.gaps().any(|gap| gap == Gap::Spoken)
                    && (self.lengths().all(|len| len >= 2)
                        || !self.gaps().any(|gap| gap == Gap::Mark)) =>
            {
                780
            }
            Parting::Loose if self.is_broken_line() => 700,
            // 158*1203*3476: one mark throughout, in the groups that numbers are told in.
            Parting::Loose if self.is_uniform() && self.is_shaped(shapes.first()?) => 690,
            // 1*5*8*1*2…: no other numbers are written so.
            Parting::Loose if self.is_uniform() && self.lengths().all(|len| len == 1) => 690,
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

    pub(super) fn has_shape(&self, shapes: &[&[usize]]) -> bool {
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

    /// Whether blanks part it throughout, and some of its groups are in ASCII and some in Chinese numerals.
    fn is_of_both(&self) -> bool {
        let numerals = self.groups().any(|group| !group.is_plain && group.len >= 2);
        numerals
            && self.groups().any(|group| group.is_plain)
            && self.gaps().all(|gap| gap == Gap::Blank)
    }

    /// Whether it is written digit by digit or in twos and threes throughout.
    pub(super) fn is_spelled(&self) -> bool {
        self.lengths().all(|len| len <= 4)
            && self.lengths().count() >= 4
            && (self.is_typed_singly() || !self.gaps().any(|gap| gap == Gap::Dot))
    }

    /// Whether one line break and nothing else parts it in two.
    pub(super) fn is_broken_line(&self) -> bool {
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
    pub(super) fn plus(&self) -> bool {
        let before = self.start.checked_sub(1);
        before.and_then(|at| self.page.byte(at)) == Some(b'+')
    }

    /// The start with `+`, `(+` or `(` before it, if a bracket closes within.
    pub(super) fn with_plus(&self) -> usize {
        let start = self.start - usize::from(self.plus());
        let open = self.page.before(start);
        match open.filter(|open| matches!(open, '(' | '（' | '[')) {
            // (+86) 138…, not (+44 (0)20 …), whose last bracket closes after the number.
            Some(open) if self.closes_before_its_end(start) => start - open.len_utf8(),
            _ => start,
        }
    }

    /// Whether more brackets close than open from `start` to the number's end.
    pub(super) fn closes_before_its_end(&self, start: usize) -> bool {
        let inner = self.page.slice(start, self.end);
        let count = |marks: [char; 3]| inner.chars().filter(|c| marks.contains(c)).count();
        count([')', '）', ']']) > count(['(', '（', '['])
    }

    /// A mainland landline number: area code and number, perhaps with the country's code and an extension.
    pub(super) fn landline(&self) -> Option<Candidate> {
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
        let dialled = self.digits.starts_with("0086") && self.parting() == Parting::Typed;
        let is_bare = has_code && !self.plus() && !grouped && !dialled;
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

    pub(super) fn landline_sure(
        &self,
        area: usize,
        rest: usize,
        announced: Announced,
    ) -> Option<Confidence> {
        let halves = [area, rest.saturating_sub(4), 4];
        let shapes: [&[usize]; 3] = [&[area, rest], &halves, &[area, 4, 3]];
        self.how_sure(announced, &shapes).map(|sure| sure - 20)
    }

    /// Whether English text groups it as British numbers are: 020 7946 0958.
    pub(super) fn is_british(&self) -> bool {
        !self.is_in_chinese()
            && !self.plus()
            && ["020", "023", "024", "028", "029"]
                .iter()
                .any(|area| self.digits.starts_with(area))
            && self.is_shaped(&[3, 4, 4])
    }

    /// Whether seven or eight digits could be a landline without its area.
    pub(super) fn is_local(&self) -> bool {
        let shaped = self.first == self.last
            || [[4, 4], [3, 4], [4, 3]]
                .iter()
                .any(|shape| self.is_shaped(shape));
        shaped && !self.digits.starts_with(['0', '1']) && self.parting() != Parting::Loose
    }

    /// Seven or eight digits announced as a landline.
    pub(super) fn local_landline(&self, announced: Announced) -> Option<Candidate> {
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
        // 62847139（座机，晚上在）
        let within = self.page.rest(self.end).strip_prefix(['（', '(']);
        let told_after = within.is_some_and(|rest| {
            ["座机", "固话", "家里", "家用电话"]
                .iter()
                .any(|word| rest.starts_with(word))
        });
        // 66138402（香港号码）
        let abroad =
            within.is_some_and(|rest| rest.starts_with("香港") || rest.starts_with("澳门"));
        let told_after = told_after || abroad;
        let announced = if told_after {
            Announced::Directly
        } else {
            announced
        };
        let before = if told_after { announced } else { before };
        let standing = standing || told_after;
        if announced != Announced::Directly || !standing || bare || before != Announced::Directly {
            return None;
        }
        let kind = if self.is_in_chinese() && !abroad {
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

    /// The end with an extension: -801, 转801, ext. 801, x801.
    pub(super) fn with_extension(&self) -> usize {
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
