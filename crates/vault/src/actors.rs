//! Who stands behind the actors of ledger entries, as of now.

use std::collections::BTreeMap;

use serde::Deserialize;
use shouxin_model::{ApiKeyId, StaffId};
use shouxin_store::params;

use crate::{Marked, Vault, VaultError};

/// Every account and every key with what it may do, those that are over too.
#[derive(Clone, Debug, Default)]
pub struct Actors {
    /// Roles by the id of a member of staff, `stf_…`.
    pub staff: BTreeMap<String, Vec<String>>,
    /// What each API key may do, by its id, `key_…`.
    pub keys: BTreeMap<String, KeyScope>,
}

/// What an API key may do.
#[derive(Clone, Debug, Default)]
pub struct KeyScope {
    /// What its maker called it.
    pub name: String,
    /// Whether it can still be used.
    pub live: bool,
    /// The roles it holds.
    pub roles: Vec<String>,
    /// The purposes it may name.
    pub purposes: Vec<String>,
}

impl Actors {
    /// The roles that this actor holds: a member of staff or a key; `None` for whoever has no account.
    pub fn roles(&self, actor: &str) -> Option<&[String]> {
        let staff = self.staff.get(actor);
        staff
            .or_else(|| self.keys.get(actor).map(|key| &key.roles))
            .map(Vec::as_slice)
    }
}

impl Vault {
    /// Roles of every account and scopes of every key. Rows are held to their marks: who may read is not told
    /// from rows that somebody altered.
    ///
    /// # Errors
    /// The store could not be read; `Corrupt` for an altered row.
    pub async fn actors(&self) -> Result<Actors, VaultError> {
        let mut actors = Actors::default();
        for row in self.store().query(STAFF, params![]).await? {
            self.check_row(Marked::Staff, &row, 0)?;
            let id = row.id(0, StaffId::from_slice)?;
            let roles =
                serde_json::from_str(row.text(5)?).map_err(|_| VaultError::Corrupt("staff"))?;
            actors.staff.insert(id.to_string(), roles);
        }
        for row in self.store().query(KEYS, params![]).await? {
            self.check_row(Marked::ApiKey, &row, 0)?;
            let id = row.id(0, ApiKeyId::from_slice)?;
            let scopes: Scopes =
                serde_json::from_str(row.text(4)?).map_err(|_| VaultError::Corrupt("api_key"))?;
            let scope = KeyScope {
                name: row.text(3)?.to_owned(),
                live: row.text(6)? == "active" && row.moment(5)? > self.now(),
                roles: scopes.roles,
                purposes: scopes.purposes,
            };
            actors.keys.insert(id.to_string(), scope);
        }
        Ok(actors)
    }
}

/// What of a key's scopes matters here.
#[derive(Deserialize)]
struct Scopes {
    roles: Vec<String>,
    purposes: Vec<String>,
}

const STAFF: &str = "SELECT id, login, name_sealed, password, totp_sealed, roles, site, region, state, created_at, \
    mark FROM staff";
const KEYS: &str = "SELECT id, prefix, secret_hash, name, scopes, expires_at, state, created_by, created_at, \
    replaces, mark FROM api_key";
