//! Importing files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shouxin_model::{ImportId, Moment};
use utoipa::ToSchema;

/// An import to open.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The mapping, as TOML: which column goes to which field, and the statement of the source.
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub mapping: String,
}

/// How far an import is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Import {
    /// The import.
    #[schema(value_type = String)]
    pub import: ImportId,
    /// `open`, `done` or `refused`.
    #[schema(example = "open")]
    pub state: String,
    /// Rows whose outcome is durable.
    pub rows: u64,
    /// Rows by outcome: created, merged, unchanged, refused.
    pub counts: BTreeMap<String, u64>,
    /// When it began.
    #[schema(value_type = String)]
    pub created_at: Moment,
    /// When the last row was done.
    #[schema(value_type = String)]
    pub updated_at: Moment,
}

/// The newest imports, at most 100.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImportList {
    /// Newest first.
    pub imports: Vec<Import>,
}

/// A proposed mapping.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GuessAnswer {
    /// The mapping's text, to be read and corrected by a person.
    pub mapping: String,
    /// How many columns the file has.
    pub columns: u64,
    /// How many of them the proposal maps.
    pub mapped: u64,
}
