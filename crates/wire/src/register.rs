//! What is declared: the register and the policies, their versions, and changes to them.

use serde::{Deserialize, Serialize};
use shouxin_model::{ApprovalId, Moment};
use utoipa::ToSchema;

use crate::Place;
use crate::observations::ObservedFlow;

/// The register in force.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RegisterAnswer {
    /// The register's version, counted from 1.
    #[schema(example = 3)]
    pub register_version: u32,
    /// The policies' version, counted from 1.
    #[schema(example = 2)]
    pub policy_version: u32,
    /// The register, as every part of the product reads it.
    #[schema(value_type = Object)]
    pub register: serde_json::Value,
}

/// The policies in force.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyAnswer {
    /// The policies' version, counted from 1.
    #[schema(example = 2)]
    pub policy_version: u32,
    /// The Cedar text.
    pub policies: String,
}

/// Every version there was, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VersionList {
    /// Of the register.
    pub register: Vec<VersionEntry>,
    /// Of the policies.
    pub policies: Vec<VersionEntry>,
}

/// One version of the register or of the policies.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VersionEntry {
    /// Its number, counted from 1.
    pub version: u32,
    /// When it was applied.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub applied_at: Moment,
    /// Who applied it, as a pseudonymous id.
    pub applied_by: String,
    /// Its text; only with `?source=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The ledger entry under which it was applied; only with `?entries=true`, and where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// The approval that it spent; only with `?entries=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub approval: Option<ApprovalId>,
}

/// What changed from one version of the register to another.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DifferenceAnswer {
    /// The version compared with.
    pub from: u32,
    /// The version compared.
    pub to: u32,
    /// Whether any change lets someone see more, or holds more about people, than before.
    pub loosens: bool,
    /// Each change, in the order of the register.
    pub changes: Vec<PlannedChange>,
    /// The texts as a unified diff; empty if they are the same.
    pub text: String,
}

/// A register to compare with the one in force.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanRequest {
    /// The register, as TOML.
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub register: String,
}

/// What a register would change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanAnswer {
    /// Whether any change lets someone see more, or holds more about people, than before.
    pub loosens: bool,
    /// Each change, in the order of the register.
    pub changes: Vec<PlannedChange>,
    /// What keeps it from coming into force: personal fields that a purpose takes in without a review of their
    /// need, each with what to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unweighed: Vec<String>,
    /// How far it reaches; only where a change is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<PlanReach>,
}

/// How far a planned change reaches.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanReach {
    /// The collections whose stored records it touches.
    pub records: Vec<ReachedRecords>,
    /// Why the policies in force would not stand under it; it can then be applied only together with others.
    pub policies: Vec<Place>,
    /// The days whose reads were looked at.
    pub days: u32,
    /// Reads of these days that were permitted and that it would no longer declare.
    pub cut_off: Vec<ObservedFlow>,
}

/// Stored records that a change touches.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReachedRecords {
    /// The collection.
    #[schema(example = "customer")]
    pub collection: String,
    /// How many there are; not told where there are one to nine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
}

/// One change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlannedChange {
    /// `added`, `removed` or `changed`.
    #[schema(example = "changed")]
    pub sign: String,
    /// What it is about, in the caller's language.
    #[schema(example = "collection customer, field mobile")]
    pub place: String,
    /// What is different, in the caller's language.
    pub what: String,
    /// What it does to stored data, in the caller's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
    /// Whether it lets someone see more, or holds more about people, than before.
    pub loosens: bool,
}

/// A register, policies, or both, to apply.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyRequest {
    /// The register, as TOML; without it the one in force stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub register: Option<String>,
    /// The policies, as Cedar; without them those in force stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub policies: Option<String>,
    /// The approval of a change that loosens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub approval: Option<ApprovalId>,
}

/// What an applied change did.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Applied {
    /// The register's version from now on.
    pub register_version: u32,
    /// The policies' version from now on.
    pub policy_version: u32,
    /// What changed.
    pub plan: PlanAnswer,
    /// The ledger entry.
    pub entry: u64,
    /// How many background jobs bring stored data up to date.
    pub jobs: u64,
}
