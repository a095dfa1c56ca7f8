//! Keys: epochs, background work on them, and which cryptography is in use.

use serde::{Deserialize, Serialize};
use shouxin_model::{ApprovalId, JobId, Moment, Personal};
use utoipa::ToSchema;

use crate::secret::one;

/// The keys of a deployment. No key is ever in an answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct KeyList {
    /// The zone apart whose keys these are; left out for the deployment's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "transaction")]
    pub zone: Option<String>,
    /// The keyring's own name.
    #[schema(example = "0a1b2c3d4e5f6071")]
    pub keyring: String,
    /// The name of the root that seals it.
    #[schema(example = "9f8e7d6c5b4a3921")]
    pub root: String,
    /// What the root rests on: `file`, `passphrase` or `pkcs11`; `unknown` if the key folder cannot be read.
    #[schema(example = "pkcs11")]
    pub rests_on: String,
    /// The token and the key on it, if it rests on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "vault-a / shouxin-root")]
    pub token: Option<String>,
    /// The suite that wraps the keyring's own keys.
    #[schema(example = "international")]
    pub suite: String,
    /// After how many days the current epoch is to be rotated.
    #[schema(example = 365)]
    pub rotate_after_days: i64,
    /// Every epoch there was, oldest first.
    pub epochs: Vec<Epoch>,
    /// The keys of zones apart, beside the deployment's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub apart: Vec<KeyList>,
}

/// Whose keys: the deployment's own, or those of a zone apart.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhoseKeys {
    /// The zone apart; the deployment's own keys if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "transaction")]
    pub zone: Option<String>,
}

/// One epoch: a key that wraps subject keys.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Epoch {
    /// Its number.
    #[schema(example = 2)]
    pub epoch: u32,
    /// `current`, `superseded`, `destroyed`, or `unknown` if the keyring is older than the data.
    #[schema(example = "superseded")]
    pub state: String,
    /// When it began; not known of one that was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2026-11-21T02:00:00Z")]
    pub began_at: Option<Moment>,
    /// When it was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub destroyed_at: Option<Moment>,
    /// Whole days since it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 365)]
    pub age_days: Option<i64>,
    /// The suite that wraps subject keys in it; not known of one that was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "international")]
    pub suite: Option<String>,
    /// Subject keys that hang on it.
    #[schema(example = 20000)]
    pub keys: u64,
}

/// A new epoch.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EpochRotation {
    /// `international` or `national`; the register's own if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "national")]
    pub suite: Option<String>,
    /// The zone apart whose keys; the deployment's own if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "transaction")]
    pub zone: Option<String>,
}

/// An epoch that began.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Rotated {
    /// Its number.
    #[schema(example = 3)]
    pub epoch: u32,
    /// The suite that wraps subject keys in it.
    #[schema(example = "international")]
    pub suite: String,
    /// Subject keys to be wrapped anew.
    #[schema(example = 20000)]
    pub keys: u64,
    /// The job that does it.
    #[schema(value_type = String, example = "job_06fs8k0000000000000000000g")]
    pub job: JobId,
    /// The ledger entry.
    #[schema(example = 1046)]
    pub entry: u64,
}

/// Fresh data keys that were ordered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Resealing {
    /// The job that does it.
    #[schema(value_type = String, example = "job_06fs8k0000000000000000000g")]
    pub job: JobId,
    /// Records there are.
    #[schema(example = 20000)]
    pub records: u64,
    /// The ledger entry.
    #[schema(example = 1046)]
    pub entry: u64,
}

/// Why an epoch's key shall be destroyed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DestructionProposal {
    /// Why, for whoever decides. Kept sealed.
    #[serde(deserialize_with = "one")]
    #[schema(value_type = String, example = "the yearly change of keys", extensions(("x-free-text" = json!(true))))]
    pub reason: Personal<String>,
    /// The zone apart whose keys; the deployment's own if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "transaction")]
    pub zone: Option<String>,
}

/// The approval that an epoch's key is destroyed under.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DestructionOrder {
    /// The approval.
    #[schema(value_type = String, example = "apr_06fs8k0000000000000000000g")]
    pub approval: ApprovalId,
    /// The zone apart whose keys; the deployment's own if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "transaction")]
    pub zone: Option<String>,
}

/// An epoch's key that is gone.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Destroyed {
    /// The epoch.
    #[schema(example = 1)]
    pub epoch: u32,
    /// When.
    #[schema(value_type = String, example = "2026-11-21T02:00:00Z")]
    pub at: Moment,
    /// The ledger entry that ordered it.
    #[schema(example = 1046)]
    pub entry: u64,
}

/// Which cryptography is in use, where, and what hangs on it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Inventory {
    /// Every algorithm this program has for stored data.
    pub algorithms: Vec<Algorithm>,
    /// Where each suite is in use.
    pub in_use: Vec<InUse>,
    /// The keys.
    pub keys: KeyList,
}

/// One use of one algorithm.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Algorithm {
    /// As its standard names it.
    #[schema(example = "AES-256-GCM")]
    pub name: String,
    /// Bits of its key; 0 where there is none.
    #[schema(example = 256)]
    pub key_bits: u16,
    /// The standard.
    #[schema(example = "NIST SP 800-38D, FIPS 197")]
    pub standard: String,
    /// The suite; left out if it serves both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "international")]
    pub suite: Option<String>,
    /// What it does here.
    #[schema(example = "seals fields and wraps keys")]
    pub role: String,
    /// The library it comes from.
    #[schema(example = "aws-lc-rs")]
    pub library: String,
    /// What a quantum computer would do to it.
    pub quantum: String,
    /// `safe`, `halved` or `broken`.
    #[schema(example = "safe")]
    pub exposure: String,
}

/// One collection under one suite.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct InUse {
    /// The collection.
    #[schema(example = "customer")]
    pub collection: String,
    /// The zone apart that it lies in; left out for the main database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "transaction")]
    pub zone: Option<String>,
    /// The suite.
    #[schema(example = "international")]
    pub suite: String,
    /// Its sealed fields of that suite.
    pub fields: Vec<String>,
    /// The records there are.
    pub records: u64,
    /// Those that a change of the register has not reached yet: they may be in another suite.
    pub waiting: u64,
}
