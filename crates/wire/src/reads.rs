//! Protected reads: single, batch, explain, and the decision afterwards.

use serde::{Deserialize, Serialize};
use shouxin_model::{FieldKind, FieldRef, Form, GrantId, Moment, RecordId, SubjectId};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::{Because, Told};

/// What to read of one subject, and what for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadRequest {
    /// The fields wanted, as `collection.field`; at most 200.
    #[schema(value_type = Vec<String>, example = json!(["customer.name", "customer.mobile"]))]
    pub fields: Vec<FieldRef>,
    /// The purpose, by its name in the register.
    #[schema(example = "repair-service")]
    pub purpose: String,
    /// The case that ties the caller to the subject: a record id. Without it any open case counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub case: Option<RecordId>,
    /// The records whose values are wanted, at most 200; without them all that hold the fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!([]))]
    pub records: Vec<RecordId>,
    /// Those of `fields` that must be opened; all others are answered masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!(["customer.mobile"]))]
    pub clear: Vec<FieldRef>,
    /// Kinds of personal information to be opened in free texts, by their words in the register; all others are
    /// answered masked, or as placeholders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!([]))]
    pub clear_pieces: Vec<FieldKind>,
    /// Why, in the caller's words; at most 200 characters. Kept as a digest, never as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub reason: Option<String>,
}

/// The answer to a read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReadAnswer {
    /// The decision's id, for `GET /api/v1/reads/{id}`.
    #[schema(example = "rd_1042")]
    pub read: String,
    /// The ledger entry that proves the read.
    pub entry: u64,
    /// The subject.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// The purpose.
    pub purpose: String,
    /// One answer for each field asked for, in the order asked.
    pub fields: Vec<FieldAnswer>,
    /// What is shown of the personal information in free texts: one answer a kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<PieceAnswer>,
}

/// What is shown of one kind of personal information in free texts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PieceAnswer {
    /// The kind, by its word in the register.
    #[schema(value_type = String, example = "mobile")]
    pub kind: FieldKind,
    /// In what form: as a field's; withheld is a placeholder.
    #[schema(value_type = String, example = "masked")]
    pub form: Form,
    /// Why in this form, and who could change it.
    #[schema(value_type = Vec<Because>)]
    pub because: Vec<Told>,
    /// Whether showing a second factor now would open it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub step_up: bool,
    /// Whether naming it in `clear_pieces` would open it, as things stand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revealable: bool,
    /// The grant that opened it, where the caller's own rights would not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub grant: Option<GrantId>,
}

/// One field of an answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldAnswer {
    /// The field.
    #[schema(value_type = String, example = "customer.mobile")]
    pub field: FieldRef,
    /// In what form it is answered: clear, masked, tokenised, generalised or withheld.
    #[schema(value_type = String, example = "masked")]
    pub form: Form,
    /// Why in this form, and who could change it.
    #[schema(value_type = Vec<Because>)]
    pub because: Vec<Told>,
    /// Whether showing a second factor now would open it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub step_up: bool,
    /// Whether naming it in `clear` would open it, as things stand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revealable: bool,
    /// The grant that opened it, where the caller's own rights would not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub grant: Option<GrantId>,
    /// The values, one for each record that has one. Empty when withheld or when there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<RecordValue>,
}

/// A field's value in one record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RecordValue {
    /// The record.
    #[schema(value_type = String)]
    pub record: RecordId,
    /// The value in the field's form.
    #[schema(example = "138****5678")]
    pub value: String,
    /// Where identifiers stand in it, if it is free text in clear: those with check characters or a shape of
    /// their own, and no others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// What stands for the personal information that was found in it, if it is free text that is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
}

/// What stands in the place of personal information that was found in a text and sealed apart from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Piece {
    /// The first character, counted from 0 in Unicode characters of `value`.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
    /// What was found, by the word of its kind in the register.
    #[schema(value_type = String, example = "mobile")]
    pub kind: FieldKind,
    /// The how-manieth of its kind in the text, from 1.
    pub number: usize,
    /// The form in which it is shown; withheld is a placeholder such as `〔手机号1〕`.
    #[schema(value_type = String, example = "withheld")]
    pub form: Form,
}

