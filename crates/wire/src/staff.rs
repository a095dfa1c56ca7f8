//! Accounts of staff.

use serde::{Deserialize, Deserializer, Serialize};
use shouxin_model::{Moment, Personal, StaffId};
use utoipa::ToSchema;

use crate::secret;

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStaff {
    /// The login: a letter, then up to 59 letters, digits, `-`, `_` or `.`, all in lower case.
    #[schema(example = "li.xiaoyan")]
    pub login: String,
    /// The display name; kept sealed.
    #[serde(deserialize_with = "secret::one")]
    #[schema(value_type = String)]
    pub name: Personal<String>,
    /// The site that the person works at.
    #[serde(default)]
    pub site: Option<String>,
    /// The region that the person answers for.
    #[serde(default)]
    pub region: Option<String>,
    /// Roles to begin with. A system administrator can give only the first security administrator and
    /// the first audit administrator theirs; all others come from the security administrator.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// An account and the code that its owner takes it over with. Shown this once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct StaffOpened {
    /// The account.
    #[schema(value_type = String)]
    pub staff: StaffId,
    /// Its login.
    pub login: String,
    /// The activation code, for `POST /api/v1/activations`. Taken once.
    #[schema(example = "4k7wz-9d2hm-x0c3v-rq85t")]
    pub activation_code: String,
    /// Until when the code is taken.
    #[schema(value_type = String)]
    pub expires_at: Moment,
    /// The account's version, for `If-Match`.
    pub version: u64,
    /// The ledger entry.
    pub entry: u64,
}

secret::shows!(StaffOpened: staff login expires_at version entry);

/// One account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Staff {
    /// The account.
    #[schema(value_type = String)]
    pub staff: StaffId,
    /// Its login.
    #[schema(example = "li.xiaoyan")]
    pub login: String,
    /// The display name.
    pub name: String,
    /// The roles that it holds.
    pub roles: Vec<String>,
    /// The site that the person works at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The region that the person answers for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Whether it can sign in.
    pub state: StaffState,
    /// Whether a second factor is enrolled.
    pub second_factor: bool,
    /// Until when it is locked after failed sign-ins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub locked_until: Option<Moment>,
    /// When it was opened.
    #[schema(value_type = String)]
    pub created_at: Moment,
    /// Its version, for `If-Match`.
    pub version: u64,
}

/// Whether an account can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StaffState {
    /// Its owner has not taken it over yet.
    Invited,
    /// It can.
    Active,
    /// It was closed.
    Disabled,
}

/// A page of accounts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StaffPage {
    /// The accounts, by login.
    pub staff: Vec<Staff>,
    /// Where the next page starts, if there is one: for `?after=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A change of an account. What is left out stays; `null` clears.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffChange {
    /// `active` opens the account again, `disabled` closes it and ends its sessions.
    #[serde(default)]
    pub state: Option<AccountState>,
    /// The site that the person works at.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub site: Option<Option<String>>,
    /// The region that the person answers for.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub region: Option<Option<String>>,
}

/// Whether an account is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// It is.
    Active,
    /// It is closed.
    Disabled,
}

/// The roles of an account from now on; all others are taken away.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleChange {
    /// The roles, by their names in the register.
    #[schema(example = json!(["service-adviser"]))]
    pub roles: Vec<String>,
}

/// An account after a change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StaffChanged {
    /// The account as it is now.
    pub account: Staff,
    /// The ledger entry.
    pub entry: u64,
}

/// Sessions that were ended.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionsEnded {
    /// How many.
    pub ended: u64,
    /// The ledger entry.
    pub entry: u64,
}

/// Tells a `null` from what is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
