//! What scans of other systems found, held against the register.

use serde::{Deserialize, Serialize};
use shouxin_model::{FieldRef, FindingId, Moment, SuppressionId};
use utoipa::ToSchema;

/// What a scan of a system or folder found: places, kinds and counts, never a value. It tells the whole of its
/// source: what is neither among its places nor in what could not be read is not there any more.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscoveryScan {
    /// What was scanned.
    pub source: ScannedSystem,
    /// When.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub scanned_at: Moment,
    /// What looked: rules, model, versions; 100 characters at most.
    #[schema(example = "rules 1+names 1")]
    pub detector: String,
    /// Every place that was looked at, 1 to 5,000.
    pub places: Vec<ScannedPlace>,
    /// Tables and files that could not be read, or not wholly, 1,000 at most: what was found there before stays.
    #[serde(default)]
    pub unread: Vec<UnreadPlace>,
}

/// A table or file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnreadPlace {
    /// Schema and table, or file: it stands for everything below. Empty for the whole source.
    #[schema(example = json!(["public", "archive"]), extensions(("x-free-text" = json!(true))))]
    pub path: Vec<String>,
    /// The scanner's word for the reason, such as `damaged`, `encrypted`, `database`.
    #[schema(example = "database")]
    pub why: String,
}

/// A system or folder.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScannedSystem {
    /// Its name, as the register's `[[source]]` gives it: small letters, digits, hyphens.
    #[schema(example = "crm-db")]
    pub name: String,
    /// `postgresql`, `mysql`, `sqlite` or `files`.
    #[schema(example = "postgresql")]
    pub kind: String,
}

/// A place that was looked at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScannedPlace {
    /// Schema, table and column, or file and column: one to eight parts of at most 200 characters.
    #[schema(example = json!(["public", "customer", "remark"]), extensions(("x-free-text" = json!(true))))]
    pub path: Vec<String>,
    /// How many rows it has; `null` if that is not known.
    #[serde(default)]
    pub rows: Option<u64>,
    /// How many of them were looked at.
    pub sampled: u64,
    /// Its type, as the system declares it.
    #[serde(default)]
    #[schema(example = "text", extensions(("x-free-text" = json!(true))))]
    pub declared_type: Option<String>,
    /// The kinds of personal information that were found.
    pub kinds: Vec<ScannedKind>,
    /// The sensitive topics.
    #[serde(default)]
    pub topics: Vec<ScannedTopic>,
}

/// A kind of personal information at a place.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScannedKind {
    /// The kind, such as `PHONE`.
    #[schema(example = "PHONE")]
    pub kind: String,
    /// In how many of the rows that were looked at.
    pub cells: u64,
    /// The share of all rows, at least; 0 to 1.
    pub low: f64,
    /// At most.
    pub high: f64,
    /// How sure the detector is; 0 to 1.
    pub confidence: f64,
}

/// A sensitive topic at a place.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScannedTopic {
    /// `health`, `religion`, `biometrics`, `minors`, or another word.
    #[schema(example = "health")]
    pub topic: String,
    /// In how many of the rows that were looked at.
    pub cells: u64,
}

/// What became of a scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryReceived {
    /// SHA-256 over the scan, base64url: what the ledger entry names.
    pub digest: String,
    /// The ledger entry.
    #[schema(example = 1048)]
    pub entry: u64,
    /// Whether this scan was taken in before: then nothing happened now.
    pub repeated: bool,
    /// How many places were looked at.
    pub places: u64,
    /// Findings that are new.
    pub raised: u64,
    /// Findings that had been dismissed and are open again: they grew, or their time is over.
    pub raised_again: u64,
    /// Findings that are no longer found.
    pub gone: u64,
    /// Tables and files that the scan could not read: what was found there before stays.
    pub unread: u64,
}

/// A page of findings.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryFindings {
    /// Most severe first, then what was seen last.
    pub findings: Vec<DiscoveryFinding>,
    /// Where to go on; left out at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u64,
    /// How many there would be for each value of each filter, the other filters kept.
    pub facets: Vec<DiscoveryFacet>,
}

