//! Approvals.

use shouxin_model::Text;
use shouxin_vault::{ApprovalError, ApprovalState, VaultError};
use shouxin_wire::Code;

use super::{Fault, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for ApprovalError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::NotFound => signed.refuse(Code::NotFound),
            Self::Own | Self::Silo => signed.refuse(Code::OwnApproval),
            Self::NotAPerson | Self::Role(_) => signed.refuse(Code::OperationNotPermitted),
            Self::SecondFactor => signed.refuse(Code::SecondFactorRequired),
            Self::Digest => signed.refuse(Code::ApprovalMismatch),
            Self::State(state) => signed
                .refuse(Code::ApprovalState)
                .detail(stands(state).get(signed.language)),
            Self::Shape(why) => {
                let why = Text::made("申请或说明不合要求", why);
                invalid(signed, "body", &why)
            }
            Self::Grant(error) => return error.told(signed),
            Self::Vault(error) => return Err(error),
        })
    }
}

const fn stands(state: ApprovalState) -> Text {
    match state {
        ApprovalState::Open => Text::fixed("尚未有人审批", "nobody has decided about it yet"),
        ApprovalState::Approved => Text::fixed("已批准", "it was approved"),
        ApprovalState::Rejected => Text::fixed("已驳回", "it was rejected"),
        ApprovalState::Withdrawn => Text::fixed("申请人已撤回", "its requester withdrew it"),
        ApprovalState::Spent => Text::fixed("已使用,不能再次使用", "it was used and counts once"),
        ApprovalState::Expired => Text::fixed("已过期", "its time is over"),
    }
}
