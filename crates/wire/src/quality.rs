//! Checks of the quality of detection by people: offsets and kinds, never a text but the one that is looked at.

use serde::{Deserialize, Serialize};
use shouxin_model::{FieldRef, Moment, QualityCheckId, QualityTextId};
use utoipa::ToSchema;

/// A check to be begun.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQualityCheck {
    /// The purpose that texts are read for.
    #[schema(example = "complaint-handling")]
    pub purpose: String,
    /// Free-text fields that the purpose has, at least one.
    #[schema(value_type = Vec<String>, example = json!(["complaint.content"]))]
    pub fields: Vec<FieldRef>,
    /// How many texts, 4 to 400.
    #[schema(example = 60)]
    pub size: u32,
}

/// That a check was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QualityCheckBegun {
    /// Its id.
    #[schema(value_type = String, example = "qck_06fs8k0000000000000000000g")]
    pub check: QualityCheckId,
    /// The ledger entry.
    pub entry: u64,
}

/// Every check.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct QualityCheckList {
    /// Newest first.
    pub checks: Vec<QualityCheck>,
}

/// A check, and how far it is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct QualityCheck {
    /// Its id.
    #[schema(value_type = String, example = "qck_06fs8k0000000000000000000g")]
    pub check: QualityCheckId,
    /// The purpose.
    pub purpose: String,
    /// The fields.
    #[schema(value_type = Vec<String>)]
    pub fields: Vec<FieldRef>,
    /// The detector that is checked.
    pub detector: String,
    /// Whether it is closed.
    pub closed: bool,
    /// Who began it, as a pseudonymous id.
    pub created_by: String,
    /// When.
    #[schema(value_type = String)]
    pub created_at: Moment,
    /// How many texts there are.
    pub texts: u64,
    /// How many still miss somebody's marks.
    pub open: u64,
    /// In how many the two differ, and nobody has settled it.
    pub disputed: u64,
    /// How many are settled.
    pub settled: u64,
    /// How many are left out: they changed meanwhile.
    pub skipped: u64,
    /// How many the caller has marked.
    pub mine: u64,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<QualityCertificate>,
    /// SHA-256 over the certificate as the ledger entry names it, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The certificate as it was digested: one line of JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certified: Option<String>,
    /// The ledger entry of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

/// What came of a check: figures, never a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QualityCertificate {
    /// The version of the register.
    pub register_version: u32,
    /// When it was closed.
    #[schema(value_type = String)]
    pub closed_at: Moment,
    /// The roles of those who marked.
    pub annotator_roles: Vec<String>,
    /// How many people marked.
    pub annotators: u64,
    /// How many texts the two marked alike.
    pub agreed: u64,
    /// How many somebody else settled.
    pub settled_by_third: u64,
    /// How many one of the two settled after talking to the other.
    pub settled_jointly: u64,
    /// How many texts were counted.
    pub texts: u64,
    /// How many characters they have.
    pub chars: u64,
    /// How many of these are personal, as people say.
    pub personal_chars: u64,
    /// The share of personal characters that the detector left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<QualityFigure>,
    /// Characters covered without need, per 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_per_thousand: Option<QualityFigure>,
    /// The share of texts in which nothing personal was left.
    pub clean_texts: QualityFigure,
    /// Exact agreement of detector and people over all kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub f1: Option<QualityFigure>,
    /// The same by kind.
    pub kinds: Vec<QualityKind>,
    /// Cohen's kappa of the two people, over characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kappa: Option<QualityFigure>,
}

/// A figure with its interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QualityFigure {
    /// What was seen.
    pub value: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// How well one kind is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QualityKind {
    /// The kind.
    #[schema(example = "PHONE")]
    pub kind: String,
    /// How many there are, as people say.
    pub gold: u64,
    /// How many the detector found.
    pub found: u64,
    /// How many of these are exactly right.
    pub right: u64,
    /// The harmonic mean of precision and recall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub f1: Option<QualityFigure>,
}

/// Which text is asked for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QualityLook {
    /// `mark` for one to be marked, `settle` for one in which two others differ, `settle-jointly` for one in which
    /// the caller and another differ.
    #[schema(example = "mark")]
    pub task: String,
}

/// A text to be marked or settled; without one, there is none left for the caller.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct QualityLooked {
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<QualityText>,
}

/// A text in full. It is personal: it stays on the screen.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct QualityText {
    /// Its id.
    #[schema(value_type = String, example = "qtx_06fs8k0000000000000000000g")]
    pub id: QualityTextId,
    /// Its place in the check, from 1.
    pub place: u64,
    /// The field.
    #[schema(value_type = String, example = "complaint.content")]
    pub field: FieldRef,
    /// Its words.
    pub words: String,
    /// Of a dispute: what the two marked, in no telling order.
    pub marks: Vec<Vec<QualitySpan>>,
    /// The ledger entry of the look.
    pub entry: u64,
}

// Words of customers: they stand in no debug line.
impl std::fmt::Debug for QualityText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QualityText")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QualitySpan {
    /// The first character (Unicode scalar value), from 0.
    #[schema(example = 2)]
    pub start: u32,
    /// The one after the last.
    #[schema(example = 13)]
    pub end: u32,
    /// The kind, such as `PHONE`.
    #[schema(example = "PHONE")]
    pub kind: String,
}

/// What is said of a text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QualityMarks {
    /// `mark`, `settle` or `settle-jointly`, as it was looked at.
    #[schema(example = "mark")]
    pub task: String,
    /// What is personal in it, in order and without overlaps; empty: nothing.
    pub spans: Vec<QualitySpan>,
}

/// How a text stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QualityMarked {
    /// `half` while somebody else marks it, `agreed`, `disputed`, or `settled`.
    #[schema(example = "half")]
    pub standing: String,
}
