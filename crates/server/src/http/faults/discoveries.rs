//! What scans found.

use shouxin_model::Text;
use shouxin_vault::VaultError;
use shouxin_vault::discoveries::DiscoveryError;
use shouxin_wire::Code;

use super::{Fault, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for DiscoveryError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let said = |code: Code, text: &Text| signed.refuse(code).detail(text.get(signed.language));
        Ok(match self {
            Self::Invalid { at, why } => invalid(signed, at, &why),
            Self::Older => said(
                Code::Conflict,
                &Text::fixed(
                    "已收到同一来源更新的扫描；请重新扫描后再发送",
                    "a newer scan of this source was taken in; scan again and send that",
                ),
            ),
            Self::Role => signed.refuse(Code::OperationNotPermitted),
            Self::NotFound => signed.refuse(Code::NotFound),
            Self::State(state) => said(
                Code::Conflict,
                &Text::made(
                    format!("该发现当前的状态（{state}）不允许此操作；请先刷新，必要时重新打开"),
                    format!(
                        "the finding is {state}, which does not allow this; reload, and reopen it if need be"
                    ),
                ),
            ),
            Self::Changed => signed.refuse(Code::Conflict),
            Self::OwnPattern => said(
                Code::OwnApproval,
                &Text::fixed(
                    "这些发现都由您一人忽略；请由另一位负责人采纳此规则",
                    "you alone dismissed all of these; somebody else must accept the pattern",
                ),
            ),
            Self::Vault(error) => return Err(error),
        })
    }
}
