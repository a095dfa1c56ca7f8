//! Keys of services: made, rotated and revoked by the security administrator.

pub mod list;
pub mod make;
pub mod revoke;
pub mod rotate;

use data_encoding::BASE64URL_NOPAD;
use rand_core::Rng;
use shouxin_model::{ApiKeyId, Moment};
use shouxin_store::{Tx, params};
use shouxin_vault::{HeldRow, Marked, Vault};
use utoipa_axum::{router::OpenApiRouter, routes};
use zeroize::Zeroizing;

use crate::caller::{Scopes, Signed};
use crate::http::Refusal;
use crate::{App, codes};

/// The operations on API keys.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, make::make))
        .routes(routes!(rotate::rotate))
        .routes(routes!(revoke::revoke))
}

/// The row of a key with its mark, by its id.
const BY_ID: &str = "SELECT id, prefix, secret_hash, name, scopes, expires_at, state, created_by, created_at, \
    replaces, mark FROM api_key WHERE id = $1";

/// A key to be: its row, and the text that is shown once.
struct Fresh {
    id: ApiKeyId,
    prefix: String,
    text: Zeroizing<String>,
}

/// Inserts a fresh key `sx_<prefix>_<secret>`; the store keeps the prefix and the digest of the whole.
fn insert(
    vault: &Vault,
    tx: &mut Tx,
    signed: &Signed,
    name: &str,
    scopes: &Scopes,
    expires_at: Moment,
    replaces: Option<ApiKeyId>,
) -> Result<Fresh, Refusal> {
    let now = vault.now();
    let mut dice = vault.dice();
    let id = ApiKeyId::make(now, &mut dice);
    let prefix: String = codes::make(2, &mut dice)
        .chars()
        .filter(|c| *c != '-')
        .take(8)
        .collect();
    let mut secret = Zeroizing::new([0; 32]);
    dice.fill_bytes(&mut *secret);
    let secret = Zeroizing::new(BASE64URL_NOPAD.encode(&*secret));
    let text = Zeroizing::new(format!("sx_{prefix}_{}", *secret));
    let scopes =
        serde_json::to_string(scopes).map_err(|_| signed.refuse(shouxin_wire::Code::Internal))?;
    let row = params![
        id,
        &prefix,
        vault.token_digest("api-key", text.as_bytes()),
        name,
        scopes,
        expires_at,
        "active",
        signed.session()?.staff,
        now,
        replaces
    ];
    tx.run_exactly(
        1,
        "INSERT INTO api_key (id, prefix, secret_hash, name, scopes, expires_at, state, created_by, created_at, \
         replaces, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        HeldRow::new(vault, Marked::ApiKey, row).params(),
    );
    Ok(Fresh {
        id,
        prefix: format!("sx_{prefix}"),
        text,
    })
}
