//! Cases.

use shouxin_model::Text;
use shouxin_vault::{CaseError, VaultError};
use shouxin_wire::{Because, Code};

use super::{Fault, at, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for CaseError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::UnknownPurpose => at(signed, Code::UnknownPurpose, "purpose"),
            Self::NoCases(_) => {
                let why = Text::fixed("该目的不涉及任何业务单", "the purpose covers no cases");
                invalid(signed, "purpose", &why)
            }
            Self::NotFound(_) => signed.refuse(Code::NotFound),
            Self::Status { values, .. } => {
                let why = Text::made(
                    format!("应为以下之一:{}", values.join("、")),
                    format!("is one of {}", values.join(", ")),
                );
                invalid(signed, "status", &why)
            }
            Self::NoAssignee(_) => {
                let why = Text::fixed(
                    "这类业务单不指派人员",
                    "cases of this kind are assigned to nobody",
                );
                invalid(signed, "assignee", &why)
            }
            Self::Value { field, why } => invalid(signed, field.field(), &why),
            Self::Nothing => {
                let why = Text::fixed(
                    "须给出 status 或 assignee",
                    "names status, assignee or both",
                );
                invalid(signed, "body", &why)
            }
            Self::Version(_) => signed.refuse(Code::PreconditionFailed),
            Self::Refused { entry } => signed
                .refuse(Code::ReadRefused)
                .because([not_tied(signed)])
                .entry(entry),
            Self::Vault(error) => return Err(error),
        })
    }
}

fn not_tied(signed: &Signed) -> Because {
    let text = Text::fixed(
        "此业务单未处于办理中,或未指派给您及您所在站点",
        "the case is not open, or neither yours nor of your site",
    );
    let changed_by = Text::fixed("该业务单的负责人", "whoever the case is assigned to");
    Because {
        layer: "relation".to_owned(),
        rule: "not-tied".to_owned(),
        text: text.get(signed.language).to_owned(),
        changed_by: changed_by.get(signed.language).to_owned(),
    }
}
