//! Pseudonyms for values that are about to be given away.

use serde::{Deserialize, Serialize};
use shouxin_model::FieldKind;
use utoipa::ToSchema;

/// Values that want pseudonyms.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PseudonymRequest {
    /// 1 to 1,000 values.
    pub values: Vec<PseudonymValue>,
}

/// One value.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PseudonymValue {
    /// Its kind, as the register names kinds; none of text, files, or what says nothing about a person.
    #[schema(value_type = String, example = "mobile")]
    pub kind: FieldKind,
    /// The value, in any spelling; at most 500 characters. Travels in the body only and is never kept or
    /// logged.
    #[schema(example = "13800000000")]
    pub value: String,
}

// The value is a person's: not even a debug line may show it.
impl std::fmt::Debug for PseudonymValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PseudonymValue")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What was given.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PseudonymAnswer {
    /// The ledger entry that records it, with how many of which kind.
    pub entry: u64,
    /// One for each value, in their order: in the shape of its kind, where no real value lies.
    #[schema(example = json!(["14612345678"]))]
    pub pseudonyms: Vec<String>,
}
