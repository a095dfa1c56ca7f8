//! Opening accounts: codes to take them over, the first administrator, ready-made ones.

use std::fmt;
use std::net::IpAddr;

use shouxin_model::declared::Silo;
use shouxin_model::{Caller, CallerKind, Moment, Personal, SessionId, SignIn, StaffId};
use shouxin_store::{CommitError, Tx, Value, params};
use shouxin_vault::said::Kind;
use shouxin_vault::{HeldRow, Marked, Vault, VaultError};
use zeroize::Zeroizing;

use super::{
    Account, RightsError, administers, check_roles, end_sessions, name_context, roles_text,
    totp_context,
};
use crate::password::{self, Hasher, Weak};
use crate::{codes, totp};

/// Gives an account (or, without one, the first administrator) a fresh activation code, in place of
/// those it had. The code is returned to be shown once; the store keeps its digest.
pub(crate) fn invite(
    vault: &Vault,
    tx: &mut Tx,
    staff: Option<StaffId>,
    roles: &[String],
) -> (Zeroizing<String>, Moment) {
    let code = codes::make(codes::ACTIVATION, &mut vault.dice());
    let expires_at = vault.now().plus_seconds(ACTIVATION_SECONDS);
    match staff {
        Some(staff) => tx.run(
            "DELETE FROM activation WHERE staff = $1 AND used_at IS NULL",
            params![staff],
        ),
        None => tx.run(
            "DELETE FROM activation WHERE staff IS NULL AND used_at IS NULL",
            params![],
        ),
    }
    let digest = activation_digest(vault, &code.replace('-', ""));
    let row = params![digest, staff, roles_text(roles), expires_at, Value::Null];
    tx.run_exactly(
        1,
        "INSERT INTO activation (code_hash, staff, roles, expires_at, used_at, mark) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        HeldRow::new(vault, Marked::Activation, row).params(),
    );
    (code, expires_at)
}

/// Under what a code is stored, given in its one spelling.
pub(crate) fn activation_digest(vault: &Vault, code: &str) -> [u8; 32] {
    vault.token_digest("activation", code.as_bytes())
}

/// A one-time code with which the first system administrator chooses a login and a password, valid for
/// 72 hours. For `shouxin init`. An earlier code of this kind is taken no more.
///
/// # Errors
/// `Exists` if there is a system administrator who can sign in.
pub async fn open_first_administrator(vault: &Vault) -> Result<String, OpenAccountError> {
    let active = vault.active();
    let role = active
        .register
        .roles
        .iter()
        .find(|role| role.silo == Some(Silo::System));
    let role = role.ok_or(OpenAccountError::NoRole)?.name.clone();
    let accounts = Account::all_open(vault).await?;
    if accounts
        .iter()
        .any(|a| a.is_active() && administers(a, Silo::System, &active.register))
    {
        return Err(OpenAccountError::Exists);
    }
    let mut tx = Tx::new();
    let (code, _) = invite(vault, &mut tx, None, &[role]);
    let extra = [("did", "first-administrator-code")];
    vault
        .record(&Caller::operator(), Kind::Staff, &extra, tx)
        .await
        .map_err(VaultError::from)?;
    Ok(code.to_string())
}

/// Takes password and second factor from the account with this login and gives it a new activation
/// code: for the machine's operator, when nobody who could do it over HTTP is left. Roles stay.
///
/// # Errors
/// `NoAccount` if the login is unknown or the account closed.
pub async fn reset_by_operator(vault: &Vault, login: &str) -> Result<String, OpenAccountError> {
    let account = Account::by_login(vault, login)
        .await?
        .filter(|account| account.open);
    let account = account.ok_or(OpenAccountError::NoAccount)?;
    let mut tx = Tx::new();
    let code = reset(vault, &account, &account.roles, &mut tx).0;
    let id = account.id.to_string();
    let extra = [("did", "reset"), ("staff", id.as_str())];
    vault
        .record(&Caller::operator(), Kind::Staff, &extra, tx)
        .await
        .map_err(VaultError::from)?;
    Ok(code.to_string())
}

/// Takes password, second factor, recovery codes and sessions from an account, and gives it a new
/// activation code and these roles.
pub(crate) fn reset(
    vault: &Vault,
    account: &Account,
    roles: &[String],
    tx: &mut Tx,
) -> (Zeroizing<String>, Moment) {
    tx.run_exactly(
        1,
        "UPDATE staff SET password = '', totp_sealed = NULL, roles = $1, failed = 0, locked_until = 0, \
         version = version + 1 WHERE id = $2 AND version = $3",
        params![roles_text(roles), account.id, account.version],
    );
    let changes = [
        ("password", "".into()),
        ("totp_sealed", Value::Null),
        ("roles", roles_text(roles).into()),
    ];
    account.row.change(vault, tx, changes);
    tx.run(
        "DELETE FROM recovery_code WHERE staff = $1",
        params![account.id],
    );
    tx.run(
        "DELETE FROM enrolment WHERE staff = $1",
        params![account.id],
    );
    end_sessions(tx, account.id, None);
    invite(vault, tx, Some(account.id), &[])
}

/// Someone who gets an account that is ready for use.
#[derive(Debug)]
pub struct Persona {
    /// The login.
    pub login: String,
    /// The display name.
    pub name: Personal<String>,
    /// The roles.
    pub roles: Vec<String>,
    /// The site.
    pub site: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The password.
    pub password: Personal<String>,
}

