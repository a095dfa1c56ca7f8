//! A text with the words that announce something in it: what rules ask about the surroundings.

use std::cell::Cell;
use std::ops::Range;

use crate::cue::{Cue, Said};
use crate::room::Room;
use crate::survey::{Spot, Survey};

/// A normalised text and what is said in it.
pub(crate) struct Page<'a> {
    pub(crate) text: &'a str,
    said: Vec<Said>,
    /// Where something stands for `@`.
    pub(crate) ats: Vec<Said>,
    /// English words for digits.
    pub(crate) spoken: Vec<Said>,
    /// English words for vehicles.
    pub(crate) vehicles: Vec<Said>,
    /// Where something with a shape may stand.
    pub(crate) spots: Vec<Spot>,
    /// Where 男 and 女 stand.
    pub(crate) sexes: Vec<usize>,
    /// Where 生 stands.
    pub(crate) births: Vec<usize>,
    /// Whether Chinese characters stand in it: some numbers are read otherwise in English text.
    pub(crate) is_chinese: bool,
    /// Whether a mark stands in it that parts the cells of tables.
    pub(crate) has_cells: bool,
    /// What is said before places asked lately, a bit for each cue.
    reach: [Cell<(usize, u32)>; LATELY],
    /// The words before places asked lately.
    around: [Cell<Around>; LATELY],
    /// The word after the place asked last, and that place.
    following: Cell<(usize, Option<Cue>)>,
    /// How many words end before the place asked last.
    asked: Cell<usize>,
}

/// How a value is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Announced {
    /// Not at all.
    No,
    /// In the same sentence, with other words between.
    Near,
    /// Directly before it: `身份证号是：…`.
    Directly,
}

/// The words before a place, the nearest first. How each announces is found out only when it is asked for.
#[derive(Clone, Copy)]
struct Around {
    at: usize,
    count: usize,
    words: [(Cue, Announced); MOST_WORDS],
    /// To how many words from the nearest on the answer is known.
    known: usize,
    /// Whether nothing but an e-mail's word stands between those and the place.
    is_near: bool,
}

impl Around {
    const fn none(at: usize) -> Self {
        Self {
            at,
            count: 0,
            words: [(Cue::Other, Announced::No); MOST_WORDS],
            known: 0,
            is_near: true,
        }
    }
}

/// How many answers are kept, each where its place leaves room for no other: what announced a hit is asked again
/// once all are found.
const LATELY: usize = 8;

/// How many words before a value are asked.
const MOST_WORDS: usize = 6;

/// How far before a value a word still announces it, in bytes.
const REACH: usize = 90;

/// The longest item of a list that is looked back over, in bytes.
const LONGEST_ITEM: usize = 200;

/// How far what is spoken of may stand from a value, in bytes.
const NEAR: usize = 240;

impl<'a> Page<'a> {
    /// Of this text, with lists from `room`.
    pub(crate) fn of(text: &'a str, room: &mut Room) -> Self {
        let survey = Survey::of(text, room);
        Self {
            text,
            said: survey.said,
            ats: survey.ats,
            spoken: survey.spoken,
            vehicles: survey.vehicles,
            spots: survey.spots,
            sexes: survey.sexes,
            births: survey.births,
            is_chinese: survey.is_chinese,
            has_cells: survey.has_cells,
            reach: [const { Cell::new((usize::MAX, 0)) }; LATELY],
            around: [const { Cell::new(Around::none(usize::MAX)) }; LATELY],
            following: Cell::new((usize::MAX, None)),
            asked: Cell::new(0),
        }
    }

    /// Gives the lists back.
    pub(crate) fn clear_into(self, room: &mut Room) {
        (room.said, room.spots) = (self.said, self.spots);
    }

