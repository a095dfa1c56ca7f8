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

/// What looking after the deployment found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Examination {
    /// Whether nothing is a fault.
    pub well: bool,
    /// Each thing that was looked at.
    pub findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// A stable word: `store`, `ledger`, `witness`, `keys`, `jobs`, `backup`, `drill`, `clock`, …
    #[schema(example = "drill")]
    pub check: String,
    /// `well`, `heed` or `fault`.
    #[schema(example = "heed")]
    pub level: String,
    /// What was found, in the caller's language.
    pub text: String,
    /// What to do about it, where something is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub todo: Option<String>,
}
