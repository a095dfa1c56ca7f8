//! What is used of today's quotas.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Quotas of today.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct QuotaList {
    /// One's own in the order of the register; everybody's with the nearest to its limit first.
    pub quotas: Vec<QuotaUse>,
    /// How many there are, shown or not.
    #[schema(example = 12)]
    pub total: usize,
    /// Seconds until they begin anew: at midnight in China.
    #[schema(example = 26000)]
    pub seconds_left: u64,
}

/// What one caller has used today of one limit of one purpose.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct QuotaUse {
    /// Who, as a pseudonymous id: `stf_…` or `key_…`.
    #[schema(example = "stf_06fs8k0000000000000000000g")]
    pub actor: String,
    /// The purpose.
    #[schema(example = "repair-service")]
    pub purpose: String,
    /// What is counted: `subjects` read, fields opened `clear`, or `searches`.
    #[schema(example = "clear")]
    pub kind: String,
    /// How many were used today.
    #[schema(example = 12)]
    pub used: u32,
    /// How many a day allows.
    #[schema(example = 60)]
    pub limit: u32,
    /// How many are left.
    #[schema(example = 48)]
    pub left: u32,
}
