//! Background work.

use serde::{Deserialize, Serialize};
use shouxin_model::{JobId, Moment};
use utoipa::ToSchema;

/// The newest jobs, at most 100.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JobList {
    /// Newest first.
    pub jobs: Vec<Job>,
}

/// A job in the background.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// The job.
    #[schema(value_type = String)]
    pub job: JobId,
    /// `rework` brings the records of a collection to a changed register, `rewrap` wraps subject keys in the
    /// present epoch, `reseal` seals every value anew under fresh keys.
    #[schema(example = "rework")]
    pub kind: String,
    /// The collection; empty for work on keys.
    #[schema(example = "customer")]
    pub collection: String,
    /// The zone apart whose keys it works on; left out for the deployment's own, and for records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "transaction")]
    pub zone: Option<String>,
    /// `waiting`, `running` or `done`.
    #[schema(example = "running")]
    pub state: String,
    /// Records or keys done.
    pub done: u64,
    /// Records or keys there were when it began.
    pub total: u64,
    /// When it was queued, RFC 3339.
    #[schema(value_type = String, example = "2026-11-21T02:00:00Z")]
    pub began_at: Moment,
    /// When its last page was done, RFC 3339.
    #[schema(value_type = String, example = "2026-11-21T02:00:01Z")]
    pub updated_at: Moment,
}
