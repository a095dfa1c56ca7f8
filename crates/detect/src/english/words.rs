//! English text in words.

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// small
    Small,
    /// Capital, McDonald, O'Neil
    Capital,
    /// ALL CAPITALS, of two letters or more
    Capitals,
    /// One capital letter, perhaps with a full stop: J.
    Initial,
}

/// A run of letters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shape: Shape,
}

impl Word<'_> {
    pub(super) fn is(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }

    pub(super) fn is_capital(&self) -> bool {
        !matches!(self.shape, Shape::Small)
    }
}

/// The words of a text: Latin letters with `'`, `’` and `-` within. Runs that touch digits, `@`, `_` or `/` are
/// parts of codes and addresses and are left out.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !is_letter(bytes, at) {
            at += 1;
            continue;
        }
        let start = at;
        loop {
            if is_letter(bytes, at) || joins(bytes, at) {
                at += 1;
            } else if joins_typeset(bytes, at) {
                at += 3;
            } else {
                break;
            }
        }
        if let Some(word) = word(text, start, at) {
            found.push(word);
        }
    }
    found
}

/// An ASCII letter, or a byte of a Latin letter with a mark (À to ɏ, C3 80 to C9 8F).
fn is_letter(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(byte) if byte.is_ascii_alphabetic() => true,
        Some(0xC3..=0xC9) => matches!(bytes.get(at + 1), Some(0x80..=0xBF)),
        Some(0x80..=0xBF) => at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_some_and(|lead| matches!(lead, 0xC3..=0xC9)),
        _ => false,
    }
}

/// `'` and `-` between letters.
fn joins(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), Some(b'\'' | b'-')) && is_letter(bytes, at + 1)
}

/// The apostrophe that printers set, `’`, between letters.
fn joins_typeset(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..at + 3) == Some(&[0xE2, 0x80, 0x99]) && is_letter(bytes, at + 3)
}

fn word(text: &str, start: usize, end: usize) -> Option<Word<'_>> {
    let bytes = text.as_bytes();
    let touches = |byte: Option<&u8>| {
        byte.is_some_and(|b| b.is_ascii_digit() || matches!(b, b'@' | b'_' | b'\\'))
    };
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    // @Samantha calls somebody by name; name@host is an address.
    let is_called = before == Some(&b'@')
        && bytes.get(start).is_some_and(u8::is_ascii_uppercase)
        && start
            .checked_sub(2)
            .and_then(|at| bytes.get(at))
            .is_none_or(u8::is_ascii_whitespace);
    // Name ____John Smith____: the line of a form.
    let on_line = bytes.get(start.saturating_sub(2)..start) == Some(b"__");
    let line_after = bytes.get(end..end + 2) == Some(b"__");
    if touches(before) && !is_called && !on_line || touches(bytes.get(end)) && !line_after {
        return None;
    }
    // The possessive is no part of a name.
    let whole = text.get(start..end)?;
    let end = whole
        .strip_suffix("'s")
        .or_else(|| whole.strip_suffix("'S"))
        .or_else(|| whole.strip_suffix("’s"))
        .map_or(end, |stem| start + stem.len());
    let whole = text.get(start..end)?;
    let of_particle = ["d'", "d’", "al-", "el-"]
        .iter()
        .find_map(|particle| whole.strip_prefix(particle));
    let first = of_particle.unwrap_or(whole).chars().next()?;
    let small = whole.chars().filter(|c| c.is_lowercase()).count();
    let shape = match (first.is_uppercase(), small, whole.chars().count()) {
        (false, ..) => Shape::Small,
        (true, _, 1) => Shape::Initial,
        (true, 0, _) => Shape::Capitals,
        (true, ..) => Shape::Capital,
    };
    Some(Word {
        text: whole,
        start,
        end,
        shape,
    })
}
