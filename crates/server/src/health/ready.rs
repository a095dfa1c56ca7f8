//! Whether the store answers and the ledger can be written.

use axum::Json;
use axum::extract::State;
use shouxin_store::{Tx, params};
use shouxin_vault::VaultError;
use shouxin_wire::Code;
use shouxin_wire::health::Ready;

use super::standing;
use crate::App;
use crate::http::document::Open;
use crate::http::{Refusal, Speaks};

/// Tell whether requests can be served
///
/// The store answers, a commit goes through, and the ledger's head has been signed not long ago.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "readiness",
    tag = "health",
    responses(
        (status = 200, description = "They can", body = Ready,
            example = json!({"status": "ready", "ledger_size": 1046, "checkpoint_size": 1046,
                "checkpoint_age_seconds": 12})),
        Open,
    ),
    security(())
)]
pub async fn ready(State(app): State<App>, Speaks(language): Speaks) -> Result<Json<Ready>, Refusal> {
    let vault = |error: VaultError| Refusal::vault(&error, language).retry_after(5);
    let standing = standing(&app).await.map_err(vault)?;
    // A transaction that changes nothing still takes the writer's way to the disk.
    let mut probe = Tx::new();
    probe.guard(1, "SELECT 1 FROM setting WHERE name = 'declared'", params![]);
    app.vault().store().commit(probe).await.map_err(|error| vault(error.into()))?;
    let behind = standing.size > standing.signed;
    let is_late = standing.age_seconds.is_none_or(|age| age > LATEST_SECONDS);
    if standing.size < standing.signed || (behind && is_late && standing.signed > 0) {
        return Err(Refusal::new(Code::LedgerUnavailable, language).retry_after(5));
    }
    Ok(Json(Ready {
        status: "ready".to_owned(),
        ledger_size: standing.size,
        checkpoint_size: standing.signed,
        checkpoint_age_seconds: standing.age_seconds,
    }))
}

/// With entries waiting, a head this old means that signing has stopped: it is done every second. The
/// age counts from the last signature, so a quiet hour before the newest entry is allowed for.
const LATEST_SECONDS: i64 = 24 * 3600;
