//! Dates of birth: dates that birth is told of.

use super::candidate;
use super::disguised::pause_end;
use super::numeral::digit_at;
use super::spoken::is_number_word;
use crate::cue::Cue;
use crate::page::Page;
use crate::{Candidate, Kind};

/// Looks after every word that announces a birth, and before the words that follow one.
pub(super) fn find(page: &Page<'_>, out: &mut Vec<Candidate>) {
    for said in page.said().iter().filter(|said| said.cue == Cue::Dob) {
        // 1985年3月出生，驾驶…于2026-09-16: what birth was told of stands before; a label's value does not.
        let following = after(page, said.end);
        let preceding = before(page, said.start);
        let is_label = following.is_some_and(|found| is_gap_of_label(page, said.end, found.start));
        if preceding.is_none() || is_label {
            out.extend(following);
        }
        out.extend(preceding);
    }
    out.extend(corrections(page));
    // 1987年4月12日生: the word is too common to announce anything.
    for said in page.said().iter().filter(|said| said.cue == Cue::BornOn) {
        // 2026年3月1日生效 is no birth.
        if !begins_other(page, said.end) {
            out.extend(ending_at(page, said.start + "日".len()));
        }
    }
    let after_sexes = page.sexes.iter();
    out.extend(after_sexes.filter_map(|at| after_sex(page, at + "男".len())));
    out.extend(page.births.iter().filter_map(|at| bare(page, *at)));
}

/// What is said to stand on the card after a birth was asked about: 出生日期是1945年9月7日，对吗？\n客户：不对，
/// 身份证上是1949年1月10号.
fn corrections(page: &Page<'_>) -> impl Iterator<Item = Candidate> {
    let mut asked = None;
    page.said().iter().filter_map(move |said| {
        if said.cue == Cue::Dob {
            asked = Some(said.end);
        }
        let on_card = said.cue == Cue::IdCard && page.slice(said.start, said.end).contains('上');
        let near = asked.is_some_and(|asked| said.start.saturating_sub(asked) <= LONGEST_QUESTION);
        (on_card && near).then(|| after(page, said.end)).flatten()
    })
}

/// In bytes, with the answer's first words.
const LONGEST_QUESTION: usize = 120;

/// Whether marks alone part a label from its value.
fn is_gap_of_label(page: &Page<'_>, from: usize, to: usize) -> bool {
    let gap = page.slice(from, to);
    gap.contains([':', '：', '=']) && gap.chars().all(|c| " :：=\"'\t是为".contains(c))
}

/// 王伟,男,1987-04-12,: a whole date that is a field of its own after the sex.
fn after_sex(page: &Page<'_>, at: usize) -> Option<Candidate> {
    let marks = [',', '，', '|', '\t', ' ', ';', '、'];
    let rest = page.rest(at);
    let date = rest.trim_start_matches(marks);
    let start = page.text.len() - date.len();
    if date.len() == rest.len() || rest.len() - date.len() > 4 {
        return None;
    }
    let end = date_end(page, start)?;
    let whole = end - start >= 8
        && page
            .after(end)
            .is_none_or(|c| marks.contains(&c) || c == '\n');
    let year = number(page, start).map(|(year, ..)| year);
    let living = year.is_some_and(|year| {
        (1900..=2100).contains(&year) || (19_000_000..=21_000_000).contains(&year)
    });
    (whole && living).then(|| candidate(start, end, Kind::Dob, 720, "dob.after-sex"))
}

/// 19870412生, 1987年4月生: digits or a month before the word, which begins no other (生产, 生效).
fn bare(page: &Page<'_>, at: usize) -> Option<Candidate> {
    let before = page.before(at)?;
    let is_number = before.is_ascii_digit()
        || matches!(before, '月' | '号' | '日' | '年')
        || "一二三四五六七八九十".contains(before);
    let other = begins_other(page, at + "生".len());
    let found = (is_number && !other)
        .then(|| ending_at(page, at).or_else(|| year_ending_at(page, at)))
        .flatten()?;
    // 3月5号生 may be about anything; a year makes it a birth.
    let has_year = page.slice(found.start, found.end).contains('年');
    (matches!(before, '月') || before.is_ascii_digit() || has_year).then_some(found)
}

