//! Personal information found in texts that callers hold themselves.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Texts to look through.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DetectionRequest {
    /// The texts; 1 to 1,000.
    pub items: Vec<DetectionItem>,
    /// The kinds to look for, such as `PHONE`; without them every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["PHONE", "ID_CARD"]))]
    pub kinds: Vec<String>,
    /// What takes the place of what was found, if the texts are wanted without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redact: Option<Redaction>,
}

/// One text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DetectionItem {
    /// The caller's own name for it, answered unchanged; at most 200 characters.
    #[serde(default)]
    #[schema(example = "chat-17")]
    pub id: String,
    /// The text. It is neither kept nor logged.
    #[schema(extensions(("x-free-text" = json!(true))), example = "请打13800138000")]
    pub text: String,
}

/// What takes the place of what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Redaction {
    /// As many `*` as it had characters.
    Mask,
    /// Its kind: `[PHONE]`.
    Label,
    /// Nothing.
    Remove,
    /// A coarser truth: the district of an address, the decade of a birth, the class of goods; its kind where there
    /// is none.
    Generalise,
    /// The pseudonym that `POST /api/v1/pseudonyms` gives, for whoever may call that: recorded as there, and
    /// reversed by a search alone. Its kind for what can have none.
    Pseudonym,
}

impl Redaction {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Mask,
        Self::Label,
        Self::Remove,
        Self::Generalise,
        Self::Pseudonym,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mask => "mask",
            Self::Label => "label",
            Self::Remove => "remove",
            Self::Generalise => "generalise",
            Self::Pseudonym => "pseudonym",
        }
    }
}

/// What was found in the texts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DetectionAnswer {
    /// The ledger entry that says how many of each kind were found.
    pub entry: u64,
    /// Each text, in the order sent.
    pub items: Vec<DetectedItem>,
}

/// What was found in one text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DetectedItem {
    /// The caller's own name for it.
    pub id: String,
    /// What was found, in the order of the text, none overlapping.
    pub spans: Vec<DetectedSpan>,
    /// The text without what was found, if it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redacted: Option<String>,
}

/// A stretch of a text that is personal information. Never what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DetectedSpan {
    /// What it is.
    #[schema(example = "PHONE")]
    pub kind: String,
    /// The first character, counted from 0 in Unicode code points.
    #[schema(example = 2)]
    pub start: usize,
    /// The character after the last.
    #[schema(example = 13)]
    pub end: usize,
    /// The first byte of the text in UTF-8.
    #[schema(example = 6)]
    pub start_byte: usize,
    /// The byte after the last.
    #[schema(example = 17)]
    pub end_byte: usize,
    /// How sure the rule is, in thousandths.
    #[schema(example = 990)]
    pub confidence: u16,
    /// The rule or model that found it.
    #[schema(example = "phone.mobile")]
    pub rule: String,
    /// What its check digit said: `passed`, `failed`, or `none` where the kind has none.
    #[schema(example = "none")]
    pub check: String,
    /// The word that announced it, one of the detector's own lists; absent if nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "电话")]
    pub context: Option<String>,
    /// The class of law: `personal`, `sensitive` (PIPL art. 28), or `organisation`.
    #[schema(example = "personal")]
    pub class: String,
}

/// What stands in the place of a line that could not be looked through.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DetectionFault {
    /// The line, from 1.
    pub line: u64,
    /// What was wrong.
    pub error: LineFault,
}

/// What was wrong with a line. It repeats nothing of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LineFault {
    /// The stable code that programs switch on.
    #[schema(example = "invalid-json")]
    pub code: String,
    /// What the code means, in the caller's language.
    pub title: String,
    /// Where in the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}
