//! Capitals beside a name that make something longer of it: a place, a street, a firm, a title.

use crate::english::lists::{GIVEN, NAMESAKES, STREETS, WORDS};
use crate::english::words::Word;

/// Whether a word that cannot begin a name, but belongs to a longer term, stands directly before.
pub(super) fn is_in_longer(text: &str, words: &[Word<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| words.get(before)) else {
        return false;
    };
    let here = words.get(at).map_or(0, |word| word.start);
    let gap = text.get(before.end..here).unwrap_or_default();
    gap == " "
        && before.is_capital()
        && [
            "University",
            "Port",
            "Lake",
            "Mount",
            "Fort",
            "Saint",
            "San",
            "Santa",
            "Los",
            "Las",
            "New",
        ]
        .contains(&before.text)
}

/// Whether two words are together the name of a firm, a brand or a place: Charles Schwab, Hong Kong.
pub(super) fn is_namesake(first: &Word<'_>, second: &Word<'_>) -> bool {
    NAMESAKES.has(&format!("{}-{}", first.text, second.text))
}

/// Whether the words go on as the name of a place, a street or a firm: Madison Avenue, Jordan Bank Ltd.
pub(super) fn is_place(text: &str, words: &[Word<'_>], last: usize) -> bool {
    let (Some(here), Some(next)) = (words.get(last), words.get(last + 1)) else {
        return false;
    };
    let gap = text.get(here.end..next.start).unwrap_or_default();
    if gap != " " || !next.is_capital() {
        return false;
    }
    (STREETS.has(next.text) && !GIVEN.has(next.text) && next.text.len() > 2)
        || [
            "inc",
            "llc",
            "ltd",
            "corp",
            "co",
            "company",
            "group",
            "bank",
            "hospital",
            "university",
            "college",
            "school",
            "hotel",
            "airport",
            "center",
            "centre",
            "county",
            "city",
            "foundation",
            "institute",
            "motors",
            "electronics",
            "logistics",
            "technologies",
            "technology",
            "systems",
            "solutions",
            "services",
            "insurance",
            "church",
            "museum",
            "award",
            "act",
            "theorem",
            "method",
            "cup",
            "clinic",
            "associates",
            "partners",
            "st",
            "ave",
            "rd",
            "blvd",
            "dr",
            "ln",
        ]
        .iter()
        .any(|term| next.is(term))
}

/// Whether the capitals go on with a word that is neither a name nor one that forms use: a title.
pub(super) fn goes_on(text: &str, words: &[Word<'_>], last: usize) -> bool {
    let (Some(here), Some(next)) = (words.get(last), words.get(last + 1)) else {
        return false;
    };
    text.get(here.end..next.start) == Some(" ")
        && next.is_capital()
        && !WORDS.has(next.text)
        && !GIVEN.has(next.text)
}
