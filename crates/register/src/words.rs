//! Words of closed lists: reading them by their `serde` names, and guessing what was meant.

use std::fmt;

use serde::Serialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, Error, IntoDeserializer};

/// The value whose word this is; else the words there are.
pub(crate) fn read<T: DeserializeOwned>(word: &str) -> Result<T, &'static [&'static str]> {
    let deserializer: StrDeserializer<'_, Unknown> = word.into_deserializer();
    T::deserialize(deserializer).map_err(|unknown| unknown.0)
}

/// The word of a value of a closed list.
pub(crate) fn of<T: Serialize>(value: &T) -> String {
    // Lists of words serialise as their word; anything else would be a fault of this crate's callers.
    serde_json::to_value(value)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Every word of the list `T`.
pub(crate) fn all<T: DeserializeOwned>() -> &'static [&'static str] {
    // No list has the empty word, so that reading it always names the list.
    read::<T>("").err().unwrap_or_default()
}

/// The one of `words` that `wrong` is most like, if it is like any.
pub fn nearest<'a>(wrong: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let close_enough = wrong.chars().count().div_ceil(3).max(1);
    words
        .into_iter()
        .map(|word| (distance(wrong, word), word))
        .filter(|(distance, _)| *distance <= close_enough)
        .min()
        .map(|(_, word)| word)
}

/// How many characters must be put in, taken out or replaced to turn one into the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// The words that `serde` would have accepted.
#[derive(Debug)]
struct Unknown(&'static [&'static str]);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected one of {:?}", self.0)
    }
}

impl std::error::Error for Unknown {}

impl Error for Unknown {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

#[cfg(test)]
mod tests {
    use shouxin_model::{FieldKind, SearchMode, Suite};

    use super::*;

    #[test]
    fn a_word_is_read_by_its_serde_name_and_a_wrong_one_lists_the_right_ones() {
        assert_eq!(read::<Suite>("national"), Ok(Suite::National));
        assert_eq!(read::<FieldKind>("resident_id"), Ok(FieldKind::ResidentId));
        assert_eq!(
            read::<Suite>("sm4"),
            Err(&["international", "national"][..])
        );
        assert_eq!(of(&Suite::National), "national");
        assert_eq!(all::<FieldKind>().len(), FieldKind::ALL.len());
        assert_eq!(all::<SearchMode>().len(), 6);
    }

    #[test]
    fn the_nearest_word_is_offered_and_a_far_one_is_not() {
        let keys = ["retention", "owner", "scene", "search"];
        assert_eq!(nearest("retenton", keys), Some("retention"));
        assert_eq!(nearest("onwer", keys), Some("owner"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("", keys), None);
    }

    proptest::proptest! {
        #[test]
        fn distance_is_a_metric(a in "[abc]{0,6}", b in "[abc]{0,6}", c in "[abc]{0,6}") {
            proptest::prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            proptest::prop_assert_eq!(distance(&a, &b) == 0, a == b);
            proptest::prop_assert!(distance(&a, &c) <= distance(&a, &b) + distance(&b, &c));
        }
    }
}
