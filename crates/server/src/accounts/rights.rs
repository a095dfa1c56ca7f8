//! Which roles an account may hold, and what keeps each silo of administration in somebody's hands.

use shouxin_model::Register;
use shouxin_model::declared::Silo;
use shouxin_store::{Tx, params};
use shouxin_vault::{Vault, VaultError};

use super::Account;

/// Checks that these roles exist and that one account may hold them together: those of one silo of
/// administration, or any of the others.
///
/// # Errors
/// `UnknownRole`, `CustomersOwn` or `SilosCombined`.
pub(crate) fn check_roles(register: &Register, roles: &[String]) -> Result<(), RightsError> {
    let mut first = None;
    for (at, role) in roles.iter().enumerate() {
        let role = register.role(role).ok_or(RightsError::UnknownRole(at))?;
        if register.is_customers_own(&role.name) {
            return Err(RightsError::CustomersOwn(at));
        }
        if *first.get_or_insert(role.silo) != role.silo {
            return Err(RightsError::SilosCombined);
        }
    }
    Ok(())
}

/// Why an account cannot be changed so.
#[derive(Debug, thiserror::Error)]
pub enum RightsError {
    /// The register has no such role: its place in the list.
    #[error("the register has no such role as number {0} of the list")]
    UnknownRole(usize),
    /// It is the role under which customers see their own records: its place in the list.
    #[error("number {0} of the list is the customers' own role")]
    CustomersOwn(usize),
    /// Two silos, or a silo and other roles, in one account.
    #[error("no account combines two silos, or a silo with other roles")]
    SilosCombined,
    /// It would leave a silo with nobody.
    #[error("the last administrator of a silo stays")]
    LastAdministrator,
    /// The caller may not give or take these roles.
    #[error("the caller may not give or take these roles")]
    NotTheirs,
    /// The store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Who gives and takes roles.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rights {
    /// The security administrator: any role.
    All,
    /// The system administrator: only the first of the security and of the audit administrators theirs,
    /// so that a new deployment can be handed over.
    FirstAdministrators,
    /// Nobody's business.
    None,
}

impl Rights {
    /// What holders of these silos may give and take.
    pub(crate) fn of(silos: &[Silo]) -> Self {
        if silos.contains(&Silo::Security) {
            Self::All
        } else if silos.contains(&Silo::System) {
            Self::FirstAdministrators
        } else {
            Self::None
        }
    }

    /// Whether roles may be changed from `old` to `new`.
    ///
    /// # Errors
    /// [`RightsError`].
    pub(crate) async fn check(
        self,
        vault: &Vault,
        old: &[String],
        new: &[String],
    ) -> Result<(), RightsError> {
        let register = vault.active().register.clone();
        check_roles(&register, new)?;
        match self {
            Self::All => Ok(()),
            Self::None => Err(RightsError::NotTheirs),
            Self::FirstAdministrators => {
                if new.is_empty() && old.is_empty() {
                    return Ok(());
                }
                let silo = new
                    .first()
                    .and_then(|role| register.role(role))
                    .and_then(|role| role.silo);
                match silo {
                    Some(silo @ (Silo::Security | Silo::Audit))
                        if old.is_empty() && !is_held(vault, silo).await? =>
                    {
                        Ok(())
                    }
                    _ => Err(RightsError::NotTheirs),
                }
            }
        }
    }
}

/// Whether the account holds a role of this silo.
pub(crate) fn administers(account: &Account, silo: Silo, register: &Register) -> bool {
    account.roles.iter().any(|role| {
        register
            .role(role)
            .is_some_and(|role| role.silo == Some(silo))
    })
}

/// Whether any open account holds a role of this silo, taken over or not.
pub(crate) async fn is_held(vault: &Vault, silo: Silo) -> Result<bool, VaultError> {
    let register = vault.active().register.clone();
    Ok(Account::all_open(vault)
        .await?
        .iter()
        .any(|account| administers(account, silo, &register)))
}

/// Demands, within this transaction, that each of these silos which `account` administers is also
/// administered by another account that can sign in. To be asked before the account loses them.
///
/// # Errors
/// `LastAdministrator`.
pub(crate) async fn guard_silos(
    vault: &Vault,
    account: &Account,
    silos: &[Silo],
    tx: &mut Tx,
) -> Result<(), RightsError> {
    if !account.is_active() || silos.is_empty() {
        return Ok(());
    }
    let register = vault.active().register.clone();
    let accounts = Account::all_open(vault).await?;
    for silo in silos {
        let other = accounts.iter().find(|other| {
            other.id != account.id && other.is_active() && administers(other, *silo, &register)
        });
        let other = other.ok_or(RightsError::LastAdministrator)?;
        // Two who remove each other in the same moment: the second finds the first changed.
        tx.guard(
            1,
            "SELECT 1 FROM staff WHERE id = $1 AND version = $2",
            params![other.id, other.version],
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use shouxin_model::declared::Role;
    use shouxin_model::{Purpose, RowCondition, Text};

    use super::*;

    fn check(roles: &str, expected: Option<&str>) {
        let role = |name: &str, silo| Role {
            name: name.to_owned(),
            title: Text::default(),
            silo,
            zones: Vec::new(),
            conditions: shouxin_model::Conditions::default(),
        };
        let register = Register {
            profile: "p".to_owned(),
            title: Text::default(),
            regimes: Vec::new(),
            suite: shouxin_model::Suite::International,
            zones: Vec::new(),
            collections: Vec::new(),
            purposes: vec![own_access()],
            sources: Vec::new(),
            roles: vec![
                role("adviser", None),
                role("customer", None),
                role("clerk", None),
                role("system", Some(Silo::System)),
                role("operator", Some(Silo::System)),
                role("audit", Some(Silo::Audit)),
            ],
        };
        let roles: Vec<String> = roles.split_whitespace().map(str::to_owned).collect();
        let said = check_roles(&register, &roles)
            .err()
            .map(|error| error.to_string());
        assert_eq!(said.as_deref(), expected, "{roles:?}");
    }

    fn own_access() -> Purpose {
        Purpose {
            name: "own-access".to_owned(),
            title: Text::default(),
            basis: std::collections::BTreeMap::new(),
            consent: None,
            fields: Vec::new(),
            roles: vec!["customer".to_owned()],
            condition: RowCondition::OwnRecord,
            quota: shouxin_model::declared::Quota::default(),
            conditions: shouxin_model::Conditions::default(),
            emergency: None,
            need: None,
        }
    }

    #[test]
    fn an_account_holds_business_roles_or_those_of_one_silo() {
        const COMBINED: Option<&str> =
            Some("no account combines two silos, or a silo with other roles");
        check("", None);
        check("adviser clerk", None);
        check("system operator", None);
        check("system audit", COMBINED);
        check("adviser audit", COMBINED);
        check("audit adviser", COMBINED);
        check(
            "adviser customer",
            Some("number 1 of the list is the customers' own role"),
        );
        check(
            "adviser king",
            Some("the register has no such role as number 1 of the list"),
        );
    }
}