/// Whether the word 生 that ends at `at` goes on as another: 生产, 生效.
fn begins_other(page: &Page<'_>, at: usize) -> bool {
    page.after(at)
        .is_some_and(|c| "产效成物日命鲜理活意态育长源涯病气肖词字根前".contains(c))
}

/// Adds dates that are fields of their own right after the name or the passport of a person and too long ago to be of an
/// order or a visit: 麦兆辉，1990-07-01，.
pub(crate) fn after_names(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let marks = [',', '，', '|', '\t', ' ', '、', '/', '"'];
    let names = out.iter().filter(|c| match c.kind {
        Kind::Person => c.confidence >= 600,
        // 谯素芬 CB5820348 1968-11-19
        Kind::Passport | Kind::TravelPermit => page.is_chinese,
        _ => false,
    });
    let dates: Vec<Candidate> = names
        .filter_map(|name| {
            let rest = page.rest(name.end);
            // Tyrone Castellano, b. 07/30/1985
            if let Some(told) = rest
                .strip_prefix(", b. ")
                .or_else(|| rest.strip_prefix(" b. "))
            {
                let start = page.text.len() - told.len();
                let end = date_end(page, start)?;
                return Some(candidate(start, end, Kind::Dob, 900, "dob.after-name"));
            }
            let start = name.end + rest.len() - rest.trim_start_matches(marks).len();
            let (year, _, digits) =
                number(page, start).filter(|_| (1..=3).contains(&(start - name.end)))?;
            if name.kind != Kind::Person && digits != 4 {
                return None;
            }
            let year = if year > 10_000 {
                year / 10_000
            } else {
                century(year)
            };
            let end = date_end(page, start).filter(|end| end - start >= 8)?;
            let alone = page
                .after(end)
                .is_none_or(|c| marks.contains(&c) || "\n。；;".contains(c));
            let time = page.rest(end).trim_start().as_bytes().get(2) == Some(&b':');
            (LIVING.contains(&year) && alone && !time && !page.is_near_other(start))
                .then(|| candidate(start, end, Kind::Dob, 620, "dob.after-name"))
        })
        .collect();
    out.extend(dates);
}

/// Years that hardly any date in trade or service has, and births have.
const LIVING: std::ops::RangeInclusive<u32> = 1925..=2017;

/// How far after the word the date may begin, in bytes.
const REACH: usize = 48;

fn after(page: &Page<'_>, from: usize) -> Option<Candidate> {
    let rest = page.rest(from);
    for (offset, c) in rest.char_indices() {
        // 出生日期报一下，核对用。\nB：1954.7.2: who answers stands on the next line.
        if matches!(c, '。' | '.') && rest.get(offset + c.len_utf8()..)?.starts_with('\n')
            || c == '。' && answered(page, from + offset + c.len_utf8()).is_some()
        {
            return answered(page, from + offset + c.len_utf8());
        }
        if offset > REACH || matches!(c, '。' | '！' | '；' | ';' | '!') {
            return None;
        }
        // 生日？家长：2015年3月1日: the answer follows the question.
        if matches!(c, '？' | '?') {
            return answered(page, from + offset + c.len_utf8());
        }
        let at = from + offset;
        // A date begins where no letter or digit stands before, unless they are the word: DOB1952.10.9.
        if offset > 0 && page.before(at).is_some_and(|c| c.is_ascii_alphanumeric()) {
            continue;
        }
        if let Some(end) = date_end(page, at) {
            return Some(candidate(at, end, Kind::Dob, 930, "dob.announced"));
        }
        // Another number says something else, but for that of who speaks: `speaker 2: 27-02-1983`.
        let speaks = page.rest(at + 1).starts_with(": ") && page.before(at) == Some(' ');
        if c.is_ascii_digit() && !speaks {
            return None;
        }
    }
    None
}

