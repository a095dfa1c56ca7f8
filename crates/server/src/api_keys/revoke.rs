//! Revoking a key.

use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::ApiKeyId;
use shouxin_store::{Tx, params};
use shouxin_vault::Marked;
use shouxin_vault::said::Kind;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::{found, settled};
use crate::http::{At, Refusal};

/// Revoke a key
///
/// It works no more from the next request on.
#[utoipa::path(
    delete,
    path = "/api/v1/api-keys/{key}",
    operation_id = "revoke-api-key",
    tag = "api-keys",
    params(("key" = String, Path, description = "The key's id, `key_…`")),
    responses((status = 204, description = "It is revoked"), Guarded, WithParams, Missing),
    security(("session" = []))
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    signed: Signed,
    At((key,)): At<(ApiKeyId,)>,
) -> Result<StatusCode, Refusal> {
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE api_key SET state = 'revoked' WHERE id = $1 AND state = 'active'",
        params![key],
    );
    let held = app.vault().held_row(Marked::ApiKey, key).await;
    if let Some(row) = settled(&app, &signed, held).await? {
        row.change(app.vault(), &mut tx, [("state", "revoked".into())]);
    }
    let id = key.to_string();
    let extra = [("did", "revoked"), ("key", id.as_str())];
    let revoked = app
        .vault()
        .record(&signed.caller, Kind::ApiKey, &extra, tx)
        .await;
    // Or unknown, or revoked already.
    found(&app, &signed, revoked).await?;
    Ok(StatusCode::NO_CONTENT)
}
