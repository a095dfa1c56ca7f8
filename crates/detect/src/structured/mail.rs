//! E-mail addresses, typed and spoken.

use super::candidate;
use super::numeral::digit_at;
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::{Candidate, Confidence, Kind};

/// Looks at the `@` at `at`.
pub(super) fn typed(page: &Page<'_>, at: usize, out: &mut Vec<Candidate>) {
    let start = mixed_start(page, local_start(page, at), at);
    // ssh root@gw01.example.com: an account on a machine, to which nobody writes.
    if page.head(start).ends_with("ssh ") {
        return;
    }
    if start < at
        && let Some(end) = domain_end(page, at + 1)
    {
        out.push(candidate(start, end, Kind::Email, 980, "email.typed"));
        return;
    }
    // `name @ host . com` and `name@qq点com`.
    around(page, at, at + 1, true, out);
}

/// Looks at the `#` at `at`, which stands for `@` before a host that people write to.
pub(super) fn hashed(page: &Page<'_>, at: usize, out: &mut Vec<Candidate>) {
    let start = local_start(page, at);
    let end = domain_end(page, at + 1).filter(|end| {
        let label = page.slice(at + 1, *end).rsplit('.').next();
        label.is_some_and(is_domain)
    });
    // `page.html#section.io` names a place in a page.
    let is_page = page.slice(start, at).contains(".htm") || page.head(start).ends_with('/');
    if start < at && !is_page {
        let sure = local_sure(page.slice(start, at), 860);
        out.extend(end.map(|end| candidate(start, end, Kind::Email, sure, "email.hashed")));
    }
}

/// Looks at the words that stand for `@`.
pub(super) fn spoken(page: &Page<'_>, out: &mut Vec<Candidate>) {
    for said in &page.ats {
        let is_sure = page.slice(said.start, said.end) != "at"
            && page.slice(said.start, said.end) != "AT"
            && page.slice(said.start, said.end) != "At";
        around(page, said.start, said.end, is_sure, out);
    }
}

/// The start of a local part with numerals in it, five at least (三零五七二一八八六@qq.com) or after letters
/// (luo_四七零幺@), or of single characters (t a n g 0 6 @); else `start`.
fn mixed_start(page: &Page<'_>, start: usize, at: usize) -> usize {
    let bytes = page.text.as_bytes();
    let (mut from, mut numerals) = (start, 0);
    while at - from < LONGEST_LOCAL
        && let Some(before) = from.checked_sub(3)
        && page.text.is_char_boundary(before)
        && !bytes.get(before).is_some_and(u8::is_ascii)
        && digit_at(bytes, before).is_some()
    {
        (from, numerals) = (before, numerals + 1);
        let left = from.checked_sub(1).and_then(|at| bytes.get(at));
        if left.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') {
            return mixed_start(page, local_start(page, from), at);
        }
    }
    if numerals >= 5 || numerals > 0 && page.byte(from).is_some_and(|b| b.is_ascii()) {
        return from;
    }
    // Single letters and digits, a blank between any two.
    let mut single = start;
    while let [before, b' ', own, ..] = bytes.get(single.saturating_sub(2)..).unwrap_or_default()
        && before.is_ascii_alphanumeric()
        && own.is_ascii_alphanumeric()
        && single >= 2
        && !single
            .checked_sub(3)
            .and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_alphanumeric)
        && at - single < LONGEST_LOCAL
    {
        single -= 2;
    }
    let is_single = at == start + 1 || page.head(at).ends_with(' ') && start + 2 == at;
    if is_single && start - single >= 8 {
        single
    } else {
        start
    }
}

/// A local part of digits alone would be a telephone number by itself: the whole stands above it.
fn local_sure(local: &str, sure: Confidence) -> Confidence {
    if local.bytes().all(|b| b.is_ascii_digit()) {
        985
    } else {
        sure
    }
}

/// The longest local part and host that are looked at, in bytes.
const LONGEST_LOCAL: usize = 64;
const LONGEST_HOST: usize = 128;

