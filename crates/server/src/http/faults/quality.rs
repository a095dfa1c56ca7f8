//! Checks of quality.

use shouxin_model::Text;
use shouxin_vault::VaultError;
use shouxin_vault::quality::QualityError;
use shouxin_wire::Code;

use super::{Fault, at, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for QualityError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let said = |code: Code, text: &Text| signed.refuse(code).detail(text.get(signed.language));
        Ok(match self {
            Self::Role => signed.refuse(Code::OperationNotPermitted),
            Self::Purpose => at(signed, Code::UnknownPurpose, "purpose"),
            Self::Field(place) => invalid(
                signed,
                format!("fields[{place}]"),
                &Text::fixed(
                    "须为该目的包含的自由文本字段，且不在单独存放的密钥域",
                    "is a free-text field that the purpose has, outside of zones apart",
                ),
            ),
            Self::Size => invalid(
                signed,
                "size",
                &Text::fixed(
                    "至少一个字段且不重复；4 到 400 篇文本",
                    "at least one field, none twice, and 4 to 400 texts",
                ),
            ),
            Self::TooFew(count) => invalid(
                signed,
                "size",
                &Text::made(
                    format!("只有 {count} 篇这样的文本，至少需要 4 篇；请加选字段"),
                    format!("there are only {count} such texts, and 4 are needed; add a field"),
                ),
            ),
            Self::NotFound => signed.refuse(Code::NotFound),
            Self::State => said(
                Code::Conflict,
                &Text::fixed(
                    "质检已结束，或这篇文本已由他人标完；请取下一篇",
                    "the check is closed, or others have marked this text meanwhile; take the next one",
                ),
            ),
            Self::Marks => invalid(
                signed,
                "spans",
                &Text::fixed(
                    "标注须按顺序、互不重叠、在文本之内，且为已知类型",
                    "marks stand in order, do not overlap, lie within the text and name known kinds",
                ),
            ),
            Self::Unfinished => said(
                Code::Conflict,
                &Text::fixed(
                    "还有文本未标完或未裁定；完成后再出具证书",
                    "texts are still to be marked or settled; do that first",
                ),
            ),
            Self::Vault(error) => return Err(error),
        })
    }
}
