//! Whether the service is alive and ready.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The process answers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Alive {
    /// Always `ok`.
    #[schema(example = "ok")]
    pub status: String,
}

/// The store answers and the ledger can be written.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Ready {
    /// Always `ready`; what is not ready is a problem with status 503.
    #[schema(example = "ready")]
    pub status: String,
    /// How many entries the ledger has.
    pub ledger_size: u64,
    /// How many of them the newest signed checkpoint covers.
    pub checkpoint_size: u64,
    /// How old that checkpoint is, in seconds, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint_age_seconds: Option<i64>,
}
