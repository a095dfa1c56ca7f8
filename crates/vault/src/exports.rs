//! Taking data out in a file: asked for, approved by somebody else, carried out once, and traceable.
//!
//! 1. [`Vault::ask_export`] works out what would leave and proposes exactly that ([`ExportPlan`]).
//! 2. Somebody else approves it.
//! 3. [`Vault::start_export`] takes the [`Approved`](crate::Approved), looks whether the plan still holds, spends
//!    the approval and stores the marks of the decoys; [`Export::stream`] then gives the file in pages.
//!    Each person in a page has a ledger entry before anything of theirs opens.
//! 4. [`Vault::trace`] tells from a leaked copy which export it was.
//!
//! One approval is one download. If it breaks off the export is broken and is asked for anew; the entries
//! of the pages that left stay, for nobody can know how much of them arrived.

mod ask;
pub(crate) mod decoys;
#[cfg(feature = "fuzz")]
pub(crate) mod fuzzing;
mod list;
mod plan;
mod rows;
mod run;
mod scope;
mod sides;
mod trace;
mod visible;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shouxin_intake::OpenError;
pub use shouxin_intake::leaving::Leaving;
use shouxin_model::{ApprovalId, ExportId, FieldRef, Moment, SubjectId, Text};
use shouxin_policy::Because;

use crate::{ApprovalError, Leaks, VaultError};

pub use ask::Asked;
pub use plan::{ExportPlan, PlannedField};
pub use run::Export;
pub use trace::{Found, Traced};
pub use visible::Visible;

/// What is to leave, and what for.
#[derive(Clone)]
pub struct ExportRequest {
    /// The purpose.
    pub purpose: String,
    /// The collection whose records are the rows.
    pub collection: String,
    /// The columns: fields of `collection`, and of collections of which a person has one record only;
    /// 1 to 60, without repeats.
    pub fields: Vec<FieldRef>,
    /// Those of `fields` that must leave clear; the others leave as a read would show them.
    pub clear: BTreeSet<FieldRef>,
    /// Which records.
    pub scope: ExportScope,
    /// The most rows that may leave.
    pub most_rows: u64,
    /// The kind of file.
    pub format: Leaving,
    /// What stands above the columns.
    pub headings: Headings,
    /// Why, in the caller's words. Kept sealed; whoever traces a leaked copy reads it.
    pub reason: String,
}

/// Leaves out the reason: people write names into it.
impl std::fmt::Debug for ExportRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExportRequest")
            .field("purpose", &self.purpose)
            .field("collection", &self.collection)
            .field("fields", &self.fields)
            .field("clear", &self.clear)
            .field("scope", &self.scope)
            .field("most_rows", &self.most_rows)
            .finish_non_exhaustive()
    }
}

/// Which records leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportScope {
    /// Those whose facets have these values: up to three pairs of a field's name and a value; none for all.
    Where(Vec<(String, String)>),
    /// Those of these people, at most 1,000.
    People(Vec<SubjectId>),
}

/// What stands above the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Headings {
    /// The field's name alone: `customer.mobile`.
    #[default]
    Names,
    /// The Chinese title, then the field's name in brackets.
    Zh,
    /// The English title, then the field's name in brackets.
    En,
}

/// How an export stands.
#[derive(Clone, Debug)]
pub struct ExportStatus {
    /// The export.
    pub id: ExportId,
    /// `asked`, `running`, `done`, `broken`, or `stopped` where a leak was found. Whether it was approved, its approval says.
    pub state: String,
    /// The approval that it waits for or spent.
    pub approval: ApprovalId,
    /// Who asked.
    pub actor: String,
    /// The purpose.
    pub purpose: String,
    /// What was proposed, as [`ExportPlan`] in canonical JSON.
    pub body: String,
    /// The entry under which it began.
    pub entry: Option<u64>,
    /// Rows that left, decoys not counted.
    pub rows: u64,
    /// People in them.
    pub people: u64,
    /// People left out: restricted, without consent, or not readable.
    pub left_out: u64,
    /// SHA-256 of the whole file, once done.
    pub digest: Option<[u8; 32]>,
    /// When it was asked for.
    pub created_at: Moment,
    /// When the last page left.
    pub updated_at: Moment,
}

