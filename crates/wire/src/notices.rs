//! Notices: what people are told, its versions, and changes to it.

use serde::{Deserialize, Serialize};
use shouxin_model::{ApprovalId, Moment, Personal};
use utoipa::ToSchema;

use crate::secret::one;
use crate::widget::AskedPurpose;

/// Every notice, what no notice tells, and drafts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeList {
    /// Every version of every notice, by name, newest first.
    pub notices: Vec<NoticeEntry>,
    /// Each purpose of the register.
    pub purposes: Vec<NoticeCovered>,
    /// Drafts by name, without their texts.
    pub drafts: Vec<NoticeDraftEntry>,
}

/// A version of a notice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeEntry {
    /// The notice's name.
    #[schema(example = "marketing")]
    pub name: String,
    /// Its heading, in the caller's language.
    pub title: String,
    /// Counted from 1.
    #[schema(example = 2)]
    pub version: u32,
    /// SHA-256 over what it tells, in hexadecimal.
    pub hash: String,
    /// `waiting`, `in-force`, `superseded`, or `replaced` if a newer one came before its time.
    #[schema(example = "in-force")]
    pub state: String,
    /// The version of the register that completed it.
    pub register_version: u32,
    /// When it was published.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub published_at: Moment,
    /// By whom, as a pseudonymous id.
    pub published_by: String,
    /// From when on it was to be in force.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub effective_at: Moment,
    /// Until when it was in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub until: Option<Moment>,
    /// The purposes that it tells of.
    pub purposes: Vec<String>,
}

/// What the notices in force tell of a purpose.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeCovered {
    /// The purpose.
    #[schema(example = "marketing-contact")]
    pub purpose: String,
    /// The notice in force that tells of it; without one nobody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// Its fields that no notice tells.
    pub untold: Vec<String>,
}

/// A draft, without its text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeDraftEntry {
    /// The notice's name.
    pub name: String,
    /// When it was saved.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub updated_at: Moment,
    /// By whom, as a pseudonymous id.
    pub updated_by: String,
    /// Counts how often: whoever saves names the one that they read.
    pub revision: u32,
}

/// One version of a notice, whole.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeAnswer {
    /// What it is.
    pub entry: NoticeEntry,
    /// The text as written, TOML.
    pub source: String,
    /// The exact text shown in Chinese.
    pub zh: String,
    /// The exact text shown in English.
    pub en: String,
    /// What it tells, as the register of that moment completed it: what the hash is over.
    #[schema(value_type = Object)]
    pub bound: serde_json::Value,
}

/// What a notice in force shows to whoever asks, with the proof that it was shown.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeShown {
    /// The notice's name.
    #[schema(example = "marketing")]
    pub name: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 over what it tells, in hexadecimal.
    pub hash: String,
    /// `zh` or `en`.
    #[schema(example = "zh")]
    pub language: String,
    /// From when on it is in force.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub effective_at: Moment,
    /// What is shown, paragraph by paragraph.
    pub paragraphs: Vec<NoticeParagraph>,
    /// What can be agreed to, each by itself.
    pub switches: Vec<NoticeSwitch>,
    /// Hand it back with what the person said: it proves which notice was on the screen. Only for the version in
    /// force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// A paragraph of a notice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeParagraph {
    /// `title`, `heading`, `subheading`, `text` or `important`.
    #[schema(example = "text")]
    pub kind: String,
    /// Its text.
    pub text: String,
}

/// Something that can be agreed to by itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeSwitch {
    /// Its name within the notice.
    pub name: String,
    /// What stands beside it.
    pub title: String,
    /// The purpose.
    pub purpose: String,
    /// The form of consent that it needs.
    pub form: String,
    /// Whether "agree to all" may turn it on.
    pub in_all: bool,
}

/// A notice to look at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeText {
    /// The notice, as TOML.
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub notice: String,
}

/// What keeps a notice from being published, and how easy it is to read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeLintAnswer {
    /// Each finding, in the order of the text.
    pub findings: Vec<NoticeFinding>,
    /// Each text that people are to read.
    pub scores: Vec<NoticeScore>,
    /// What people would be shown, in Chinese and in English, as far as it goes; empty if it cannot be read.
    pub previews: Vec<NoticePreview>,
}

/// What a draft would show in one language. Nothing of it was published.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticePreview {
    /// `zh` or `en`.
    #[schema(example = "zh")]
    pub language: String,
    /// The whole page, paragraph by paragraph.
    pub paragraphs: Vec<NoticeParagraph>,
    /// What a banner or panel would ask.
    pub asked: Vec<AskedPurpose>,
}

/// Notices to begin from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeTemplateList {
    /// Those that ship with the profile of the register in force.
    pub templates: Vec<NoticeTemplate>,
}

