//! Proofs as files: what an auditor is handed to check one entry, or that a log only grew.

use serde::{Deserialize, Serialize};

use crate::{
    ConsistencyProof, Entry, Hash, InclusionProof, NoteError, ProofError, SignedCheckpoint,
    VerifierKey,
};

/// One entry with the proof that a signed checkpoint covers it. As JSON:
///
/// ```json
/// {"shouxin-ledger-proof": 1, "index": 7, "entry": {"t": 0, "k": "read", "a": "operator"},
///  "path": ["<hash, hex>"], "checkpoint": "log.example/main\n9\n…"}
/// ```
///
/// The JSON may be reformatted: what is hashed is the one spelling of the entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryProof {
    #[serde(rename = "shouxin-ledger-proof")]
    format: Format,
    /// The entry's index, counted from 0.
    pub index: u64,
    /// The entry.
    pub entry: Entry,
    /// The audit path, leaf first.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

impl EntryProof {
    /// Puts an entry, its proof and the checkpoint together. Nothing is checked.
    pub fn new(entry: Entry, proof: InclusionProof, checkpoint: impl Into<String>) -> Self {
        let InclusionProof { index, path } = proof;
        Self {
            format: Format,
            index,
            entry,
            path,
            checkpoint: checkpoint.into(),
        }
    }

    /// Checks that the checkpoint is signed by one of `keys` and covers the entry; gives the
    /// checkpoint.
    ///
    /// # Errors
    /// [`ProofFileError`] says what is wrong.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<SignedCheckpoint, ProofFileError> {
        let signed = signed(&self.checkpoint, keys)?;
        let leaf = Hash::of_leaf(&self.entry.encode().map_err(|_| ProofFileError::Entry)?);
        let proof = InclusionProof {
            index: self.index,
            path: self.path.clone(),
        };
        proof.verify(&leaf, signed.checkpoint.size, &signed.checkpoint.root)?;
        Ok(signed)
    }
}

/// The hash of one entry with the proof that a signed checkpoint covers it: for people whom the entry is about,
/// who may know that it stands for good and not who is named in it. As JSON:
///
/// ```json
/// {"shouxin-ledger-leaf": 1, "index": 7, "leaf": "<hash, hex>", "path": ["<hash, hex>"],
///  "checkpoint": "log.example/main\n9\n…"}
/// ```
///
/// Whoever holds the entry can show that it is this one: the hash is of its bytes (RFC 6962).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafProof {
    #[serde(rename = "shouxin-ledger-leaf")]
    format: Format,
    /// The entry's index, counted from 0.
    pub index: u64,
    /// The hash of the entry.
    pub leaf: Hash,
    /// The audit path, leaf first.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

impl LeafProof {
    /// Puts the hash of an entry, its proof and the checkpoint together. Nothing is checked.
    pub fn new(leaf: Hash, proof: InclusionProof, checkpoint: impl Into<String>) -> Self {
        let InclusionProof { index, path } = proof;
        Self {
            format: Format,
            index,
            leaf,
            path,
            checkpoint: checkpoint.into(),
        }
    }

    /// As [`EntryProof::verify`].
    ///
    /// # Errors
    /// As [`EntryProof::verify`].
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<SignedCheckpoint, ProofFileError> {
        let signed = signed(&self.checkpoint, keys)?;
        let proof = InclusionProof {
            index: self.index,
            path: self.path.clone(),
        };
        proof.verify(&self.leaf, signed.checkpoint.size, &signed.checkpoint.root)?;
        Ok(signed)
    }
}

/// Two signed checkpoints with the proof that the log only grew between them. As JSON:
///
/// ```json
/// {"shouxin-ledger-growth": 1, "older": "…", "newer": "…", "path": ["<hash, hex>"]}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrowthProof {
    #[serde(rename = "shouxin-ledger-growth")]
    format: Format,
    /// The signed checkpoint of the smaller tree.
    pub older: String,
    /// The signed checkpoint of the larger tree.
    pub newer: String,
    /// The consistency proof.
    pub path: Vec<Hash>,
}

impl GrowthProof {
    /// Puts two checkpoints and the proof together. Nothing is checked.
    pub fn new(
        older: impl Into<String>,
        newer: impl Into<String>,
        proof: ConsistencyProof,
    ) -> Self {
        Self {
            format: Format,
            older: older.into(),
            newer: newer.into(),
            path: proof.path,
        }
    }

    /// Checks that both checkpoints are signed by one of `keys`, are of one log, and that the newer
    /// tree begins with the older; gives both.
    ///
    /// # Errors
    /// [`ProofFileError`] says what is wrong.
    pub fn verify(
        &self,
        keys: &[VerifierKey],
    ) -> Result<(SignedCheckpoint, SignedCheckpoint), ProofFileError> {
        let (older, newer) = (signed(&self.older, keys)?, signed(&self.newer, keys)?);
        let (from, to) = (&older.checkpoint, &newer.checkpoint);
        if from.origin != to.origin {
            return Err(ProofFileError::Origin);
        }
        let proof = ConsistencyProof {
            path: self.path.clone(),
        };
        proof.verify(from.size, &from.root, to.size, &to.root)?;
        Ok((older, newer))
    }
}

/// Why a proof file proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// The entry has no one spelling.
    #[error("the entry holds what no entry may hold")]
    Entry,
    /// A checkpoint is not signed as it must be.
    #[error(transparent)]
    Checkpoint(#[from] NoteError),
    /// The checkpoints are of two logs.
    #[error("the checkpoints are of two different logs")]
    Origin,
    /// The hashes lead elsewhere.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

fn signed(text: &str, keys: &[VerifierKey]) -> Result<SignedCheckpoint, ProofFileError> {
    let signed = SignedCheckpoint::parse(text)?;
    signed.verify(keys)?;
    Ok(signed)
}

/// The version of the file's format: 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Format;

impl Serialize for Format {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(1)
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            1 => Ok(Self),
            _ => Err(serde::de::Error::custom("the file is of a later version")),
        }
    }
}