/// How many findings have a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryFacet {
    /// `source`, `class`, `what`, `state` or `severity`.
    pub name: String,
    /// The value.
    pub value: String,
    /// How many.
    pub count: u64,
}

/// Personal information at a place that the register does not declare so.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryFinding {
    /// Its id: the same place and kind keeps it for good.
    #[schema(value_type = String, example = "fnd_06fs8k0000000000000000000g")]
    pub finding: FindingId,
    /// The system.
    #[schema(example = "crm-db")]
    pub source: String,
    /// Where.
    #[schema(example = json!(["public", "customer", "remark"]))]
    pub path: Vec<String>,
    /// The kind (`PHONE`), the topic (`health`), or `absent`: nothing of what is declared there.
    #[schema(example = "PHONE")]
    pub what: String,
    /// `undeclared`, `drift` or `not-found`; left out once it is declared or gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "undeclared")]
    pub class: Option<String>,
    /// `high`, `medium`, `low` or `info`.
    #[schema(example = "medium")]
    pub severity: String,
    /// `open`, `confirmed`, `dismissed`, `suppressed` or `resolved`.
    #[schema(example = "open")]
    pub state: String,
    /// In how many rows of the sample.
    pub cells: u64,
    /// How many rows were looked at.
    pub sampled: u64,
    /// How many there are; `null` if that is not known.
    pub rows: Option<u64>,
    /// The share of all rows, at least.
    pub low: f64,
    /// At most.
    pub high: f64,
    /// How sure the detector is.
    pub confidence: f64,
    /// The column's type, as the system declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_type: Option<String>,
    /// What the register in force says about the place.
    pub declared: DiscoveryDeclared,
    /// When a scan first saw it.
    #[schema(value_type = String)]
    pub first_seen: Moment,
    /// When a scan last saw it.
    #[schema(value_type = String)]
    pub last_seen: Moment,
    /// What somebody decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DiscoveryDecided>,
    /// The accepted pattern that it falls under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub suppression: Option<SuppressionId>,
}

/// What the register in force says about a place.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryDeclared {
    /// The fields.
    #[schema(value_type = Vec<String>, example = json!(["customer.mobile"]))]
    pub fields: Vec<FieldRef>,
    /// How they were found: `place` (declared for it), `name` (table and column bear their names), `kind` (they hold
    /// the same elsewhere, which covers nothing) or `nothing`.
    #[schema(example = "kind")]
    pub by: String,
    /// Whether the register declares the system.
    pub source: bool,
    /// The unit to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The class of law of what was found: `personal`, `sensitive`, `organisation`.
    pub found_class: String,
    /// The highest class of what is declared there: `none`, `personal`, `sensitive`.
    pub declared_class: String,
}

/// What somebody decided about a finding.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryDecided {
    /// `confirm` or `dismiss`.
    #[schema(example = "confirm")]
    pub decision: String,
    /// Of a confirmed one, what is to be done: `declare`, `raise-class`, `remove`, `undeclare`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// Of a dismissed one, why: `not-personal`, `test-data`, `accepted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of an accepted one, until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub until: Option<Moment>,
    /// Who, as a pseudonymous id.
    pub by: String,
    /// When.
    #[schema(value_type = String)]
    pub at: Moment,
    /// In how many rows of the sample it was then.
    pub cells: u64,
    /// How large the sample was then.
    pub sampled: u64,
}

/// A finding with what happened to it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryDetail {
    /// The finding.
    pub finding: DiscoveryFinding,
    /// Oldest first.
    pub history: Vec<DiscoveryAct>,
}

/// What happened to a finding.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryAct {
    /// `raised`, `raised-again`, `gone`, `confirmed`, `dismissed` or `reopened`.
    pub did: String,
    /// Words about it: `task`, `reason`, `until`, `cells`, `sampled`.
    pub said: Vec<DiscoveryWord>,
    /// Who, as a pseudonymous id.
    pub actor: String,
    /// When.
    #[schema(value_type = String)]
    pub at: Moment,
    /// Its ledger entry.
    pub entry: u64,
}