    /// The sentences around these bytes, no more than a few of them.
    pub(crate) fn neighbourhood(&self, start: usize, end: usize) -> &'a str {
        let text = self.text;
        let from = (start.saturating_sub(NEAR)..start).find(|at| text.is_char_boundary(*at));
        let upto = (end..text.len().min(end + NEAR) + 1).rfind(|at| text.is_char_boundary(*at));
        self.slice(from.unwrap_or(start), upto.unwrap_or(end))
    }

    /// Whether a Chinese character stands within a few words of these bytes.
    pub(crate) fn is_chinese_around(&self, start: usize, end: usize) -> bool {
        let bytes = self.text.as_bytes();
        let from = start.saturating_sub(32);
        let around = bytes.get(from..bytes.len().min(end + 24));
        // Two of them: the one of a number plate makes no Chinese text.
        let is_lead = |b: &u8| matches!(b, 0xE4..=0xE9);
        around.is_some_and(|around| {
            around
                .windows(4)
                .any(|four| four.first().is_some_and(is_lead) && four.last().is_some_and(is_lead))
        })
    }

    pub(crate) fn said(&self) -> &[Said] {
        &self.said
    }

    pub(crate) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The text from `at` on; empty if that is no border of a character.
    pub(crate) fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// The text before `at`; empty if that is no border of a character.
    pub(crate) fn head(&self, at: usize) -> &'a str {
        self.text.get(..at).unwrap_or_default()
    }

    /// The character before `at`.
    pub(crate) fn before(&self, at: usize) -> Option<char> {
        self.head(at).chars().next_back()
    }

    /// The character at `at`.
    pub(crate) fn after(&self, at: usize) -> Option<char> {
        self.rest(at).chars().next()
    }

    /// The words that end at or before `at` within reach, the nearest first.
    fn words_before(&self, at: usize) -> impl Iterator<Item = &Said> {
        self.said
            .get(..self.count_before(at))
            .unwrap_or_default()
            .iter()
            .rev()
            .take_while(move |said| said.end + REACH >= at)
            .take(MOST_WORDS)
    }

    /// How many words end at or before `at`. Rules ask from left to right, so the search goes on from the
    /// last answer.
    fn count_before(&self, at: usize) -> usize {
        let mut count = self.asked.get();
        while self.said.get(count).is_some_and(|said| said.end <= at) {
            count += 1;
        }
        while count > 0 && self.said.get(count - 1).is_some_and(|said| said.end > at) {
            count -= 1;
        }
        self.asked.set(count);
        count
    }

    /// How `cue` announces what begins at `at`.
    pub(crate) fn announced(&self, cue: Cue, at: usize) -> Announced {
        if self.reach(at) & bit(cue) == 0 {
            return Announced::No;
        }
        let around = self.around(at);
        let words = around.words.get(..around.count).unwrap_or_default();
        match words.iter().position(|(said, _)| *said == cue) {
            Some(place) => self.known(around, place).1,
            None => Announced::No,
        }
    }

    /// Where the nearest word stands by which `cue` announces what begins at `at`.
    pub(crate) fn announcing(&self, cue: Cue, at: usize) -> Option<Range<usize>> {
        if self.announced(cue, at) == Announced::No {
            return None;
        }
        let said = self.words_before(at).find(|said| said.cue == cue)?;
        Some(said.start..said.end)
    }

    /// Whether what begins at `at` is announced as something that identifies nobody.
    pub(crate) fn is_other(&self, at: usize) -> bool {
        self.nearest(at) == Some((Cue::Other, Announced::Directly))
    }

    /// Whether the nearest word in the sentence announces something that identifies nobody.
    pub(crate) fn is_near_other(&self, at: usize) -> bool {
        self.nearest(at)
            .is_some_and(|(cue, announced)| cue == Cue::Other && announced != Announced::No)
    }

    /// The nearest word, if any of those within reach announces something that identifies nobody.
    fn nearest(&self, at: usize) -> Option<(Cue, Announced)> {
        if self.reach(at) & bit(Cue::Other) == 0 {
            return None;
        }
        let around = self.around(at);
        (around.count > 0).then(|| self.known(around, 0))
    }

    /// What the words before `at` announce, a bit for each cue: most of what rules ask about is not said.
    fn reach(&self, at: usize) -> u32 {
        let lately = &self.reach[at % LATELY];
        let (kept, cues) = lately.get();
        if kept == at {
            return cues;
        }
        let words = self.words_before(at);
        let cues = words.fold(0, |cues, said| cues | bit(said.cue));
        lately.set((at, cues));
        cues
    }

    /// The words that may announce what begins at `at`. Several rules ask about one place, so answers are kept.
    fn around(&self, at: usize) -> Around {
        let lately = &self.around[at % LATELY];
        let kept = lately.get();
        if kept.at == at {
            return kept;
        }
        let mut around = Around::none(at);
        for (word, said) in around.words.iter_mut().zip(self.words_before(at)) {
            word.0 = said.cue;
            around.count += 1;
        }
        lately.set(around);
        around
    }

    /// The word at this place and how it announces. Each stretch between two words is looked at once.
    fn known(&self, around: Around, place: usize) -> (Cue, Announced) {
        let word = |around: &Around| around.words.get(place).copied();
        let mut around = around;
        while around.known <= place && self.know_next(&mut around) {}
        self.around[around.at % LATELY].set(around);
        word(&around).unwrap_or((Cue::Other, Announced::No))
    }

    /// Finds out about one word more; false if a sentence ends before it.
    fn know_next(&self, around: &mut Around) -> bool {
        let place = around.known;
        let newest = self.count_before(around.at);
        let said = |place: usize| newest.checked_sub(place + 1).and_then(|i| self.said.get(i));
        let upto = place
            .checked_sub(1)
            .and_then(said)
            .map_or(around.at, |said| said.start);
        let (Some(said), Some(word)) = (said(place), around.words.get_mut(place)) else {
            return false;
        };
        let gap = self.slice(said.end, upto);
        let ends = ends_sentence(gap);
        let answers = ends && upto == around.at && is_answer(gap);
        let closes = || ends_sentence(after_abbreviation(self.head(said.end), gap));
        if place >= around.count || ends && !answers && closes() {
            // What lies farther away announces nothing.
            around.known = MOST_WORDS;
            return false;
        }
        let gap = self.slice(said.end, around.at);
        // `the code was sent to 138…`: what something is sent to is not what it is.
        let is_target = said.cue == Cue::Other && gap.contains(" to ");
        word.1 = if answers || around.is_near && !is_target && is_filler(gap) {
            Announced::Directly
        } else {
            Announced::Near
        };
        // 护照，号码X46583812: of what it is the number was said before.
        around.is_near &= said.cue == Cue::Email || self.slice(said.start, said.end) == "号码";
        around.known += 1;
        true
    }

    /// Where the answer begins if a question ended before `at`: past the next speaker and a colon.
    pub(crate) fn answer_at(&self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        // [10:42] 小崔: what was said when is no speaker.
        let timed = rest
            .trim_start()
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'));
        let rest = timed
            .filter(|(time, _)| time.len() <= 20)
            .map_or(rest, |(_, rest)| rest);
        let (gap, said) = rest.split_once(['：', ':'])?;
        let begin = self.text.len() - said.trim_start_matches([' ', '\u{3000}']).len();
        (gap.len() <= 24 && is_speaker(gap.trim_start())).then_some(begin)
    }

    /// Whether `at` lies within a word, not at its start.
    pub(crate) fn is_within_word(&self, at: usize) -> bool {
        let next = self.said.partition_point(|said| said.start < at);
        let before = next.checked_sub(1).and_then(|before| self.said.get(before));
        before.is_some_and(|said| at < said.end)
    }

    /// Whether a word ends exactly at `at`, so that `tel138…` is a number after a word.
    pub(crate) fn word_ends_at(&self, at: usize) -> bool {
        self.words_before(at)
            .next()
            .is_some_and(|said| said.end == at)
    }

    /// The first word that begins at or after `at`.
    fn word_after(&self, at: usize) -> Option<&Said> {
        let mut next = self.count_before(at);
        while self.said.get(next).is_some_and(|said| said.start < at) {
            next += 1;
        }
        self.said.get(next)
    }

    /// Whether a word begins exactly at `at`: `138…QQ同号`.
    pub(crate) fn word_starts_at(&self, at: usize) -> bool {
        self.word_after(at).is_some_and(|said| said.start == at)
    }

    /// Whether a word of `cue` follows what ends at `at`: `138… 是我微信`.
    pub(crate) fn announced_after(&self, cue: Cue, at: usize) -> bool {
        let (kept, found) = self.following.get();
        if kept == at {
            return found == Some(cue);
        }
        let tied = |said: &&Said| said.start <= at + 24 && is_link(self.slice(at, said.start));
        let found = self.word_after(at).filter(tied);
        // skuId=8500587323 trackingNo=…: a word with a value of its own says nothing of the one before.
        let found = found
            .filter(|said| !self.has_own_value(said.end))
            .map(|said| said.cue);
        self.following.set((at, found));
        found == Some(cue)
    }
}

