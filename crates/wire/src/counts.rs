//! Counts over groups, never over fewer than ten people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What to count.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountRequest {
    /// The purpose.
    #[schema(example = "regional-performance")]
    pub purpose: String,
    /// The collection whose subjects are counted.
    #[schema(example = "work_order")]
    pub collection: String,
    /// One or two unsealed, groupable fields of the collection.
    #[schema(example = json!(["region", "status"]))]
    pub group_by: Vec<String>,
}

/// Counts by group.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CountAnswer {
    /// The decision's id.
    pub read: String,
    /// The ledger entry that records the count.
    pub entry: u64,
    /// The smallest group shown.
    pub smallest_group: u64,
    /// Groups of at least `smallest_group` people, largest first.
    pub groups: Vec<CountGroup>,
    /// How many groups were left out because they are smaller.
    pub suppressed_groups: u64,
}

/// One group.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CountGroup {
    /// The value of each grouping field.
    pub by: BTreeMap<String, String>,
    /// How many different people.
    pub subjects: u64,
}
