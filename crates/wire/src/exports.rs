//! Taking data out in files, and tracing leaked copies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shouxin_model::{ApprovalId, ExportId, FieldRef, Moment, Personal, SubjectId};
use utoipa::ToSchema;

use crate::approvals::Approval;
use crate::secret::{one, shows};

/// What is to leave, and what for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    /// The purpose, by its name in the register.
    #[schema(example = "rights-answer")]
    pub purpose: String,
    /// The collection whose records are the rows.
    #[schema(example = "customer")]
    pub collection: String,
    /// The columns: fields of `collection`, and of collections of which a person has one record only; at most 60.
    #[schema(value_type = Vec<String>, example = json!(["customer.name", "customer.mobile"]))]
    pub fields: Vec<FieldRef>,
    /// Those of `fields` that must leave clear; all others leave in a protected form.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub clear: Vec<FieldRef>,
    /// Which records: facets of `collection` and the value that each must have, at most three. Without this
    /// and `people`, all.
    #[serde(default, rename = "where")]
    pub filters: BTreeMap<String, String>,
    /// Or the people, one by one; at most 1,000.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub people: Option<Vec<SubjectId>>,
    /// The most rows that may leave.
    #[schema(example = 1000)]
    pub most_rows: u64,
    /// `csv` (for Excel), `csv-plain`, `ndjson` or `xlsx`.
    #[schema(example = "csv")]
    pub format: String,
    /// What stands above the columns: `names`, `zh` or `en`. The field's name is always there.
    #[serde(default)]
    #[schema(example = "zh")]
    pub headings: Option<String>,
    /// Why; at most 200 characters. Kept sealed, for whoever approves and whoever traces a leaked copy.
    #[serde(deserialize_with = "one")]
    #[schema(value_type = String, extensions(("x-free-text" = json!(true))))]
    pub reason: Personal<String>,
}

/// An export that waits for somebody else's approval.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ExportAsked {
    /// The export, with the plan of what would leave.
    pub export: Export,
    /// What must be approved.
    pub approval: Approval,
}

/// How an export stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Export {
    /// The export.
    #[schema(value_type = String, example = "exp_06fs8k0000000000000000000g")]
    pub export: ExportId,
    /// `asked`, `running`, `done` or `broken`.
    #[schema(example = "asked")]
    pub state: String,
    /// The approval that it waits for or has spent.
    #[schema(value_type = String, example = "apr_06fs8k0000000000000000000g")]
    pub approval: ApprovalId,
    /// Who asked.
    pub actor: String,
    /// The purpose.
    pub purpose: String,
    /// Exactly what would leave: fields with their forms and rules, counts, a sample of ids.
    #[schema(value_type = Object)]
    pub plan: serde_json::Value,
    /// The ledger entry under which it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// Rows that left, decoys not counted.
    pub rows: u64,
    /// People in them.
    pub people: u64,
    /// People left out: restricted, without consent, or not readable.
    pub left_out: u64,
    /// SHA-256 of the whole file in hexadecimal, once done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String)]
    pub created_at: Moment,
    /// When the last page left.
    #[schema(value_type = String)]
    pub updated_at: Moment,
}

/// The newest exports, at most 100.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ExportList {
    /// Newest first.
    pub exports: Vec<Export>,
}

/// Where a file comes from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TraceAnswer {
    /// The exports it comes from, the surest first. None: no export of ours, as far as can be told.
    pub found: Vec<TraceFound>,
    /// Rows that were looked at.
    pub rows: u64,
    /// The ledger entry that records the question.
    pub entry: u64,
}

/// An export that a file comes from. `Debug` leaves out the reason: people write names into it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct TraceFound {
    /// The export.
    #[schema(value_type = String, example = "exp_06fs8k0000000000000000000g")]
    pub export: ExportId,
    /// Who exported.
    pub actor: String,
    /// When it was asked for.
    #[schema(value_type = String)]
    pub at: Moment,
    /// For what purpose.
    pub purpose: String,
    /// Why, in the exporter's words.
    pub reason: String,
    /// The ledger entry under which it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// Decoys of it that the file holds.
    pub decoys_found: u32,
    /// Decoys that it had.
    pub decoys: u32,
    /// How sure the decoys make it: such a likeness comes about by chance once in two to the power of this.
    pub bits: u32,
    /// How the visible mark stands: `absent`, `intact` or `altered`.
    #[schema(example = "absent")]
    pub visible: String,
}

shows!(TraceFound: export actor at purpose entry decoys_found decoys bits visible);