/// The date that answers a question that ended at `at`.
fn answered(page: &Page<'_>, at: usize) -> Option<Candidate> {
    // 您说一下出生日期？1988年6月1号，阳历: or nobody is named who answers.
    let plain = page.is_chinese && page.head(at).ends_with(['？', '?']);
    let answer = page.answer_at(at).or(plain.then_some(at))?;
    let said = page.rest(answer);
    let opening = [
        "It is ", "It's ", "it's ", "It’s ", "Sure, ", "Yes, ", "是", "嗯，", "嗯,", "我是",
    ];
    let opening = opening.iter().find(|words| said.starts_with(**words));
    let start = answer + opening.map_or(0, |words| words.len());
    let end = date_end(page, start)?;
    Some(candidate(start, end, Kind::Dob, 900, "dob.answered"))
}

/// A date right before 出生, 生 or `(DOB)`, or before 是您的生日.
fn before(page: &Page<'_>, at: usize) -> Option<Candidate> {
    let head = page.head(at);
    let owner = [
        "是您的",
        "是你的",
        "是我的",
        "是我",
        "是他的",
        "是她的",
        "是本人",
        "是孩子",
        "是宝宝",
    ];
    let owner = owner.iter().find_map(|words| head.strip_suffix(words));
    let head = owner.unwrap_or(head);
    let trimmed = head.trim_end_matches([' ', '(', '（', '，', ',', '的']);
    // 病史12年（生于1957年8月16日）: what stands before a bracket belongs to something else.
    let bracketed = head.get(trimmed.len()..)?.contains(['(', '（']);
    let year = || (!bracketed).then(|| year_ending_at(page, trimmed.len()));
    ending_at(page, trimmed.len()).or_else(|| year().flatten())
}

/// 1985年, 85年: a year right before 出生 tells enough to be kept.
fn year_ending_at(page: &Page<'_>, end: usize) -> Option<Candidate> {
    let head = page.head(end).strip_suffix('年')?;
    let length = head
        .bytes()
        .rev()
        .take(5)
        .take_while(u8::is_ascii_digit)
        .count();
    let start = head.len() - length;
    let year = century(page.slice(start, head.len()).parse().ok()?);
    let fits = matches!(length, 2 | 4)
        && (1900..=2100).contains(&year)
        && !page
            .before(start)
            .is_some_and(|c| c.is_ascii_alphanumeric());
    fits.then(|| candidate(start, end, Kind::Dob, 880, "dob.year"))
}

/// A date has at most so many characters: 1953 年 11 月 25 日.
const LONGEST: usize = 17;

/// A date that ends exactly at `end`.
fn ending_at(page: &Page<'_>, end: usize) -> Option<Candidate> {
    let head = page.head(end);
    // The farthest start that reads as a date: 1978年3月5日, not 3月5日.
    let starts = head.char_indices().rev().take(LONGEST);
    starts
        .filter(|(at, _)| {
            let free = !page.before(*at).is_some_and(|c| c.is_ascii_alphanumeric());
            free && date_end(page, *at) == Some(end)
        })
        .last()
        .map(|(at, _)| candidate(at, end, Kind::Dob, 900, "dob.following"))
}

/// The end of the date that begins at `at`, if one does.
pub(super) fn date_end(page: &Page<'_>, at: usize) -> Option<usize> {
    let first = page.text.as_bytes().get(at)?;
    if first.is_ascii_alphabetic() {
        return month_first(page, at).or_else(|| ordinal_first(page, at));
    }
    lunar(page, at)
        .or_else(|| numeric(page, at))
        .or_else(|| compact(page, at))
        .or_else(|| day_first(page, at))
}

