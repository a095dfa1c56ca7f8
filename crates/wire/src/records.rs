//! Writing records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shouxin_model::{RecordId, SubjectId};
use utoipa::ToSchema;

/// A record to create or merge, matched by its collection's key.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordWrite {
    /// The collection.
    #[schema(example = "customer")]
    pub collection: String,
    /// The subject it belongs to; without it the key decides, or a new subject is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub subject: Option<SubjectId>,
    /// The values by field name. They travel in the body only and are never logged.
    #[schema(example = json!({"name": "测试", "mobile": "13800000000"}), extensions(("x-free-text" = json!(true))))]
    pub values: BTreeMap<String, String>,
}

// Values of a person: not even a debug line may show them.
impl std::fmt::Debug for RecordWrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordWrite")
            .field("collection", &self.collection)
            .field("fields", &self.values.keys())
            .finish_non_exhaustive()
    }
}

/// What became of a record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RecordWritten {
    /// `created`, `merged` or `unchanged`.
    #[schema(example = "created")]
    pub outcome: String,
    /// The subject.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// The record.
    #[schema(value_type = String)]
    pub record: RecordId,
    /// The ledger entry.
    pub entry: u64,
}
