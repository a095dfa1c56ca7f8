//! Systems that are told of changes.

use shouxin_model::Text;
use shouxin_outbound::EndpointError;
use shouxin_vault::{DownstreamError, FeedError, VaultError};
use shouxin_wire::Code;

use super::{Fault, at, invalid};
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for DownstreamError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let said = |code: Code, zh: &'static str, en: &'static str| {
            let text = Text::fixed(zh, en);
            signed.refuse(code).detail(text.get(signed.language))
        };
        Ok(match self {
            Self::Name => {
                let why = Text::fixed(
                    "以小写字母开头，由小写字母、数字和连字符组成，最多 40 个字符",
                    "begins with a small letter and has small letters, digits and hyphens, 40 at most",
                );
                invalid(signed, "name", &why)
            }
            Self::Exists => at(signed, Code::AlreadyExists, "name"),
            Self::NotFound => signed.refuse(Code::NotFound),
            Self::Retired => said(
                Code::Conflict,
                "该系统已永久停用；请以新名称登记",
                "the system was retired for good; register it anew under another name",
            ),
            Self::Purpose(n) => at(signed, Code::UnknownPurpose, format!("purposes[{n}]")),
            Self::Part(n) => at(signed, Code::UnknownFieldName, format!("parts[{n}]")),
            Self::Lists => {
                let why = Text::fixed(
                    "至少一个目的；各列表最多 100 项，且不得重复",
                    "names at least one purpose; each list has at most 100 entries, none of them twice",
                );
                invalid(signed, "purposes", &why)
            }
            Self::NoSecret => said(
                Code::Conflict,
                "只有 webhook 有签名密钥",
                "only a webhook has a signing secret",
            ),
            Self::NotDelivered => {
                let why = Text::fixed(
                    "账本还没有这一条；请填写已处理的最后一条变更的账本序号",
                    "the ledger has no such entry yet; give the entry of the last change that was processed",
                );
                invalid(signed, "up_to", &why)
            }
            Self::Foreign => said(
                Code::OperationNotPermitted,
                "此接口密钥不包含该系统的全部目的",
                "this key does not name every purpose of the system",
            ),
            Self::Vault(error) => return Err(error),
        })
    }
}

impl Fault for EndpointError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let why = match self {
            Self::Spelling => Text::fixed(
                "应写作 https://主机/路径，使用通常写法，不含用户名、密码和片段",
                "is written https://host/path, in its usual spelling, without user, password or fragment",
            ),
            Self::NotAllowed => Text::fixed(
                "部署的允许名单没有此主机；请先把它加入设置 server.downstreams.allow",
                "the deployment's allow-list does not name this host; add it to the setting \
                 server.downstreams.allow first",
            ),
        };
        Ok(invalid(signed, "target", &why))
    }
}

impl Fault for FeedError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        match self {
            Self::NoService => Ok(signed.refuse(Code::OperationNotPermitted)),
            Self::Vault(error) => Err(error),
        }
    }
}
