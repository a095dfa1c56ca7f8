//! A text without what was found in it.

use crate::Hit;

/// What takes the place of a hit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operator {
    /// Its kind: `[PHONE]`.
    #[default]
    Label,
    /// As many `*` as it had characters.
    Mask,
    /// Nothing.
    Remove,
}

/// `text` with every hit replaced. `hits` are those that [`crate::Detector::detect`] gave for this very
/// text; a hit that does not stand in it is passed over.
pub fn redact(text: &str, hits: &[Hit], operator: Operator) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut done = 0;
    for hit in hits {
        let Some(between) = text.get(done..hit.bytes.start) else {
            continue;
        };
        redacted.push_str(between);
        match operator {
            Operator::Label => {
                redacted.push('[');
                redacted.push_str(hit.kind.word());
                redacted.push(']');
            }
            Operator::Mask => redacted.extend(std::iter::repeat_n('*', hit.chars.len())),
            Operator::Remove => {}
        }
        done = hit.bytes.end;
    }
    redacted.push_str(text.get(done..).unwrap_or_default());
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
