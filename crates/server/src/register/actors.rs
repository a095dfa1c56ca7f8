//! Who stands behind the actors of ledger entries.

use shouxin_model::{ApiKeyId, StaffId};
use shouxin_store::params;
use shouxin_vault::observations::{Actors, KeyScope};
use shouxin_vault::{Marked, Vault, VaultError};

use crate::caller::{Scopes, roles};

/// Roles of every account and scopes of every key, those that are over too. Rows are held to their marks: who
/// may read is not told from rows that somebody altered.
///
/// # Errors
/// The store could not be read; `Corrupt` for an altered row.
pub(super) async fn actors(vault: &Vault) -> Result<Actors, VaultError> {
    let mut actors = Actors::default();
    for row in vault.store().query(STAFF, params![]).await? {
        vault.check_row(Marked::Staff, &row, 0)?;
        let id = row.id(0, StaffId::from_slice)?;
        actors.staff.insert(id.to_string(), roles(&row, 5)?);
    }
    for row in vault.store().query(KEYS, params![]).await? {
        vault.check_row(Marked::ApiKey, &row, 0)?;
        let scopes: Scopes =
            serde_json::from_str(row.text(4)?).map_err(|_| VaultError::Corrupt("api key"))?;
        let id = row.id(0, ApiKeyId::from_slice)?;
        let scope = KeyScope {
            name: row.text(3)?.to_owned(),
            live: row.text(6)? == "active" && row.moment(5)? > vault.now(),
            roles: scopes.roles,
            purposes: scopes.purposes,
        };
        actors.keys.insert(id.to_string(), scope);
    }
    Ok(actors)
}

const STAFF: &str = "SELECT id, login, name_sealed, password, totp_sealed, roles, site, region, state, created_at, \
    mark FROM staff";
const KEYS: &str = "SELECT id, prefix, secret_hash, name, scopes, expires_at, state, created_by, created_at, \
    replaces, mark FROM api_key";
