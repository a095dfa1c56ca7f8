//! The ledger as people read it: entries, earlier decisions, proofs.

use shouxin_ledger::{Entry, InclusionProof, Kind, SignedCheckpoint};
use shouxin_model::Caller;

use crate::{Vault, VaultError};

/// Why an earlier decision is not shown.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// There is no such entry, it is no decision, or it is another caller's.
    #[error("there is no such decision of this caller")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Why a part of the ledger is not shown.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The ledger does not reach so far, or no checkpoint covers it yet.
    #[error("the signed ledger does not reach entry {0}")]
    Beyond(u64),
    /// The store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// One entry of the ledger, with its exact bytes.
    ///
    /// # Errors
    /// `Beyond`; `Corrupt` if the bytes are no entry.
    pub async fn entry(&self, index: u64) -> Result<(Entry, Vec<u8>), LedgerError> {
        let bytes = self.store().ledger_entry(index).await.map_err(VaultError::from)?;
        let bytes = bytes.ok_or(LedgerError::Beyond(index))?;
        let entry = Entry::decode(&bytes).map_err(|_| VaultError::Corrupt("ledger entry"))?;
        Ok((entry, bytes))
    }

    /// An earlier decision: the caller's own, or anyone's if the caller may read the ledger.
    ///
    /// # Errors
    /// [`DecisionError`]; another caller's decision looks like none.
    pub async fn decision(
        &self,
        caller: &Caller,
        index: u64,
        may_read_ledger: bool,
    ) -> Result<Entry, DecisionError> {
        let entry = match self.entry(index).await {
            Ok((entry, _)) => entry,
            Err(LedgerError::Beyond(_)) => return Err(DecisionError::NotFound),
            Err(LedgerError::Vault(error)) => return Err(error.into()),
        };
        let decision = matches!(
            entry.kind,
            Kind::Read | Kind::Reveal | Kind::Refusal | Kind::Search | Kind::Count | Kind::Explain
        );
        if decision && (may_read_ledger || entry.actor == caller.actor()) {
            Ok(entry)
        } else {
            Err(DecisionError::NotFound)
        }
    }

    /// One entry with the proof that the newest signed head covers it.
    ///
    /// # Errors
    /// `Beyond` if no checkpoint covers it yet.
    pub async fn prove(&self, index: u64) -> Result<(Vec<u8>, InclusionProof, String), LedgerError> {
        let (_, bytes) = self.entry(index).await?;
        let checkpoint = self.store().latest_checkpoint().await.map_err(VaultError::from)?;
        let checkpoint = checkpoint.filter(|c| c.size > index).ok_or(LedgerError::Beyond(index))?;
        let proof =
            self.store().inclusion_proof(index, checkpoint.size).await.map_err(VaultError::from)?;
        Ok((bytes, proof, checkpoint.note))
    }

    /// The newest signed head.
    ///
    /// # Errors
    /// The store failed, or what it holds is no checkpoint.
    pub async fn signed_head(&self) -> Result<Option<SignedCheckpoint>, VaultError> {
        let Some(stored) = self.store().latest_checkpoint().await? else { return Ok(None) };
        SignedCheckpoint::parse(&stored.note).map(Some).map_err(|_| VaultError::Corrupt("checkpoint"))
    }
}
