//! Signing in and out.

use serde::{Deserialize, Serialize};
use shouxin_model::{Moment, Personal, SessionId};
use utoipa::ToSchema;

use crate::secret;

/// What one shows to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The login.
    #[schema(example = "li.xiaoyan")]
    pub login: String,
    /// The password.
    #[serde(deserialize_with = "secret::one")]
    #[schema(value_type = String, example = "tolk marun 7 春眠不觉晓", extensions(("x-free-text" = json!(true))))]
    pub password: Personal<String>,
    /// The six digits of the second factor, once it is enrolled.
    #[serde(default, deserialize_with = "secret::maybe")]
    #[schema(value_type = Option<String>, example = "492039")]
    pub code: Option<Personal<String>>,
    /// A recovery code in place of the six digits. Each is taken once.
    #[serde(default, deserialize_with = "secret::maybe")]
    #[schema(value_type = Option<String>)]
    pub recovery_code: Option<Personal<String>>,
}

/// A session that was opened. Its token is in the cookie.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// The session.
    #[schema(value_type = String)]
    pub session: SessionId,
    /// What the session may do.
    pub state: SessionState,
    /// What to send in `X-CSRF-Token` with every POST, PUT, PATCH and DELETE.
    pub csrf: String,
    /// When it ends, whatever happens.
    #[schema(value_type = String, example = "2026-11-21T13:04:05.678Z")]
    pub expires_at: Moment,
    /// After how many seconds without a request it ends.
    #[schema(example = 1800)]
    pub idle_seconds: i64,
}

secret::shows!(SignedIn: session state expires_at idle_seconds);

/// What a session may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SessionState {
    /// Enrol a second factor, and nothing else.
    Enrolling,
    /// Whatever the person's roles allow.
    Complete,
}

/// The live sessions of a person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionList {
    /// The sessions, newest first.
    pub sessions: Vec<SessionEntry>,
}

/// One live session.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionEntry {
    /// The session.
    #[schema(value_type = String)]
    pub session: SessionId,
    /// Whether this very request was made in it.
    pub current: bool,
    /// What it may do.
    pub state: SessionState,
    /// The address it was opened from, if it was opened over a network.
    #[schema(example = "192.0.2.7")]
    pub address: String,
    /// The family of the program it was opened with.
    #[schema(example = "Firefox")]
    pub agent: String,
    /// When it was opened.
    #[schema(value_type = String)]
    pub created_at: Moment,
    /// When it was last used, give or take a minute.
    #[schema(value_type = String)]
    pub seen_at: Moment,
    /// When it ends, whatever happens.
    #[schema(value_type = String)]
    pub expires_at: Moment,
}

/// A code that is shown again, so that operations open which need a fresh second factor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// The six digits of the second factor. Each code is taken once.
    #[serde(deserialize_with = "secret::one")]
    #[schema(value_type = String, example = "492039")]
    pub code: Personal<String>,
}

/// A second factor that was just shown.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SteppedUp {
    /// Until when it counts as fresh.
    #[schema(value_type = String)]
    pub second_factor_until: Moment,
    /// The ledger entry.
    pub entry: u64,
}
