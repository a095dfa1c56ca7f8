//! Oneself: who one is, one's second factor and password.

use serde::{Deserialize, Serialize};
use shouxin_model::declared::Silo;
use shouxin_model::{Moment, Personal, SessionId};
use utoipa::ToSchema;

use crate::secret;

/// Who calls, and what the caller may do.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The name in ledger entries: `stf_…` or `key_…`.
    pub actor: String,
    /// A person or a service.
    pub kind: MeKind,
    /// The roles held now.
    #[schema(example = json!(["service-adviser"]))]
    pub roles: Vec<String>,
    /// The silos of administration that the roles belong to.
    #[schema(value_type = Vec<String>, example = json!([]))]
    pub silos: Vec<Silo>,
    /// The site that the person works at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The region that the person answers for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// For a person: login, name and session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// Every operation that the roles permit. Policies then decide what may be seen.
    pub operations: Vec<Operation>,
}

/// A person or a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MeKind {
    /// A member of staff, with a session.
    Staff,
    /// A service, with an API key.
    Service,
}

/// What is told to a person of their own account and session.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The login.
    #[schema(example = "li.xiaoyan")]
    pub login: String,
    /// The display name.
    pub name: String,
    /// Whether the second factor is enrolled and this session was opened with it.
    pub enrolled: bool,
    /// Until when the second factor counts as fresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub second_factor_until: Option<Moment>,
    /// The session.
    #[schema(value_type = String)]
    pub session: SessionId,
    /// When the session ends, whatever happens.
    #[schema(value_type = String)]
    pub session_expires_at: Moment,
    /// After how many seconds without a request it ends.
    #[schema(example = 1800)]
    pub idle_seconds: i64,
    /// What to send in `X-CSRF-Token`.
    pub csrf: String,
}

secret::shows!(Person: login enrolled session);

/// One operation that the caller may call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Operation {
    /// Its method.
    #[schema(example = "POST")]
    pub method: String,
    /// Its path, with its parameters as `{name}`.
    #[schema(example = "/api/v1/searches")]
    pub path: String,
    /// Whether a second factor must be shown first.
    pub needs_second_factor: bool,
}

/// A second factor that counts once it is confirmed with a code.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct TotpStarted {
    /// The secret, in base 32, for typing.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub secret: String,
    /// The same for an authenticator app, usually as a QR code.
    #[schema(
        example = "otpauth://totp/Shouxin:li.xiaoyan?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shouxin&algorithm=SHA1&digits=6&period=30"
    )]
    pub url: String,
}

secret::shows!(TotpStarted: );

/// The first code of a new second factor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpConfirm {
    /// The six digits.
    #[serde(deserialize_with = "secret::one")]
    #[schema(value_type = String, example = "492039")]
    pub code: Personal<String>,
}

/// Codes that each take the place of the second factor once. Shown this once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten codes.
    #[schema(example = json!(["4k7wz-9d2hm", "x0c3v-rq85t"]))]
    pub recovery_codes: Vec<String>,
    /// The ledger entry.
    pub entry: u64,
}

secret::shows!(RecoveryCodes: entry);

/// A change of one's own password. It ends all other sessions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password until now.
    #[serde(deserialize_with = "secret::one")]
    #[schema(value_type = String, extensions(("x-free-text" = json!(true))))]
    pub current: Personal<String>,
    /// The password from now on: at least 12 characters, unknown from breaches.
    #[serde(deserialize_with = "secret::one")]
    #[schema(value_type = String, extensions(("x-free-text" = json!(true))))]
    pub password: Personal<String>,
}
