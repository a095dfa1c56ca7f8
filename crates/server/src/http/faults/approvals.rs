//! Approvals.

use shouxin_model::Text;
use shouxin_vault::{Act, ApprovalError, ApprovalState, VaultError};
use shouxin_wire::Code;

use super::{Fault, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for ApprovalError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let said = |code: Code, text: Text| signed.refuse(code).detail(text.get(signed.language));
        Ok(match self {
            Self::NotFound => signed.refuse(Code::NotFound),
            Self::Own | Self::Silo => signed.refuse(Code::OwnApproval),
            Self::NotAPerson => said(
                Code::OperationNotPermitted,
                Text::fixed(
                    "只有登录的人员可以申请和审批,接口密钥不可以",
                    "only a person who is signed in proposes and decides, no API key",
                ),
            ),
            Self::Role(act) => said(Code::OperationNotPermitted, deciders(act)),
            Self::SecondFactor => signed.refuse(Code::SecondFactorRequired),
            Self::Digest => signed.refuse(Code::ApprovalMismatch),
            Self::State(state) => said(Code::ApprovalState, stands(state)),
            Self::Shape(why) => invalid(signed, "body", &why),
            Self::Grant(error) => return error.told(signed),
            Self::Vault(error) => return Err(error),
        })
    }
}

/// Who may decide, by the roles' names in the register.
fn deciders(act: Act) -> Text {
    let roles = act.deciders().join(", ");
    Text::made(
        format!("此事项由以下角色审批:{roles}"),
        format!("these roles decide about it: {roles}"),
    )
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
