//! Changes of the register and the policies.

use shouxin_model::text::Language;
use shouxin_vault::said::{Finding, PolicyFinding};
use shouxin_vault::{ApplyError, VaultError, ZoneError};
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
            Self::Cases(failed) => failed.iter().take(SHOWN).fold(refusal, |refusal, outcome| {
                let (line, expect) = (outcome.case.line, outcome.case.expect.word());
                let (form, rule) = (outcome.form.word(), &outcome.decided_by);
                let said = match language {
                    Language::Chinese => {
                        format!("测试用例不成立:期望 {expect},实际为 {form}(规则 {rule})")
                    }
                    Language::English => {
                        format!("the test case does not hold: {expect} was expected, {form} is given (rule {rule})")
                    }
                };
                refusal.at(format!("policies:{line}:1"), said)
            }),
            Self::StoredData(why) => refusal.detail(why.get(language)),
            Self::Nothing => refusal.detail(match language {
                Language::Chinese => "与当前生效的版本没有差异",
                Language::English => "nothing differs from what is in force",
            }),
            Self::Zone(ZoneError::Vault(error)) | Self::Vault(error) => return Err(error),
            Self::Zone(ZoneError::Missing(zone)) => refusal.detail(match language {
                Language::Chinese => format!(
                    "密钥域 {zone} 单独存放:请先在每个节点的设置 zones.{zone} 中写明其数据库和密钥并重启"
                ),
                Language::English => format!(
                    "zone {zone} lies apart: first name its database and keys in the setting zones.{zone} of every node, and restart"
                ),
            }),
            Self::Zone(error) => refusal.detail(error.to_string()),
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
        })
    }
}

pub(super) fn words(finding: &Finding, language: Language) -> String {
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
