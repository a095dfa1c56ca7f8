//! Consents and restrictions.

use shouxin_model::Text;
use shouxin_vault::{ConsentError, RestrictionError, VaultError};
use shouxin_wire::Code;

use super::{Fault, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for ConsentError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::UnknownPurpose => signed.refuse(Code::UnknownPurpose),
            Self::UnknownPart => signed.refuse(Code::UnknownFieldName),
            Self::SubjectNotFound => signed.refuse(Code::SubjectNotFound),
            Self::NotCovered => signed.refuse(Code::OperationNotPermitted),
            Self::Senseless(at, why) => invalid(signed, at, &why),
            Self::NoEvent => signed.refuse(Code::NotFound),
            Self::Vault(error) => return Err(error),
        })
    }
}

impl Fault for RestrictionError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::Reason => {
                let why = Text::fixed(
                    "应为由小写字母和连字符组成的词,例如 accuracy-contested",
                    "is a word of small letters and hyphens, such as accuracy-contested",
                );
                invalid(signed, "reason", &why)
            }
            Self::SubjectNotFound => signed.refuse(Code::SubjectNotFound),
            Self::Already => signed.refuse(Code::AlreadyExists),
            Self::NotRestricted => signed.refuse(Code::NotFound),
            Self::Vault(error) => return Err(error),
        })
    }
}
