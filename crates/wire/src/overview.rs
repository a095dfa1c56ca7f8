//! What a person said and what was done about them, beside their records.

use serde::{Deserialize, Serialize};
use shouxin_model::{Moment, RecordId, SubjectId};
use utoipa::ToSchema;

use crate::ledger::TreatedFields;

/// What a person said about purposes, who looked, and how often. Never a value.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Overview {
    /// The subject.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// The ledger entry that records this look.
    pub entry: u64,
    /// What the person said: the newest word about each purpose, part of it and way of being reached. A purpose that
    /// is not here was never asked about.
    pub consents: Vec<Consent>,
    /// The newest entries of the ledger about the person, newest first.
    pub acts: Vec<Act>,
    /// Looks by day in China, newest first; days without any are left out.
    pub days: Vec<DayOfLooks>,
    /// From when on all looks are counted.
    #[schema(value_type = String, example = "2026-10-23T16:00:00.000Z")]
    pub since: Moment,
}

/// What a person said about a purpose.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Consent {
    /// The purpose, by its name in the register.
    #[schema(example = "marketing-contact")]
    pub purpose: String,
    /// The part, `collection.field` or `collection.*`; the whole if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "customer.mobile")]
    pub part: Option<String>,
    /// The way of being reached; every one if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "sms")]
    pub channel: Option<String>,
    /// `given`, `refused`, `withdrawn`, `expired` or `spent`.
    #[schema(example = "given")]
    pub state: String,
    /// `general`, `separate`, `written`, `guardian` or `once`.
    #[schema(example = "general")]
    pub form: String,
    /// How well it is proved: `proved`, `partial` or `unproven`.
    #[schema(example = "proved")]
    pub grade: String,
    /// When it was taken down.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// From when on it counts; at once if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub from: Option<Moment>,
    /// Until when it counts; for good if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub expires_at: Option<Moment>,
    /// The case that it is for; any if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub case: Option<RecordId>,
    /// Whether it counts now. For a case it counts for that alone.
    pub counts: bool,
    /// A notice in force tells more than the person was told: they have to be asked again.
    pub outdated: bool,
}

/// One entry of the ledger about the person. It says what a colleague did, and not who it was.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Act {
    /// The entry's index.
    pub index: u64,
    /// When.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// What happened, as a stable word.
    #[schema(example = "reveal")]
    pub kind: String,
    /// What happened, in the caller's language.
    #[schema(example = "明文查看")]
    pub title: String,
    /// Whether the caller did it.
    pub own: bool,
    /// `staff`, `service` or `system`.
    #[schema(example = "staff")]
    pub by: String,
    /// The roles that whoever did it has today, where it was somebody of the staff.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Who it was, as a pseudonymous id: only for those who may read the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// For what purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// For which case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Which fields, by form and rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<TreatedFields>,
}

/// The looks of one day.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DayOfLooks {
    /// When the day begins in China.
    #[schema(value_type = String, example = "2026-11-20T16:00:00.000Z")]
    pub begins: Moment,
    /// Looks at masked values.
    pub masked: u32,
    /// Looks at clear values.
    pub clear: u32,
    /// Looks that were refused.
    pub refused: u32,
}
