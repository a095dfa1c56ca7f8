//! The forms in which a field may be answered.

use serde::{Deserialize, Serialize};

/// In what form a field's value leaves the vault, from most to least revealing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The value itself (明文).
    Clear,
    /// Part of the value hidden (脱敏). Still personal information.
    Masked,
    /// A keyed stand-in: same value, same token, within one purpose.
    Tokenised,
    /// A coarser truth: the district of an address, the class of goods, the year of birth.
    Generalised,
    /// Nothing.
    Withheld,
}

impl Form {
    /// All forms, most revealing first.
    pub const ALL: [Self; 5] = [
        Self::Clear,
        Self::Masked,
        Self::Tokenised,
        Self::Generalised,
        Self::Withheld,
    ];

    /// The word used in ledger entries, JSON and policies.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Masked => "masked",
            Self::Tokenised => "tokenised",
            Self::Generalised => "generalised",
            Self::Withheld => "withheld",
        }
    }
}