/// An account that is ready for use.
pub struct PersonaAccount {
    /// The account.
    pub staff: StaffId,
    /// The secret of its second factor, in base 32.
    pub totp_secret: Zeroizing<String>,
}

impl fmt::Debug for PersonaAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonaAccount({})", self.staff)
    }
}

/// Opens an account that is ready for use, second factor included: for demonstrations and tests, by the
/// machine's operator. People in earnest get an activation code and enrol for themselves.
///
/// # Errors
/// [`OpenAccountError`].
pub async fn open_persona(
    vault: &Vault,
    hasher: &Hasher,
    persona: &Persona,
) -> Result<PersonaAccount, OpenAccountError> {
    check_roles(&vault.active().register, &persona.roles).map_err(|error| match error {
        RightsError::SilosCombined => OpenAccountError::SilosCombined,
        RightsError::CustomersOwn(_) => OpenAccountError::CustomersOwn,
        _ => OpenAccountError::NoRole,
    })?;
    if !shouxin_model::id::is_slug(&persona.login) {
        return Err(OpenAccountError::Login);
    }
    // To the check and the hash: the password and the name.
    let (password, name) = (persona.password.expose(), persona.name.expose());
    password::check(password, &[&persona.login, name])?;
    let now = vault.now();
    let staff = StaffId::make(now, &mut vault.dice());
    let secret = totp::make_secret(&mut vault.dice());
    let hash = hasher
        .hash(password, &mut vault.dice())
        .await
        .map_err(|_| OpenAccountError::Hash)?;
    let mut tx = Tx::new();
    let row = insert(
        vault,
        &mut tx,
        &NewAccount {
            id: staff,
            login: &persona.login,
            name,
            password: &hash,
            roles: &persona.roles,
            site: persona.site.as_deref(),
            region: persona.region.as_deref(),
        },
    );
    let sealed = vault.seal_secret(&totp_context(staff), &secret);
    tx.run_exactly(
        1,
        "UPDATE staff SET totp_sealed = $1 WHERE id = $2",
        params![sealed.clone(), staff],
    );
    row.change(vault, &mut tx, [("totp_sealed", sealed.into())]);
    let id = staff.to_string();
    let extra = [("did", "opened-ready"), ("staff", id.as_str())];
    match vault
        .record(&Caller::operator(), Kind::Staff, &extra, tx)
        .await
    {
        Ok(_) => Ok(PersonaAccount {
            staff,
            totp_secret: totp::base32(&secret),
        }),
        Err(CommitError::Conflict { .. }) => Err(OpenAccountError::Exists),
        Err(error) => Err(VaultError::from(error).into()),
    }
}

/// A row to be.
pub(crate) struct NewAccount<'a> {
    pub id: StaffId,
    pub login: &'a str,
    pub name: &'a str,
    /// The hash; empty until the owner takes the account over.
    pub password: &'a str,
    pub roles: &'a [String],
    pub site: Option<&'a str>,
    pub region: Option<&'a str>,
}

impl NewAccount<'_> {
    /// The owner as the actor of an entry.
    pub(crate) fn as_caller(&self, address: Option<IpAddr>) -> Caller {
        let session = SessionId::from_bytes([0; 16]);
        Caller {
            kind: CallerKind::Staff {
                id: self.id,
                login: self.login.to_owned(),
                session,
            },
            roles: self.roles.to_vec(),
            site: None,
            region: None,
            sign_in: SignIn::default(),
            address,
        }
    }
}

/// Inserts an account; the transaction conflicts if its login is taken. Gives its row, to be changed further.
pub(crate) fn insert(vault: &Vault, tx: &mut Tx, account: &NewAccount<'_>) -> HeldRow {
    let row = HeldRow::new(
        vault,
        Marked::Staff,
        params![
            account.id,
            account.login,
            vault.seal_secret(&name_context(account.id), account.name.as_bytes()),
            account.password,
            Value::Null,
            roles_text(account.roles),
            account.site,
            account.region,
            "active",
            vault.now()
        ],
    );
    tx.run_exactly(
        1,
        "INSERT INTO staff (id, login, name_sealed, password, totp_sealed, roles, site, region, state, \
         created_at, mark, totp_last_step, version, failed, locked_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 1, 0, 0)",
        row.params(),
    );
    row
}

/// Why an account was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenAccountError {
    /// It, or a system administrator who can sign in, exists.
    #[error("it exists already")]
    Exists,
    /// There is no open account with this login.
    #[error("there is no open account with this login")]
    NoAccount,
    /// The register has no such role.
    #[error("the register has no such role")]
    NoRole,
    /// It is the role under which customers see their own records.
    #[error("this is the customers' own role, and no member of staff's")]
    CustomersOwn,
    /// The roles are of two silos, or of a silo and none.
    #[error("no account combines two silos, or a silo with other roles")]
    SilosCombined,
    /// The login is no slug.
    #[error("a login is a lower case letter, then up to 59 letters, digits, -, _ or .")]
    Login,
    /// The password is too weak.
    #[error(transparent)]
    Password(#[from] Weak),
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Hash,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// How long an activation code is taken: 72 hours.
const ACTIVATION_SECONDS: i64 = 72 * 3600;
