//! How hard a text is to read.
//!
//! English is graded by Flesch-Kincaid: `0.39 × words per sentence + 11.8 × syllables per word − 15.59`, the
//! years of school needed; the score is `100 − 5 × max(0, grade − 6)`, so that 14 years of school give 60.
//! Source: J. P. Kincaid et al., "Derivation of New Readability Formulas", Naval Technical Training
//! Command, Research Branch Report 8-75, 1975.
//!
//! Chinese has no formula that is as widely agreed on. This one counts what makes notices hard: characters per
//! sentence, clauses per sentence, rare characters, and set phrases of contracts:
//! `100 − 1.2 × max(0, C − 25) − 6 × max(0, K − 3) − 4 × R − 8 × J`, where `C` is characters (Han, or words of
//! letters and digits) per sentence, `K` clauses per sentence (parted by commas or colons), `R` how many of a
//! hundred Han characters are outside level 1 of GB/T 2312 (the 3,755 most used), and `J` how many set phrases
//! stand in a hundred characters. Items of an enumeration, parted by `、`, count as one clause.
//!
//! In both, a text with a single sentence far too long is too hard whatever its mean: over 90 characters or 45
//! words.

use shouxin_model::text::Language;

/// How easy a text is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// 0 (very hard) to 100 (very easy).
    pub value: u8,
    /// Sentences.
    pub sentences: usize,
    /// Characters of a Chinese text, words of an English one.
    pub length: usize,
    /// The same of its longest sentence.
    pub longest: usize,
    /// Whether it is too hard for people who are to agree to it.
    pub hard: bool,
}

/// A text of a notice, and how easy it is to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParagraphScore {
    /// Where it stands, for example `notice privacy, purpose delivery: text`.
    pub place: shouxin_model::Text,
    /// The line in the text that was read, counted from 1.
    pub line: usize,
    /// The language.
    pub language: Language,
    /// The score.
    pub score: Score,
}

/// The lowest score that is not too hard.
pub const PASS: u8 = 60;

/// The longest sentence in Chinese, in characters.
const LONGEST_ZH: usize = 90;

/// The longest sentence in English, in words.
const LONGEST_EN: usize = 45;

/// How easy `text` is to read. A text without words scores 100.
pub fn readability(text: &str, language: Language) -> Score {
    match language {
        Language::Chinese => chinese(text),
        Language::English => english(text),
    }
}

fn score(value: f64, lengths: &[usize], longest: usize) -> Score {
    // Between 0 and 100 after clamping.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let value = value.round().clamp(0.0, 100.0) as u8;
    let most = lengths.iter().copied().max().unwrap_or(0);
    Score {
        value,
        sentences: lengths.len(),
        length: lengths.iter().sum(),
        longest: most,
        hard: value < PASS || most > longest,
    }
}

/// Counts are far below where an `f64` would round them.
#[expect(clippy::cast_precision_loss)]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

fn chinese(text: &str) -> Score {
    let sentences: Vec<&str> = text
        .split(['。', '!', '?', ';', ';', '\n'])
        .filter(|sentence| units(sentence) > 0)
        .collect();
    let lengths: Vec<usize> = sentences.iter().map(|sentence| units(sentence)).collect();
    let length: usize = lengths.iter().sum();
    if length == 0 {
        return score(100.0, &[], LONGEST_ZH);
    }
    let clauses: usize = sentences
        .iter()
        .map(|sentence| {
            let parts = sentence.split([',', ',', ':']);
            parts.filter(|part| units(part) > 0).count()
        })
        .sum();
    let han: Vec<char> = text.chars().filter(|c| is_han(*c)).collect();
    let rare = han.iter().filter(|c| !is_common(**c)).count();
    let jargon: usize = JARGON
        .iter()
        .map(|phrase| text.matches(phrase).count())
        .sum();
    let mean = ratio(length, sentences.len());
    let clauses = ratio(clauses, sentences.len());
    let value = 100.0
        - 1.2 * (mean - 25.0).max(0.0)
        - 6.0 * (clauses - 3.0).max(0.0)
        - 4.0 * 100.0 * ratio(rare, han.len())
        - 8.0 * 100.0 * ratio(jargon, length);
    score(value, &lengths, LONGEST_ZH)
}

