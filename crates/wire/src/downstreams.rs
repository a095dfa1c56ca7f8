//! Systems that are told of changes.

use serde::{Deserialize, Serialize};
use shouxin_model::{DownstreamKind, DownstreamState, Moment};
use utoipa::ToSchema;

use crate::secret;

/// A system to be registered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDownstream {
    /// Its name: small letters, digits, hyphens.
    #[schema(example = "crm")]
    pub name: String,
    /// `webhook` or `nats`
    #[schema(value_type = String, example = "webhook")]
    pub kind: DownstreamKind,
    /// An endpoint whose host the deployment's allow-list names, or a subject of NATS.
    #[schema(example = "https://crm.example.com/shouxin")]
    pub target: String,
    /// The purposes that it is told about, one at least.
    #[schema(example = json!(["marketing-contact"]))]
    pub purposes: Vec<String>,
    /// Of words about parts of a purpose, those that overlap with one of these; empty: all.
    #[serde(default)]
    #[schema(example = json!(["customer.mobile"]))]
    pub parts: Vec<String>,
    /// Whether it is told everything that ever happened; otherwise what happens from now on.
    #[serde(default)]
    pub from_beginning: bool,
}

/// What is to be otherwise; what is left out stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DownstreamChange {
    /// The endpoint or subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The purposes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purposes: Option<Vec<String>>,
    /// The parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<String>>,
    /// `active`, `paused`, or `retired` for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "paused")]
    pub state: Option<DownstreamState>,
}

/// A new signing secret in place of the present one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretRotation {
    /// How long the old secret signs beside the new one: 0 to 604,800 seconds.
    #[schema(example = 86400)]
    pub overlap_seconds: u32,
}

/// From where on to tell again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// The first ledger entry; 0: everything.
    #[schema(example = 0)]
    pub from: u64,
}

/// How far a system has processed what it was told.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// The ledger entry of the last change that was processed; everything before it was as well.
    #[schema(example = 1048)]
    pub up_to: u64,
}

/// What was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Acknowledged {
    /// Every change with a lower ledger entry was processed.
    #[schema(example = 1049)]
    pub acknowledged: u64,
}

/// A system that was registered, or whose secret was rotated. The secret is shown this once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct DownstreamMade {
    /// Its name.
    #[schema(example = "crm")]
    pub name: String,
    /// What signs its webhooks, as Standard Webhooks writes it; left out for NATS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    pub secret: Option<String>,
    /// The ledger entry.
    pub entry: u64,
}

secret::shows!(DownstreamMade: name entry);

/// That something was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DownstreamDone {
    /// The ledger entry.
    #[schema(example = 1048)]
    pub entry: u64,
}

/// What became of a message that only tries the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tried {
    /// Whether the stream or the receiver took it.
    pub taken: bool,
    /// Otherwise why not: `address-refused`, `unreachable`, `certificate-untrusted`, `timed-out`, `status-500`,
    /// `unauthorised`, `no-stream`, `not-taken`, `leak`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "status-500")]
    pub failure: Option<String>,
}

/// Every system.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DownstreamList {
    /// By name.
    pub downstreams: Vec<Downstream>,
    /// How many entries the ledger has: positions are held against it.
    #[schema(example = 1049)]
    pub head: u64,
}

/// A system that is told of changes, and how far it is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Downstream {
    /// Its name.
    pub name: String,
    /// `webhook` or `nats`
    #[schema(value_type = String)]
    pub kind: DownstreamKind,
    /// An endpoint, or a subject of NATS.
    pub target: String,
    /// The purposes that it is told about.
    pub purposes: Vec<String>,
    /// The parts; empty: all.
    pub parts: Vec<String>,
    /// `active`, `paused` or `retired`
    #[schema(value_type = String)]
    pub state: DownstreamState,
    /// Every change with a lower ledger entry was taken by the stream or the receiver.
    pub delivered: u64,
    /// Every change with a lower ledger entry was processed by the receiver.
    pub acknowledged: u64,
    /// Changes that it has not acknowledged; 10,001 stands for more than 10,000.
    pub behind: u64,
    /// When the oldest of them happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub oldest_at: Option<Moment>,
    /// How old it is, in seconds.
    pub oldest_seconds: u64,
    /// Since when nothing goes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub failing_since: Option<Moment>,
    /// Why, in a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Until when the old signing secret signs as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub old_secret_until: Option<Moment>,
    /// Who registered it, as a pseudonymous id.
    pub created_by: String,
    /// When.
    #[schema(value_type = String)]
    pub created_at: Moment,
}
