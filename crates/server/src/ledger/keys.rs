//! The public keys that check the ledger.

use axum::Json;
use axum::extract::State;
use shouxin_wire::ledger::LedgerKeys;

use crate::App;
use crate::http::document::Open;

/// Give the public keys that check the ledger
///
/// For `shouxin-verify --key`. Keep them from the first day on, in another place than this server: keys
/// that come with what they check prove little.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/keys",
    operation_id = "show-ledger-keys",
    tag = "ledger",
    responses(
        (status = 200, description = "Verifier keys of C2SP signed notes", body = LedgerKeys,
            example = json!({"origin": "shouxin/1a2b3c4d", "keys": ["shouxin/1a2b3c4d+5e6f7a8b+Ab…"]})),
        Open,
    ),
    security(())
)]
pub async fn keys(State(app): State<App>) -> Json<LedgerKeys> {
    let keys = app.vault().ledger_keys();
    Json(LedgerKeys {
        origin: app.vault().ledger_origin(),
        keys: keys.iter().map(ToString::to_string).collect(),
    })
}
