//! The consent widget, and pages on which customers are asked.

use serde::{Deserialize, Serialize};
use shouxin_model::{ConsentForm, CounterId, Moment, SubjectId, Through};
use utoipa::ToSchema;

/// The widget of this program.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Widget {
    /// Its version.
    pub version: String,
    /// Its address from the server's root; another content has another address.
    pub url: String,
    /// What a `<script integrity>` says.
    pub integrity: String,
    /// Bytes, unpacked.
    pub size_bytes: u64,
}

/// What a page asks.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WidgetConfig {
    /// The notice's name.
    pub notice: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 of it, in hexadecimal.
    pub hash: String,
    /// Its heading.
    pub title: String,
    /// The address of its whole text, from the server's root.
    pub page: String,
    /// Proves which notice was shown; goes back with the answer.
    pub token: String,
    /// What is asked, each by itself.
    pub purposes: Vec<AskedPurpose>,
    /// Whether this visitor may be asked now.
    pub ask: bool,
    /// From when on somebody who answered this version, and not with yes to all of it, may be asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub again_from: Option<Moment>,
    /// What the visitor said before, if the server knows the visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<SaidBefore>,
    /// Whether the request carried `Sec-GPC: 1`.
    pub gpc: bool,
}

/// A purpose, in the language asked for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AskedPurpose {
    /// As the register names it.
    pub name: String,
    /// What stands beside the switch.
    pub title: String,
    /// What the data are for.
    pub text: String,
    /// What the fields are called.
    pub fields: Vec<String>,
    /// Who else gets the data.
    pub recipients: Vec<String>,
    /// How long they are kept.
    pub kept: String,
    /// Whether a field of it is sensitive.
    pub sensitive: bool,
    /// Whether "agree to all" may turn it on; what may not needs a switch of its own.
    pub in_all: bool,
    /// Whether data go to somebody who handles them on their own behalf: off while the browser sends Global
    /// Privacy Control.
    pub share: bool,
    /// The form of the consent.
    #[schema(value_type = String, example = "general")]
    pub form: ConsentForm,
}

/// What was said before.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SaidBefore {
    /// Agreed to, and it counts now.
    pub on: Vec<String>,
    /// Refused or withdrawn.
    pub off: Vec<String>,
}

/// What somebody chose on a page.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceRequest {
    /// The `token` of the configuration.
    pub token: String,
    /// Purposes agreed to.
    #[serde(default)]
    pub on: Vec<String>,
    /// Purposes refused.
    #[serde(default)]
    pub off: Vec<String>,
    /// Whether one button chose for all.
    pub all: bool,
    /// Whether the browser sends Global Privacy Control.
    #[serde(default)]
    pub gpc: bool,
    /// `web`, `app` or `mini-program`.
    #[schema(value_type = String, example = "web")]
    pub through: Through,
    /// Names the host's customer: the token of a consent session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Names this browser, as the last receipt did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<String>,
}

/// What was taken down.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChoiceReceipt {
    /// Names it: `cs_` and the first ledger entry.
    pub receipt: String,
    /// When.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// The first ledger entry.
    pub entry: u64,
    /// All of them, of `on` first.
    pub entries: Vec<u64>,
    /// The notice's version.
    pub version: u32,
    /// Agreed to.
    pub on: Vec<String>,
    /// Refused, by the person or by Global Privacy Control.
    pub off: Vec<String>,
    /// Whether Global Privacy Control was honoured.
    pub gpc: bool,
    /// Names this browser from now on; not given for a host's customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<String>,
}

/// Whom a host's page speaks for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// The customer.
    #[schema(value_type = String, example = "sub_06fs8k0000000000000000000g")]
    pub subject: SubjectId,
    /// What named the customer's browser before they signed in: what was said there is theirs from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<String>,
}

/// A page may speak for a customer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentSession {
    /// For the page, as its attribute `session`.
    pub token: String,
    /// Until when.
    #[schema(value_type = String, example = "2026-11-21T03:19:05.678Z")]
    pub expires_at: Moment,
    /// How many words of the browser were taken over.
    pub joined: usize,
}

/// What an adviser asks a customer at the counter.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CounterRequest {
    /// For which purpose the adviser deals with the customer.
    #[schema(example = "repair-service")]
    pub purpose: String,
    /// The notice to show.
    pub notice: String,
    /// The purposes of the notice to ask about.
    pub purposes: Vec<String>,
    /// `zh` or `en`.
    pub language: String,
}

/// A page for a customer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CounterSession {
    /// Its id, to ask how far it has come.
    #[schema(value_type = String, example = "ctr_06fs8k0000000000000000000g")]
    pub id: CounterId,
    /// Its address; good for one answer.
    pub url: String,
    /// The same as a QR code: an SVG image.
    pub qr: String,
    /// Until when.
    #[schema(value_type = String, example = "2026-11-21T03:14:05.678Z")]
    pub expires_at: Moment,
    /// The ledger entry.
    pub entry: u64,
}

/// How far a page has come.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CounterOutcome {
    /// `waiting`, `answering`, `answered` or `expired`.
    pub state: CounterWord,
    /// Agreed to.
    #[serde(default)]
    pub on: Vec<String>,
    /// Refused.
    #[serde(default)]
    pub off: Vec<String>,
    /// The ledger entries of the answer.
    #[serde(default)]
    pub entries: Vec<u64>,
}

/// How far a page at a counter has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CounterWord {
    /// Not answered.
    Waiting,
    /// The answer is being taken down.
    Answering,
    /// Answered.
    Answered,
    /// Its time is over.
    Expired,
}