/// A word about an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryWord {
    /// What it is about.
    pub word: String,
    /// What it says.
    pub text: String,
}

/// A decision about a finding.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscoveryDecision {
    /// `confirm`, `dismiss` or `reopen`.
    #[schema(example = "confirm")]
    pub decision: String,
    /// With `confirm`, what is to be done: `declare`, `raise-class`, `remove` or `undeclare`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "declare")]
    pub task: Option<String>,
    /// With `dismiss`, why: `not-personal`, `test-data` or `accepted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// With `accepted`: until when, within a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub until: Option<Moment>,
}

/// That something was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryDone {
    /// The ledger entry.
    #[schema(example = 1048)]
    pub entry: u64,
}

/// Every system that was scanned.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoverySources {
    /// By name.
    pub sources: Vec<DiscoverySource>,
}

/// A system that was scanned.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoverySource {
    /// Its name.
    #[schema(example = "crm-db")]
    pub name: String,
    /// `postgresql`, `mysql`, `sqlite` or `files`.
    pub kind: String,
    /// What looked.
    pub detector: String,
    /// When it was scanned last.
    #[schema(value_type = String)]
    pub scanned_at: Moment,
    /// When that was taken in.
    #[schema(value_type = String)]
    pub received_at: Moment,
    /// From whom, as a pseudonymous id.
    pub received_by: String,
    /// SHA-256 over the scan, base64url.
    pub digest: String,
    /// How many places were looked at.
    pub places: u64,
    /// In how many of them something was found, in this scan or an earlier one.
    pub holding: u64,
    /// The ledger entry of the scan.
    pub entry: u64,
    /// Whether the register declares it.
    pub declared: bool,
    /// Who answers for it, if the register says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Open findings by severity, highest first.
    pub open: Vec<DiscoveryFacet>,
    /// Tables and files that the newest scan could not read, or not wholly.
    pub unread: Vec<UnreadPlace>,
}

/// A system, and what stands at its places.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryHeat {
    /// The system.
    pub source: DiscoverySource,
    /// Places where the newest scan found something, most severe first.
    pub places: Vec<DiscoveryPlace>,
}

/// A place, and what stands there.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryPlace {
    /// Where.
    pub path: Vec<String>,
    /// Each kind and topic, declared or not.
    pub cells: Vec<DiscoveryFinding>,
}

/// Patterns of what is dismissed again and again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryPatterns {
    /// What somebody could accept, most effective first.
    pub proposed: Vec<DiscoveryPattern>,
    /// What was accepted and holds, newest first.
    pub accepted: Vec<DiscoverySuppression>,
}

/// A column's name and a kind that were dismissed in three places or more.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryPattern {
    /// The column, in small letters.
    pub column: String,
    /// The kind or topic.
    pub what: String,
    /// In how many places it was dismissed.
    pub places: u64,
    /// Who dismissed it, as pseudonymous ids; whoever did so alone does not accept it as well.
    pub dismissed_by: Vec<String>,
    /// How many open findings would be closed.
    pub closes: u64,
}

/// A pattern that is no longer raised.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscoverySuppression {
    /// Its id.
    #[schema(value_type = String, example = "sup_06fs8k0000000000000000000g")]
    pub suppression: SuppressionId,
    /// The column, in small letters.
    pub column: String,
    /// The kind or topic.
    pub what: String,
    /// In how many places it had been dismissed.
    pub places: u64,
    /// Who accepted it, as a pseudonymous id.
    pub accepted_by: String,
    /// When.
    #[schema(value_type = String)]
    pub accepted_at: Moment,
    /// How many findings it holds back now.
    pub holds: u64,
}

/// A pattern to be accepted.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscoveryAcceptance {
    /// The column, as the pattern has it.
    #[schema(example = "batch_no", extensions(("x-free-text" = json!(true))))]
    pub column: String,
    /// The kind or topic.
    #[schema(example = "WAYBILL")]
    pub what: String,
}

/// That a pattern was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryAccepted {
    /// What holds it back now.
    #[schema(value_type = String)]
    pub suppression: SuppressionId,
    /// The ledger entry.
    pub entry: u64,
}