/// The first byte of the local part that ends at `at`.
fn local_start(page: &Page<'_>, at: usize) -> usize {
    let bytes = page.text.as_bytes().get(..at).unwrap_or_default();
    let length = bytes
        .iter()
        .rev()
        .take(LONGEST_LOCAL)
        .take_while(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(b))
        .count();
    // E-mail......name@host: two dots are a leader, no part of a name.
    let local = bytes.get(at - length..).unwrap_or_default();
    let leader = local.windows(2).rposition(|two| two == b"..");
    let length = leader.map_or(length, |place| length - place - 1);
    let marks = bytes
        .get(at - length..)
        .unwrap_or_default()
        .iter()
        .take_while(|b| b"._%+-".contains(b))
        .count();
    let start = at - length + marks;
    // 4.lily@qq.com: the number of an item in a list.
    let digits = bytes
        .iter()
        .skip(start)
        .take(2)
        .take_while(|b| b.is_ascii_digit());
    let item = start + digits.count() + 1;
    if item > start + 1
        && item < at
        && bytes.get(item - 1) == Some(&b'.')
        && page.is_item(start, item)
    {
        item
    } else {
        start
    }
}

/// The end of a host with a top-level domain that begins at `at`.
fn domain_end(page: &Page<'_>, at: usize) -> Option<usize> {
    let rest = page.text.as_bytes().get(at..)?;
    let length = rest
        .iter()
        .take(LONGEST_HOST)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        .count();
    let mut host = rest.get(..length)?;
    // The last label is the domain; marks and what is no label after it end the sentence.
    loop {
        while let [rest @ .., b'.' | b'-'] = host {
            host = rest;
        }
        let dot = host.iter().rposition(|b| *b == b'.')?;
        let label = host.get(dot + 1..)?;
        // icon@2x.png is a picture for fine screens.
        if is_picture(label) {
            return None;
        }
        if dot > 0 && (2..=24).contains(&label.len()) && label.iter().all(u8::is_ascii_alphabetic) {
            return Some(at + host.len());
        }
        host = host.get(..dot)?;
    }
}

/// lily88 at 163.com: a local part that is no word, at a host of mail alone.
fn is_mail(page: &Page<'_>, local: usize, end: usize, stop: usize) -> bool {
    const HOSTS: [&str; 12] = [
        "qq.com",
        "163.com",
        "126.com",
        "139.com",
        "sina.com",
        "sohu.com",
        "gmail.com",
        "foxmail.com",
        "outlook.com",
        "hotmail.com",
        "yeah.net",
        "icloud.com",
    ];
    let name = page.slice(local, end);
    let host = page.slice(end, stop);
    let ends = |known: &&str| {
        let from = host.len().checked_sub(known.len());
        let tail = from.and_then(|from| host.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(known))
    };
    name.bytes()
        .any(|b| b.is_ascii_digit() || matches!(b, b'_' | b'+'))
        && HOSTS.iter().any(ends)
}

fn is_picture(label: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 7] = [b"png", b"jpg", b"jpeg", b"gif", b"webp", b"svg", b"bmp"];
    (3..=4).contains(&label.len())
        && ENDINGS
            .iter()
            .any(|ending| label.eq_ignore_ascii_case(ending))
}

/// An address around something that stands for `@` from `start` to `end`, with words for dots and
/// blanks between.
fn around(page: &Page<'_>, start: usize, end: usize, is_sure: bool, out: &mut Vec<Candidate>) {
    let before = page.head(start).trim_end_matches([' ', '\u{3000}']);
    let local = spoken_local(page, before.len());
    if local == before.len() || before.len() + 4 < start {
        return;
    }
    let rest = page.rest(end);
    let host_at = end + rest.len() - rest.trim_start_matches([' ', '\u{3000}']).len();
    let Some((stop, dots)) = spoken_host(page, host_at) else {
        return;
    };
    // The English word alone needs a spoken dot too.
    let is_told = || page.announced(Cue::Email, local) == Announced::Directly;
    let is_of_mail = || is_mail(page, local, before.len(), stop);
    if is_sure || dots || is_told() || is_of_mail() {
        let sure = local_sure(page.slice(local, before.len()), 880);
        out.push(candidate(local, stop, Kind::Email, sure, "email.spoken"));
    }
}

