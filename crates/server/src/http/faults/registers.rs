//! Changes of the register and the policies.

use shouxin_model::text::Language;
use shouxin_vault::said::{Finding, PolicyFinding};
use shouxin_vault::{ApplyError, VaultError};
use shouxin_wire::Code;

use super::Fault;
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for ApplyError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let language = signed.language;
        let refusal = signed.refuse(Code::RegisterRefused);
        Ok(match self {
            Self::Register(findings) => {
                findings
                    .iter()
                    .take(SHOWN)
                    .fold(refusal, |refusal, finding| {
                        refusal.at(
                            format!("register:{}:{}", finding.line, finding.column),
                            words(finding, language),
                        )
                    })
            }
            Self::Policies(findings) => {
                findings
                    .iter()
                    .take(SHOWN)
                    .fold(refusal, |refusal, finding| {
                        let PolicyFinding {
                            line,
                            column,
                            message,
                            ..
                        } = finding;
                        refusal.at(format!("policies:{line}:{column}"), message.get(language))
                    })
            }
            Self::StoredData(why) => refusal.detail(why.get(language)),
            Self::Nothing => refusal.detail(match language {
                Language::Chinese => "与当前生效的版本没有差异",
                Language::English => "nothing differs from what is in force",
            }),
            Self::NeedsApproval => signed.refuse(Code::ApprovalRequired).detail(match language {
                Language::Chinese => "此变更放宽了登记册或策略,须先提出并经他人批准",
                Language::English => {
                    "the change loosens register or policies: propose it and let somebody else approve it"
                }
            }),
            Self::Tighter => refusal.detail(match language {
                Language::Chinese => "此变更没有放宽任何内容,无需审批,可直接生效",
                Language::English => "the change loosens nothing: it needs no approval",
            }),
            Self::Approval(error) => return error.told(signed),
            Self::Vault(error) => return Err(error),
        })
    }
}

fn words(finding: &Finding, language: Language) -> String {
    let colon = match language {
        Language::Chinese => ":",
        Language::English => ": ",
    };
    let [place, message, remedy] =
        [&finding.place, &finding.message, &finding.remedy].map(|text| text.get(language));
    format!("{place}{colon}{message} [{}] {remedy}", finding.code)
}

/// Findings in one answer.
const SHOWN: usize = 100;
