//! Whether the service is well, for those who run it; and the description of its API.

pub mod alive;
pub mod examine;
pub mod metrics;
pub mod openapi;
pub mod ready;

use shouxin_model::Moment;
use shouxin_vault::VaultError;
use shouxin_vault::said::shouxin_ledger::SignedCheckpoint;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on health.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(alive::alive))
        .routes(routes!(examine::examine))
        .routes(routes!(ready::ready))
        .routes(routes!(metrics::metrics))
        .routes(routes!(openapi::openapi))
}

/// How the ledger stands.
struct Standing {
    /// Entries there are.
    size: u64,
    /// Entries that the newest checkpoint covers.
    signed: u64,
    /// How old that checkpoint is, in seconds, if there is one.
    age_seconds: Option<i64>,
}

async fn standing(app: &App) -> Result<Standing, VaultError> {
    let head = app.vault().store().ledger_head().await?;
    let checkpoint = app
        .vault()
        .signed_head()
        .await?
        .map(|signed: SignedCheckpoint| signed.checkpoint);
    let made = checkpoint
        .as_ref()
        .and_then(|checkpoint| checkpoint.at())
        .map(Moment::from_micros);
    let now = app.vault().now();
    Ok(Standing {
        size: head.size,
        signed: checkpoint.map_or(0, |checkpoint| checkpoint.size),
        age_seconds: made.map(|made| now.seconds_since(made)),
    })
}