/// Why data did not leave.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// The register has no such collection.
    #[error("the register has no such collection")]
    UnknownCollection,
    /// The register has no such field.
    #[error("the register has no field {0}")]
    UnknownField(FieldRef),
    /// A list is empty, too long, or holds something twice.
    #[error("{0}")]
    Shape(&'static str),
    /// A row cannot hold the field: a person may have several records of its collection.
    #[error("{0} does not fit into a row: a person may have several of its records")]
    Several(FieldRef),
    /// Only a facet of the collection can choose records.
    #[error("{0} cannot choose records: it is no facet of the collection")]
    NoFacet(FieldRef),
    /// Policy does not let the field leave, or not in the form asked for.
    #[error("{field} may not leave in the form asked for (rule {})", .because.rule)]
    Field {
        /// The field.
        field: FieldRef,
        /// The rule.
        because: Arc<Because>,
        /// The entry that records the refusal.
        entry: u64,
    },
    /// Nothing matches.
    #[error("no record matches")]
    Nothing,
    /// More matches than may leave.
    #[error("{found} {what} match, at most {most} may leave ({limit})")]
    TooMany {
        /// `rows`, `people` or `clear values`.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many may leave.
        most: u64,
        /// Who says so.
        limit: Limit,
    },
    /// There is no such export of the caller.
    #[error("there is no export {0}")]
    NotFound(ExportId),
    /// It ran already: one approval is one download.
    #[error("export {0} has run already: ask anew")]
    Ran(ExportId),
    /// What would leave now is not what was approved.
    #[error("what would leave is no longer what was approved: {}", .0.en)]
    Changed(Text),
    /// It holds personal information that the register does not allow for the purpose: nothing more leaves.
    #[error("it holds personal information that the purpose does not need (ledger entry {entry})")]
    Leak {
        /// What was found where.
        leaks: Leaks,
        /// The entry that says so.
        entry: u64,
    },
    /// The file could not be read.
    #[error("the file cannot be read: {}", .0.code())]
    File(OpenError),
    /// The approval does not stand.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// What limits an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The most rows that the request names.
    Request,
    /// The day's quota of the purpose.
    Quota,
    /// What a file of the format holds.
    Format,
    /// What was approved.
    Approval,
}

impl Limit {
    /// What it is, for people.
    pub const fn title(self) -> Text {
        match self {
            Self::Request => Text::fixed("申请的行数上限", "the request's own limit"),
            Self::Quota => Text::fixed("用途每日额度", "the purpose's quota of the day"),
            Self::Format => Text::fixed("文件格式的容量", "what the format holds"),
            Self::Approval => Text::fixed("审批的行数", "what was approved"),
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.title().en)
    }
}

/// The most columns.
pub(crate) const MAX_COLUMNS: usize = 60;

/// The most people that a request may name.
pub(crate) const MAX_PEOPLE: usize = 1_000;

/// The request as it is kept, sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    collection: String,
    fields: Vec<FieldRef>,
    clear: BTreeSet<FieldRef>,
    scope: ExportScope,
    most_rows: u64,
    format: String,
    headings: Headings,
    reason: String,
}

impl Kept {
    fn of(request: &ExportRequest) -> Self {
        Self {
            collection: request.collection.clone(),
            fields: request.fields.clone(),
            clear: request.clear.clone(),
            scope: request.scope.clone(),
            most_rows: request.most_rows,
            format: request.format.word().to_owned(),
            headings: request.headings,
            reason: request.reason.clone(),
        }
    }

    fn request(self, purpose: String) -> Option<ExportRequest> {
        Some(ExportRequest {
            purpose,
            format: Leaving::from_word(&self.format)?,
            collection: self.collection,
            fields: self.fields,
            clear: self.clear,
            scope: self.scope,
            most_rows: self.most_rows,
            headings: self.headings,
            reason: self.reason,
        })
    }
}

/// Under which context the request of an export is sealed.
fn request_context(id: ExportId) -> String {
    format!("export {id}")
}

const CORRUPT: VaultError = VaultError::Corrupt("export");
