//! Words known from breaches, and texts made of them.

use std::collections::HashSet;
use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use zeroize::Zeroizing;

use super::runs::repeats;

/// Whether a text in lower case is a listed word: as it is, in disguise (`p@ssw0rd`), with digits and
/// signs around it, several times, or joined to another.
pub(super) fn is_listed(text: &str) -> bool {
    let spellings = [
        Zeroizing::new(text.to_owned()),
        undisguised(text, 'i'),
        undisguised(text, 'l'),
    ];
    spellings.iter().any(|spelling| {
        let bare = spelling.trim_matches(|c: char| !c.is_alphabetic());
        let joined: Zeroizing<String> =
            Zeroizing::new(bare.chars().filter(|c| c.is_alphanumeric()).collect());
        [spelling.as_str(), bare, joined.as_str()]
            .into_iter()
            .any(is_made_of_words)
    })
}

fn is_made_of_words(text: &str) -> bool {
    if LIST.contains(text) {
        return true;
    }
    let chars: Vec<char> = text.chars().collect();
    let listed = |chars: &[char]| {
        let part: String = chars.iter().collect();
        chars.len() >= SHORTEST_PART && LIST.contains(part.as_str())
    };
    repeats(&chars).is_some_and(|piece| listed(&chars[..piece]))
        || (SHORTEST_PART..chars.len()).any(|at| listed(&chars[..at]) && listed(&chars[at..]))
}

/// The text with the usual signs for letters read as those letters.
fn undisguised(text: &str, one: char) -> Zeroizing<String> {
    let plain = text.chars().map(|c| match c {
        '0' => 'o',
        '1' | '!' | '|' => one,
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        other => other,
    });
    Zeroizing::new(plain.collect())
}

static LIST: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut text = String::new();
    let packed = include_bytes!("../../data/common-passwords.txt.gz").as_slice();
    GzDecoder::new(packed)
        .read_to_string(&mut text)
        .expect("a test unpacks the very same bytes");
    text.lines().map(str::to_owned).collect()
});

/// A listed word shorter than this says nothing about what it is a part of.
const SHORTEST_PART: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_more_than_ten_thousand_words() {
        assert!(LIST.len() >= 10_000, "{}", LIST.len());
        assert!(LIST.contains("password") && LIST.contains("qwertyuiop"));
    }
}
