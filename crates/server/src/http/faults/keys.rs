//! Changes of keys.

use shouxin_model::Text;
use shouxin_vault::{DestroyError, KeyError, VaultError};
use shouxin_wire::Code;

use super::Fault;
use crate::caller::Signed;
use crate::http::Refusal;

impl Fault for KeyError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::Resealing => {
                let why = Text::fixed(
                    "数据正在以新密钥重新封存,请等它完成",
                    "values are being sealed anew already: wait until that is done",
                );
                signed
                    .refuse(Code::KeysInUse)
                    .detail(why.get(signed.language))
            }
            Self::NoZone(zone) => no_zone(signed, &zone),
            Self::NoFolder => unable(signed),
            Self::Folder(error) => {
                tracing::error!(%error, "the key folder could not be changed");
                unable(signed)
            }
            Self::Vault(error) => return Err(error),
        })
    }
}

impl Fault for DestroyError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let in_use = |zh: String, en: String| {
            let why = Text::made(zh, en);
            signed
                .refuse(Code::KeysInUse)
                .detail(why.get(signed.language))
        };
        Ok(match self {
            Self::NoZone(zone) => no_zone(signed, &zone),
            Self::NoEpoch(_) => signed.refuse(Code::NotFound),
            Self::InUse(epoch) => in_use(
                format!("第 {epoch} 轮密钥正在使用,请先轮换"),
                format!("epoch {epoch} is in use: rotate first"),
            ),
            Self::Hanging { epoch, keys } => in_use(
                format!("仍有 {keys} 把密钥由第 {epoch} 轮封装,请等后台换封完成"),
                format!(
                    "{keys} keys still hang on epoch {epoch}: wait until they are wrapped anew"
                ),
            ),
            Self::Stale => signed.refuse(Code::ApprovalMismatch),
            Self::NoFolder => unable(signed),
            Self::Folder(error) => {
                tracing::error!(%error, "the key folder could not be changed");
                unable(signed)
            }
            Self::Vault(error) => return Err(error),
        })
    }
}

fn no_zone(signed: &Signed, zone: &str) -> Refusal {
    let why = Text::made(
        format!("没有单独存放的密钥域 {zone}:请从密钥列表(GET /api/v1/keys)中选取"),
        format!("no zone {zone} lies apart: choose one of the list of keys (GET /api/v1/keys)"),
    );
    signed
        .refuse(Code::InvalidValue)
        .at("zone", why.get(signed.language))
}

fn unable(signed: &Signed) -> Refusal {
    let why = Text::fixed(
        "密钥目录无法更改,原因见服务器日志",
        "the key folder cannot be changed; the server's log says why",
    );
    signed
        .refuse(Code::CannotUnseal)
        .detail(why.get(signed.language))
}
