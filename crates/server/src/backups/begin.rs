//! Beginning a backup.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::backups::BackupWork;

use super::work::{What, begin as begin_work};
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::{BackingUp, Guarded};

/// Begin a backup
///
/// Into the repository that the operator has set; the rest of the service goes on. Only what has changed
/// since the last backup is written. The list tells how far it is and whether it went well.
#[utoipa::path(
    post,
    path = "/api/v1/backups",
    operation_id = "begin-backup",
    tag = "backups",
    responses(
        (status = 202, description = "It has begun", body = BackupWork,
            example = json!({"what": "backup", "state": "running", "done": 0, "total": 0,
                "began": "2026-11-21T03:04:05.678Z"})),
        Guarded, BackingUp,
    ),
    security(("session" = []))
)]
pub async fn begin(
    State(app): State<App>,
    signed: Signed,
) -> Result<(StatusCode, Json<BackupWork>), Refusal> {
    begin_work(&app, &signed.caller, What::Backup)
        .map(|work| (StatusCode::ACCEPTED, Json(work)))
        .map_err(|code| signed.refuse(code))
}
