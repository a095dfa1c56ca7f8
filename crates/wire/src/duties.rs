//! What runs out next, and the days on which people work.

use serde::{Deserialize, Serialize};
use shouxin_model::Moment;
use utoipa::ToSchema;

/// What runs out next for the caller.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyList {
    /// By time left, the least first: what is overdue or near its end, or ends within thirty days.
    pub duties: Vec<Duty>,
    /// What comes after these and is not to be thought of yet: at most twenty.
    pub later: Vec<Duty>,
    /// The server's time, from which the clocks run.
    #[schema(value_type = String, example = "2026-11-22T02:00:00.000Z")]
    pub now: Moment,
}

/// One thing that runs out. It names no customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Duty {
    /// What kind: `approval-decision`, `approval-awaited`, `approval-unused`, `grant-ends`, `review-due`,
    /// `review-awaited`, `alarm-unseen`, `api-key-ends`, `keys-age`, `quota-reached`, `register-review`,
    /// `policy-review`, `backup-due`, `drill-due`, `retention-over`, `downstream-behind`,
    /// `finding-confirmed`.
    #[schema(example = "approval-decision")]
    pub kind: String,
    /// The id of the thing itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "apr_06fs8k0000000000000000000g")]
    pub about: Option<String>,
    /// Which it is: an act, a purpose, a collection, a zone, the name of a key, of a system that is told or of one that was scanned; `never` of a backup or drill that
    /// was never made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "export")]
    pub what: Option<String>,
    /// Whether the next step is the caller's; otherwise the caller waits for others.
    pub mine: bool,
    /// The roles whose holders have it; empty if it is the caller's alone.
    #[schema(example = json!(["protection-officer"]))]
    pub roles: Vec<String>,
    /// From when its clock runs.
    #[schema(value_type = String, example = "2026-11-21T02:00:00.000Z")]
    pub began_at: Moment,
    /// When it runs out.
    #[schema(value_type = String, example = "2026-11-24T02:00:00.000Z")]
    pub ends_at: Moment,
    /// What its clock counts: `hours`, `days`, `working-days`.
    #[schema(example = "hours")]
    pub unit: String,
    /// Whole units left, rounded down; below zero if it is overdue.
    #[schema(example = 48)]
    pub left: i64,
    /// `overdue`, `near` (a fifth of its time or less is left) or `on-time`.
    #[schema(example = "on-time")]
    pub state: String,
    /// How many records it is about; `<10` for fewer than ten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "<10")]
    pub count: Option<String>,
}

/// Days, and whether people work on them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Calendar {
    /// The days asked for, in order.
    pub days: Vec<CalendarDay>,
    /// Today in China.
    #[schema(example = "2026-11-22")]
    pub today: String,
    /// The day on which the data were last compared with the yearly notices.
    #[schema(example = "2026-11-21")]
    pub as_of: String,
}

/// One day in China.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarDay {
    /// The day.
    #[schema(example = "2026-11-22")]
    pub date: String,
    /// `working`, `make-up` (a weekend on which people work), `weekend` or `holiday`.
    #[schema(example = "weekend")]
    pub kind: String,
    /// Whether the notice of its year is known. If not, holidays and make-up days are not.
    pub announced: bool,
}
