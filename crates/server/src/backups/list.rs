//! What there is and what goes on.

use axum::Json;
use axum::extract::State;
use shouxin_vault::{BackupError, BackupSummary};
use shouxin_wire::backups::{Backup, BackupList, Drill};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::told;

/// List the backups, what goes on with them, and the last drill
///
/// The backups of the repository that the operator has set, each with its signature verified. While one is
/// being taken the list of the others is empty, and `work` tells how far it is.
#[utoipa::path(
    get,
    path = "/api/v1/backups",
    operation_id = "list-backups",
    tag = "backups",
    responses(
        (status = 200, description = "Oldest first; none where no repository is set", body = BackupList,
            example = json!({"backups": [{"number": 1, "at": "2026-11-21T03:04:05.678Z", "engine": "sqlite",
                "rows": 52341, "bytes": 20971520, "ledger_size": 1046}],
                "work": {"what": "backup", "state": "done", "done": 52341, "total": 52341,
                    "began": "2026-11-21T03:04:05.678Z", "written_bytes": 10485760}})),
        Guarded,
    ),
    security(("session" = []))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Json<BackupList>, Refusal> {
    match listed(&app).await {
        Ok(list) => Ok(Json(list)),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}

async fn listed(app: &App) -> Result<BackupList, BackupError> {
    // Before what it leaves behind is looked for: work that is told as done has its backup or drill below.
    let work = app.backups().now();
    let backups = match &app.settings().backups.repository {
        // One that is being written cannot be read; what goes on is told all the same.
        Some(path) => match app.vault().backups(path.clone()).await {
            Ok(backups) => backups,
            Err(BackupError::Busy(_) | BackupError::NotARepository(_)) => Vec::new(),
            Err(error) => return Err(error),
        },
        None => Vec::new(),
    };
    let last_drill = app.vault().last_drill().await?.map(|(at, drill)| Drill {
        at,
        backup: drill.backup.number,
        rows: drill.backup.rows,
        millis: drill.millis,
        rows_per_second: drill.rows_per_second,
        bytes_per_second: drill.bytes_per_second,
        records: drill.records,
        values: drill.values,
        entry: drill.entry,
    });
    Ok(BackupList {
        backups: backups.into_iter().map(shown).collect(),
        work,
        last_drill,
    })
}

fn shown(backup: BackupSummary) -> Backup {
    Backup {
        number: backup.number,
        at: backup.at,
        engine: backup.engine,
        rows: backup.rows,
        bytes: backup.bytes,
        ledger_size: backup.size,
    }
}