impl Page<'_> {
    /// Whether the word that ends at `at` is the name of a value after it: `key=`, `"key":`.
    fn has_own_value(&self, at: usize) -> bool {
        let rest = self.rest(at);
        rest.strip_prefix('"')
            .unwrap_or(rest)
            .starts_with(['=', ':', '：'])
    }

    /// Whether the number of an item in a list stands from `start` to `end`: `3.` at the start of a line below a
    /// line with another.
    pub(crate) fn is_item(&self, start: usize, end: usize) -> bool {
        let own = self.slice(start, end).strip_suffix(['.', '、']);
        let Some(own) = own.and_then(|number| number.parse::<u32>().ok()) else {
            return false;
        };
        let Some(head) = self.head(start).trim_end_matches(' ').strip_suffix('\n') else {
            return start == 0 && own == 1;
        };
        // A line is no longer than a letter's, or it is none of a list.
        let near = head.as_bytes().iter().rev().take(LONGEST_ITEM);
        let length = near.take_while(|b| **b != b'\n').count();
        let line = head.get(head.len() - length..).unwrap_or_default();
        let before = line.trim_start().split(['.', '、', ' ']).next();
        own <= 99 && before.and_then(|number| number.parse().ok()) == own.checked_sub(1)
    }

    /// Whether letters of a chat (hh, thx) begin at `at`, as they stand after a value without a blank.
    pub(crate) fn is_chat_at(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes().get(at..).unwrap_or_default();
        let length = bytes
            .iter()
            .take(7)
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        let word = bytes.get(..length).unwrap_or_default();
        CHAT.iter().any(|known| known.as_bytes() == word)
    }

    /// Whether `_` stands before `at` as the line of a form does, not within a name: 卡号____6222.
    pub(crate) fn is_after_form_line(&self, at: usize) -> bool {
        let head = self.head(at).strip_suffix('_');
        head.is_some_and(|head| head.ends_with(|c: char| c == '_' || !c.is_ascii()))
    }
}

