//! What a subject said about a purpose, and whether processing for it is restricted.

use serde::{Deserialize, Serialize};
use shouxin_model::{
    Basis, ConsentForm, ConsentTurn, ContactChannel, EvidenceGrade, EvidenceId, Moment, RecordId,
    Regime, SubjectId, Through,
};
use utoipa::ToSchema;

/// What a subject said, with and without the purpose that it is about.
macro_rules! said {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $first:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$about])* pub $first: $kind,)*
            /// `given`, `refused` or `withdrawn`.
            pub state: ConsentState,
            /// `general`, `separate`, `written`, `guardian` or `once`.
            #[schema(value_type = String, example = "separate")]
            pub form: ConsentForm,
            /// The part of the purpose, `collection.field` or `collection.*`; the whole if not given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(example = "customer.mobile")]
            pub part: Option<String>,
            /// The way of being reached: `phone`, `sms`, `email`, `app`, `wechat` or `post`; every one if not given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = Option<String>, example = "sms")]
            pub channel: Option<ContactChannel>,
            /// The token of the notice that is shown now (`read-notice`): agreeing to a purpose that a notice binds
            /// needs it, or `notice`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub snapshot: Option<String>,
            /// What was shown when it was said, on paper for example; not together with `snapshot`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub notice: Option<Shown>,
            /// Through what it was collected: `web`, `app`, `mini-program`, `counter`, `call-centre`, `paper`,
            /// `privacy-centre`, `import` or `api`; `api` if not given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = Option<String>, example = "call-centre")]
            pub through: Option<Through>,
            /// Where: a site, a page, a recording's reference. Small letters, digits, `.`, `_`, `/` and `-`, at most
            /// 120; never a person's value.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(example = "recording-2026-11-21-0042")]
            pub place: Option<String>,
            /// When it was said; now if not given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = Option<String>, example = "2026-11-21T03:04:05.678Z")]
            pub collected_at: Option<Moment>,
            /// From when on it counts; at once if not given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = Option<String>, example = "2026-11-22T03:04:05.678Z")]
            pub from: Option<Moment>,
            /// Until when it counts; for good if not given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = Option<String>, example = "2027-11-21T03:04:05.678Z")]
            pub expires_at: Option<Moment>,
            /// The case that it is for, `rec_…`; any if not given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = Option<String>, example = "rec_06fs8k0000000000000000000g")]
            pub case: Option<RecordId>,
            /// Evidence that was stored before, `evd_…`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(value_type = Option<String>, example = "evd_06fs8k0000000000000000000g")]
            pub evidence: Option<EvidenceId>,
            /// Not more often than so many times a month; as often as the purpose needs if not given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(example = 2)]
            pub most_per_month: Option<u32>,
        }
    )*};
}

said! {
    /// What a subject said about a purpose.
    ConsentRequest {}
    /// One of several things that a subject said.
    SaidRequest {
        /// The purpose, as the register names it.
        purpose: String,
    }
}

impl SaidRequest {
    /// The purpose, and what was said about it.
    pub fn split(self) -> (String, ConsentRequest) {
        let said = ConsentRequest {
            state: self.state,
            form: self.form,
            part: self.part,
            channel: self.channel,
            snapshot: self.snapshot,
            notice: self.notice,
            through: self.through,
            place: self.place,
            collected_at: self.collected_at,
            from: self.from,
            expires_at: self.expires_at,
            case: self.case,
            evidence: self.evidence,
            most_per_month: self.most_per_month,
        };
        (self.purpose, said)
    }
}

impl ConsentRequest {
    /// This word in this form about the whole purpose, said now through the API.
    pub fn new(state: ConsentState, form: ConsentForm) -> Self {
        Self {
            state,
            form,
            part: None,
            channel: None,
            snapshot: None,
            notice: None,
            through: None,
            place: None,
            collected_at: None,
            from: None,
            expires_at: None,
            case: None,
            evidence: None,
            most_per_month: None,
        }
    }
}

/// A notice that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Its name.
    #[schema(example = "marketing")]
    pub name: String,
    /// Its version.
    #[schema(example = 3)]
    pub version: u32,
    /// The language in which it was shown: `zh` or `en`.
    #[schema(example = "zh")]
    pub language: String,
    /// The SHA-256 of the text that was shown, in hexadecimal.
    #[schema(example = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    pub hash: String,
}

/// What a subject said, taken down together or not at all.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeveralRequest {
    /// 1 to 100, in the order in which they count.
    pub consents: Vec<SaidRequest>,
}

/// Where each word stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeveralTaken {
    /// In the order of the request.
    pub taken: Vec<Taken>,
}

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Taken {
    /// Counts what this subject said: 1, 2, 3.
    pub epoch: u64,
    /// The ledger entry.
    pub entry: u64,
}

/// What counts of a subject's words, by purpose.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentMatrix {
    /// The subject.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// The moment for which it was worked out.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// The ledger entry that records this look.
    pub look: u64,
    /// Every purpose that the register declares now, in its order, then those that it no longer declares.
    pub purposes: Vec<PurposeConsents>,
}

/// What a subject said about one purpose.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PurposeConsents {
    /// The purpose.
    pub purpose: String,
    /// Whether it rests on consent; if not, refusing changes nothing (PIPL art. 13, 16).
    pub needs_consent: bool,
    /// By law, what it rests on: `consent`, `contract`, `legal-obligation`, …; empty if it is no longer declared.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub basis: std::collections::BTreeMap<Regime, Basis>,
    /// The notice that told of the purpose at that moment, if any did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeVersion>,
    /// The newest words: about the whole, its parts, and ways of being reached.
    pub words: Vec<Standing>,
}

