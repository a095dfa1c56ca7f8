//! Cases: work orders, parcels, tickets that tie staff to subjects.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shouxin_model::{RecordId, SubjectId};
use utoipa::ToSchema;

/// A page of cases.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CasePage {
    /// The cases, newest first.
    pub cases: Vec<Case>,
    /// Where the next page starts, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One case, without personal values.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Case {
    /// The case's record id.
    #[schema(value_type = String)]
    pub case: RecordId,
    /// The subject it is about.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// The collection.
    #[schema(example = "work_order")]
    pub collection: String,
    /// Whether it is open.
    pub open: bool,
    /// Its unsealed fields: number, status, assignee, site, region.
    pub fields: BTreeMap<String, String>,
    /// Its version, for `If-Match`.
    pub version: u64,
}

/// A change of a case.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseChange {
    /// The new status: one of the declared values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "closed")]
    pub status: Option<String>,
    /// The login it is assigned to from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
}

/// The number of a case, and what for it is looked for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseSearch {
    /// The purpose.
    #[schema(example = "repair-service")]
    pub purpose: String,
    /// The whole number, as it stands on the order, waybill or ticket; 1 to 64 characters.
    #[schema(example = "WO-2026-000123")]
    pub number: String,
}