/// The start of a local part that may hold words for dots and underscores.
fn spoken_local(page: &Page<'_>, end: usize) -> usize {
    let mut at = mixed_start(page, local_start(page, end), end);
    for _ in 0..6 {
        let before = page.head(at);
        let joined = before.trim_end_matches(' ');
        let Some(word) = [
            " dot",
            " underscore",
            " dash",
            "[dot]",
            "(dot)",
            "（dot）",
            "［dot］",
            "【dot】",
            "[.]",
            "(.)",
            "点",
            "下划线",
            "杠",
            "横杠",
            "减号",
        ]
        .iter()
        .find(|word| joined.ends_with(**word)) else {
            break;
        };
        let left = joined
            .get(..joined.len() - word.len())
            .unwrap_or_default()
            .trim_end_matches(' ')
            .len();
        let next = local_start(page, left);
        if next == left || end - next > LONGEST_LOCAL {
            break;
        }
        at = next;
    }
    at
}

/// The end of a host with words or marks for dots, and whether a word stood for one.
fn spoken_host(page: &Page<'_>, at: usize) -> Option<(usize, bool)> {
    let mut end = label_end(page, at);
    let (mut dots, mut stop) = (false, None);
    if end == at {
        return None;
    }
    for _ in 0..5 {
        let Some((next, is_word)) = dot(page, end) else {
            break;
        };
        let upto = label_end(page, next);
        if upto == next {
            break;
        }
        dots |= is_word;
        end = upto;
        if is_domain(page.slice(next, upto)) {
            stop = Some(end);
        }
    }
    stop.map(|stop| (stop, dots))
}

fn label_end(page: &Page<'_>, at: usize) -> usize {
    let label = page.text.as_bytes().get(at..).unwrap_or_default();
    let typed = label
        .iter()
        .take(LONGEST_LOCAL)
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-')
        .count();
    // 幺六三点com: hosts of mail with three digits.
    let spoken = || (0..3).all(|place| digit_at(label, 3 * place).is_some_and(|(_, len)| len == 3));
    at + if typed == 0 && spoken() { 9 } else { typed }
}

/// What stands for a dot at `at`: where the next label begins, and whether it is a word.
fn dot(page: &Page<'_>, at: usize) -> Option<(usize, bool)> {
    let rest = page.rest(at);
    let trimmed = rest.trim_start_matches([' ', '\u{3000}']);
    let word = [
        "点儿",
        "点",
        "．",
        "。",
        "，",
        "[dot]",
        "【dot】",
        "(dot)",
        "{dot}",
        "（dot）",
        "【点】",
        "[.]",
        "(.)",
        "dot",
        "［dot］",
        "［点］",
        "[点]",
        "(点)",
        "（点）",
        ".",
        "·",
    ]
    .iter()
    .find(|word| {
        let head = trimmed.get(..word.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word))
    })?;
    let after = trimmed.get(word.len()..)?;
    let blank = rest.len() > trimmed.len();
    // The bare word needs blanks around it, or it is a piece of a label.
    if word.eq_ignore_ascii_case("dot") && !(blank && after.starts_with(' ')) {
        return None;
    }
    // A full stop with a blank after it ends a sentence, unless a blank stands before it too.
    if *word == "." && after.starts_with(' ') && !blank {
        return None;
    }
    let next = after.trim_start_matches([' ', '\u{3000}']);
    Some((page.text.len() - next.len(), *word != "."))
}

/// Top-level domains that people spell out.
fn is_domain(label: &str) -> bool {
    const KNOWN: [&str; 34] = [
        "com", "cn", "net", "org", "edu", "gov", "io", "co", "uk", "me", "info", "biz", "de", "fr",
        "jp", "hk", "tw", "us", "ca", "au", "kr", "ru", "eu", "cc", "vip", "top", "xyz", "app",
        "dev", "example", "test", "in", "sg", "nz",
    ];
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(label))
}
