//! What was really read, as the ledger tells it, beside what the register declares.

use serde::{Deserialize, Serialize};
use shouxin_model::Moment;
use utoipa::ToSchema;

/// How fields were used within some days, and what to look at. Counts are of uses, one for each field of each
/// person and read: they are exact and tell no number of people.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ObservationsAnswer {
    /// Calendar days of China that were looked at, today among them.
    pub days: u32,
    /// The first moment that counts.
    #[schema(value_type = String, example = "2026-10-22T16:00:00.000Z")]
    pub from: Moment,
    /// The moment of looking.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub to: Moment,
    /// When the ledger began; what was unused for less than the days asked for was not seen for long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub began_at: Option<Moment>,
    /// How far in the ledger was counted.
    pub counted_to: u64,
    /// How many entries are still to be counted; while there are any, the answer is not whole.
    pub behind: u64,
    /// How many entries within these days say that fields were used.
    pub entries: u64,
    /// The register that uses are held against.
    pub register_version: u32,
    /// How fields were used, most often first.
    pub flows: Vec<ObservedFlow>,
    /// What to look at: undeclared uses first.
    pub findings: Vec<ObservedFinding>,
    /// The services that may read, or did.
    pub keys: Vec<ObservedKey>,
}

/// How one field was used for one purpose by one kind of recipient in one form.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ObservedFlow {
    /// The field.
    #[schema(example = "customer.mobile")]
    pub field: String,
    /// For what; writes have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "repair-contact")]
    pub purpose: Option<String>,
    /// By whom.
    pub recipient: ObservedRecipient,
    /// `read`, `search`, `count`, `export` or `write`.
    #[schema(example = "read")]
    pub act: String,
    /// `clear`, `masked`, `tokenised`, `generalised`, `withheld`; `search`, `count`, `written`.
    #[schema(example = "masked")]
    pub form: String,
    /// How often.
    pub count: u64,
    /// The first time.
    #[schema(value_type = String, example = "2026-11-20T03:04:05.678Z")]
    pub first_at: Moment,
    /// The last time.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub last_at: Moment,
    /// The oldest version of the register that it happened under.
    pub register_from: u32,
    /// The newest.
    pub register_to: u32,
    /// Why the register in force does not declare it, if so: `field-not-declared`, `purpose-not-declared`,
    /// `not-in-purpose`, `role-not-declared`, `key-not-declared`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undeclared: Option<String>,
}

/// Whom a field went to. People stand behind their role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObservedRecipient {
    /// `role`, `key`, `operator`, or `nobody`: somebody who has no role any more.
    #[schema(example = "role")]
    pub kind: String,
    /// The role's name or the key's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "service-adviser")]
    pub name: Option<String>,
}

/// One thing to look at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ObservedFinding {
    /// As `undeclared` of a flow, or `unread-field`, `unused-purpose`, `idle-key`, `idle-role`.
    #[schema(example = "unread-field")]
    pub kind: String,
    /// The fields it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<ObservedRecipient>,
    /// How often something was given.
    pub given: u64,
    /// How often it was refused.
    pub refused: u64,
    /// How often it was written.
    pub written: u64,
    /// The last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub last_at: Option<Moment>,
}

/// A service that may read, or did.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ObservedKey {
    /// Its id, `key_…`.
    pub key: String,
    /// What its maker called it.
    pub name: String,
    /// Whether it can still be used.
    pub live: bool,
    /// The purposes it may name.
    pub purposes: Vec<String>,
}