/// A number in ASCII or Chinese numerals: its value, the byte after it, how many digits.
fn number(page: &Page<'_>, at: usize) -> Option<(u32, usize, usize)> {
    let bytes = page.text.as_bytes();
    let (mut value, mut end, mut digits) = (0_u32, at, 0);
    loop {
        if page.rest(end).starts_with('十') && digits <= 1 {
            let tens = if digits == 0 { 1 } else { value };
            end += "十".len();
            let ones = digit_at(bytes, end);
            value = tens * 10 + ones.map_or(0, |(digit, _)| u32::from(digit - b'0'));
            end += ones.map_or(0, |(_, len)| len);
            return Some((value, end, 2));
        }
        let Some((digit, len)) = digit_at(bytes, end) else {
            break;
        };
        digits += 1;
        if digits > 8 {
            return None;
        }
        value = value * 10 + u32::from(digit - b'0');
        end += len;
    }
    (digits > 0).then_some((value, end, digits))
}

/// Past a mark between the parts of a date; `None` if something else stands there.
fn parted(page: &Page<'_>, at: usize, marks: &[&str]) -> Option<usize> {
    let rest = page.rest(at);
    let trimmed = rest.trim_start_matches(' ');
    let mark = marks.iter().find(|mark| trimmed.starts_with(**mark));
    let next = match mark {
        Some(mark) => {
            let next = trimmed.get(mark.len()..)?.trim_start_matches(' ');
            // 1987年\n8月8日, 1976年，嗯，3月1号
            let paused = || pause_end(page, page.text.len() - next.len());
            match next.strip_prefix('\n') {
                Some(below) if *mark == "年" => below,
                _ if matches!(*mark, "年" | "月") => {
                    return paused().or_else(|| {
                        (rest.len() - next.len() <= 5).then(|| page.text.len() - next.len())
                    });
                }
                _ => next,
            }
        }
        None if rest.len() > trimmed.len() && marks.contains(&" ") => trimmed,
        None => return None,
    };
    (rest.len() - next.len() <= 5).then(|| page.text.len() - next.len())
}

const DATE_MARKS: [&str; 12] = [
    "-", "/", ".", "年", "月", "·", "—", "~", "。", "、", ",", " ",
];

/// 1987-04-12, 1987年4月12日, 87年4月, 12/4/1987, 4.12.
fn numeric(page: &Page<'_>, at: usize) -> Option<usize> {
    let (first, end, digits) = number(page, at)?;
    let next = parted(page, end, &DATE_MARKS)?;
    let is_year = page.slice(end, next).contains('年');
    let (second, end, _) = number(page, next)?;
    let two = end;
    let third = parted(page, end, &DATE_MARKS).and_then(|next| number(page, next));
    match third {
        Some((third, end, third_digits)) => {
            let year_first = (digits == 4 || is_year) && is_day(century(first), second, third);
            let year_last = third_digits == 4
                && !is_year
                && (is_day(third, first, second) || is_day(third, second, first));
            let short = third_digits == 2
                && digits <= 2
                && !is_year
                && (is_day(century(third), first, second) || is_day(century(third), second, first));
            // 87.4.12: a number that no month and no day is.
            let short_year_first = digits == 2
                && third_digits <= 2
                && first > 31
                && is_day(century(first), second, third);
            (year_first || year_last || short || short_year_first).then(|| day_word_end(page, end))
        }
        // 1987年4月 tells enough to be kept; 4月12日 is a birthday.
        None if (digits == 4 || is_year)
            && (1900..=2100).contains(&century(first))
            && (1..=12).contains(&second) =>
        {
            Some(suffixed(page, two, &["月份", "月"]))
        }
        None if page.slice(at, next).contains('月')
            && (1..=12).contains(&first)
            && (1..=31).contains(&second) =>
        {
            let end = day_word_end(page, two);
            Some(year_behind(page, end).unwrap_or(end))
        }
        None => None,
    }
}