/// A version of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeVersion {
    /// The notice.
    #[schema(example = "marketing")]
    pub name: String,
    /// The version.
    #[schema(example = 3)]
    pub version: u32,
}

/// The newest word about a purpose, a part of it and a way of being reached.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Standing {
    /// Whether it counts at that moment: given, begun and not over. For a case, or for a single time, it counts for
    /// that alone.
    pub counts: bool,
    /// A notice in force at that moment told more than the subject had been told: it had to be asked again.
    pub outdated: bool,
    /// What was said, with its proof.
    pub event: ConsentEvent,
}

/// Something that a subject said about a purpose, or that became of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentEvent {
    /// Counts what this subject said: 1, 2, 3.
    pub epoch: u64,
    /// The ledger entry that holds its digest: prove it by `GET /api/v1/ledger/entries/{index}/proof`.
    pub entry: u64,
    /// The SHA-256 of the event as it is kept, base64url, as the entry's word `event` holds it.
    pub digest: String,
    /// The purpose.
    pub purpose: String,
    /// The part; the whole if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The way of being reached; every one if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub channel: Option<ContactChannel>,
    /// `given`, `refused`, `withdrawn`, `expired` or `spent`.
    #[schema(value_type = String, example = "given")]
    pub state: ConsentTurn,
    /// `general`, `separate`, `written`, `guardian` or `once`.
    #[schema(value_type = String)]
    pub form: ConsentForm,
    /// `proved`, `partial` or `unproven`.
    #[schema(value_type = String)]
    pub grade: EvidenceGrade,
    /// What was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Shown>,
    /// Through what it was collected; `system` if nobody said it.
    #[schema(value_type = String, example = "counter")]
    pub through: Through,
    /// Whether it was taken down by `staff`, a `service` or the `system`.
    pub by: String,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When it was said.
    #[schema(value_type = String)]
    pub collected_at: Moment,
    /// When it was taken down.
    #[schema(value_type = String)]
    pub received_at: Moment,
    /// From when on it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub from: Option<Moment>,
    /// Until when it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub expires_at: Option<Moment>,
    /// The case that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub case: Option<RecordId>,
    /// Stored evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub evidence: Option<EvidenceId>,
    /// The SHA-256 of the stored evidence, in hexadecimal: the digest above is over it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_hash: Option<String>,
    /// Not more often than so many times a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_per_month: Option<u32>,
}

/// All that a subject said, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentTimeline {
    /// The subject.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// The ledger entry that records this look.
    pub look: u64,
    /// Each held to the ledger entry that tells it.
    pub events: Vec<ConsentEvent>,
}

/// Which purposes a subject may be asked about now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Questions {
    /// In the register's order.
    pub questions: Vec<Question>,
}

/// Whether a subject may be asked about a purpose now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Question {
    /// The purpose.
    pub purpose: String,
    /// Whether it may.
    pub may_ask: bool,
    /// Why not: `other-basis`, `agreed` or `refused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "refused")]
    pub why: Option<String>,
    /// From when on it may be asked again, if it refused; sooner if a notice tells of more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub again_from: Option<Moment>,
}

/// The word of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentState {
    /// Yes.
    Given,
    /// No, when asked.
    Refused,
    /// No longer.
    Withdrawn,
}

/// Why processing is to be restricted.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestrictionRequest {
    /// A word of small letters and hyphens, which stands in the ledger.
    #[schema(example = "accuracy-contested")]
    pub reason: String,
}

/// It was taken down.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TakenDown {
    /// The ledger entry.
    pub entry: u64,
}

/// A word about a purpose was taken down.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WordTaken {
    /// The ledger entry.
    pub entry: u64,
    /// The event's number among what this subject said: its receipt is at
    /// `/api/v1/subjects/{subject}/consents/events/{epoch}/receipt`.
    pub epoch: u64,
    /// What follows from now on: `reads-stop` where it was refused or withdrawn, `reads-open` where it was
    /// given, `nothing-changes` where the purpose does not rest on consent.
    #[schema(example = "reads-stop")]
    pub next: String,
}

/// A receipt, as `shouxin-verify receipt` reads it: an object with the fields of its form, `shouxin` with the proof,
/// and `signature`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(value_type = Object)]
pub struct ReceiptFile(pub serde_json::Value);

/// Evidence was stored.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    /// Its id: statements name it.
    #[schema(value_type = String)]
    pub evidence: EvidenceId,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The ledger entry that holds it.
    pub entry: u64,
}

/// For what evidence is opened.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceLook {
    /// The purpose.
    #[schema(example = "rights-answer")]
    pub purpose: String,
}

/// What became of a table of old consents.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OldConsents {
    /// The ledger entry that records it.
    pub entry: u64,
    /// Rows by outcome.
    pub counts: std::collections::BTreeMap<String, u64>,
    /// Each row, in the table's order.
    pub rows: Vec<OldRow>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OldRow {
    /// Where an editor or spreadsheet shows it, from 1.
    pub row: u64,
    /// `taken`, `newer`, `nobody`, `several`, `unknown-purpose` or `unclear`.
    #[schema(example = "taken")]
    pub outcome: String,
    /// The ledger entry of what was taken down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// How well it is proved: `proved`, `partial` or `unproven`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub grade: Option<EvidenceGrade>,
}
