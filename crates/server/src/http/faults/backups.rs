//! Backups.

use shouxin_vault::{BackupError, VaultError};
use shouxin_wire::Code;

use super::Fault;
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for BackupError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        match self {
            Self::Vault(error) => Err(error),
            Self::Busy(_) => Ok(signed.refuse(Code::BackupUnderWay).retry_after(60)),
            // Paths and files are the operator's concern: the log has them.
            error => {
                tracing::error!(%error, "the repository of backups cannot be used");
                Ok(signed.refuse(Code::StoreUnavailable).retry_after(60))
            }
        }
    }
}
