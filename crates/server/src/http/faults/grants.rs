//! Grants, emergencies, alarms, reviews.

use shouxin_model::Text;
use shouxin_vault::{GrantError, VaultError};
use shouxin_wire::Code;

use super::{Fault, at, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for GrantError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let said = |code: Code, zh: &'static str, en: &'static str| {
            let text = Text::fixed(zh, en);
            signed.refuse(code).detail(text.get(signed.language))
        };
        Ok(match self {
            Self::NotFound => signed.refuse(Code::NotFound),
            Self::Purpose => at(signed, Code::UnknownPurpose, "purpose"),
            Self::Role => {
                let why = Text::fixed(
                    "请写明该目的下的一个角色,说明需要谁的视图",
                    "name one of the roles of the purpose, whose view is asked for",
                );
                invalid(signed, "role", &why)
            }
            Self::Fields => {
                let why = Text::fixed(
                    "须写明该目的下的字段,不得含其他字段",
                    "names at least one field of the purpose, and nothing else",
                );
                invalid(signed, "fields", &why)
            }
            Self::Length => {
                let why = Text::fixed("应为一分钟到三十天", "is from a minute to thirty days");
                invalid(signed, "seconds", &why)
            }
            Self::Reason => {
                let why = Text::fixed(
                    "请写明理由,最多 2000 字节",
                    "says why, in at most 2000 bytes",
                );
                invalid(signed, "reason", &why)
            }
            Self::SubjectNotFound => signed.refuse(Code::SubjectNotFound),
            Self::SecondFactor => signed.refuse(Code::SecondFactorRequired),
            Self::NotAPerson => signed.refuse(Code::OperationNotPermitted),
            Self::Silo => said(
                Code::OperationNotPermitted,
                "管理员账号不能取得客户信息的查阅权限",
                "a role of administration and a view of customers do not go together",
            ),
            Self::NotEntitled => said(
                Code::OperationNotPermitted,
                "登记册没有允许您的角色在该目的下紧急调阅",
                "the register lets none of your roles break the glass under this purpose",
            ),
            Self::Unreviewed => said(
                Code::ReviewOverdue,
                "您此前的紧急调阅已逾期未复核,复核后方可再次使用",
                "an earlier emergency of yours is overdue for review; once it was reviewed you may again",
            ),
            Self::Own => signed.refuse(Code::OwnApproval),
            Self::Over => said(
                Code::ApprovalState,
                "该授权已到期、已收回或已复核;若是告警,则已关闭,或尚未有人确认",
                "the grant or emergency is over, or was reviewed already; an alarm was closed, or nobody has looked at it yet",
            ),
            Self::Vault(error) => return Err(error),
        })
    }
}
