//! Access beyond a person's roles: grants, emergencies, alarms, reviews.

use serde::{Deserialize, Serialize};
use shouxin_model::{
    AlarmId, ApprovalId, Conditions, GrantId, Moment, Personal, StaffId, SubjectId,
};
use utoipa::ToSchema;

use crate::secret::{one, shows};

/// Access that a person asks for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRequest {
    /// The purpose it is for.
    #[schema(example = "repair-service")]
    pub purpose: String,
    /// The role of the purpose whose view it lends; not needed where one's own roles may name it.
    #[serde(default)]
    #[schema(example = "service-adviser")]
    pub role: Option<String>,
    /// The fields: `collection.field`, `collection.*` or `*`.
    pub fields: Vec<String>,
    /// The one subject it is for; without one it stands for no tie to any.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub subject: Option<SubjectId>,
    /// How long it counts once approved, in seconds: a minute to thirty days.
    #[schema(example = 3600)]
    pub seconds: i64,
    /// When, from where and on what device it counts: `hours`, `networks`, `device`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub conditions: Conditions,
    /// Why; kept sealed.
    #[serde(deserialize_with = "one")]
    #[schema(value_type = String, extensions(("x-free-text" = json!(true))))]
    pub reason: Personal<String>,
}

/// Grants.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GrantList {
    /// Newest first.
    pub grants: Vec<Grant>,
}

/// One grant. `Debug` leaves out what its holder wrote.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// Its id.
    #[schema(value_type = String, example = "gra_06fs8k0000000000000000000g")]
    pub grant: GrantId,
    /// `grant`: approved before; `emergency`: to be reviewed after.
    #[schema(example = "grant")]
    pub kind: String,
    /// Who holds it.
    #[schema(value_type = String)]
    pub holder: StaffId,
    /// The approval it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub approval: Option<ApprovalId>,
    /// The purpose.
    pub purpose: String,
    /// The role whose view it lends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The fields.
    pub fields: Vec<String>,
    /// The one subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub subject: Option<SubjectId>,
    /// When, from where and on what device it counts.
    #[schema(value_type = Object)]
    pub conditions: Conditions,
    /// Why, in the holder's words.
    pub reason: String,
    /// From when.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub starts_at: Moment,
    /// Until when.
    #[schema(value_type = String, example = "2026-11-21T04:04:05.678Z")]
    pub expires_at: Moment,
    /// Seconds until then; 0 if it is over.
    pub seconds_left: u64,
    /// `live`, `revoked` or `expired`.
    #[schema(example = "live")]
    pub state: String,
    /// Who ended it before its time, as a pseudonymous id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
}

shows!(Grant: grant kind holder purpose fields state);

/// What cannot wait for an approval.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmergencyRequest {
    /// The one subject.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// A purpose whose `emergency` in the register names a role of the caller.
    #[schema(example = "repair-contact")]
    pub purpose: String,
    /// Why; kept sealed, and read by whoever reviews.
    #[serde(deserialize_with = "one")]
    #[schema(value_type = String, extensions(("x-free-text" = json!(true))))]
    pub reason: Personal<String>,
}

/// An emergency that began.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Emergency {
    /// The grant.
    #[schema(value_type = String)]
    pub grant: GrantId,
    /// Until when it counts.
    #[schema(value_type = String, example = "2026-11-21T03:19:05.678Z")]
    pub expires_at: Moment,
    /// Seconds until then.
    pub seconds_left: u64,
    /// By when somebody else must have reviewed it.
    #[schema(value_type = String, example = "2026-11-25T16:00:00.000Z")]
    pub review_due: Moment,
    /// The ledger entry.
    pub entry: u64,
}

/// Alarms.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AlarmList {
    /// Newest first.
    pub alarms: Vec<Alarm>,
}

/// Something that somebody must look at now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Alarm {
    /// Its id.
    #[schema(value_type = String, example = "alm_06fs8k0000000000000000000g")]
    pub alarm: AlarmId,
    /// What kind of thing: `emergency`, or `decoy-returned` where exported data were fed back.
    #[schema(example = "emergency")]
    pub kind: String,
    /// Who did it, as a pseudonymous id.
    pub actor: String,
    /// What it is about, such as `gra_…`.
    pub about: String,
    /// When.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// Who has looked at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub seen_at: Option<Moment>,
    /// Who has closed it, as a pseudonymous id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub closed_at: Option<Moment>,
    /// What came of it: `handled`, `harmless` or `escalated`, once it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// What came of an alarm that is closed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRequest {
    /// `handled`, `harmless` or `escalated`.
    pub outcome: OutcomeWord,
}

/// What came of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeWord {
    /// Something was wrong, and was dealt with.
    Handled,
    /// Nothing was wrong.
    Harmless,
    /// It is an incident now, dealt with as such.
    Escalated,
}

/// Reviews.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReviewList {
    /// Those due soonest first.
    pub reviews: Vec<Review>,
}

/// A review that is due or was done. `Debug` leaves out what people wrote.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Review {
    /// The emergency that it is about.
    #[schema(value_type = String, example = "gra_06fs8k0000000000000000000g")]
    pub emergency: GrantId,
    /// Who broke the glass, as a pseudonymous id.
    pub holder: String,
    /// When.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub opened_at: Moment,
    /// By when it must be done.
    #[schema(value_type = String, example = "2026-11-25T16:00:00.000Z")]
    pub due_at: Moment,
    /// Whether that is over and it was not done.
    pub overdue: bool,
    /// `justified` or `unjustified`, once it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// Who found it, as a pseudonymous id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub decided_at: Option<Moment>,
    /// The reviewer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The grant itself, when one review is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Grant>,
}

shows!(Review: emergency holder opened_at due_at finding);

/// What a review found.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingRequest {
    /// `justified` or `unjustified`.
    pub finding: FindingWord,
    /// Why; kept sealed.
    #[serde(deserialize_with = "one")]
    #[schema(value_type = String, extensions(("x-free-text" = json!(true))))]
    pub note: Personal<String>,
}

/// What a reviewer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingWord {
    /// There was need for it.
    Justified,
    /// There was none.
    Unjustified,
}
