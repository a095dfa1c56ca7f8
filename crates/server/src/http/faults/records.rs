//! Records.

use shouxin_model::id::is_name;
use shouxin_vault::{RecordError, VaultError};
use shouxin_wire::Code;

use super::{Fault, at, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for RecordError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        // What the sender wrote is repeated only if it could be a declared name.
        let place = |name: &str| format!("values.{}", if is_name(name) { name } else { "?" });
        Ok(match self {
            Self::UnknownCollection(_) => at(signed, Code::UnknownFieldName, "collection"),
            Self::UnknownField(field) => at(signed, Code::UnknownFieldName, place(field.field())),
            Self::Twice(field) => at(signed, Code::DuplicateKey, place(field.field())),
            Self::Key(field) => at(signed, Code::OperationNotPermitted, place(field.field())),
            Self::Value { field, why } => invalid(signed, place(field.field()), &why),
            Self::WrittenOnce { field, entry } => {
                at(signed, Code::WrittenOnce, place(field.field())).entry(entry)
            }
            Self::SubjectNotFound => signed.refuse(Code::SubjectNotFound),
            Self::Decoy { entry } => signed.refuse(Code::DecoyReturned).entry(entry),
            Self::Vault(error) => return Err(error),
        })
    }
}
