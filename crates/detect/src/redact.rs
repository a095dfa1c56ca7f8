//! A text without what was found in it.

use std::borrow::Cow;
use std::fmt;

use crate::Hit;

/// What takes the place of a hit.
#[derive(Clone, Copy, Debug, Default)]
pub enum Operator<'a> {
    /// Its kind: `[PHONE]`.
    #[default]
    Label,
    /// As many `*` as it had characters.
    Mask,
    /// Nothing.
    Remove,
    /// What somebody else makes of it: a pseudonym, a coarser truth.
    By(&'a dyn Replace),
}

impl Operator<'_> {
    /// The operator that this word names, of those that need nothing else: `label`, `mask`, `remove`.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "label" => Some(Self::Label),
            "mask" => Some(Self::Mask),
            "remove" => Some(Self::Remove),
            _ => None,
        }
    }
}

/// What makes something of hits.
pub trait Replace: fmt::Debug + Sync {
    /// What takes the place of `value`, the text of `hit`.
    fn hit(&self, hit: &Hit, value: &str) -> String;

    /// What takes the place of a whole cell of the column of this name, whatever was found in it; `None` where the
    /// name tells nothing, and the cell is a text as others.
    fn cell(&self, _column: &str, _value: &str) -> Option<String> {
        None
    }

    /// What becomes of the text before, between and after hits.
    fn between<'t>(&self, text: &'t str) -> Cow<'t, str> {
        Cow::Borrowed(text)
    }
}

/// `text` with every hit replaced. `hits` are those that [`crate::Detector::detect`] gave for this very
/// text; a hit that does not stand in it is passed over.
pub fn redact(text: &str, hits: &[Hit], operator: Operator<'_>) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut done = 0;
    let between = |text| match operator {
        Operator::By(by) => by.between(text),
        _ => Cow::Borrowed(text),
    };
    for hit in hits {
        let (Some(before), Some(value)) =
            (text.get(done..hit.bytes.start), text.get(hit.bytes.clone()))
        else {
            continue;
        };
        redacted.push_str(&between(before));
        match operator {
            Operator::Label => {
                redacted.push('[');
                redacted.push_str(hit.kind.word());
                redacted.push(']');
            }
            Operator::Mask => redacted.extend(std::iter::repeat_n('*', hit.chars.len())),
            Operator::Remove => {}
            Operator::By(by) => redacted.push_str(&by.hit(hit, value)),
        }
        done = hit.bytes.end;
    }
    redacted.push_str(&between(text.get(done..).unwrap_or_default()));
    redacted
}

#[cfg(test)]
mod tests {
    use super::{Operator, redact};
    use crate::Detector;

    #[test]
    fn each_operator_leaves_the_rest_alone() {
        let text = "打13700001111找我";
        let hits = Detector::new().detect(text);
        for (operator, expected) in [
            (Operator::Label, "打[PHONE]找我"),
            (Operator::Mask, "打***********找我"),
            (Operator::Remove, "打找我"),
        ] {
            assert_eq!(redact(text, &hits, operator), expected);
        }
    }
}
