//! Positions: latitude and longitude in decimals, or in degrees, minutes and seconds.

use super::candidate;
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::{Candidate, Kind};

/// Looks at the dot at `at`: the decimal point of the first of two decimals.
pub(super) fn from_dot(page: &Page<'_>, at: usize, out: &mut Vec<Candidate>) {
    if let Some((start, end)) = pair(page, at) {
        out.push(candidate(start, end, Kind::Gps, 930, "gps.decimal"));
    }
}

/// A decimal of degrees: its bytes, value in thousandths, digits after the point.
struct Decimal {
    start: usize,
    end: usize,
    degrees: u32,
    places: usize,
    is_signed: bool,
}

fn decimal(page: &Page<'_>, dot: usize) -> Option<Decimal> {
    let bytes = page.text.as_bytes();
    let whole = bytes
        .get(..dot)?
        .iter()
        .rev()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let places = bytes
        .get(dot + 1..)?
        .iter()
        .take(17)
        .take_while(|b| b.is_ascii_digit())
        .count();
    if !(1..=3).contains(&whole) || !(2..=16).contains(&places) {
        return None;
    }
    let first = dot - whole;
    let degrees = page.slice(first, dot).parse().ok()?;
    let before = first.checked_sub(1).and_then(|at| bytes.get(at));
    let is_signed = matches!(before, Some(b'-' | b'+'));
    let is_leader = page.head(first).ends_with("..");
    let free =
        (is_leader || !matches!(before, Some(b'.'))) && !before.is_some_and(|b| b.is_ascii_digit());
    (degrees <= 180 && free).then_some(Decimal {
        start: first - usize::from(is_signed),
        end: dot + 1 + places,
        degrees,
        places,
        is_signed,
    })
}

/// The pair whose first decimal has its point at `dot`.
fn pair(page: &Page<'_>, dot: usize) -> Option<(usize, usize)> {
    let first = decimal(page, dot)?;
    let after_first = unit_end(page, first.end);
    let (from, is_labelled) = between(page, after_first)?;
    let sign = usize::from(matches!(page.byte(from), Some(b'-' | b'+')));
    let digits = page
        .text
        .as_bytes()
        .get(from + sign..)?
        .iter()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let second = decimal(page, from + sign + digits)?;
    let hemisphere = start_with_hemisphere(page, first.start);
    let announced =
        page.announced(Cue::Gps, hemisphere) != Announced::No || ends_with_gps(page, hemisphere);
    let range = first.degrees <= 90 || second.degrees <= 90;
    let precise = first.places >= 4 && second.places >= 4;
    let china =
        within_china(first.degrees, second.degrees) || within_china(second.degrees, first.degrees);
    let fine = first.places >= 3 && second.places >= 3;
    // 1.35217 N, 103.94418 E
    let compass = fine && after_first > first.end && unit_end(page, second.end) > second.end;
    let said = announced && fine || is_labelled || compass || hemisphere < first.start;
    let fits = range
        && (said
            || precise
                && (china || first.is_signed || second.is_signed || !page.is_other(first.start)));
    if !fits || page.is_other(first.start) && !said {
        return None;
    }
    Some((hemisphere, unit_end(page, second.end)))
}

/// Past `°`, 度 and a letter of the hemisphere.
fn unit_end(page: &Page<'_>, at: usize) -> usize {
    let mut end = at;
    for unit in ["°", "度", "º"] {
        if page.rest(end).starts_with(unit) {
            end += unit.len();
        }
    }
    let blank = usize::from(page.byte(end) == Some(b' '));
    match page.byte(end + blank) {
        Some(b'N' | b'S' | b'E' | b'W' | b'n' | b's' | b'e' | b'w')
            if !page
                .byte(end + blank + 1)
                .is_some_and(|b| b.is_ascii_alphanumeric()) =>
        {
            end + blank + 1
        }
        _ => end,
    }
}

/// What parts the two decimals: where the second begins, and whether its name stands there.
fn between(page: &Page<'_>, at: usize) -> Option<(usize, bool)> {
    let rest = page.rest(at);
    let marks = rest.len()
        - rest
            .trim_start_matches([' ', ',', '，', '/', ';', '；', '、', '\t', '&', '"', '|'])
            .len();
    let next = rest.get(marks..)?;
    if marks > 6 {
        return None;
    }
    for name in [
        "东经",
        "西经",
        "北纬",
        "南纬",
        "经度",
        "纬度",
        "longitude",
        "latitude",
        "lng",
        "lon",
        "lat",
        "N",
        "E",
        "S",
        "W",
    ] {
        if let Some(after) = next
            .get(..name.len())
            .filter(|head| head.eq_ignore_ascii_case(name))
            .and(next.get(name.len()..))
        {
            let value = after.trim_start_matches([' ', ':', '：', '=', '"', '\'', '是', '为']);
            return (after.len() - value.len() <= 8).then(|| (page.text.len() - value.len(), true));
        }
    }
    (marks > 0).then_some((at + marks, false))
}

