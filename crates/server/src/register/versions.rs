//! Every version of the register and of the policies.

use axum::Json;
use axum::extract::State;
use shouxin_vault::{Vault, VaultError, Version};
use shouxin_wire::register::{VersionEntry, VersionList};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::fault;
use crate::http::{Params, Refusal};

/// List every version of the register and the policies
///
/// Newest first; who applied each, and when.
#[utoipa::path(
    get,
    path = "/api/v1/register/versions",
    operation_id = "list-register-versions",
    tag = "register",
    params(
        ("source" = Option<bool>, Query, description = "With the text of each version"),
        ("entries" = Option<bool>, Query, description = "With the ledger entry of each, and its approval"),
    ),
    responses(
        (status = 200, description = "Newest first", body = VersionList,
            example = json!({"register": [{"version": 1, "applied_at": "2026-11-21T03:04:05.678Z",
                "applied_by": "operator"}], "policies": [{"version": 1, "applied_at": "2026-11-21T03:04:05.678Z",
                "applied_by": "operator"}]})),
        Guarded, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<VersionList>, Refusal> {
    let (with_source, with_entries) = (params.flag("source")?, params.flag("entries")?);
    params.end()?;
    let wanted = Wanted {
        vault: app.vault(),
        with_source,
        with_entries,
    };
    match wanted.versions().await {
        Ok(list) => Ok(Json(list)),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}

/// What is asked about the versions.
struct Wanted<'a> {
    vault: &'a Vault,
    with_source: bool,
    with_entries: bool,
}

impl Wanted<'_> {
    async fn versions(&self) -> Result<VersionList, VaultError> {
        Ok(VersionList {
            register: self
                .shown(true, self.vault.register_history().await?)
                .await?,
            policies: self
                .shown(false, self.vault.policy_history().await?)
                .await?,
        })
    }

    async fn shown(
        &self,
        register: bool,
        versions: Vec<Version>,
    ) -> Result<Vec<VersionEntry>, VaultError> {
        let mut shown = Vec::with_capacity(versions.len());
        for version in versions {
            let found = match self.with_entries {
                true => {
                    let (number, at) = (version.version, version.applied_at);
                    self.vault.entry_of_version(register, number, at).await?
                }
                false => None,
            };
            shown.push(VersionEntry {
                version: version.version,
                applied_at: version.applied_at,
                applied_by: version.applied_by,
                source: self.with_source.then_some(version.source),
                entry: found.map(|(entry, _)| entry),
                approval: found.and_then(|(_, approval)| approval),
            });
        }
        Ok(shown)
    }
}
