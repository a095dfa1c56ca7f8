//! Cases: the work orders, parcels and tickets that tie staff to subjects.

mod change;
mod list;

use std::collections::BTreeMap;
use std::sync::Arc;

use shouxin_model::{FieldRef, RecordId, SubjectId, Text};
use shouxin_policy::Because;

use crate::VaultError;

/// A case without personal values.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case's record.
    pub record: RecordId,
    /// The subject.
    pub subject: SubjectId,
    /// The collection.
    pub collection: String,
    /// Whether it is open.
    pub open: bool,
    /// Its facets that the caller may see.
    pub fields: BTreeMap<String, String>,
    /// Its version.
    pub version: u64,
}

/// A page of cases.
#[derive(Debug)]
pub struct CaseList {
    /// The ledger entry that records the look.
    pub entry: u64,
    /// Why it was refused, if it was.
    pub refusal: Option<Arc<Because>>,
    /// The cases, newest first.
    pub cases: Vec<Case>,
    /// Where the next page starts.
    pub next: Option<RecordId>,
}

/// A change of a case.
#[derive(Clone, Debug, Default)]
pub struct CaseChange {
    /// The new status.
    pub status: Option<String>,
    /// The login it is assigned to from now on.
    pub assignee: Option<String>,
    /// The version that the caller has seen, if it names one.
    pub version: Option<u64>,
}

/// Why a case was not listed or changed.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// The purpose covers no collection of cases.
    #[error("the purpose {0} covers no cases")]
    NoCases(String),
    /// There is no such case.
    #[error("there is no case {0}")]
    NotFound(RecordId),
    /// The status is none of the declared ones.
    #[error("{field} is one of {values:?}")]
    Status {
        /// The field.
        field: FieldRef,
        /// Its declared values.
        values: Vec<String>,
    },
    /// The collection's cases are assigned to nobody.
    #[error("cases of {0} are assigned to nobody")]
    NoAssignee(String),
    /// The value is none that its field can hold; says why without the value.
    #[error("field {field}: {}", .why.en)]
    Value {
        /// The field.
        field: FieldRef,
        /// What is wrong.
        why: Text,
    },
    /// Nothing to change.
    #[error("the change names neither status nor assignee")]
    Nothing,
    /// The case has another version than the caller has seen.
    #[error("the case has version {0}")]
    Version(u64),
    /// No open case ties the caller to the subject.
    #[error("the case does not tie the caller to its subject")]
    Refused {
        /// The entry that records the refusal.
        entry: u64,
    },
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}
