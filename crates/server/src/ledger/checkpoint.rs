//! The newest signed head.

use axum::extract::State;
use axum::http::{HeaderName, header};
use shouxin_wire::Code;

use crate::App;
use crate::http::document::{Missing, Open};
use crate::http::{Refusal, Speaks};

/// Give the newest signed head of the ledger
///
/// A C2SP checkpoint: origin, size, root, and signatures. Keep one from time to time: it shows later that
/// the ledger only grew.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/checkpoint",
    operation_id = "show-checkpoint",
    tag = "ledger",
    responses(
        (status = 200, description = "The signed note", body = String, content_type = "text/plain",
            example = "shouxin/1a2b3c4d\n1046\nqFb…=\nat 1795216925000123\n\n— shouxin/1a2b3c4d Gis8…\n"),
        Open, Missing,
    ),
    security(())
)]
pub async fn checkpoint(
    State(app): State<App>,
    Speaks(language): Speaks,
) -> Result<([(HeaderName, &'static str); 1], String), Refusal> {
    let newest = app.vault().store().latest_checkpoint().await;
    let newest = newest.map_err(|error| Refusal::store(error, language))?;
    let note = newest
        .ok_or_else(|| Refusal::new(Code::NotFound, language))?
        .note;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note))
}