/// The end of a year that is told after its day: 12月3日，1993年.
fn year_behind(page: &Page<'_>, at: usize) -> Option<usize> {
    let next = page
        .rest(at)
        .strip_prefix(['，', ','])?
        .trim_start_matches(' ');
    let (year, end, digits) = number(page, page.text.len() - next.len())?;
    let told = digits == 4 && (1900..=2100).contains(&year) && page.rest(end).starts_with('年');
    told.then(|| end + "年".len())
}

/// 1976年农历五月初八, 1968年八月廿三, 腊月二十: a day as the lunar calendar names it.
fn lunar(page: &Page<'_>, at: usize) -> Option<usize> {
    let (year, end, digits) = number(page, at)?;
    if !(1900..=2100).contains(&century(year)) || !matches!(digits, 2 | 4) {
        return None;
    }
    let rest = page.rest(end).trim_start_matches(' ').strip_prefix('年')?;
    let rest = rest.trim_start_matches(' ');
    let named = ["农历", "阴历", "旧历", "腊月", "正月", "冬月", "闰"];
    // Western days are no business of this: 初八, 廿三 are none.
    let is_named = named.iter().any(|name| rest.starts_with(name))
        || rest
            .split_once('月')
            .is_some_and(|(_, day)| day.starts_with(['初', '廿', '卅']));
    if !is_named {
        return None;
    }
    let calendars = ["农历", "阴历", "旧历"];
    let rest = calendars
        .iter()
        .find_map(|name| rest.strip_prefix(name))
        .unwrap_or(rest);
    let rest = rest.strip_prefix('闰').unwrap_or(rest);
    let numerals = "一二三四五六七八九十正冬腊0123456789";
    let month = rest.trim_start_matches(|c| numerals.contains(c));
    let (length, day) = (rest.len() - month.len(), month.strip_prefix('月')?);
    if length == 0 || length > 6 {
        return None;
    }
    let days = "初一二三四五六七八九十廿卅0123456789";
    let after = day.trim_start_matches(|c| days.contains(c));
    let length = day.len() - after.len();
    (length <= 9).then(|| day_word_end(page, page.text.len() - after.len()))
}

fn suffixed(page: &Page<'_>, at: usize, words: &[&str]) -> usize {
    let rest = page.rest(at);
    words
        .iter()
        .find(|word| rest.starts_with(**word))
        .map_or(at, |word| at + word.len())
}

fn day_word_end(page: &Page<'_>, at: usize) -> usize {
    suffixed(page, at, &["日", "号", " 日", " 号"])
}

/// 19870412, 870412.
fn compact(page: &Page<'_>, at: usize) -> Option<usize> {
    let (value, end, digits) = number(page, at)?;
    let fits = match digits {
        8 => is_day(value / 10_000, value / 100 % 100, value % 100),
        6 => is_day(century(value / 10_000), value / 100 % 100, value % 100),
        _ => false,
    };
    let free = !page.after(end).is_some_and(|c| c.is_ascii_alphanumeric());
    (fits && free).then_some(end)
}

/// 12 April 1987, 3rd of May 1980.
fn day_first(page: &Page<'_>, at: usize) -> Option<usize> {
    let (day, end, digits) = number(page, at)?;
    if digits > 2 || !(1..=31).contains(&day) {
        return None;
    }
    let end = suffixed(page, end, &["st", "nd", "rd", "th"]);
    let rest = page.rest(end).trim_start_matches([' ', '-', '.']);
    let rest = rest.strip_prefix("of ").unwrap_or(rest);
    let month_at = page.text.len() - rest.len();
    let (_, end) = month(page, month_at)?;
    year_after(page, end)
        .or_else(|| spoken_year(page, end))
        .or(Some(end))
}

