//! Addresses on networks: IPv4, IPv6, hardware.

use std::net::Ipv6Addr;

use super::candidate;
use super::disguised::{goes_on, lookalike, mark_length};
use super::numeral::digit_at;
use crate::cue::Cue;
use crate::page::{Announced, Page};
use crate::{Candidate, Kind};

/// Looks at a short word that may begin an address: up to four letters and digits.
pub(super) fn from_word(page: &Page<'_>, start: usize, end: usize, out: &mut Vec<Candidate>) {
    match page.byte(end) {
        Some(b'.') if !ipv4(page, start, out) => {
            fours(page, start, b'.', out);
            spoken_ipv4(page, start, out);
        }
        Some(b'-') if end - start == 2 => hardware(page, start, b'-', out),
        Some(b'-') if end - start == 4 => fours(page, start, b'-', out),
        Some(0xEF) if end - start == 2 => wide_hardware(page, start, out),
        Some(b' ' | b',' | b'[' | b'(' | 0xC2 | 0xE2..=0xEF) if end - start <= 3 => {
            spoken_ipv4(page, start, out)
        }
        _ => {}
    }
}

/// Looks at the colon at `at`: the first one of a hardware address or of an IPv6 address.
pub(super) fn from_colon(page: &Page<'_>, at: usize, out: &mut Vec<Candidate>) {
    let bytes = page.text.as_bytes();
    let head = bytes.get(..at).unwrap_or_default();
    let word = head
        .iter()
        .rev()
        .take(5)
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    if word > 4 {
        return;
    }
    let start = at - word;
    let before = start.checked_sub(1).and_then(|at| page.byte(at));
    if before.is_some_and(|b| b.is_ascii_alphanumeric())
        || before == Some(b':') && !is_label_end(page, start - 1)
    {
        return;
    }
    if word == 2 {
        hardware(page, start, b':', out);
    }
    ipv6(page, start, out);
}

/// Whether the colon at `at` ends a label (`MAC:`, 网关:) and is none within an address.
fn is_label_end(page: &Page<'_>, at: usize) -> bool {
    let head = page.text.as_bytes().get(..at).unwrap_or_default();
    let word = head
        .iter()
        .rev()
        .take(6)
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    let word = head.get(at - word..).unwrap_or_default();
    let is_group = word.len() <= 4 && word.iter().all(u8::is_ascii_hexdigit);
    !is_group || word.is_empty() && head.last().is_some_and(|b| !b.is_ascii())
}

/// Four octets. False if there are none.
fn ipv4(page: &Page<'_>, start: usize, out: &mut Vec<Candidate>) -> bool {
    let bytes = page.text.as_bytes();
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    if matches!(before, Some(b'.' | b'-' | b'_')) && !page.head(start).ends_with("..") {
        return false;
    }
    let mut at = start;
    let mut octets = [0_u16; 4];
    for (place, octet) in octets.iter_mut().enumerate() {
        if place > 0 {
            if bytes.get(at) != Some(&b'.') {
                return false;
            }
            at += 1;
        }
        let digits = bytes
            .get(at..)
            .unwrap_or_default()
            .iter()
            .take(4)
            .take_while(|b| b.is_ascii_digit())
            .count();
        if !(1..=3).contains(&digits) || digits > 1 && bytes.get(at) == Some(&b'0') {
            return false;
        }
        *octet = page.slice(at, at + digits).parse().unwrap_or(256);
        at += digits;
    }
    let goes_on = match bytes.get(at) {
        Some(b'.') => bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        // 172.16.100.2ping不通
        Some(b) if b.is_ascii() => b.is_ascii_alphabetic() && !page.rest(at).starts_with("ping"),
        // 61.43.71.1二七
        Some(_) => digit_at(bytes, at).is_some(),
        None => false,
    };
    if goes_on {
        return false;
    }
    if octets.iter().any(|octet| *octet > 255) {
        return false;
    }
    // 192.168.1.0/24 is a network, not a device on it.
    if octets.get(3) == Some(&0) && bytes.get(at) == Some(&b'/') {
        return true;
    }
    let announced = page.announced(Cue::Ip, start);
    if is_nobody(octets) || announced != Announced::Directly && is_version(page, start, octets) {
        return true;
    }
    out.push(candidate(start, at, Kind::Ip, 960, "ip.v4"));
    true
}

