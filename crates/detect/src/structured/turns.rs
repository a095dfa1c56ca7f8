//! Numbers that are told piece by piece over the turns of a conversation, each piece said back or not:
//! `客户：138。坐席：138。客户：0013。坐席：0013。客户：8000。`

use shouxin_model::numbering::is_mobile;

use super::candidate;
use super::numeral::digit_at;
use crate::page::Page;
use crate::survey::Spot;
use crate::{Candidate, Kind};

/// Looks at every short number that is the first word of a turn.
pub(super) fn find(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let mut done = 0;
    for spot in &page.spots {
        let (Spot::Number(start) | Spot::Numeral(start)) = *spot else {
            continue;
        };
        if start < done || !follows_speaker(page, start) {
            continue;
        }
        if let Some(end) = told(page, start) {
            out.push(candidate(start, end, Kind::Phone, 800, "phone.turns"));
            done = end;
        }
    }
}

/// Whether a colon after a word stands right before: `客户：138`, not the one of a time.
fn follows_speaker(page: &Page<'_>, at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| page.byte(at));
    match before(1) {
        Some(b':') => before(2).is_some_and(|b| !b.is_ascii_digit()),
        // ：
        Some(0x9A) => page.head(at).ends_with('：'),
        _ => false,
    }
}

/// No number is told in more turns.
const MOST_TURNS: usize = 16;

/// The end of the mobile number whose first piece stands at `start`.
fn told(page: &Page<'_>, start: usize) -> Option<usize> {
    let (first, mut end) = piece(page, start)?;
    let (mut digits, mut last) = (first.clone(), first);
    for _ in 0..MOST_TURNS {
        let at = turn(page, end)?;
        // A turn of a small word alone (嗯) is passed over.
        let (next, upto) = piece(page, at).or_else(|| piece(page, turn(page, at)?))?;
        end = upto;
        // A piece that is said back adds nothing; it may be said back with what came before.
        if next == last || digits.ends_with(&next) && next.len() >= last.len() {
            continue;
        }
        digits.push_str(&next);
        last = next;
        if digits.len() >= 11 {
            return is_mobile(&digits).then_some(end);
        }
    }
    None
}

/// Two to eight digits of any writing at `at`, and the byte after them.
fn piece(page: &Page<'_>, at: usize) -> Option<(String, usize)> {
    let bytes = page.text.as_bytes();
    let (mut digits, mut end) = (String::new(), at);
    while let Some((digit, len)) = digit_at(bytes, end) {
        digits.push(char::from(digit));
        end += len;
        if digits.len() > 8 {
            return None;
        }
    }
    (digits.len() >= 2).then_some((digits, end))
}

/// Where the words of the next turn begin: past the marks that end this one, a speaker and a colon, and
/// small words.
fn turn(page: &Page<'_>, at: usize) -> Option<usize> {
    let marks = |c: char| {
        matches!(
            c,
            '。' | '，' | ',' | '.' | '？' | '?' | '！' | '!' | '\n' | ' ' | '…'
        )
    };
    let small = |c: char| marks(c) || "嗯对好的是啊哦、后面中间".contains(c);
    let rest = page.rest(at).trim_start_matches(small);
    let mut speaker = rest.char_indices().take(12);
    let (colon, mark) = speaker.find(|(_, c)| matches!(c, '：' | ':' | '。' | '\n'))?;
    let is_speaker = rest.get(..colon)?.chars().all(char::is_alphabetic);
    if !matches!(mark, '：' | ':') || !is_speaker || colon == 0 {
        return None;
    }
    let words = rest.get(colon + mark.len_utf8()..)?;
    // A line that small words fill is a turn of its own.
    let mut near = words.char_indices().take(8);
    if let Some((line, '\n')) = near.find(|(_, c)| *c == '\n' || !small(*c)) {
        return Some(page.text.len() - words.len() + line);
    }
    let words = words.trim_start_matches(small);
    Some(page.text.len() - words.len())
}
