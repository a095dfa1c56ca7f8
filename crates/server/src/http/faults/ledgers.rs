//! The ledger and the decisions in it.

use shouxin_store::StoreError;
use shouxin_vault::{DecisionError, LedgerError, VaultError, WitnessError};
use shouxin_wire::Code;

use super::Fault;
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for VaultError {
    fn told(self, _: &Signed) -> Result<Refusal, VaultError> {
        Err(self)
    }
}

impl Fault for StoreError {
    fn told(self, _: &Signed) -> Result<Refusal, VaultError> {
        Err(self.into())
    }
}

impl Fault for DecisionError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        match self {
            Self::NotFound => Ok(signed.refuse(Code::NotFound)),
            Self::Vault(error) => Err(error),
        }
    }
}

impl Fault for LedgerError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        match self {
            Self::Beyond(_) => Ok(signed.refuse(Code::NotFound)),
            Self::Vault(error) => Err(error),
        }
    }
}

impl Fault for WitnessError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        match self {
            Self::Vault(error) => Err(error),
            // The file of the witness is the operator's concern: the log has it, the caller does not.
            error => {
                tracing::error!(%error, "the witness could not be kept");
                Ok(signed.refuse(Code::LedgerUnavailable).retry_after(5))
            }
        }
    }
}
