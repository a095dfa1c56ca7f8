//! Grants.

use shouxin_vault::{GrantError, VaultError};

use super::Fault;
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for GrantError {
    fn told(self, _: &Signed) -> Result<Refusal, VaultError> {
        match self {
            Self::Vault(error) => Err(error),
        }
    }
}
