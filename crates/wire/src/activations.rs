//! Taking an account over with the code that one was given.

use serde::{Deserialize, Serialize};
use shouxin_model::{Personal, StaffId};
use utoipa::ToSchema;

use crate::secret;

/// The code, and the password from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    /// The activation code. Case and dashes do not matter.
    #[serde(deserialize_with = "secret::one")]
    #[schema(value_type = String, example = "4k7wz-9d2hm-x0c3v-rq85t")]
    pub code: Personal<String>,
    /// For the first administrator: the login to use. Others already have one.
    #[serde(default)]
    #[schema(example = "li.xiaoyan")]
    pub login: Option<String>,
    /// For the first administrator: the display name.
    #[serde(default, deserialize_with = "secret::maybe")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Personal<String>>,
    /// The password: at least 12 characters, unknown from breaches.
    #[serde(deserialize_with = "secret::one")]
    #[schema(value_type = String, extensions(("x-free-text" = json!(true))))]
    pub password: Personal<String>,
}

/// An account that can sign in from now on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Activated {
    /// The account.
    #[schema(value_type = String)]
    pub staff: StaffId,
    /// The login to sign in with.
    #[schema(example = "li.xiaoyan")]
    pub login: String,
    /// The ledger entry.
    pub entry: u64,
}