/// Han characters, each run of letters and digits as one.
fn units(text: &str) -> usize {
    let mut count = 0;
    let mut in_word = false;
    for c in text.chars() {
        let word = c.is_ascii_alphanumeric();
        count += usize::from(is_han(c) || (word && !in_word));
        in_word = word;
    }
    count
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// Whether a character is among the 3,755 of level 1 of GB/T 2312: rows 16 to 55 of its table.
fn is_common(c: char) -> bool {
    let mut utf8 = [0; 4];
    let (bytes, _, unknown) = encoding_rs::GBK.encode(c.encode_utf8(&mut utf8));
    !unknown && matches!(*bytes, [0xb0..=0xd7, 0xa1..=0xfe])
}

/// Set phrases of contracts that tell a reader nothing.
const JARGON: &[&str] = &[
    "包括但不限于",
    "不可撤销",
    "概括授权",
    "最终解释权",
    "法律允许的范围内",
    "关联方",
    "关联公司",
    "合作伙伴",
    "相关第三方",
    "前述",
    "上述之",
    "兹",
    "予以",
    "之目的",
    "有权自行",
    "视为同意",
    "视同同意",
    "不可抗力",
    "免责",
    "其他合理",
    "提升用户体验",
    "改善用户体验",
    "必要措施",
    "依据适用法律",
];

fn english(text: &str) -> Score {
    let parts = text.split_inclusive(['.', '!', '?', ';', '\n']);
    let joined = parts.fold(Vec::new(), join_abbreviations);
    let sentences: Vec<Vec<&str>> = joined
        .iter()
        .map(|sentence| words(sentence))
        .filter(|words| !words.is_empty())
        .collect();
    let lengths: Vec<usize> = sentences.iter().map(Vec::len).collect();
    let count: usize = lengths.iter().sum();
    // A heading or a line of an address is no prose.
    if count < FEWEST_WORDS {
        return score(100.0, &lengths, LONGEST_EN);
    }
    let syllables: usize = sentences.iter().flatten().map(|word| syllables(word)).sum();
    let grade = 0.39 * ratio(count, sentences.len()) + 11.8 * ratio(syllables, count) - 15.59;
    score(100.0 - 5.0 * (grade - 6.0).max(0.0), &lengths, LONGEST_EN)
}

/// Below so many words, syllables per word say nothing.
const FEWEST_WORDS: usize = 8;

/// A full stop that no blank follows ends no sentence: `privacy@example.com`, `3.5`.
fn join_abbreviations<'a>(mut sentences: Vec<String>, part: &'a str) -> Vec<String> {
    match sentences.last_mut() {
        Some(last) if !part.starts_with(char::is_whitespace) && !last.ends_with('\n') => {
            last.push_str(part);
        }
        _ => sentences.push(part.to_owned()),
    }
    sentences
}

fn words(sentence: &str) -> Vec<&str> {
    let words = sentence.split(|c: char| c.is_whitespace() || c == '-' || c == '/');
    words
        .filter(|word| word.chars().any(|c| c.is_ascii_alphanumeric()))
        .collect()
}

/// Groups of vowels, without a silent `e` at the end; at least one.
fn syllables(word: &str) -> usize {
    let letters: String = word
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let is_vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let mut count = 0;
    let mut in_vowels = false;
    for c in letters.chars() {
        count += usize::from(is_vowel(c) && !in_vowels);
        in_vowels = is_vowel(c);
    }
    let silent = letters.ends_with('e') && !letters.ends_with("le") && count > 1;
    let silent_ed = letters.ends_with("ed")
        && !letters.ends_with("ted")
        && !letters.ends_with("ded")
        && count > 1;
    (count - usize::from(silent || silent_ed)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_of_known_words() {
        for (word, expected) in [
            ("data", 2),
            ("we", 1),
            ("use", 1),
            ("people", 2),
            ("information", 4),
            ("asked", 1),
            ("needed", 2),
            ("2026", 1),
        ] {
            assert_eq!(syllables(word), expected, "{word}");
        }
    }

    #[test]
    fn a_plain_text_passes_and_contract_language_does_not() {
        let zh = |text| readability(text, Language::Chinese);
        let plain = zh("我们用您的手机号联系您取车。您可以随时关闭。");
        assert_eq!((plain.value, plain.sentences, plain.hard), (100, 2, false));
        assert_eq!((plain.length, plain.longest), (20, 13));
        let contract = zh(
            "兹授权本公司及其关联公司、合作伙伴在法律允许的范围内,为包括但不限于提升用户体验之目的,\
             对上述信息予以不可撤销的使用,前述授权视为同意本公司有权自行决定采取其他合理的必要措施。",
        );
        assert!(contract.hard && contract.value < 20, "{contract:?}");
        let en = |text| readability(text, Language::English);
        let plain = en(
            "We use your phone number to call you when the car is ready. You can stop this at any time.",
        );
        assert!(!plain.hard && plain.value > 90, "{plain:?}");
        assert_eq!((plain.sentences, plain.length), (2, 20));
        let contract = en(
            "Notwithstanding anything to the contrary herein, the undersigned irrevocably authorises the aforementioned \
             organisation and its affiliates to utilise personal information for purposes including, without limitation, \
             the amelioration of organisational functionality.",
        );
        assert!(contract.hard && contract.value < 20, "{contract:?}");
    }

    #[test]
    fn one_sentence_without_end_is_too_hard_whatever_the_mean() {
        let long = format!("{}。好。好。好。好。好。", "我们用它".repeat(23));
        let score = readability(&long, Language::Chinese);
        assert!(score.hard && score.value >= PASS, "{score:?}");
    }

    #[test]
    fn rare_characters_cost_and_common_ones_do_not() {
        let value = |text| readability(text, Language::Chinese).value;
        assert_eq!(value("我们保护您的信息"), 100);
        assert_eq!(value("我们保护您的觊觎"), 0);
    }

    #[test]
    fn a_full_stop_within_an_address_ends_no_sentence() {
        let text = "Write to privacy@example.com or call us on any working day of the week.";
        assert_eq!(readability(text, Language::English).sentences, 1);
    }

    #[test]
    fn nothing_is_easy() {
        for language in [Language::Chinese, Language::English] {
            let score = readability("", language);
            assert_eq!((score.value, score.hard, score.length), (100, false, 0));
        }
    }
}
