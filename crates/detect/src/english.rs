//! Names and addresses in English text.

pub(crate) mod address;
pub(crate) mod lists;
pub(crate) mod person;
mod words;

/// Whether this is an English word that stands in no name.
pub(crate) fn is_word(word: &str) -> bool {
    lists::WORDS.has(word)
}

/// Whether two capitalised words end the text of which the last is a listed name and the first no ordinary word.
pub(crate) fn ends_with_name(text: &str) -> bool {
    let from = text.len().saturating_sub(LONGEST_NAME);
    let from = (from..text.len()).find(|at| text.is_char_boundary(*at));
    let words = words::words(from.and_then(|from| text.get(from..)).unwrap_or_default());
    let [.., first, last] = words.as_slice() else {
        return false;
    };
    let named = |word: &words::Word<'_>| {
        let listed = lists::GIVEN.has(word.text)
            || lists::SURNAMES.has(word.text)
            || lists::PINYIN.has(word.text);
        listed && !lists::WORDS.has(word.text)
    };
    last.end == text.len() - from.unwrap_or_default()
        && last.start == first.end + 1
        // Kamala d/o Subramaniam
        && (first.is_capital() || first.text == "o")
        && last.is_capital()
        && !lists::WORDS.has(first.text)
        && (named(first) || named(last))
}

/// How much of a text is looked at for the name that it ends with, in bytes.
const LONGEST_NAME: usize = 48;

#[cfg(test)]
mod tests;
