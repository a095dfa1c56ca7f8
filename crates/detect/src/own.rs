//! Recognisers of one's own: what a company numbers its customers with, found without a line of code.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use shouxin_model::Text;
use shouxin_model::check_digit::luhn_check;

use crate::border::is_whole;
use crate::{Candidate, Check, Confidence, Kind};

/// Recognisers that a file declares, in TOML:
///
/// ```toml
/// [[recogniser]]
/// name = "member"          # the rule of its hits is own.member
/// kind = "BANK_CARD"       # one of the twenty
/// pattern = "HY[0-9]{10}"  # \d, \w, \b and . are of ASCII; Chinese characters stand as themselves
/// words = ["会员", "member"]  # one of them stands before it, on the same line, at most 40 characters away
/// unlike = ["订单"]         # none of them does
/// check = "luhn"           # of its digits
/// confidence = 900         # 1 to 999, in thousandths
/// ```
///
/// All but the first three may be left out. Found is what stands in the normalised text (full width in
/// ASCII, nothing invisible), between characters that are no letter or digit of ASCII.
#[derive(Clone, Debug)]
pub struct Recognisers(Vec<Recogniser>);

/// Why a file of recognisers was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecogniserFault {
    /// Which recogniser, counted from 1; none for the file as a whole.
    pub place: Option<usize>,
    /// What is wrong and what to do.
    pub why: Text,
}

impl fmt::Display for RecogniserFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "recogniser {place}: ")?;
        }
        f.write_str(&self.why.en)
    }
}

impl std::error::Error for RecogniserFault {}

#[derive(Clone, Debug)]
struct Recogniser {
    rule: &'static str,
    kind: Kind,
    pattern: Regex,
    words: Vec<String>,
    unlike: Vec<String>,
    has_luhn: bool,
    confidence: Confidence,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    recogniser: Vec<Declared>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    name: String,
    kind: String,
    pattern: String,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    unlike: Vec<String>,
    check: Option<String>,
    #[serde(default = "usual")]
    confidence: Confidence,
}

const fn usual() -> Confidence {
    900
}

/// The most recognisers of a file, and how large one's automaton may grow in bytes: each is a pass of its own.
const MOST: usize = 64;
const LARGEST: usize = 1 << 20;
/// How far before a hit a word may stand, in bytes: 40 Chinese characters.
const NEAR: usize = 120;

impl Recognisers {
    /// Those that `text` declares.
    ///
    /// # Errors
    /// [`RecogniserFault`]: no TOML, an unknown key or kind, a pattern that cannot be read, grows too large
    /// or matches nothing at all.
    pub fn parse(text: &str) -> Result<Self, RecogniserFault> {
        let file: File = toml::from_str(text).map_err(|error| RecogniserFault {
            place: None,
            why: Text::made(
                format!("不是所需的 TOML：{}", error.message()),
                error.to_string(),
            ),
        })?;
        if file.recogniser.is_empty() || file.recogniser.len() > MOST {
            let why = Text::fixed(
                "应有 1 到 64 个 [[recogniser]]",
                "has 1 to 64 [[recogniser]] tables",
            );
            return Err(RecogniserFault { place: None, why });
        }
        let read = |(place, declared)| {
            Recogniser::of(declared).map_err(|why| RecogniserFault {
                place: Some(place + 1),
                why,
            })
        };
        file.recogniser
            .into_iter()
            .enumerate()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Adds what stands in the normalised text.
    pub(crate) fn find(&self, text: &str, found: &mut Vec<Candidate>) {
        for recogniser in &self.0 {
            recogniser.find(text, found);
        }
    }
}

impl Recogniser {
    fn of(declared: Declared) -> Result<Self, Text> {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if declared.name.is_empty()
            || declared.name.len() > 40
            || !declared.name.chars().all(is_name)
        {
            return Err(Text::fixed(
                "name 应为 1 到 40 个小写字母、数字或下划线",
                "name has 1 to 40 small letters, digits or underscores",
            ));
        }
        let kind = Kind::from_word(&declared.kind).ok_or_else(|| {
            let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
            let kinds = kinds.join(" ");
            Text::made(
                format!("kind 应为其中之一：{kinds}"),
                format!("kind is one of {kinds}"),
            )
        })?;
        let has_luhn = match declared.check.as_deref() {
            None => false,
            Some("luhn") => true,
            Some(_) => return Err(Text::fixed("check 只能为 luhn", "check can only be luhn")),
        };
        if !(1..=999).contains(&declared.confidence) {
            return Err(Text::fixed(
                "confidence 应在 1 到 999 之间",
                "confidence is from 1 to 999",
            ));
        }
        let lower = |words: Vec<String>| -> Vec<String> {
            words
                .iter()
                .map(|word| word.to_ascii_lowercase())
                .filter(|word| !word.is_empty())
                .collect()
        };
        Ok(Self {
            rule: kept(format!("own.{}", declared.name)),
            kind,
            pattern: pattern(&declared.pattern)?,
            words: lower(declared.words),
            unlike: lower(declared.unlike),
            has_luhn,
            confidence: declared.confidence,
        })
    }

    fn find(&self, text: &str, found: &mut Vec<Candidate>) {
        let bytes = text.as_bytes();
        for hit in self.pattern.find_iter(bytes) {
            let (start, end) = (hit.start(), hit.end());
            if start == end
                || !is_whole(bytes, start, end, u8::is_ascii_alphanumeric)
                || !self.is_announced(text, start)
            {
                continue;
            }
            let check = match self.has_luhn {
                false => Check::None,
                true if has_luhn(hit.as_bytes()) => Check::Passed,
                true => continue,
            };
            found.push(Candidate {
                start,
                end,
                kind: self.kind,
                confidence: self.confidence,
                rule: self.rule,
                check,
            });
        }
    }

