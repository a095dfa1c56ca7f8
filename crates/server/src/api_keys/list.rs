//! Every key, without itself.

use axum::Json;
use axum::extract::State;
use shouxin_model::{ApiKeyId, Moment, StaffId};
use shouxin_store::{Row, params};
use shouxin_vault::VaultError;
use shouxin_wire::api_keys::{ApiKey, ApiKeyList, ApiKeyState, KeyScopes};

use crate::App;
use crate::caller::{Scopes, Signed};
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;

/// List the keys of services
///
/// Revoked keys and keys whose time is over stay in the list. No answer but the first holds a key
/// itself.
#[utoipa::path(
    get,
    path = "/api/v1/api-keys",
    operation_id = "list-api-keys",
    tag = "api-keys",
    responses(
        (status = 200, description = "The keys, newest first", body = ApiKeyList,
            example = json!({"keys": [{"key": "key_06fs8k0000000000000000000g", "prefix": "sx_4k7wz9d2",
                "name": "order-sync", "state": "active", "roles": ["service-adviser"],
                "purposes": ["repair-service"], "fields": ["customer.name"], "rate_per_minute": 600,
                "addresses": ["10.20.0.0/16"], "expires_at": "2027-05-01T00:00:00Z",
                "created_by": "stf_06fs8k0000000000000000000g", "created_at": "2026-11-21T03:04:05.678Z"}]})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<ApiKeyList>, Refusal> {
    let rows = settled(
        &app,
        &signed,
        app.vault().store().query(ALL, params![]).await,
    )
    .await?;
    let now = app.vault().now();
    let keys = rows.iter().map(|row| shown(row, now)).collect();
    Ok(Json(ApiKeyList {
        keys: settled(&app, &signed, keys).await?,
    }))
}

const ALL: &str = "SELECT id, prefix, name, scopes, expires_at, state, created_by, created_at, replaces, \
    (SELECT used_at FROM api_key_use WHERE api_key_use.key = api_key.id) \
    FROM api_key ORDER BY id DESC";

fn shown(row: &Row, now: Moment) -> Result<ApiKey, VaultError> {
    let scopes: Scopes =
        serde_json::from_str(row.text(3)?).map_err(|_| VaultError::Corrupt("api key"))?;
    let expires_at = row.moment(4)?;
    let state = match row.text(5)? {
        "active" if now < expires_at => ApiKeyState::Active,
        "active" => ApiKeyState::Expired,
        _ => ApiKeyState::Revoked,
    };
    Ok(ApiKey {
        key: row.id(0, ApiKeyId::from_slice)?,
        prefix: format!("sx_{}", row.text(1)?),
        name: row.text(2)?.to_owned(),
        state,
        scopes: KeyScopes {
            roles: scopes.roles,
            purposes: scopes.purposes,
            fields: scopes.fields,
            rate_per_minute: scopes.rate_per_minute,
            addresses: scopes.addresses.iter().map(ToString::to_string).collect(),
        },
        expires_at,
        created_by: row.id(6, StaffId::from_slice)?.to_string(),
        created_at: row.moment(7)?,
        replaces: row.opt_id(8, ApiKeyId::from_slice)?,
        last_used_at: row.opt_moment(9)?,
    })
}