/// A notice to begin from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeTemplate {
    /// Its name.
    #[schema(example = "marketing")]
    pub name: String,
    /// Its heading, in the caller's language.
    pub title: String,
    /// What it is about, in the caller's language.
    pub introduction: String,
    /// The purposes of the register that it tells of.
    pub purposes: Vec<String>,
    /// Its text, TOML.
    pub notice: String,
}

/// Something that keeps a notice from being published.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeFinding {
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// The rule.
    #[schema(example = "pre-ticked")]
    pub code: String,
    /// What it is about, in the caller's language.
    pub place: String,
    /// What is wrong, in the caller's language.
    pub message: String,
    /// What would put it right, in the caller's language.
    pub remedy: String,
}

/// How easy a text of a notice is to read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeScore {
    /// What it is about, in the caller's language.
    pub place: String,
    /// The line, counted from 1.
    pub line: u32,
    /// `zh` or `en`.
    pub language: String,
    /// 0 (very hard) to 100 (very easy).
    pub score: u8,
    /// Whether it is too hard.
    pub hard: bool,
    /// Characters (Chinese) or words (English) of its longest sentence.
    pub longest: u32,
}

/// What publishing a notice would mean.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticePlanAnswer {
    /// The notice's name.
    pub name: String,
    /// The version that it would get.
    pub version: u32,
    /// The version in force that it is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force: Option<u32>,
    /// SHA-256 over what it would tell, in hexadecimal.
    pub hash: String,
    /// Whether people must be asked again, and somebody else must approve.
    pub widens: bool,
    /// Each change.
    pub changes: Vec<NoticeChange>,
    /// The days whose reads were looked at.
    pub days: u32,
    /// Entries of the ledger in these days.
    pub entries: u64,
    /// How many of them were looked at: all, or evenly spread blocks of them.
    pub looked_at: u64,
    /// Reads a day that would stop or show less, rounded up.
    pub reads_a_day: u64,
    /// The purposes that rest on consent.
    pub purposes: Vec<NoticePurposeEffect>,
    /// How easy each of its texts is to read.
    pub scores: Vec<NoticeScore>,
    /// The exact text in Chinese.
    pub zh: String,
    /// The exact text in English.
    pub en: String,
}

/// One change of a notice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeChange {
    /// `wording`, `narrowing` or `widening`.
    #[schema(example = "widening")]
    pub kind: String,
    /// The purpose that it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What it is, in the caller's language.
    pub text: String,
}

/// What becomes of a purpose that rests on consent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticePurposeEffect {
    /// The purpose.
    pub purpose: String,
    /// What people call it, in the caller's language.
    pub title: String,
    /// Whether those who agreed must be asked again.
    pub asks_again: bool,
    /// Fields that no longer open, because the notice does not name them any more.
    pub closed: Vec<String>,
    /// People whose consent covers it now; not told where there are one to nine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_before: Option<u64>,
    /// Those of them whose consent would still cover it; not told where there are one to nine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_after: Option<u64>,
    /// Reads, among those looked at, that would stop or show less.
    pub reads: u64,
    /// The same a day among all entries, rounded up.
    pub reads_a_day: u64,
}

/// What changed from one version of a notice to another.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeDifference {
    /// The version compared with.
    pub from: u32,
    /// The version compared.
    pub to: u32,
    /// Whether people had to be asked again.
    pub widens: bool,
    /// Each change.
    pub changes: Vec<NoticeChange>,
}

/// A draft to be kept.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeDraftRequest {
    /// The notice, as TOML; it need not be right yet.
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub notice: String,
    /// The revision that it was made from; 0 for a new one.
    pub revision: u32,
}

/// A draft.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticeDraftAnswer {
    /// What it is.
    pub draft: NoticeDraftEntry,
    /// The notice, as TOML.
    pub notice: String,
}

/// A notice to be published.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticePublication {
    /// The notice, as TOML.
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub notice: String,
    /// From when on it is to be in force; at once if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2026-12-01T00:00:00.000Z")]
    pub effective_at: Option<Moment>,
    /// The approval of this very text, if it widens anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "apr_06fs8k0000000000000000000g")]
    pub approval: Option<ApprovalId>,
}

/// A notice that widens, for somebody else to approve.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeProposal {
    /// The notice, as TOML.
    #[schema(extensions(("x-free-text" = json!(true))))]
    pub notice: String,
    /// From when on it is to be in force; at once if not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-12-01T00:00:00.000Z")]
    pub effective_at: Option<Moment>,
    /// Why; kept sealed.
    #[serde(deserialize_with = "one")]
    #[schema(value_type = String, extensions(("x-free-text" = json!(true))))]
    pub reason: Personal<String>,
}

/// What was published.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NoticePublished {
    /// The notice's name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 over what it tells, in hexadecimal.
    pub hash: String,
    /// From when on it is in force.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub effective_at: Moment,
    /// Whether it is in force already.
    pub in_force: bool,
    /// The ledger entry.
    pub entry: u64,
}
