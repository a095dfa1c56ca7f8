//! Passages on sensitive topics: what somebody's health, faith, body or age is told in, without being a
//! value of its own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use crate::border::is_whole;
use crate::phrases::Phrases;
use crate::{Confidence, Normalised};

macro_rules! topics {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $rule:literal, $zh:literal, $en:literal;)*) => {
        /// A topic of which the law asks for more care (PIPL art. 28).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Topic {
            $($(#[$doc])* $name,)*
        }

        impl Topic {
            /// Every topic, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word used in reports.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What people call it.
            pub const fn title(self) -> shouxin_model::Text {
                match self { $(Self::$name => shouxin_model::Text::fixed($zh, $en)),* }
            }

            const fn rule(self) -> &'static str {
                match self { $(Self::$name => $rule),* }
            }

            fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }
        }
    };
}

topics! {
    /// Illness, treatment, disability, pregnancy.
    Health = "health", "topic.health", "医疗健康", "health";
    /// Belief and practice.
    Religion = "religion", "topic.religion", "宗教信仰", "religion";
    /// Face, fingerprint, voice, iris, genes.
    Biometrics = "biometrics", "topic.biometrics", "生物识别", "biometrics";
    /// A child under fourteen.
    Minors = "minors", "topic.minors", "不满十四周岁未成年人", "minors under fourteen";
}

/// A sentence that speaks of a person's health, belief, body or childhood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Where it stands in the source, in bytes of UTF-8, at borders of characters.
    pub bytes: Range<usize>,
    /// Where it stands in the source, in Unicode scalar values.
    pub chars: Range<usize>,
    /// What it speaks of.
    pub topic: Topic,
    /// How sure the rule is, in thousandths.
    pub confidence: Confidence,
    /// The rule that found it.
    pub rule: &'static str,
}

/// The passages of `text` on sensitive topics, by start, then topic; a sentence may have several.
///
/// A word that can only be said of a person tells by itself (糖尿病, pregnant); others want company: a
/// person, a word that goes with them, or a second one (孩子发烧, 录入指纹). Longer words that say something
/// else (血压计, child lock) count for nothing. Linear in the text's length.
pub fn topics(text: &str) -> Vec<Passage> {
    let normalised = Normalised::of(text);
    let plain = normalised.as_str();
    let mut passages = Vec::new();
    let (mut bytes_done, mut chars_done) = (0, 0);
    let mut words = words_of(plain).into_iter().peekable();
    for sentence in sentences(plain) {
        let mut score = Score::default();
        while let Some(word) = words.next_if(|word| word.at < sentence.end) {
            score.add(word);
        }
        score.ages(plain.get(sentence.clone()).unwrap_or_default());
        for (topic, confidence) in score.told() {
            let bytes = normalised.to_source(sentence.clone());
            chars_done += count(text, bytes_done..bytes.start);
            bytes_done = bytes.start;
            let length = count(text, bytes.clone());
            passages.push(Passage {
                chars: chars_done..chars_done + length,
                bytes,
                topic,
                confidence,
                rule: topic.rule(),
            });
        }
    }
    passages
}

fn count(text: &str, range: Range<usize>) -> usize {
    text.get(range).map_or(0, |part| part.chars().count())
}

/// What a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// Something on a topic, with this weight. A person's word may be one of a topic too.
    About {
        topic: Topic,
        weight: u8,
        is_person: bool,
    },
    /// That a person is spoken of.
    Person,
    /// Nothing: it swallows what lies in it.
    Nothing,
}

/// A word that was found.
#[derive(Clone, Copy)]
struct Found {
    at: usize,
    says: Says,
}

/// A sentence is on a topic from so much on.
const ENOUGH: u32 = 8;
/// What a person adds.
const PERSON: u32 = 3;
/// What the age of a child adds.
const AGE: u32 = 6;

#[derive(Default)]
struct Score {
    topics: BTreeMap<Topic, (u32, u8)>,
    has_person: bool,
    has_age: bool,
}

impl Score {
    fn add(&mut self, word: Found) {
        match word.says {
            Says::Nothing => {}
            Says::Person => self.has_person = true,
            Says::About {
                topic,
                weight,
                is_person,
            } => {
                let (sum, most) = self.topics.entry(topic).or_default();
                *sum += u32::from(weight);
                *most = weight.max(*most);
                self.has_person |= is_person;
            }
        }
    }

    /// The age of a child in this sentence.
    fn ages(&mut self, sentence: &str) {
        self.has_age = tells_age(sentence);
        if self.has_age {
            let (sum, most) = self.topics.entry(Topic::Minors).or_default();
            *sum += AGE;
            *most = (AGE as u8).max(*most);
        }
    }

    /// The topics that have enough, each with how sure it is.
    fn told(&self) -> impl Iterator<Item = (Topic, Confidence)> + '_ {
        self.topics.iter().filter_map(|(&topic, &(sum, most))| {
            // Helpers alone tell nothing, however many they are. Schools are said of places too: only a
            // child makes them a child's.
            let counts = self.has_person && (topic != Topic::Minors || self.has_age);
            let person = if counts { PERSON } else { 0 };
            let score = sum + person;
            (most > 3 && score >= ENOUGH)
                .then(|| (topic, (500 + 30 * score).min(980) as Confidence))
        })
    }
}

