//! What a subject said about a purpose, and whether processing for it is restricted.

use serde::{Deserialize, Serialize};
use shouxin_model::{ConsentForm, Moment};
use utoipa::ToSchema;

/// What a subject said about a purpose.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    /// `given`, `refused` or `withdrawn`.
    pub state: ConsentState,
    /// `general`, `separate`, `written`, `guardian` or `once`.
    #[schema(value_type = String, example = "separate")]
    pub form: ConsentForm,
    /// Until when it counts; for good if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2027-11-21T03:04:05.678Z")]
    pub expires_at: Option<Moment>,
    /// The token of the notice that was shown (`read-notice`): agreeing to a purpose that a notice binds needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// The word of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentState {
    /// Yes.
    Given,
    /// No, when asked.
    Refused,
    /// No longer.
    Withdrawn,
}

/// Why processing is to be restricted.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestrictionRequest {
    /// A word of small letters and hyphens, which stands in the ledger.
    #[schema(example = "accuracy-contested")]
    pub reason: String,
}

/// It was taken down.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TakenDown {
    /// The ledger entry.
    pub entry: u64,
}
