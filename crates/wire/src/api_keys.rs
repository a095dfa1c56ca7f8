//! Keys of services.

use serde::{Deserialize, Serialize};
use shouxin_model::{ApiKeyId, Moment};
use utoipa::ToSchema;

use crate::secret;

/// A new key and what it may do.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// What it is for: up to 60 characters.
    #[schema(example = "order-sync")]
    pub name: String,
    /// The roles it holds; none of a silo of administration.
    #[schema(example = json!(["service-adviser"]))]
    pub roles: Vec<String>,
    /// The purposes it may name; empty: none.
    #[serde(default)]
    #[schema(example = json!(["repair-service"]))]
    pub purposes: Vec<String>,
    /// The fields it may name, as `collection.field` or `collection.*`; empty: none.
    #[serde(default)]
    #[schema(example = json!(["customer.name", "vehicle.*"]))]
    pub fields: Vec<String>,
    /// Its requests in a minute: 1 to 600,000.
    #[schema(example = 600)]
    pub rate_per_minute: u32,
    /// The networks it may be used from; at least one. Everywhere is `0.0.0.0/0` and `::/0`.
    #[schema(example = json!(["10.20.0.0/16"]))]
    pub addresses: Vec<String>,
    /// When it ends: at most a year from now.
    #[schema(value_type = String, example = "2027-05-01T00:00:00Z")]
    pub expires_at: Moment,
}

/// What a key may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyScopes {
    /// The roles it holds; none of a silo of administration.
    #[schema(example = json!(["service-adviser"]))]
    pub roles: Vec<String>,
    /// The purposes it may name; empty: none.
    #[schema(example = json!(["repair-service"]))]
    pub purposes: Vec<String>,
    /// The fields it may name, as `collection.field` or `collection.*`; empty: none.
    #[schema(example = json!(["customer.name", "vehicle.*"]))]
    pub fields: Vec<String>,
    /// Its requests in a minute: 1 to 600,000.
    #[schema(example = 600)]
    pub rate_per_minute: u32,
    /// The networks it may be used from; at least one. Everywhere is `0.0.0.0/0` and `::/0`.
    #[schema(example = json!(["10.20.0.0/16"]))]
    pub addresses: Vec<String>,
}

/// A key that was made. Shown this once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyMade {
    /// The key's id.
    #[schema(value_type = String)]
    pub key: ApiKeyId,
    /// The key itself, for `Authorization: Bearer`.
    #[schema(example = "sx_4k7wz9d2_2v8Xo1Jm3QyZr5TtWbNc7LpKdFgHsAe9UiOqYxVwBnM")]
    pub secret: String,
    /// What of it may be shown.
    #[schema(example = "sx_4k7wz9d2")]
    pub prefix: String,
    /// When it ends.
    #[schema(value_type = String)]
    pub expires_at: Moment,
    /// For a rotation: until when the old key still works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub old_expires_at: Option<Moment>,
    /// The ledger entry.
    pub entry: u64,
}

secret::shows!(ApiKeyMade: key prefix expires_at old_expires_at entry);

/// Every key.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyList {
    /// The keys, newest first.
    pub keys: Vec<ApiKey>,
}

/// One key, without itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ApiKey {
    /// The key's id.
    #[schema(value_type = String)]
    pub key: ApiKeyId,
    /// What of it may be shown.
    pub prefix: String,
    /// What it is for.
    pub name: String,
    /// Whether it works.
    pub state: ApiKeyState,
    /// What it may do.
    #[serde(flatten)]
    pub scopes: KeyScopes,
    /// When it ends.
    #[schema(value_type = String)]
    pub expires_at: Moment,
    /// Who made it, as a pseudonymous id.
    pub created_by: String,
    /// When it was made.
    #[schema(value_type = String)]
    pub created_at: Moment,
    /// The key that it was made to replace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub replaces: Option<ApiKeyId>,
    /// When it was last used, give or take a minute; left out if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub last_used_at: Option<Moment>,
}

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ApiKeyState {
    /// It works.
    Active,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// A new key in place of an old one, with the same scopes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// How long the old key still works: 0 to 604,800 seconds.
    #[schema(example = 3600)]
    pub overlap_seconds: u32,
    /// When the new key ends; otherwise when the old one would have.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub expires_at: Option<Moment>,
}
