//! Background work.

use serde::{Deserialize, Serialize};
use shouxin_model::JobId;
use utoipa::ToSchema;

/// The newest jobs, at most 100.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JobList {
    /// Newest first.
    pub jobs: Vec<Job>,
}

/// A job that brings the records of one collection to the register in force.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// The job.
    #[schema(value_type = String)]
    pub job: JobId,
    /// The collection.
    #[schema(example = "customer")]
    pub collection: String,
    /// `waiting`, `running` or `done`.
    #[schema(example = "running")]
    pub state: String,
    /// Records done.
    pub done: u64,
    /// Records there were when it began.
    pub total: u64,
}