    /// Whether a word stands before it on its line, if any is asked for, and none that must not.
    fn is_announced(&self, text: &str, start: usize) -> bool {
        if self.words.is_empty() && self.unlike.is_empty() {
            return true;
        }
        let mut from = start.saturating_sub(NEAR);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let before = text.get(from..start).unwrap_or_default();
        let line = before
            .rsplit(['\n', '\r'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let stands = |words: &[String]| words.iter().any(|word| line.contains(word.as_str()));
        (self.words.is_empty() || stands(&self.words)) && !stands(&self.unlike)
    }
}

fn pattern(text: &str) -> Result<Regex, Text> {
    let built = RegexBuilder::new(text)
        .unicode(false)
        .size_limit(LARGEST)
        .dfa_size_limit(8 * LARGEST)
        .build();
    let pattern = built.map_err(|error| {
        Text::made(
            format!("pattern 无法使用：{error}"),
            format!("pattern cannot be used: {error}"),
        )
    })?;
    if pattern.is_match(b"") {
        return Err(Text::fixed(
            "pattern 不能匹配空文本",
            "pattern must not match an empty text",
        ));
    }
    Ok(pattern)
}

/// Whether the digits of a code, whatever stands between, end with their check digit.
fn has_luhn(code: &[u8]) -> bool {
    let digits: Vec<u8> = code.iter().copied().filter(u8::is_ascii_digit).collect();
    digits
        .split_last()
        .is_some_and(|(check, payload)| !payload.is_empty() && luhn_check(payload) == *check)
}

/// The name of a rule for as long as the program runs: each is kept once, however often a file is read.
fn kept(rule: String) -> &'static str {
    static RULES: OnceLock<Mutex<BTreeSet<&'static str>>> = OnceLock::new();
    let mut rules = RULES
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = rules.get(rule.as_str()) {
        return known;
    }
    let rule: &'static str = Box::leak(rule.into_boxed_str());
    rules.insert(rule);
    rule
}

#[cfg(test)]
mod tests {
    use super::Recognisers;
    use crate::Detector;

    const MEMBERS: &str = r#"
        [[recogniser]]
        name = "member"
        kind = "BANK_CARD"
        pattern = "HY[0-9]{8}"
        words = ["会员", "Member"]
        unlike = ["订单"]

        [[recogniser]]
        name = "points"
        kind = "QQ"
        pattern = "8[0-9]{9}"
        check = "luhn"
    "#;

    fn found(text: &str) -> Vec<(String, &'static str)> {
        let detector = Detector::new().with(Recognisers::parse(MEMBERS).unwrap());
        let hits = detector.detect(text).into_iter();
        hits.filter(|hit| hit.rule.starts_with("own."))
            .map(|hit| (text[hit.bytes].to_owned(), hit.rule))
            .collect()
    }

    #[test]
    fn what_a_file_declares_is_found_where_its_words_stand() {
        for (text, expected) in [
            ("会员号HY12345678已升级", Some("HY12345678")),
            (
                "会员号ＨＹ１２３４５６７８已升级",
                Some("ＨＹ１２３４５６７８"),
            ),
            ("our MEMBER HY12345678", Some("HY12345678")),
            ("编号HY12345678", None),
            ("会员订单HY12345678", None),
            ("会员\nHY12345678", None),
            ("会员号HY123456789", None),
            ("会员号XHY12345678", None),
            ("积分账号8000000003", Some("8000000003")),
            ("积分账号8000000002", None),
        ] {
            let only: Vec<String> = found(text).into_iter().map(|(value, _)| value).collect();
            assert_eq!(
                only,
                expected.map(str::to_owned).into_iter().collect::<Vec<_>>(),
                "{text}"
            );
        }
        assert_eq!(found("会员HY12345678")[0].1, "own.member");
    }

    #[test]
    fn a_file_that_cannot_be_used_says_where_and_why() {
        let one = |rest: &str| format!("[[recogniser]]\nname = \"a\"\n{rest}");
        for (text, place, why) in [
            ("".to_owned(), None, "1 to 64"),
            ("[[recogniser]".to_owned(), None, "TOML parse error"),
            (
                one("kind = \"QQ\"\npattern = \"a\"\ncolour = 1"),
                None,
                "unknown field",
            ),
            (
                one("kind = \"PET\"\npattern = \"a\""),
                Some(1),
                "kind is one of PERSON",
            ),
            (
                one("kind = \"QQ\"\npattern = \"a*\""),
                Some(1),
                "empty text",
            ),
            (
                one("kind = \"QQ\"\npattern = \"(a\""),
                Some(1),
                "cannot be used",
            ),
            (
                one("kind = \"QQ\"\npattern = \"[0-9]{1000000}\""),
                Some(1),
                "cannot be used",
            ),
            (
                one("kind = \"QQ\"\npattern = \"a\"\ncheck = \"sum\""),
                Some(1),
                "luhn",
            ),
            (
                one("kind = \"QQ\"\npattern = \"a\"\nconfidence = 1000"),
                Some(1),
                "999",
            ),
        ] {
            let fault = Recognisers::parse(&text).unwrap_err();
            assert_eq!(fault.place, place, "{text}");
            assert!(
                fault.why.en.contains(why) && !fault.why.zh.is_empty(),
                "{text}: {fault}"
            );
        }
    }

    #[test]
    fn a_pattern_costs_no_more_than_its_text() {
        let file = "[[recogniser]]\nname = \"a\"\nkind = \"QQ\"\npattern = \"(a+)+b\"";
        let detector = Detector::new().with(Recognisers::parse(file).unwrap());
        assert_eq!(detector.detect(&"a".repeat(20_000)).len(), 0);
    }
}
