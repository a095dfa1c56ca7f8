//! The ledger: entries, proofs, and what an examination of it found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shouxin_model::Moment;
use utoipa::ToSchema;

/// The public keys that check this ledger's checkpoints.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LedgerKeys {
    /// The ledger's name; its keys bear it.
    #[schema(example = "shouxin/1a2b3c4d")]
    pub origin: String,
    /// Verifier keys of C2SP signed notes: `name+id+base64`.
    pub keys: Vec<String>,
}

/// A page of entries.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LedgerPage {
    /// The entries that match, in the order of the ledger.
    pub entries: Vec<LedgerEntry>,
    /// Where to go on, if the end of the range was not reached. A page may be empty and still go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many entries the ledger has.
    pub size: u64,
}

/// One entry. It names people by pseudonym and holds no values.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LedgerEntry {
    /// Its index, counted from 0.
    pub index: u64,
    /// When.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub at: Moment,
    /// What happened, as a stable word.
    #[schema(example = "reveal")]
    pub kind: String,
    /// What happened, in the caller's language.
    #[schema(example = "明文查看")]
    pub title: String,
    /// Who did it: `stf_…`, `key_…`, `operator`.
    pub actor: String,
    /// The pseudonym of the person whom it concerns, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// For what purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// For which case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Which fields, by form and rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<TreatedFields>,
    /// The version of the register that applied.
    pub register_version: u32,
    /// The version of the policies that applied.
    pub policy_version: u32,
    /// Whether the actor had shown a second factor within ten minutes.
    pub second_factor: bool,
    /// Further pairs: ids, counts, digests.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
}

/// Fields that were treated alike.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TreatedFields {
    /// The form.
    #[schema(example = "masked")]
    pub form: String,
    /// The rule.
    #[schema(example = "own-order")]
    pub rule: String,
    /// The fields.
    pub fields: Vec<String>,
}

/// One entry with the proof that a signed checkpoint covers it: the file that `shouxin-verify proof`
/// reads.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProofFile {
    /// The version of the format: 1.
    #[serde(rename = "shouxin-ledger-proof")]
    #[schema(example = 1)]
    pub format: u32,
    /// The entry's index, counted from 0.
    pub index: u64,
    /// The entry as it is hashed.
    #[schema(value_type = Object)]
    pub entry: serde_json::Value,
    /// The audit path, leaf first, in hexadecimal.
    pub path: Vec<String>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// Two signed checkpoints with the proof that the ledger only grew between them: the file that
/// `shouxin-verify growth` reads.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GrowthFile {
    /// The version of the format: 1.
    #[serde(rename = "shouxin-ledger-growth")]
    #[schema(example = 1)]
    pub format: u32,
    /// The signed checkpoint of the smaller ledger.
    pub older: String,
    /// The signed checkpoint of the larger ledger.
    pub newer: String,
    /// The consistency proof, in hexadecimal.
    pub path: Vec<String>,
}

/// What an examination of the whole ledger found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Verification {
    /// Whether nothing is wrong and a signature covers every entry.
    pub right: bool,
    /// How many entries were read.
    pub entries: u64,
    /// How many of them the last good signature proves.
    pub proven: u64,
    /// The root that it proves, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// How many checkpoints were signed as they must be.
    pub checkpoints: u64,
    /// How many entries of each kind.
    pub kinds: BTreeMap<String, u64>,
    /// What is wrong; at most 1,000.
    pub findings: Vec<LedgerFinding>,
    /// How many more findings there are.
    pub more_findings: u64,
    /// The ledger entry that records this examination.
    pub entry: u64,
}

/// One thing that is wrong with the ledger.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LedgerFinding {
    /// A stable word.
    #[schema(example = "changed")]
    pub problem: String,
    /// What is wrong and where, in the caller's language.
    pub text: String,
    /// The first entry concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// The last entry concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
}