/// What is typed right after a value in a chat. No unit and no part of a code is among it.
const CHAT: [&str; 12] = [
    "hh", "hhh", "hhhh", "haha", "thx", "thanks", "tks", "plz", "pls", "ok", "xd", "lol",
];

const fn bit(cue: Cue) -> u32 {
    1 << cue as u32
}

/// The gap after a word without the full stop of an abbreviation: `Tracking no. 33…`, `护照 No. 33…`.
fn after_abbreviation<'a>(head: &str, gap: &'a str) -> &'a str {
    let ends_short = |word: &str| {
        ["no", "nr", "mob"].iter().any(|short| {
            let from = word.len().checked_sub(short.len());
            let tail = from.and_then(|from| word.get(from..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(short))
        })
    };
    match gap.split_once('.') {
        Some(("", after)) if ends_short(head) => after,
        Some((number, after)) if number.trim().len() == 2 && ends_short(number) => after,
        _ => gap,
    }
}

/// Whether a sentence ends in the gap between a word and a value. A line break that nothing else stands
/// beside does not: forms put the value below its name.
fn ends_sentence(gap: &str) -> bool {
    // Scanned forms have ； where ： was printed; a sentence does not begin with its value.
    if matches!(gap.trim(), "；" | ";") {
        return false;
    }
    let bytes = gap.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'!' | b'?' | b';' => return true,
            b'.' if bytes.get(at + 1) == Some(&b' ') => return true,
            b'\n' => {
                return !gap
                    .chars()
                    .all(|c| c.is_whitespace() || ":：号码._".contains(c));
            }
            // 。 is E3 80 82; ！ ？ ； are EF BC 81, 9F and 9B.
            0xE3 if bytes.get(at + 1..at + 3) == Some(&[0x80, 0x82]) => return true,
            0xEF if matches!(bytes.get(at + 1..at + 3), Some([0xBC, 0x81 | 0x9F | 0x9B])) => {
                return true;
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// Whether the gap ends a question and names who answers: 卡号是多少？客户：
fn is_answer(gap: &str) -> bool {
    if gap.len() > 72 {
        return false;
    }
    let Some((asked, answer)) = gap.rsplit_once(['：', ':']) else {
        return false;
    };
    let Some((question, speaker)) = asked.rsplit_once(['？', '?', '。', '\n', ' ', '，']) else {
        return false;
    };
    if !is_speaker(speaker) || question.chars().count() > 12 || !is_filler(answer) {
        return false;
    }
    // 错误码：E97\n网关：10.…: what tells a value asks nothing.
    let told = question.strip_prefix([':', '：']);
    told.is_none_or(|value| value.trim().is_empty())
        && !question.bytes().any(|b| b.is_ascii_digit())
}

/// Whether this is who speaks: a short word.
fn is_speaker(word: &str) -> bool {
    (1..=6).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic)
}

/// Whether nothing stands in a gap but what joins a word to its value.
fn is_filler(gap: &str) -> bool {
    if gap.len() > 48 {
        return false;
    }
    let mut word_start = None;
    for (at, c) in gap.char_indices() {
        if c.is_ascii_alphabetic() {
            word_start.get_or_insert(at);
            continue;
        }
        if let Some(start) = word_start.take()
            && !is_filler_word(gap.get(start..at).unwrap_or_default())
        {
            return false;
        }
        if !is_filler_char(c) {
            return false;
        }
    }
    word_start.is_none_or(|start| is_filler_word(gap.get(start..).unwrap_or_default()))
}

#[rustfmt::skip]
const fn is_filler_char(c: char) -> bool {
    matches!(c, ' ' | '_' | ';' | '；' | '\t' | '\n' | '\r' | '\u{3000}' | ':' | '：' | '=' | '-' | '—' | '#' | '(' | '（' | '[' | '【'
        | '】' | ']' | ')' | '）' | '」' | '"' | '\'' | '“' | '‘' | '「' | '<' | '>' | '.' | '*' | '~' | '|' | '/' | ',' | '，' | '、' | '…' | '`'
        | '是' | '为' | '号' | '码' | '的' | '就' | '我' | '你' | '您' | '他' | '她' | '它' | '嗯' | '呃' | '啊' | '呢' | '哦'
        | '额' | '这' | '那' | '个' | '报' | '写' | '填' | '如' | '下' | '叫' | '记' | '一' | '有' | '改' | '成' | '换' | '给'
        | '到' | '发' | '变' | '必' | '选' | '应' | '栏' | '＝' | '→' | '请' | '加' | '尾' | '串')
}

fn is_filler_word(word: &str) -> bool {
    // td and th are the marks of cells in HTML.
    const WORDS: [&str; 21] = [
        "td", "th", "is", "no", "number", "num", "id", "my", "the", "was", "to", "at", "on", "in",
        "are", "of", "s", "me", "o", "it", "as",
    ];
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether these words tie a value to the word after it.
fn is_link(gap: &str) -> bool {
    gap.chars()
        .all(|c| c == ' ' || c == '\u{3000}' || "是我他她的这个就你，,也同加打找那".contains(c))
}
