//! What changed policies would mean.

use serde::{Deserialize, Serialize};
use shouxin_model::Moment;
use utoipa::ToSchema;

/// Policies to look at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyPlanRequest {
    /// The policies with their test cases, as Cedar.
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub policies: String,
}

/// What applying these policies would mean.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyPlanAnswer {
    /// The version in force, with which they were compared.
    pub policy_version: u32,
    /// Whether they can be applied as they are: nothing was found, and every test case holds.
    pub applicable: bool,
    /// Whether anything loosens: then somebody else must approve it.
    pub loosens: bool,
    /// What is wrong with the text, at most 100. With any, nothing else is told.
    pub findings: Vec<PolicyFinding>,
    /// Statements and test cases that come or go.
    pub changes: Vec<PolicyChange>,
    /// Every test case, in the order of the text.
    pub cases: Vec<PolicyCase>,
    /// What the reads of the last thirty days would have become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<PolicyEffect>,
}

/// One thing that is wrong with the text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyFinding {
    /// The line, counted from 1.
    pub line: u64,
    /// The column in characters, counted from 1.
    pub column: u64,
    /// The id of the policy, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// What is wrong, in the caller's language.
    pub message: String,
}

/// One statement or test case that comes or goes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyChange {
    /// `added` or `removed`.
    #[schema(example = "added")]
    pub sign: String,
    /// As it is written.
    pub statement: String,
    /// Whether it lets anyone see more, or may.
    pub loosens: bool,
}

/// One test case and what became of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyCase {
    /// The line of the text that it stands on, counted from 1.
    pub line: u64,
    /// The caller's roles.
    pub roles: Vec<String>,
    /// `staff`, `service` or `operator`.
    pub channel: String,
    /// The purpose.
    pub purpose: String,
    /// The field, `collection.field`.
    pub field: String,
    /// Whether it is asked for clear.
    pub clear: bool,
    /// What is not in the caller's favour: `no-tie`, `no-consent`, …
    pub facts: Vec<String>,
    /// The form expected.
    pub expect: String,
    /// The rule expected, if that matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Whether the policies give what is expected.
    pub holds: bool,
    /// The form that they give.
    pub form: String,
    /// The rule that decided.
    pub decided_by: String,
    /// What that rule says, in the caller's language.
    pub reason: String,
}

/// What earlier reads would have become. Roles as held now, purposes, fields and policies are evaluated
/// anew; ties, consent, restrictions, keeping periods, quotas, hours, networks, devices, keys of services and
/// second factors are held as the ledger recorded them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyEffect {
    /// From when on.
    #[schema(value_type = String, example = "2026-10-22T03:04:05.678Z")]
    pub since: Moment,
    /// Entries of the ledger since then.
    pub entries: u64,
    /// How many of them were looked at: all, or evenly spread blocks of them.
    pub looked_at: u64,
    /// Reads among those, refused ones included.
    pub reads: u64,
    /// Fields decided about in those reads.
    pub fields: u64,
    /// Fields that stay as they were.
    pub same: u64,
    /// Fields of reads that a grant opened: not evaluated.
    pub granted: u64,
    /// Fields that roles and policies of today already decide otherwise than recorded: not evaluated.
    pub differ: u64,
    /// Callers who would see less of something.
    pub lose: u64,
    /// Callers who would see more of something.
    pub gain: u64,
    /// Each change, most reads first.
    pub shifts: Vec<PolicyShift>,
    /// How many more there are.
    pub more_shifts: u64,
}

/// For these roles and this purpose, a field would come in another form.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyShift {
    /// The roles that counted for the purpose.
    pub roles: Vec<String>,
    /// `staff`, `service` or `operator`.
    pub channel: String,
    /// The purpose.
    pub purpose: String,
    /// The field, `collection.field`.
    pub field: String,
    /// The form recorded.
    pub was: String,
    /// The rule that gave it.
    pub was_by: String,
    /// The form that it would be.
    pub would: String,
    /// The rule that would give it.
    pub would_by: String,
    /// Whether more would be shown.
    pub more: bool,
    /// Reads concerned.
    pub reads: u64,
    /// Distinct callers concerned.
    pub callers: u64,
}
