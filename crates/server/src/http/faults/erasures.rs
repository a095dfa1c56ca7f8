//! Erasures.

use shouxin_model::Text;
use shouxin_vault::{ErasureError, VaultError};
use shouxin_wire::Code;

use super::{Fault, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for ErasureError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::Reason => {
                let why = Text::fixed(
                    "应为由小写字母和连字符组成的词,例如 asked-by-subject",
                    "is a word of small letters and hyphens, such as asked-by-subject",
                );
                invalid(signed, "reason", &why)
            }
            Self::SubjectNotFound => signed.refuse(Code::SubjectNotFound),
            Self::Already(erasure) => signed
                .refuse(Code::AlreadyErased)
                .detail(erasure.to_string()),
            // The file of tombstones is the operator's concern: the log has it, the caller asks again.
            error @ (Self::NoTombstones | Self::Unburied(_)) => {
                tracing::error!(%error, "a tombstone could not be kept");
                signed.refuse(Code::StoreUnavailable).retry_after(5)
            }
            Self::Vault(error) => return Err(error),
        })
    }
}