/// Four octets with other marks or words for the dots, announced: 117。136。40。201, 10 点 1 点 2 点 3.
pub(super) fn spoken_ipv4(page: &Page<'_>, start: usize, out: &mut Vec<Candidate>) {
    let bytes = page.text.as_bytes();
    let (mut at, mut longest, mut points) = (start, 0, 0);
    for place in 0..4 {
        if place > 0 {
            let Some((next, is_point)) = spoken_dot(page, at) else {
                return;
            };
            at = next;
            points += usize::from(is_point);
        }
        let Some((octet, next)) = spoken_octet(bytes, at) else {
            return;
        };
        longest = longest.max(octet);
        at = next;
    }
    let ends = !page.byte(at).is_some_and(|b| b.is_ascii_alphanumeric())
        && digit_at(bytes, at).is_none()
        && spoken_dot(page, at).is_none_or(|(next, _)| digit_at(bytes, next).is_none());
    // 192点168点…, 二二三点二二一点…: no other numbers are spoken so.
    let is_private = page.slice(start, start + 3) == "192";
    let is_spoken = points == 3 && longest > 99;
    let said = || page.announced(Cue::Ip, start) == Announced::Directly;
    if ends && (is_private || is_spoken || said()) {
        out.push(candidate(start, at, Kind::Ip, 880, "ip.spoken"));
    }
}

/// Four octets with any mark, word or pause for the dots, and letters for digits: 10,91,13,11; 2l8.117.46.178;
/// 101点252，呃，点8点76. Plain ones are no business of this.
fn disguised_ipv4(page: &Page<'_>, start: usize) -> Option<Candidate> {
    let bytes = page.text.as_bytes();
    let (mut at, mut is_odd) = (start, false);
    for place in 0..4 {
        if place > 0 {
            let next = dot_end(page, at)?;
            is_odd |= page.slice(at, next) != ".";
            at = next;
        }
        let (octet, digits, next) = guessed_octet(bytes, at)?;
        is_odd |= digits != next - at;
        if octet > 255 || digits == 0 {
            return None;
        }
        at = next;
    }
    let ends = !goes_on(bytes, at) && dot_end(page, at).is_none_or(|next| !goes_on(bytes, next));
    (is_odd && ends).then(|| candidate(start, at, Kind::Ip, 880, "ip.disguised"))
}

/// One to three digits of any writing or letters that look like some: their value, how many are ASCII digits, and the
/// byte after them.
fn guessed_octet(bytes: &[u8], at: usize) -> Option<(u16, usize, usize)> {
    let (mut octet, mut end, mut count, mut plain) = (0, at, 0, 0);
    loop {
        let (digit, length) = match digit_at(bytes, end) {
            Some((digit, length)) => (digit, length),
            None => match bytes
                .get(end)
                .and_then(|b| lookalike(b.to_ascii_uppercase()))
            {
                Some(digit) => (digit, 1),
                None => break,
            },
        };
        plain += usize::from(bytes.get(end).is_some_and(u8::is_ascii_digit));
        octet = octet * 10 + u16::from(digit - b'0');
        end += length;
        count += 1;
        if count > 3 {
            return None;
        }
    }
    let told = plain > 0 || digit_at(bytes, at).is_some();
    (count > 0 && told).then_some((octet, plain, end))
}

/// Past what stands for a dot before another octet: marks, 点, dot, pauses.
fn dot_end(page: &Page<'_>, at: usize) -> Option<usize> {
    let mut next = at;
    for _ in 0..4 {
        let rest = page.rest(next);
        let word = ["dot", "DOT", "点", "點", "。", "．"];
        next = match word.iter().find(|word| rest.starts_with(**word)) {
            Some(word) => next + word.len(),
            None => next + mark_length(rest)?,
        };
        let bytes = page.text.as_bytes();
        let letter = bytes
            .get(next)
            .and_then(|b| lookalike(b.to_ascii_uppercase()));
        if digit_at(bytes, next).is_some() || letter.is_some() {
            return Some(next);
        }
    }
    None
}

/// One to three digits of any writing, at most 255, and the byte after them.
fn spoken_octet(bytes: &[u8], at: usize) -> Option<(u16, usize)> {
    let (mut octet, mut end, mut count) = (0, at, 0);
    while let Some((digit, length)) = digit_at(bytes, end) {
        octet = octet * 10 + u16::from(digit - b'0');
        end += length;
        count += 1;
        if count > 3 {
            return None;
        }
    }
    (count > 0 && octet <= 255).then_some((octet, end))
}

