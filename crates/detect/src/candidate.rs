//! What a finder gives.

use crate::Kind;

/// How sure a rule is, in thousandths: 0 to 1000. A whole number, so that every machine gives the same.
pub type Confidence = u16;

/// What a check digit, or another rule that only real values obey, said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The kind has none.
    None,
    /// It holds.
    Passed,
    /// It does not hold; the value was announced as one of its kind.
    Failed,
}

impl Check {
    /// The word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Passed => "passed",
            Self::Failed => "failed",
        }
    }
}

/// A stretch of the normalised text that may be a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The first byte in the normalised text, at the border of a character.
    pub start: usize,
    /// The byte after the last, at the border of a character.
    pub end: usize,
    /// What it is taken for.
    pub kind: Kind,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The rule or model that found it, such as `phone.mobile` or `cn.person.model`.
    pub rule: &'static str,
    /// What its check digit said.
    pub check: Check,
}
