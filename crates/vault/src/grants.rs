//! Access beyond a person's roles, for a time.

use shouxin_model::Moment;
use shouxin_store::Tx;

use crate::active::Active;
use crate::approvals::Approval;
use crate::{Vault, VaultError};

/// Why access was not granted, shown or ended.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    pub(crate) fn grant_approved(
        &self,
        _tx: &mut Tx,
        _approval: &Approval,
        _now: Moment,
        _active: &Active,
    ) -> Result<(), GrantError> {
        Err(VaultError::Corrupt("grant").into())
    }
}
