//! Keeping the ends of a value and hiding the middle.

/// How many characters to keep at each end of a value of this shape.
pub(crate) struct Ends {
    pub(crate) head: usize,
    pub(crate) tail: usize,
    /// The fewest and most characters of a value of this shape.
    pub(crate) length: (usize, usize),
    pub(crate) belongs: fn(char) -> bool,
}

impl Ends {
    /// Masks `value`, without blanks and hyphens; hides it whole if it is not of this shape.
    pub(crate) fn apply(&self, value: &str) -> String {
        let text = compact(value);
        let count = text.chars().count();
        let fits =
            (self.length.0..=self.length.1).contains(&count) && text.chars().all(self.belongs);
        if fits {
            keep(&text, self.head, self.tail)
        } else {
            whole(value)
        }
    }
}

/// `head` characters, stars, `tail` characters. The caller makes sure that stars remain.
pub(crate) fn keep(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    let shown = |at: usize| at < head || at + tail >= count;
    text.chars()
        .enumerate()
        .map(|(at, c)| if shown(at) { c } else { '*' })
        .collect()
}

/// Nothing but stars, as many as the value has characters but at most 20.
pub(crate) fn whole(value: &str) -> String {
    stars(value.chars().count())
}

pub(crate) fn stars(count: usize) -> String {
    "*".repeat(count.min(20))
}

/// Without blanks, hyphens and middle dots; full-width characters made half-width.
pub(crate) fn compact(value: &str) -> String {
    half_width(value)
        .chars()
        .filter(|&c| !c.is_whitespace() && !is_dash(c) && !is_dot(c))
        .collect()
}

/// Full-width characters made half-width, blanks at both ends removed.
pub(crate) fn half_width(value: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    value.trim().chars().map(half).collect()
}

pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

pub(crate) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_dot(c: char) -> bool {
    shouxin_model::surname::is_middle_dot(c)
}
