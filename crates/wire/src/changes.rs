//! What other systems are told: events in the form of CloudEvents 1.0, the same by webhook, by NATS and when read.

use serde::{Deserialize, Serialize};
use shouxin_model::{
    ChangeId, ConsentForm, ConsentTurn, ContactChannel, EvidenceGrade, Moment, RecordId,
};
use utoipa::ToSchema;

/// One change: a CloudEvents 1.0 event in JSON. Says nothing of a person but the id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeEvent {
    /// `1.0`
    #[schema(example = "1.0")]
    pub specversion: String,
    /// The event's own id, the same however often it is told: what was seen before is passed over.
    #[schema(value_type = String, example = "chg_06fs8k0000000000000000000g")]
    pub id: ChangeId,
    /// Which deployment tells it.
    #[schema(example = "urn:shouxin:1f2e3d4c")]
    pub source: String,
    /// `cn.shouxin.consent.changed.v1`, `cn.shouxin.restriction.changed.v1`, `cn.shouxin.subject.erased.v1`, or
    /// `cn.shouxin.test.v1` for a message that only tries the way.
    #[serde(rename = "type")]
    #[schema(example = "cn.shouxin.consent.changed.v1")]
    pub kind: String,
    /// Whom it is about, `sub_…`; left out of a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "sub_06fs8k0000000000000000000g")]
    pub subject: Option<String>,
    /// When it happened.
    #[schema(value_type = String, example = "2026-11-22T03:04:05.678Z")]
    pub time: Moment,
    /// `application/json`
    #[schema(example = "application/json")]
    pub datacontenttype: String,
    /// The index of the ledger entry with leading zeros, so that texts compare as numbers: it rises from event to
    /// event. Of two events about one subject the one with the higher sequence counts.
    #[schema(example = "00000000000000001048")]
    pub sequence: String,
    /// What happened.
    pub data: ChangeData,
}

/// What happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeData {
    /// The ledger entry.
    #[schema(example = 1048)]
    pub entry: u64,
    /// Of a consent: counts what this subject said, 1, 2, 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 3)]
    pub epoch: Option<u64>,
    /// Of a consent: the purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "marketing-contact")]
    pub purpose: Option<String>,
    /// Of a consent: `collection.field` or `collection.*`; left out: the whole purpose, in place of every earlier
    /// word about a part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "customer.mobile")]
    pub part: Option<String>,
    /// Of a consent: for which way of being reached; left out: for every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "phone")]
    pub channel: Option<ContactChannel>,
    /// Of a consent: `given`, `refused`, `withdrawn`, `expired` or `spent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "withdrawn")]
    pub state: Option<ConsentTurn>,
    /// Of a consent: `general`, `separate`, `written`, `guardian` or `once`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "general")]
    pub form: Option<ConsentForm>,
    /// Of a consent: `proved`, `partial` or `unproven`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "proved")]
    pub grade: Option<EvidenceGrade>,
    /// Of a consent: from when on it counts; left out: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub from: Option<Moment>,
    /// Of a consent: until when it counts; left out: for good. Nothing is told when that time comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub until: Option<Moment>,
    /// Of a consent: the case that it is for, `rec_…`; left out: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub case: Option<RecordId>,
    /// Of a consent: the scope of the purpose under which it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 2)]
    pub scope: Option<u32>,
    /// Of a restriction: whether processing is restricted from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<bool>,
}

/// A page of changes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangePage {
    /// In the order of their ledger entries; empty if there is nothing new.
    pub changes: Vec<ChangeEvent>,
    /// Where to go on; also where there was nothing new.
    #[schema(example = "aAAAAAAAAAQY")]
    pub cursor: String,
    /// Whether more was there already.
    pub more: bool,
}
