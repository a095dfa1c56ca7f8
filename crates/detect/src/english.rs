//! Names and addresses in English text.

pub(crate) mod address;
mod lists;
pub(crate) mod person;
mod words;

/// Whether this is an English word that stands in no name.
pub(crate) fn is_word(word: &str) -> bool {
    lists::WORDS.has(word)
}

#[cfg(test)]
mod tests;