/// Past a mark or word for a dot, blanks around it allowed, and whether it is 点.
fn spoken_dot(page: &Page<'_>, at: usize) -> Option<(usize, bool)> {
    const MARKS: [&str; 11] = [
        "点", "點", "。", ".", "·", "、", "，", ",", "[dot]", "(dot)", "．",
    ];
    let rest = page.rest(at);
    let trimmed = rest.trim_start_matches(' ');
    let mark = MARKS.iter().find(|mark| trimmed.starts_with(**mark))?;
    let next = trimmed.get(mark.len()..)?.trim_start_matches(' ');
    Some((at + rest.len() - next.len(), matches!(*mark, "点" | "點")))
}

/// Addresses that no device has: this network, loopback, masks and broadcast, versions such as 126.0.0.0.
fn is_nobody(octets: [u16; 4]) -> bool {
    matches!(octets, [0 | 255, ..] | [127, 0, 0, 1] | [_, 0, 0, 0])
}

/// Whether versions are spoken of right before, as a table's heading or a question: 固件版本？\n我：1.14.13.44.
fn is_about_versions(page: &Page<'_>, start: usize) -> bool {
    let near = page.neighbourhood(start, start);
    [
        "版本", "固件", "version", "Version", "BIOS", "iDRAC", "firmware", "Firmware",
    ]
    .iter()
    .any(|word| near.contains(word))
}

/// 10.40.7.63: of the private networks of firms, and hardly a version.
fn is_private(octets: [u16; 4]) -> bool {
    matches!(octets, [10, _, third, fourth] if third.max(fourth) >= 20)
}

/// Whether it is the version of a program: announced as something else, after `v` or the program's name
/// and a slash, or of small numbers.
fn is_version(page: &Page<'_>, start: usize, octets: [u16; 4]) -> bool {
    let after = page.rest(start);
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
    page.is_other(start)
        || page.head(start).ends_with('第')
        || ["版", "上线", "发布", "以上", "以下", "以后", "及以"]
            .iter()
            .any(|word| after.starts_with(word))
        || page.head(start).ends_with(['v', 'V'])
        || [
            "App ",
            "APP ",
            "app ",
            "升到",
            "升级到",
            "升至",
            "固件由",
            "刷到",
        ]
        .iter()
        .any(|word| page.head(start).ends_with(word))
        || octets.iter().all(|octet| *octet < 100)
            && !is_private(octets)
            && is_about_versions(page, start)
        || page.head(start).ends_with("系统") && octets.iter().all(|octet| *octet < 100)
        || page
            .head(start)
            .strip_suffix('/')
            .is_some_and(|name| name.ends_with(|c: char| c.is_ascii_alphabetic()))
        || octets.iter().all(|octet| *octet < 20) && page.is_near_other(start)
        || octets.iter().all(|octet| *octet < 10)
}

fn is_hex(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_hexdigit)
}

/// Six pairs with blanks between them that no word announces: half of them must hold letters.
pub(super) fn lettered_hardware(page: &Page<'_>, start: usize, out: &mut Vec<Candidate>) {
    let pairs = page.slice(start, start + 17).split(' ');
    let lettered = pairs.filter(|pair| pair.bytes().any(|b| b.is_ascii_alphabetic()));
    if lettered.count() >= 3 {
        hardware(page, start, b' ', out);
    }
}

/// Six pairs of hexadecimal digits parted by `mark`.
fn hardware(page: &Page<'_>, start: usize, mark: u8, out: &mut Vec<Candidate>) {
    let bytes = page.text.as_bytes();
    let fits = (0..17).all(|place| {
        let byte = bytes.get(start + place);
        if place % 3 == 2 {
            byte == Some(&mark)
        } else {
            is_hex(byte)
        }
    });
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    // A blank, or the colon of a label, may stand beside the address, and the word itself: MAC9C-A5-25-….
    let joins = |b: &u8| *b == mark && matches!(mark, b'-' | b':');
    let follows = bytes.get(start + 17);
    let is_label = mark == b':' && start > 0 && is_label_end(page, start - 1);
    let goes_on = |b: &u8| b.is_ascii_alphanumeric() && !page.word_ends_at(start);
    let free = !is_hex(follows)
        && !follows.is_some_and(joins)
        && !before.is_some_and(|b| goes_on(b) || joins(b) && !is_label);
    if fits && free {
        out.push(candidate(start, start + 17, Kind::Mac, 970, "mac.pairs"));
    }
}

/// Six pairs parted by full-width colons.
fn wide_hardware(page: &Page<'_>, start: usize, out: &mut Vec<Candidate>) {
    let text = page.slice(start, start + 6 * 2 + 5 * "：".len());
    let pairs = text.split('：');
    let fits = pairs.clone().count() == 6
        && pairs
            .into_iter()
            .all(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()));
    if fits && !is_hex(page.text.as_bytes().get(start + text.len())) {
        out.push(candidate(
            start,
            start + text.len(),
            Kind::Mac,
            940,
            "mac.pairs",
        ));
    }
}

