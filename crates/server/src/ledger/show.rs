//! One entry.

use axum::Json;
use axum::extract::State;
use shouxin_wire::ledger::LedgerEntry;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::told;
use crate::http::{At, Refusal};

/// Show one entry of the ledger
///
/// What happened, by whom and for what; subjects stand in it as pseudonyms, values never.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/entries/{index}",
    operation_id = "show-entry",
    tag = "ledger",
    params(("index" = u64, Path, description = "Its index, counted from 0", example = 1042)),
    responses(
        (status = 200, description = "The entry", body = LedgerEntry,
            example = json!({"index": 1042, "at": "2026-11-21T03:04:05.678Z", "kind": "read", "title": "查阅",
                "actor": "stf_06fs8k0000000000000000000g", "subject": "q83vASNFZ4mrze8BI0VniQ",
                "purpose": "repair-service", "fields": [{"form": "masked", "rule": "own-order",
                "fields": ["customer.name"]}], "register_version": 3, "policy_version": 2, "second_factor": false})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    At((index,)): At<(u64,)>,
) -> Result<Json<LedgerEntry>, Refusal> {
    match app.vault().entry(index).await {
        Ok((entry, _)) => Ok(Json(shown(index, entry, signed.language))),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
