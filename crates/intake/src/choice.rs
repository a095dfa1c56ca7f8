//! The declared value that a text means.

use std::collections::BTreeMap;

use crate::Code;

/// The declared value meant by `text`: by a declared translation, by itself in any case or spelling
/// of blanks, by a zero that was lost in front, or by the common words for yes, no, man and woman.
pub(crate) fn choose(
    text: &str,
    values: &[String],
    translate: Option<&BTreeMap<String, String>>,
    notes: &mut Vec<Code>,
) -> Option<String> {
    let folded = fold(text);
    if let Some(table) = translate {
        let meant = table.iter().find(|(word, _)| fold(word) == folded);
        if let Some((_, value)) = meant {
            return Some(value.clone());
        }
    }
    if let Some(value) = values.iter().find(|value| fold(value) == folded) {
        return Some(value.clone());
    }
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        let is_meant = |value: &&String| {
            value.len() > text.len()
                && value.ends_with(text)
                && value[..value.len() - text.len()].bytes().all(|b| b == b'0')
        };
        let mut meant = values.iter().filter(is_meant);
        if let (Some(value), None) = (meant.next(), meant.next()) {
            notes.push(Code::LostZero);
            return Some(value.clone());
        }
    }
    let synonyms = SYNONYMS
        .iter()
        .find(|words| words.contains(&folded.as_str()))?;
    let mut meant = values
        .iter()
        .filter(|value| synonyms.contains(&fold(value).as_str()));
    let only = meant.next().cloned();
    only.filter(|_| meant.next().is_none())
}

fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

const SYNONYMS: &[&[&str]] = &[
    &[
        "yes", "y", "true", "t", "1", "是", "有", "对", "√", "已", "on",
    ],
    &[
        "no", "n", "false", "f", "0", "否", "无", "没有", "×", "未", "off",
    ],
    &["male", "m", "man", "男", "男性", "先生"],
    &["female", "f", "woman", "女", "女性", "女士"],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_finds_the_value_it_means() {
        let table = BTreeMap::from([("金卡".to_owned(), "gold".to_owned())]);
        for (values, text, expected) in [
            ("gold silver", "金卡", Some("gold")),
            ("gold silver", " Gold", Some("gold")),
            ("mini-program app", "Mini Program", Some("mini-program")),
            ("yes no", "是", Some("yes")),
            ("true false", "FALSE", Some("false")),
            ("male female", "女", Some("female")),
            ("01 02 12", "1", Some("01")),
            ("01 001", "1", None),
            ("gold silver", "bronze", None),
        ] {
            let values: Vec<String> = values.split(' ').map(str::to_owned).collect();
            let found = choose(text, &values, Some(&table), &mut Vec::new());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