/// The start with a letter or name of the hemisphere before it: N30.5, 北纬30.5.
fn start_with_hemisphere(page: &Page<'_>, start: usize) -> usize {
    let head = page.head(start);
    for name in ["N", "S", "E", "W", "n", "e", "s", "w"] {
        if head.ends_with(name)
            && !head
                .get(..head.len() - 1)
                .is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
        {
            return start - 1;
        }
    }
    // N 31.23, E 121.47
    if let Some(letter) = head.strip_suffix(' ')
        && letter.ends_with(['N', 'S', 'E', 'W'])
        && !letter
            .as_bytes()
            .iter()
            .rev()
            .nth(1)
            .is_some_and(u8::is_ascii_alphanumeric)
    {
        return start - 2;
    }
    for name in ["东经", "西经", "北纬", "南纬"] {
        if head.ends_with(name) {
            return start - name.len();
        }
    }
    start
}

/// Whether a word for positions ends right before the start, as the name of a hemisphere does.
fn ends_with_gps(page: &Page<'_>, at: usize) -> bool {
    page.head(at).ends_with(['(', '（', '@']) && page.announced(Cue::Gps, at) != Announced::No
}

fn within_china(latitude: u32, longitude: u32) -> bool {
    (3..=54).contains(&latitude) && (73..=136).contains(&longitude)
}

/// Looks at the degree sign at `at`: degrees, minutes, seconds, twice.
pub(super) fn from_degree(page: &Page<'_>, at: usize, out: &mut Vec<Candidate>) {
    if !page.rest(at).starts_with('°') {
        return;
    }
    let head = page.text.as_bytes().get(..at).unwrap_or_default();
    let digits = head
        .iter()
        .rev()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    if !(1..=3).contains(&digits) {
        return;
    }
    let start = start_with_hemisphere(page, at - digits);
    let Some(first) = sexagesimal(page, at - digits) else {
        return;
    };
    let rest = page.rest(first);
    let gap = rest.len()
        - rest
            .trim_start_matches([' ', ',', '，', '、', '/', ';'])
            .len();
    let mut from = first + gap;
    for name in ["东经", "西经", "N", "S", "E", "W"] {
        if page.rest(from).starts_with(name) {
            from += name.len();
            break;
        }
    }
    if gap <= 4
        && let Some(end) = sexagesimal(page, from)
    {
        out.push(candidate(start, end, Kind::Gps, 960, "gps.degrees"));
    }
}

/// Looks after the names of hemispheres, for degrees that are told in words: 东经116度23分29秒，北纬39度54分20秒.
pub(super) fn spoken(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let hemispheres = ["东经", "西经", "北纬", "南纬"];
    let names = page.said().iter().filter(|said| said.cue == Cue::Gps);
    let mut done = 0;
    for name in names.filter(|said| hemispheres.contains(&page.slice(said.start, said.end))) {
        if name.start < done {
            continue;
        }
        let both = minutes(page, name.end).and_then(|first| {
            let rest = page
                .rest(first)
                .trim_start_matches([' ', ',', '，', '、', '/', ';']);
            let from = page.text.len() - rest.len();
            let other = hemispheres.iter().find(|name| rest.starts_with(**name))?;
            minutes(page, from + other.len()).filter(|_| from <= first + 4)
        });
        if let Some(end) = both {
            out.push(candidate(name.start, end, Kind::Gps, 960, "gps.degrees"));
            done = end;
        }
    }
}

/// The end of degrees with minutes at least, which a whole number of degrees would be too coarse without.
fn minutes(page: &Page<'_>, at: usize) -> Option<usize> {
    let degrees = part(page, at, &["°", "度"])?;
    part(page, degrees, &["'", "′", "’", "分"])?;
    sexagesimal(page, at)
}

/// The end of degrees, minutes and seconds from `at` on, with the letter of the hemisphere.
fn sexagesimal(page: &Page<'_>, at: usize) -> Option<usize> {
    let mut end = part(page, at, &["°", "度"])?;
    if let Some(minutes) = part(page, end, &["'", "′", "’", "分"]) {
        end = minutes;
        if let Some(seconds) = part(page, end, &["\"", "″", "”", "''", "秒"]) {
            end = seconds;
        }
    }
    Some(unit_end(page, end))
}

/// A number and one of the units after it.
fn part(page: &Page<'_>, at: usize, units: &[&str]) -> Option<usize> {
    let rest = page.rest(at).trim_start_matches(' ');
    let digits = rest
        .bytes()
        .take(10)
        .take_while(|b| b.is_ascii_digit() || *b == b'.')
        .count();
    let after = rest.get(digits..)?;
    let unit = units.iter().find(|unit| after.starts_with(**unit))?;
    (digits > 0).then(|| page.text.len() - after.len() + unit.len())
}