/// fourth of May 1979, twenty-first of June: as people speak.
fn ordinal_first(page: &Page<'_>, at: usize) -> Option<usize> {
    const DAYS: [&str; 22] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
        "thirtieth",
        "thirty",
    ];
    let word_end = |at: usize| {
        let length = page
            .rest(at)
            .bytes()
            .take(12)
            .take_while(u8::is_ascii_alphabetic)
            .count();
        at + length
    };
    let mut end = word_end(at);
    let mut day = page.slice(at, end).to_ascii_lowercase();
    if matches!(day.as_str(), "twenty" | "thirty") && page.rest(end).starts_with([' ', '-']) {
        let next = end + 1;
        end = word_end(next);
        day = page.slice(next, end).to_ascii_lowercase();
    }
    if !DAYS.contains(&day.as_str()) {
        return None;
    }
    let rest = page.rest(end).trim_start_matches(' ');
    let rest = rest.strip_prefix("of ").unwrap_or(rest);
    let (_, end) = month(page, page.text.len() - rest.len())?;
    year_after(page, end)
        .or_else(|| spoken_year(page, end))
        .or(Some(end))
}

/// nineteen eighty-five, two thousand and four.
fn spoken_year(page: &Page<'_>, at: usize) -> Option<usize> {
    let (mut end, mut count) = (at, 0);
    while count < 5 {
        let rest = page.rest(end);
        let word = rest.trim_start_matches([' ', '-', ',']);
        let length = word
            .bytes()
            .take(10)
            .take_while(u8::is_ascii_alphabetic)
            .count();
        let spelled = word.get(..length).unwrap_or_default();
        // Of people alive: nineteen ninety, two thousand and four, twenty oh three.
        let known = match count {
            0 => ["nineteen", "two", "twenty"]
                .iter()
                .any(|first| spelled.eq_ignore_ascii_case(first)),
            _ => is_number_word(spelled),
        };
        if !known || rest.len() - word.len() > 2 {
            break;
        }
        end = page.text.len() - word.len() + length;
        count += 1;
    }
    (count >= 2).then_some(end)
}

/// April 12, 1987; Apr 12th 87.
fn month_first(page: &Page<'_>, at: usize) -> Option<usize> {
    let (_, end) = month(page, at)?;
    let rest = page.rest(end).trim_start_matches([' ', '.', '-']);
    let (day, end, digits) = number(page, page.text.len() - rest.len())?;
    if digits == 4 && (1900..=2100).contains(&day) {
        return Some(end);
    }
    if digits > 2 || !(1..=31).contains(&day) {
        return None;
    }
    let end = suffixed(page, end, &["st", "nd", "rd", "th"]);
    year_after(page, end).or(Some(end))
}

fn year_after(page: &Page<'_>, at: usize) -> Option<usize> {
    let rest = page.rest(at).trim_start_matches([' ', ',', '-', '.', '/']);
    let (year, end, digits) = number(page, page.text.len() - rest.len())?;
    (digits == 4 && (1900..=2100).contains(&year) || digits == 2).then_some(end)
}

/// The English month that begins at `at`, and the byte after it.
fn month(page: &Page<'_>, at: usize) -> Option<(usize, usize)> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let length = page
        .rest(at)
        .bytes()
        .take(10)
        .take_while(u8::is_ascii_alphabetic)
        .count();
    let word = page.slice(at, at + length).to_ascii_lowercase();
    if length < 3 {
        return None;
    }
    let place = MONTHS
        .iter()
        .position(|month| *month == word || length <= 4 && month.starts_with(&word))
        .or((word == "sept").then_some(8))?;
    Some((place, at + length))
}

/// A year of two digits in full: 30 and above are of the last century.
const fn century(year: u32) -> u32 {
    match year {
        0..=29 => 2000 + year,
        30..=99 => 1900 + year,
        _ => year,
    }
}

/// Whether the calendar has this day, for a living person's century or so.
pub(super) fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1880..=2100).contains(&year) && (1..=days).contains(&day)
}
