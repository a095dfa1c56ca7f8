//! Erasure of a person.

use serde::{Deserialize, Serialize};
use shouxin_model::{ErasureId, Moment};
use utoipa::ToSchema;

/// Why a person is to be erased.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureRequest {
    /// A word of small letters and hyphens, which stands in the ledger.
    #[schema(example = "asked-by-subject")]
    pub reason: String,
}

/// A person was erased.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Erasure {
    /// The erasure's own id.
    #[schema(value_type = String)]
    pub erasure: ErasureId,
    /// When.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// The ledger entry.
    pub entry: u64,
}
