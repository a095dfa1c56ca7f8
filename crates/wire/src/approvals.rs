//! What two people must agree on.

use serde::{Deserialize, Serialize};
use shouxin_model::{ApprovalId, Moment, Personal};
use utoipa::ToSchema;

use crate::secret::{maybe, one, shows};

/// What awaits a decision, or what became of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ApprovalList {
    /// Newest first.
    pub approvals: Vec<Approval>,
    /// Where the next page starts, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One proposal and what became of it. `Debug` leaves out what people wrote.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    /// Its id.
    #[schema(value_type = String, example = "apr_06fs8k0000000000000000000g")]
    pub approval: ApprovalId,
    /// `export`, `register`, `policies`, `epoch-destruction`, `grant` or `notice`.
    #[schema(example = "register")]
    pub act: String,
    /// SHA-256 over act and body, in hexadecimal: what a decision names.
    pub digest: String,
    /// Exactly what will happen: fields, counts, a sample of ids; never a person's value.
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
    /// Why, in the requester's words.
    pub reason: String,
    /// Who asked, as a pseudonymous id.
    pub requested_by: String,
    /// When.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub requested_at: Moment,
    /// Until when it counts.
    #[schema(value_type = String, example = "2026-11-24T03:04:05.678Z")]
    pub expires_at: Moment,
    /// Seconds until then; 0 if it is over.
    pub seconds_left: u64,
    /// `open`, `approved`, `rejected`, `withdrawn`, `spent` or `expired`.
    #[schema(example = "open")]
    pub state: String,
    /// Who decided, as a pseudonymous id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub decided_at: Option<Moment>,
    /// What the decider noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The ledger entry of its last step that names it (proposal or decision), when one approval is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 1042)]
    pub entry: Option<u64>,
}

shows!(Approval: approval act digest requested_by state);

/// A decision about what somebody else asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// The digest of what was seen: the decision counts for exactly that.
    pub digest: String,
    /// `approve` or `reject`.
    pub decision: DecisionWord,
    /// A note for the requester; kept sealed.
    #[serde(default, deserialize_with = "maybe")]
    #[schema(value_type = Option<String>, extensions(("x-free-text" = json!(true))))]
    pub note: Option<Personal<String>>,
}

/// What a decider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionWord {
    /// It may happen.
    Approve,
    /// It may not.
    Reject,
}

/// A change that loosens register or policies, for somebody else to approve.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeProposal {
    /// The register, as TOML; without it the one in force stays.
    #[serde(default)]
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub register: Option<String>,
    /// The policies, as Cedar; without them those in force stay.
    #[serde(default)]
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub policies: Option<String>,
    /// Why; kept sealed.
    #[serde(deserialize_with = "one")]
    #[schema(value_type = String, extensions(("x-free-text" = json!(true))))]
    pub reason: Personal<String>,
}