/// Three fours of hexadecimal digits parted by `mark`: dots or, as some switches write them, hyphens.
fn fours(page: &Page<'_>, start: usize, mark: u8, out: &mut Vec<Candidate>) {
    let bytes = page.text.as_bytes();
    let fits = (0..14).all(|place| {
        let byte = bytes.get(start + place);
        if place % 5 == 4 {
            byte == Some(&mark)
        } else {
            is_hex(byte)
        }
    });
    // A card in fours goes on: 6226.0086.6780.4845.
    let before = start.checked_sub(2).and_then(|at| bytes.get(at..start));
    let goes_on = bytes.get(start + 14) == Some(&b'.')
        && bytes.get(start + 15).is_some_and(u8::is_ascii_digit)
        || matches!(before, Some([b'0'..=b'9', b'.']));
    if !fits || goes_on || bytes.get(start + 14).is_some_and(u8::is_ascii_alphanumeric) {
        return;
    }
    if mark == b'-' && !is_hyphened(page, start) {
        return;
    }
    out.push(candidate(start, start + 14, Kind::Mac, 950, "mac.fours"));
}

/// Whether three fours between hyphens stand alone and are no card, telephone or key of a product.
fn is_hyphened(page: &Page<'_>, start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| page.byte(at));
    let free = !before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && page.byte(start + 14) != Some(b'-');
    let digits = page.slice(start, start + 14).bytes();
    let letters = digits.filter(u8::is_ascii_alphabetic).count();
    // 任务 ID 7f3c-11e9-0042
    let head = page.head(start).trim_end_matches([' ', ':', '：', '=']);
    let numbered = head.ends_with("ID") || head.ends_with("id");
    free && (letters >= 2 && !numbered && !page.is_other(start)
        || page.announced(Cue::Mac, start) == Announced::Directly)
}

/// What the word that announces it hides: six pairs with blanks between them (MAC 6E 4C D8 38 93 79), and what it
/// touches (手机IP192.168.0.113).
pub(super) fn announced(page: &Page<'_>, out: &mut Vec<Candidate>) {
    for said in page.said() {
        match said.cue {
            Cue::Mac => {
                let start = super::account::value_at(page, said.end);
                hardware(page, start, b' ', out);
                super::disguised::find(page, Cue::Mac, said.end, start, out);
                if page.byte(said.end).is_some_and(|b| b.is_ascii_hexdigit()) {
                    hardware(page, said.end, b'-', out);
                    hardware(page, said.end, b':', out);
                }
            }
            Cue::Ip => {
                let touches = page.byte(said.end).is_some_and(|b| b.is_ascii_digit());
                if !(touches && ipv4(page, said.end, out)) {
                    let start = super::account::value_at(page, said.end);
                    out.extend(disguised_ipv4(page, start));
                }
            }
            _ => {}
        }
    }
}

fn ipv6(page: &Page<'_>, start: usize, out: &mut Vec<Candidate>) {
    let bytes = page.text.as_bytes().get(start..).unwrap_or_default();
    let length = bytes
        .iter()
        .take(46)
        .take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'))
        .count();
    let mut text = page.slice(start, start + length);
    // A full stop or colon that ends the sentence is no part, but `::` may be.
    while text.ends_with('.') || text.ends_with(':') && !text.ends_with("::") {
        text = text.get(..text.len() - 1).unwrap_or_default();
    }
    // A ninth group is a port.
    if let Some((address, port)) = text.rsplit_once(':')
        && text.bytes().filter(|b| *b == b':').count() == 8
        && !text.contains("::")
        && port.parse::<u16>().is_ok()
    {
        text = address;
    }
    // Either some groups are left out, or all eight are there, the last two perhaps as an IPv4 address.
    let colons = text.bytes().filter(|b| *b == b':').count();
    if !(text.contains("::") || matches!(colons, 6 | 7))
        || bytes.get(text.len()).is_some_and(u8::is_ascii_alphabetic)
    {
        return;
    }
    let Ok(address) = text.parse::<Ipv6Addr>() else {
        return;
    };
    let groups = text
        .split([':', '.'])
        .filter(|group| !group.is_empty())
        .count();
    if address.is_loopback() || address.is_unspecified() || groups < 3 {
        return;
    }
    out.push(candidate(start, start + text.len(), Kind::Ip, 960, "ip.v6"));
}
