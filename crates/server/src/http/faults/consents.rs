//! Consents and restrictions.

use shouxin_model::Text;
use shouxin_vault::audiences::AudienceError;
use shouxin_vault::evidence::EvidenceError;
use shouxin_vault::{ConsentError, CounterError, RestrictionError, VaultError};
use shouxin_wire::Code;

use super::{Fault, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for ConsentError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::UnknownPurpose => signed.refuse(Code::UnknownPurpose),
            Self::UnknownPart => signed.refuse(Code::UnknownFieldName),
            Self::NotShown => signed.refuse(Code::NoticeNotShown),
            Self::UnknownNotice => not_shown(
                signed,
                &Text::fixed(
                    "没有这样的告知文本版本",
                    "no such version of a notice was ever in force",
                ),
            ),
            Self::NotTold => not_shown(
                signed,
                &Text::fixed(
                    "所展示的文本没有告知这个目的",
                    "the notice shown does not tell of this purpose",
                ),
            ),
            Self::NotInForce => not_shown(
                signed,
                &Text::fixed(
                    "该版本在作出表示时没有生效",
                    "the version was not in force when the word was said",
                ),
            ),
            Self::SubjectNotFound => signed.refuse(Code::SubjectNotFound),
            Self::NotCovered => signed.refuse(Code::OperationNotPermitted),
            Self::Senseless(at, why) => invalid(signed, at, &why),
            Self::NoEvent => signed.refuse(Code::NotFound),
            Self::Vault(error) => return Err(error),
        })
    }
}

impl Fault for EvidenceError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::Size => {
                let why = Text::fixed("应为 1 字节至 5 MiB", "has 1 byte to 5 MiB");
                invalid(signed, "body", &why)
            }
            Self::Media(why) => invalid(signed, "Content-Type", &why),
            Self::SubjectNotFound => signed.refuse(Code::SubjectNotFound),
            Self::Vault(error) => return Err(error),
        })
    }
}

impl Fault for AudienceError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::UnknownPurpose => signed.refuse(Code::UnknownPurpose),
            Self::UnknownPart => signed
                .refuse(Code::UnknownFieldName)
                .at("part", Code::UnknownFieldName.title().get(signed.language)),
            Self::OtherBasis => {
                let why = Text::fixed(
                    "该目的不以同意为依据,不能据同意筛选;请改用以同意为依据的目的",
                    "does not rest on consent, so that nobody's consent says whom it reaches; name one that does",
                );
                invalid(signed, "purpose", &why)
            }
            Self::Count => {
                let why = Text::fixed("应为 1 至 10000", "is 1 to 10000");
                invalid(signed, "subjects", &why)
            }
            Self::Vault(error) => return Err(error),
        })
    }
}

fn not_shown(signed: &Signed, why: &Text) -> Refusal {
    let refusal = signed.refuse(Code::NoticeNotShown);
    refusal.detail(why.get(signed.language))
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

impl Fault for CounterError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::UnknownNotice => {
                let why = Text::fixed(
                    "没有已生效的同名告知;请先发布",
                    "no notice of this name is in force; publish it first",
                );
                invalid(signed, "notice", &why)
            }
            Self::NotAsked(n) => {
                let why = Text::fixed(
                    "此告知未就该目的征求同意;至少列出一个",
                    "the notice does not ask about it; name at least one that it asks about",
                );
                invalid(signed, format!("purposes[{n}]"), &why)
            }
            Self::SubjectNotFound => signed.refuse(Code::SubjectNotFound),
            Self::Refused { entry, .. } => signed.refuse(Code::ReadRefused).entry(entry),
            Self::Read(error) => return error.told(signed),
        })
    }
}
