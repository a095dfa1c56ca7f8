//! What a person said and what was done about them, beside their records.

use serde::{Deserialize, Serialize};
use shouxin_model::{Moment, SubjectId};
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
    /// What the person said, one a purpose; a purpose that is not here was never asked about.
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
    /// `given`, `refused` or `withdrawn`.
    #[schema(example = "given")]
    pub state: String,
    /// `general`, `separate`, `written`, `guardian` or `once`.
    #[schema(example = "general")]
    pub form: String,
    /// When it was taken down.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// Until when it counts; for good if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub expires_at: Option<Moment>,
    /// Whether it counts now.
    pub counts: bool,
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
