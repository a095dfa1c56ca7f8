//! Searches over sealed fields.

use serde::{Deserialize, Serialize};
use shouxin_model::{FieldRef, RecordId, SearchMode, SubjectId};
use utoipa::ToSchema;

/// What to look for, in which field, and what for.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// The field to search.
    #[schema(value_type = String, example = "customer.mobile")]
    pub field: FieldRef,
    /// How: exact, last4, prefix, name, surname or initials. The field must offer it.
    #[schema(value_type = String, example = "exact")]
    pub mode: SearchMode,
    /// What to look for. Travels in the body only and is never logged.
    #[schema(example = "13800000000")]
    pub value: String,
    /// The purpose.
    #[schema(example = "repair-service")]
    pub purpose: String,
    /// How many results at most; 1 to 100.
    #[serde(default = "default_limit")]
    #[schema(example = 20)]
    pub limit: u32,
}

// The value looked for is a person's: not even a debug line may show it.
impl std::fmt::Debug for SearchRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchRequest")
            .field("field", &self.field)
            .field("mode", &self.mode)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

const fn default_limit() -> u32 {
    20
}

/// What a search found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchAnswer {
    /// The decision's id.
    pub read: String,
    /// The ledger entry that records the search.
    pub entry: u64,
    /// Subjects that match and that the purpose ties to the caller.
    pub matches: Vec<SearchMatch>,
    /// Whether there are more than `limit`.
    pub more: bool,
}

/// One match.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchMatch {
    /// The subject.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// The record whose field matches.
    #[schema(value_type = String)]
    pub record: RecordId,
}
