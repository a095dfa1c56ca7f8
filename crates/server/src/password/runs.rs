//! Runs of the keyboard and the alphabet, and texts that repeat themselves.

/// Whether a text in lower case is one piece over and over, or consists of a few runs: of four steps
/// from key to key, three go along a row, a column or the alphabet.
pub(super) fn is_mostly_runs(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let steps = chars.len().saturating_sub(1);
    let along = chars
        .windows(2)
        .filter(|pair| is_step(pair[0], pair[1]))
        .count();
    along * 4 >= steps * 3
        || repeats(&chars).is_some_and(|piece| piece <= SHORT_PIECE)
        || is_columns(&chars)
}

/// How many characters the piece has that the text is a repetition of; `None` if it is of none.
pub(super) fn repeats(chars: &[char]) -> Option<usize> {
    (1..=chars.len() / 2).find(|piece| chars.iter().skip(*piece).zip(chars).all(|(a, b)| a == b))
}

fn is_step(from: char, to: char) -> bool {
    from == to
        || RUNS.iter().any(|run| {
            let place = |c| run.chars().position(|other| other == c);
            place(from)
                .zip(place(to))
                .is_some_and(|(a, b)| a.abs_diff(b) == 1)
        })
}

/// Whether it goes down the columns of the keyboard: `1qaz2wsx3edc`.
fn is_columns(chars: &[char]) -> bool {
    let covered: usize = chars
        .chunks(4)
        .filter(|chunk| {
            let text: String = chunk.iter().collect();
            let back: String = chunk.iter().rev().collect();
            COLUMNS
                .iter()
                .any(|column| column.starts_with(&text) || *column == back)
        })
        .map(<[char]>::len)
        .sum();
    covered * 4 >= chars.len() * 3
}

const RUNS: [&str; 6] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "!@#$%^&*()_+",
];

const COLUMNS: [&str; 10] = [
    "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/",
];

/// Pieces up to this length give nothing by being repeated.
const SHORT_PIECE: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_in_both_directions_and_with_breaks() {
        for text in [
            "qwertyuiop12",
            "poiuytrewq21",
            "zxcvbnm12345",
            "zaq1xsw2cde3",
            "abcabcabcabc",
            "123123456456",
        ] {
            assert!(is_mostly_runs(text), "{text}");
        }
        for text in ["hypothetical", "k9#mzq!w2lp$", "tolk marun 42"] {
            assert!(!is_mostly_runs(text), "{text}");
        }
    }

    #[test]
    fn a_text_repeats_its_shortest_piece() {
        let piece = |text: &str| repeats(&text.chars().collect::<Vec<_>>());
        assert_eq!(piece("aaaa"), Some(1));
        assert_eq!(piece("abcabcab"), Some(3));
        assert_eq!(piece("abcd"), None);
    }
}