/// Whether the text tells that somebody is under fourteen: 5岁, 八周岁, aged 7, 7 years old. Ranges and
/// limits (3-6岁, 3岁以上) are said of goods.
fn tells_age(sentence: &str) -> bool {
    sentence.match_indices('岁').any(|(at, mark)| {
        let before = sentence.get(..at).unwrap_or_default();
        let before = before.strip_suffix('周').unwrap_or(before);
        let after = sentence.get(at + mark.len()..).unwrap_or_default();
        let is_limit = ["以上", "以下", "以内", "至", "到", "-", "~", "+", "起"]
            .iter()
            .any(|limit| after.starts_with(limit));
        !is_limit && age_at_end(before).is_some_and(|age| age < 14)
    }) || [" years old", "-year-old", " year old", " yrs old"]
        .iter()
        .any(|word| {
            sentence.match_indices(word).any(|(at, _)| {
                age_at_end(sentence.get(..at).unwrap_or_default()).is_some_and(|age| age < 14)
            })
        })
}

/// The number of one or two digits that `text` ends with, unless it is the end of a range.
fn age_at_end(text: &str) -> Option<u32> {
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (before, age) = if digits > 0 {
        let (before, number) = text.split_at(text.len() - digits);
        (before, (digits <= 2).then(|| number.parse().ok())??)
    } else {
        let (at, _) = text
            .char_indices()
            .rev()
            .take_while(|(_, c)| "一二两三四五六七八九十".contains(*c))
            .last()?;
        let (before, number) = text.split_at(at);
        (before, chinese_number(number)?)
    };
    let is_range = before.ends_with(['-', '~', '至', '到', '–', '.', '第']);
    (!is_range).then_some(age)
}

/// 一 to 九十九.
fn chinese_number(text: &str) -> Option<u32> {
    let unit = |c: char| {
        let at = "一二三四五六七八九".chars().position(|d| d == c);
        at.map(|at| at as u32 + 1)
            .or_else(|| (c == '两').then_some(2))
    };
    let characters: Vec<char> = text.chars().collect();
    match *characters.as_slice() {
        ['十'] => Some(10),
        [one] => unit(one),
        ['十', one] => Some(10 + unit(one)?),
        [ten, '十'] => Some(10 * unit(ten)?),
        [ten, '十', one] => Some(10 * unit(ten)? + unit(one)?),
        _ => None,
    }
}

/// The sentences of a text, without the blanks around them: ended by 。！？； and line breaks, and by a full
/// stop before a blank.
fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
            let end = start + sentence_length(rest);
            let part = text.get(start..end).unwrap_or_default();
            let trimmed = part.trim_start();
            let first = end - trimmed.len();
            start = end;
            if !trimmed.is_empty() {
                return Some(first..first + trimmed.trim_end().len());
            }
        }
    })
}

fn sentence_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let ends = match c {
            '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n' | '\r' => true,
            '.' => characters
                .peek()
                .is_some_and(|(_, next)| next.is_whitespace()),
            _ => false,
        };
        if ends {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// The words of the list in `text`, by start, none overlapping; the longer of two that begin together.
fn words_of(text: &str) -> Vec<Found> {
    let (words, bytes) = (lexicon(), text.as_bytes());
    let mut found = Vec::new();
    let mut upto = 0;
    for (at, c) in text.char_indices() {
        if at < upto || !words.begins(u32::from(c)) {
            continue;
        }
        if let Some((end, says)) = words.at(bytes, at, |end, _| {
            is_whole(bytes, at, end, u8::is_ascii_alphanumeric)
        }) {
            found.push(Found { at, says });
            upto = end;
        }
    }
    found
}

fn lexicon() -> &'static Phrases<Says> {
    static LEXICON: OnceLock<Phrases<Says>> = OnceLock::new();
    LEXICON.get_or_init(|| Phrases::of(read(include_str!("../data/topics.txt")).into_iter()))
}

/// The list of words, each with what it says.
fn read(list: &str) -> BTreeMap<String, Says> {
    let mut words: BTreeMap<String, Says> = BTreeMap::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split_whitespace();
        let (Some(topic), Some(weight)) = (parts.next(), parts.next()) else {
            continue;
        };
        let topic = Topic::from_word(topic);
        let weight: u8 = weight.parse().unwrap_or_default();
        for word in parts {
            let word = word.replace('_', " ").to_ascii_lowercase();
            let says = match (topic, words.get(&word)) {
                // The persons stand last: a child is a word of its topic and a person.
                (None, Some(&Says::About { topic, weight, .. })) => Says::About {
                    topic,
                    weight,
                    is_person: true,
                },
                (None, _) => Says::Person,
                (Some(_), _) if weight == 0 => Says::Nothing,
                (Some(topic), _) => Says::About {
                    topic,
                    weight,
                    is_person: false,
                },
            };
            words.insert(word, says);
        }
    }
    words
}

#[cfg(test)]
mod tests;
