//! Beginning a drill.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::backups::BackupWork;

use super::work::{What, begin as begin_work};
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::{BackingUp, Guarded};

/// Begin a drill
///
/// Puts the newest backup back into a temporary place, verifies it as a restore does, opens records picked
/// at random, and measures how long that takes. The list tells how it went; so does the ledger.
#[utoipa::path(
    post,
    path = "/api/v1/backups/drills",
    operation_id = "begin-drill",
    tag = "backups",
    responses(
        (status = 202, description = "It has begun", body = BackupWork,
            example = json!({"what": "drill", "state": "running", "done": 0, "total": 0,
                "began": "2026-11-21T03:04:05.678Z"})),
        Guarded, BackingUp,
    ),
    security(("session" = []))
)]
pub async fn drill(
    State(app): State<App>,
    signed: Signed,
) -> Result<(StatusCode, Json<BackupWork>), Refusal> {
    begin_work(&app, &signed.caller, What::Drill)
        .map(|work| (StatusCode::ACCEPTED, Json(work)))
        .map_err(|code| signed.refuse(code))
}
