//! What is wrong with a policy text.

use std::fmt;

use shouxin_model::Text;

/// One thing that keeps a policy text from being used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFinding {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The `@id` of the policy, where it has one.
    pub policy: Option<String>,
    /// What is wrong and what would put it right.
    pub message: Text,
}

impl PolicyFinding {
    /// A finding at byte `offset` of `text`; an offset beyond the end means the end.
    pub(crate) fn at(text: &str, offset: usize, policy: Option<&str>, message: Text) -> Self {
        let offset = (0..=offset.min(text.len()))
            .rev()
            .find(|i| text.is_char_boundary(*i));
        let before = &text[..offset.unwrap_or(0)];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            policy: policy.map(str::to_owned),
            message,
        }
    }
}

impl fmt::Display for PolicyFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if let Some(policy) = &self.policy {
            write!(f, "{policy}: ")?;
        }
        write!(f, "{} / {}", self.message.zh, self.message.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes_and_survives_any_offset() {
        let place = |offset| {
            let finding = PolicyFinding::at("守信\n目x", offset, None, Text::default());
            (finding.line, finding.column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(3), (1, 2));
        assert_eq!(place(4), (1, 2));
        assert_eq!(place(10), (2, 2));
        assert_eq!(place(999), (2, 3));
    }
}
