//! What can go wrong in the vault that no single verb owns.

use shouxin_store::{CommitError, StoreError};

/// The store or the ledger failed. Nothing was answered and nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The entry could not be written, so there is no data.
    #[error("the ledger could not record the act")]
    Ledger(#[source] StoreError),
    /// The store could not be read.
    #[error("the store could not be read")]
    Store(#[source] StoreError),
    /// Others changed the same facts again and again.
    #[error("the facts kept changing; retry")]
    Busy,
    /// Sealed bytes fail authentication: tampering, or another subject's record. Raises an incident.
    #[error("a sealed value of record {0} failed authentication")]
    Forged(shouxin_model::RecordId),
    /// The keys cannot be opened: the root is wrong or withdrawn, or the keyring is older than the data.
    #[error("cannot unseal: {0}")]
    CannotUnseal(std::sync::Arc<str>),
    /// The key of this subject was destroyed with its epoch. Permanent.
    #[error("the key of {0} was destroyed with its epoch")]
    KeyDestroyed(shouxin_model::SubjectId),
    /// What the store holds cannot be understood.
    #[error("stored {0} cannot be understood")]
    Corrupt(&'static str),
}

impl From<StoreError> for VaultError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CommitError> for VaultError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict { .. } => Self::Busy,
            CommitError::Store(error) => Self::Ledger(error),
        }
    }
}
