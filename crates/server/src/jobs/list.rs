//! The newest background jobs.

use axum::Json;
use axum::extract::State;
use shouxin_wire::jobs::{Job, JobList};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// List the newest background jobs
///
/// At most 100, newest first: what a changed register made necessary in records that were there before.
#[utoipa::path(
    get,
    path = "/api/v1/jobs",
    operation_id = "list-jobs",
    tag = "register",
    responses(
        (status = 200, description = "Newest first, at most 100", body = JobList,
            example = json!({"jobs": [{"job": "job_06fs8k0000000000000000000g", "kind": "rework", "collection": "customer",
                "state": "running", "done": 1200, "total": 5000, "began_at": "2026-11-21T02:00:00Z",
                "updated_at": "2026-11-21T02:00:01Z"}]})),
        Guarded,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Json<JobList>, Refusal> {
    let jobs = match app.vault().jobs().await {
        Ok(jobs) => jobs,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let job = |job: shouxin_vault::JobStatus| Job {
        job: job.id,
        kind: job.kind.word().to_owned(),
        collection: job.collection,
        zone: job.zone,
        state: job.state,
        done: job.done,
        total: job.total,
        began_at: job.began_at,
        updated_at: job.updated_at,
    };
    Ok(Json(JobList {
        jobs: jobs.into_iter().map(job).collect(),
    }))
}
