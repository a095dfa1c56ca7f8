//! What a caller gets.

use std::ops::Range;

use crate::{Check, Confidence, Kind, LegalClass};

/// A stretch of the source text that is personal information. It holds no value, only where one stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands in the source, in bytes of UTF-8, at borders of characters.
    pub bytes: Range<usize>,
    /// Where it stands in the source, in Unicode scalar values.
    pub chars: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// How sure the rule is, in thousandths.
    pub confidence: Confidence,
    /// The rule or model that found it.
    pub rule: &'static str,
    /// What its check digit said.
    pub check: Check,
    /// Where the word stands in the source that announced it (电话, Dear), in bytes of UTF-8; none if it was told
    /// by its shape or its neighbours alone. What stands there is a word of the detector's own lists.
    pub context: Option<Range<usize>>,
    /// The class of law it falls under.
    pub class: LegalClass,
}
