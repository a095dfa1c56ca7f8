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
    /// Pieces of personal information that were found in free texts and sealed apart from them, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sealed_apart: BTreeMap<String, u64>,
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
    /// The line or row of the headings, if the file has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u64>,
    /// Each column, in the order of the file.
    pub details: Vec<GuessedColumn>,
}

/// One column of a file, and what it probably feeds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GuessedColumn {
    /// Its heading, or `#3` for the third where there is none.
    pub column: String,
    /// The field proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// How sure, in percent: 50 to 99.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
    /// Why, in the caller's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Up to three cells: masked as the field would be, or only their shape, `9` for a digit, `A` for a
    /// letter, `字` for a character. Never as they stand in the file.
    pub samples: Vec<String>,
}

/// What an import of a file would do.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TrialAnswer {
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows by what would become of them: created, merged, unchanged, refused.
    pub counts: BTreeMap<String, u64>,
    /// Pieces of personal information that would be sealed apart from the free texts they stand in, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sealed_apart: BTreeMap<String, u64>,
    /// Whether the file could be read to its end.
    pub whole: bool,
    /// The first 500 rows that something was found in.
    pub found: Vec<TriedRow>,
    /// How many more there are.
    pub more_found: u64,
    /// The ledger entry.
    pub entry: u64,
}

/// One row of a dry run.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TriedRow {
    /// The row as an editor or spreadsheet shows it, from 1.
    pub row: u64,
    /// `refused`, or `kept` with a remark.
    #[schema(example = "refused")]
    pub outcome: String,
    /// What was found.
    pub findings: Vec<RowFinding>,
}

/// One thing found in a row. Names places and rules, never a value.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RowFinding {
    /// A stable word.
    #[schema(example = "check-failed")]
    pub code: String,
    /// The field, if one is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong, in the caller's language.
    pub message: String,
}
