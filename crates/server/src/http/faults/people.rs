//! Accounts, sessions and keys.

use shouxin_model::Text;
use shouxin_store::CommitError;
use shouxin_vault::VaultError;
use shouxin_wire::Code;

use super::{Fault, at, invalid, told};
use crate::App;
use crate::accounts::RightsError;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::password::{HashError, Weak};

/// What went well, or what the caller is told.
///
/// # Errors
/// As [`told`].
pub async fn settled<T, E: Fault>(
    app: &App,
    signed: &Signed,
    result: Result<T, E>,
) -> Result<T, Refusal> {
    match result {
        Ok(value) => Ok(value),
        Err(error) => Err(told(app, signed, error).await),
    }
}

/// What was committed, or the answer that what it names is not there: its row was guarded, and gone.
///
/// # Errors
/// `NotFound`, counted as an id that does not exist; the ledger failed.
pub async fn found(
    app: &App,
    signed: &Signed,
    done: Result<u64, CommitError>,
) -> Result<u64, Refusal> {
    match done {
        Ok(entry) => Ok(entry),
        Err(CommitError::Conflict { .. }) => {
            app.limits().missed(&signed.actor());
            Err(signed.refuse(Code::NotFound))
        }
        Err(error) => Err(told(app, signed, error).await),
    }
}

impl Fault for CommitError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        match self {
            Self::Conflict { .. } => Ok(signed.refuse(Code::Conflict)),
            error @ Self::Store(_) => Err(error.into()),
        }
    }
}

impl Fault for RightsError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        Ok(match self {
            Self::UnknownRole(place) => at(signed, Code::UnknownRole, format!("roles[{place}]")),
            Self::CustomersOwn(place) => {
                let why = Text::fixed(
                    "这是客户本人在隐私中心的角色,不能授予员工;请选择员工的角色",
                    "is the role under which customers see their own data in the privacy centre, and no member of staff's; \
                     choose a role of the staff",
                );
                invalid(signed, format!("roles[{place}]"), &why)
            }
            Self::SilosCombined => signed.refuse(Code::SilosCombined),
            Self::LastAdministrator => signed.refuse(Code::LastAdministrator),
            Self::NotTheirs => {
                let why = Text::fixed(
                    "角色由安全管理员授予;系统管理员只能任命首位安全管理员和首位审计管理员",
                    "roles are the security administrator's to give; a system administrator appoints only the \
                     first security and the first audit administrator",
                );
                signed
                    .refuse(Code::OperationNotPermitted)
                    .detail(why.get(signed.language))
            }
            Self::Vault(error) => return Err(error),
        })
    }
}

impl Fault for Weak {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        let why = self.text();
        Ok(signed
            .refuse(Code::WeakPassword)
            .at("password", why.get(signed.language)))
    }
}

impl Fault for HashError {
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError> {
        tracing::error!(error = %self, "the machine cannot hash passwords");
        Ok(signed.refuse(Code::Internal))
    }
}