/// A stretch of a text that is somebody's identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mark {
    /// The first character, counted from 0 in Unicode characters.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
    /// What it is, by the word of its kind in the register.
    #[schema(example = "mobile")]
    pub kind: String,
}

/// What a read would answer: the decision without data.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// Whether the read as a whole would be refused.
    pub refused: bool,
    /// Why the read as a whole would be refused.
    pub because: Vec<Because>,
    /// The decision for each field asked for, without values.
    pub fields: Vec<FieldAnswer>,
    /// The decision for each kind of personal information in free texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<PieceAnswer>,
}

/// The decision of an earlier read, from the ledger. Never the values.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// The decision's id.
    pub read: String,
    /// The ledger entry.
    pub entry: u64,
    /// When.
    #[schema(value_type = String)]
    pub at: Moment,
    /// What kind of act: read, reveal, refusal, search, count.
    pub kind: String,
    /// Who asked, as a pseudonymous id.
    pub actor: String,
    /// The purpose named.
    pub purpose: Option<String>,
    /// The case named.
    pub case: Option<String>,
    /// The form of each field, with the rule that decided it.
    pub fields: Vec<DecidedField>,
    /// Why it was refused as a whole, where the entry names the rule and no field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Because>)]
    pub because: Option<Because>,
    /// The version of the register that applied.
    pub register_version: u32,
    /// The version of the policies that applied.
    pub policy_version: u32,
}

/// One field of an earlier decision.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DecidedField {
    /// The field.
    pub field: String,
    /// Its form.
    pub form: String,
    /// The rule that decided.
    pub rule: String,
    /// What the rule says today; none where it is no longer in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Because>)]
    pub because: Option<Because>,
}

/// What to read of many subjects under one purpose.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchReadRequest {
    /// The subjects; 1 to 1,000, without repeats.
    #[schema(value_type = Vec<String>)]
    pub subjects: Vec<SubjectId>,
    /// The fields wanted of each.
    #[schema(value_type = Vec<String>)]
    pub fields: Vec<FieldRef>,
    /// The purpose.
    #[schema(example = "repair-service")]
    pub purpose: String,
    /// Those of `fields` that must be opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub clear: Vec<FieldRef>,
    /// Kinds of personal information to be opened in free texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!([]))]
    pub clear_pieces: Vec<FieldKind>,
    /// Why, in the caller's words; at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub reason: Option<String>,
}

/// The answer to a batch read: one outcome a subject, in the order asked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BatchReadAnswer {
    /// One outcome a subject.
    pub outcomes: Vec<BatchOutcome>,
    /// What each rule id in the outcomes means.
    pub rules: BTreeMap<String, Because>,
}

/// What became of one subject of a batch.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BatchOutcome {
    /// The subject.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// `answered`, `refused` or `not-found`.
    #[schema(example = "answered")]
    pub outcome: String,
    /// The decision's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// The ledger entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// For refusals: the rules that refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// The fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<BatchField>,
    /// What is shown of the personal information in free texts, one answer a kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<BatchPiece>,
}

/// What is shown of one kind of personal information in the free texts of one subject.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BatchPiece {
    /// The kind, by its word in the register.
    #[schema(value_type = String, example = "mobile")]
    pub kind: FieldKind,
    /// Its form.
    #[schema(value_type = String, example = "masked")]
    pub form: Form,
    /// The rule that decided; its meaning is in `rules`.
    pub rule: String,
}

/// One field of one subject of a batch.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BatchField {
    /// The field.
    #[schema(value_type = String)]
    pub field: FieldRef,
    /// Its form.
    #[schema(value_type = String, example = "masked")]
    pub form: Form,
    /// The rule that decided; its meaning is in `rules`.
    pub rule: String,
    /// The values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<RecordValue>,
}
