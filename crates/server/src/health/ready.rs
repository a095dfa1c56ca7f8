//! Whether the store answers and the ledger can be written.

use axum::Json;
use axum::extract::State;
use shouxin_model::Moment;
use shouxin_store::{Tx, params};
use shouxin_vault::{LedgerError, VaultError};
use shouxin_wire::Code;
use shouxin_wire::health::Ready;
use tokio::sync::Mutex;

use super::standing;
use crate::App;
use crate::http::document::Open;
use crate::http::{Refusal, Speaks};

/// Tell whether requests can be served
///
/// The keys are open, the store answers, a commit goes through, the ledger's head continues what was signed, and it has been
/// signed not long ago. What was found holds for a second.
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
pub async fn ready(
    State(app): State<App>,
    Speaks(language): Speaks,
) -> Result<Json<Ready>, Refusal> {
    match app.readiness().of(&app).await {
        Ok(ready) => Ok(Json(ready)),
        Err(code) => Err(Refusal::new(code, language).retry_after(5)),
    }
}

/// What was found last, and when. It holds for a second: anyone may ask, and each look is a commit.
#[derive(Debug, Default)]
pub(crate) struct Readiness(Mutex<Option<(Moment, Result<Ready, Code>)>>);

impl Readiness {
    /// Who comes while another looks waits for what that one finds.
    async fn of(&self, app: &App) -> Result<Ready, Code> {
        let mut last = self.0.lock().await;
        let now = app.vault().now();
        if let Some((at, found)) = &*last
            && (*at..at.plus_seconds(1)).contains(&now)
        {
            return found.clone();
        }
        let found = look(app).await;
        *last = Some((now, found.clone()));
        found
    }
}

async fn look(app: &App) -> Result<Ready, Code> {
    let failed = |error: VaultError| Refusal::code(&error);
    app.vault().unsealed().map_err(failed)?;
    app.vault().sound_head().await.map_err(failed)?;
    let standing = standing(app).await.map_err(failed)?;
    // A transaction that changes nothing still takes the writer's way to the disk.
    let mut probe = Tx::new();
    probe.guard(
        1,
        "SELECT 1 FROM setting WHERE name = 'declared'",
        params![],
    );
    let probed = app.vault().store().commit(probe).await;
    probed.map_err(|error| failed(error.into()))?;
    let waits = unsigned_for(app, standing.size, standing.signed).await;
    if standing.size < standing.signed || waits.map_err(failed)? > LONGEST_UNSIGNED_SECONDS {
        return Err(Code::LedgerUnavailable);
    }
    Ok(Ready {
        status: "ready".to_owned(),
        ledger_size: standing.size,
        checkpoint_size: standing.signed,
        checkpoint_age_seconds: standing.age_seconds,
    })
}

/// How long the oldest entry that no checkpoint covers has waited for one, in seconds.
async fn unsigned_for(app: &App, size: u64, signed: u64) -> Result<i64, VaultError> {
    if size <= signed {
        return Ok(0);
    }
    match app.vault().entry(signed).await {
        Ok((entry, _)) => Ok(app
            .vault()
            .now()
            .seconds_since(Moment::from_micros(entry.at))),
        Err(LedgerError::Beyond(_)) => Ok(0),
        Err(LedgerError::Vault(error)) => Err(error),
    }
}

/// Heads are signed every second while entries arrive: an entry that waits so long means that signing
/// has stopped.
const LONGEST_UNSIGNED_SECONDS: i64 = 30;
