//! Word lists, each a file of small letters, one word a line, sorted (`README.md` names the sources).

use std::sync::OnceLock;

/// A sorted list of words.
pub(super) struct List {
    text: &'static str,
    words: OnceLock<Vec<&'static str>>,
}

impl List {
    const fn of(text: &'static str) -> Self {
        Self {
            text,
            words: OnceLock::new(),
        }
    }

    /// Whether the word is listed, whatever its case.
    pub(super) fn has(&self, word: &str) -> bool {
        let words = self.words.get_or_init(|| self.text.lines().collect());
        let small = word.to_ascii_lowercase();
        words.binary_search(&small.as_str()).is_ok()
    }
}

/// Given names.
pub(super) static GIVEN: List = List::of(include_str!("given.txt"));
/// Family names.
pub(super) static SURNAMES: List = List::of(include_str!("surnames.txt"));
/// Words of streets: Street, Ave, Cove.
pub(super) static STREETS: List = List::of(include_str!("streets.txt"));
/// Words that are no part of a name although they stand in capitals: at the start of a sentence, in titles
/// of forms, names of firms and places.
pub(super) static WORDS: List = List::of(include_str!("words.txt"));

#[cfg(test)]
mod tests {
    use super::{GIVEN, STREETS, SURNAMES, WORDS};

    #[test]
    fn lists_are_sorted() {
        for list in [&GIVEN, &SURNAMES, &STREETS, &WORDS] {
            assert!(list.text.lines().is_sorted());
        }
    }
}
