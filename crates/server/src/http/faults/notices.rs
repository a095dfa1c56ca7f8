//! Notices, and the tokens that prove which was shown.

use shouxin_model::Text;
use shouxin_vault::{NoticeError, SnapshotError, VaultError};
use shouxin_wire::Code;

use super::Fault;
use super::registers::words;
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for NoticeError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let language = signed.language;
        let said = |code: Code, text: Text| Ok(signed.refuse(code).detail(text.get(language)));
        match self {
            Self::Findings(findings) => {
                let findings = findings.iter().take(SHOWN);
                Ok(
                    findings.fold(signed.refuse(Code::NoticeRefused), |refusal, finding| {
                        let at = format!("notice:{}:{}", finding.line, finding.column);
                        refusal.at(at, words(finding, language))
                    }),
                )
            }
            Self::NotFound => Ok(signed.refuse(Code::NotFound)),
            Self::Changed => Ok(signed.refuse(Code::Conflict)),
            Self::Role => Ok(signed.refuse(Code::OperationNotPermitted)),
            Self::Nothing => said(
                Code::NoticeRefused,
                Text::fixed(
                    "与最新版本没有差异,无需发布",
                    "nothing differs from the newest version: there is nothing to publish",
                ),
            ),
            Self::BoundElsewhere { purpose, notice } => said(
                Code::NoticeRefused,
                Text::made(
                    format!("处理目的 {purpose} 已由 {notice} 告知;一个目的只由一份文本告知"),
                    format!(
                        "{notice} tells of the purpose {purpose} already; one notice tells of a purpose"
                    ),
                ),
            ),
            Self::Past => said(
                Code::NoticeRefused,
                Text::fixed(
                    "生效时间已过:请写将来的时间,或不写(立即生效)",
                    "effective_at is over: name a time to come, or none (at once)",
                ),
            ),
            Self::NeedsApproval => said(
                Code::ApprovalRequired,
                Text::fixed(
                    "新版本扩大了个人同意的范围,须先提出并经他人批准",
                    "the new version widens what people agreed to: propose it and let somebody else approve it",
                ),
            ),
            Self::Narrower => said(
                Code::NoticeRefused,
                Text::fixed(
                    "新版本没有扩大范围,无需审批,可直接发布",
                    "the new version widens nothing: it needs no approval",
                ),
            ),
            Self::Approval(error) => error.told(signed),
            Self::Vault(error) => Err(error),
        }
    }
}

impl Fault for SnapshotError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let why = match self {
            Self::Forged => Text::fixed(
                "snapshot 不是本系统签发的",
                "the snapshot was not made here",
            ),
            Self::Stale => Text::fixed(
                "页面打开得太久:请重新展示告知文本",
                "the page was open for too long: show the notice again",
            ),
            Self::Superseded => Text::fixed(
                "告知文本已有新版本:请展示新版本",
                "another version of the notice is in force: show that one",
            ),
        };
        let refusal = signed.refuse(Code::NoticeNotShown);
        Ok(refusal.detail(why.get(signed.language)))
    }
}

/// Findings in one answer.
const SHOWN: usize = 100;
