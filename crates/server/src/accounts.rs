//! Accounts of staff as the slices of sign-in and administration share them: one row, how it fails to
//! sign in, and which roles it may hold beside each other.

mod attempts;
mod live;
mod open;
mod rights;

use shouxin_model::declared::Silo;
use shouxin_model::{Caller, CallerKind, Moment, Register, SessionId, SignIn, StaffId, Text};
use shouxin_store::{Row, Tx, params};
use shouxin_vault::{HeldRow, Marked, Vault, VaultError};
use shouxin_wire::staff::StaffState;

pub(crate) use attempts::{nobody, note_failure, note_stranger};
pub(crate) use live::live_sessions;
pub(crate) use open::{NewAccount, activation_digest, insert, invite, reset};
pub use open::{
    OpenAccountError, Persona, PersonaAccount, open_first_administrator, open_persona,
    reset_by_operator,
};
pub use rights::RightsError;
pub(crate) use rights::{Rights, administers, check_roles, guard_silos};

/// One row of `staff`.
#[derive(Debug)]
pub(crate) struct Account {
    pub id: StaffId,
    pub login: String,
    pub name_sealed: Vec<u8>,
    /// Empty until the owner has taken the account over.
    pub password: String,
    pub totp_sealed: Option<Vec<u8>>,
    pub totp_last_step: i64,
    pub roles: Vec<String>,
    pub site: Option<String>,
    pub region: Option<String>,
    pub open: bool,
    pub version: i64,
    pub failed: i64,
    pub locked_until: Moment,
    pub created_at: Moment,
    /// The row as it was held against its mark.
    pub row: HeldRow,
}

/// Which accounts are looked for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// What the login begins with.
    pub login: String,
    /// A role that the account holds.
    pub role: Option<String>,
    pub state: Option<StaffState>,
}

impl Account {
    /// The account of this login.
    pub(crate) async fn by_login(vault: &Vault, login: &str) -> Result<Option<Self>, VaultError> {
        if !shouxin_model::id::is_slug(login) {
            return Ok(None);
        }
        let sql = concat!(account!(), " WHERE login = $1");
        vault
            .store()
            .query(sql, params![login])
            .await?
            .first()
            .map(|row| Self::of(vault, row))
            .transpose()
    }

    /// The account of this id.
    pub(crate) async fn by_id(vault: &Vault, id: StaffId) -> Result<Option<Self>, VaultError> {
        let sql = concat!(account!(), " WHERE id = $1");
        vault
            .store()
            .query(sql, params![id])
            .await?
            .first()
            .map(|row| Self::of(vault, row))
            .transpose()
    }

    /// Up to `limit` accounts behind the login `after`, by login, that are as `wanted`.
    pub(crate) async fn page(
        vault: &Vault,
        wanted: &Wanted,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Self>, VaultError> {
        let sql = concat!(
            account!(),
            " WHERE login > $1 AND login LIKE $2 ESCAPE '!' AND roles LIKE $3 ESCAPE '!' AND ($4 = '' \
             OR ($4 = 'disabled' AND state <> 'active') \
             OR ($4 = 'invited' AND state = 'active' AND password = '') \
             OR ($4 = 'active' AND state = 'active' AND password <> '')) ORDER BY login LIMIT $5"
        );
        let state = match wanted.state {
            None => "",
            Some(StaffState::Disabled) => "disabled",
            Some(StaffState::Invited) => "invited",
            Some(StaffState::Active) => "active",
        };
        let login = format!("{}%", literally(&wanted.login));
        let roles = match &wanted.role {
            // As `roles_text` writes it.
            Some(role) => format!("%\"{}\"%", literally(role)),
            None => "%".to_owned(),
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        vault
            .store()
            .query(sql, params![after, login, roles, state, limit])
            .await?
            .iter()
            .map(|row| Self::of(vault, row))
            .collect()
    }

    /// Every account that is open; an incident if one of them was altered in the database. Accounts of staff, not customers: there are at most thousands.
    pub(crate) async fn all_open(vault: &Vault) -> Result<Vec<Self>, VaultError> {
        let sql = concat!(account!(), " WHERE state = 'active' ORDER BY id");
        vault
            .store()
            .query(sql, params![])
            .await?
            .iter()
            .map(|row| Self::of(vault, row))
            .collect()
    }

    /// Whether its owner could sign in, were they to remember the password.
    pub(crate) fn is_active(&self) -> bool {
        self.open && !self.password.is_empty()
    }

    /// Whether it is locked after failed attempts.
    pub(crate) fn is_locked(&self, now: Moment) -> bool {
        now < self.locked_until
    }

    /// The silos that it administers under this register.
    pub(crate) fn silos(&self, register: &Register) -> Vec<Silo> {
        let mut silos: Vec<Silo> = self
            .roles
            .iter()
            .filter_map(|role| register.role(role)?.silo)
            .collect();
        silos.sort();
        silos.dedup();
        silos
    }

    /// The owner as the actor of an entry, in this session or in none.
    pub(crate) fn as_caller(
        &self,
        session: Option<SessionId>,
        address: Option<std::net::IpAddr>,
    ) -> Caller {
        let session = session.unwrap_or(SessionId::from_bytes([0; 16]));
        Caller {
            kind: CallerKind::Staff {
                id: self.id,
                login: self.login.clone(),
                session,
            },
            roles: self.roles.clone(),
            site: self.site.clone(),
            region: self.region.clone(),
            sign_in: SignIn::default(),
            address,
        }
    }

    /// The secret of the second factor, if one is enrolled.
    pub(crate) fn totp(
        &self,
        vault: &Vault,
    ) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, VaultError> {
        let open = |sealed: &Vec<u8>| vault.open_secret(&totp_context(self.id), sealed);
        self.totp_sealed.as_ref().map(open).transpose()
    }

    /// The display name. For administrators and the owner; it never enters an entry.
    pub(crate) fn name(&self, vault: &Vault) -> Result<String, VaultError> {
        let name = vault.open_secret(&name_context(self.id), &self.name_sealed)?;
        String::from_utf8(name.to_vec()).map_err(|_| VaultError::Corrupt("name"))
    }

    fn of(vault: &Vault, row: &Row) -> Result<Self, VaultError> {
        Ok(Self {
            row: vault.hold_row(Marked::Staff, row, 0)?,
            id: row.id(0, StaffId::from_slice)?,
            login: row.text(1)?.to_owned(),
            name_sealed: row.bytes(2)?.to_vec(),
            password: row.text(3)?.to_owned(),
            totp_sealed: row.opt_bytes(4)?.map(<[u8]>::to_vec),
            roles: crate::caller::roles(row, 5)?,
            site: row.opt_text(6)?.map(str::to_owned),
            region: row.opt_text(7)?.map(str::to_owned),
            open: row.text(8)? == "active",
            created_at: row.moment(9)?,
            totp_last_step: row.int(11)?,
            version: row.int(12)?,
            failed: row.int(13)?,
            locked_until: row.moment(14)?,
        })
    }
}

/// The text as part of a `LIKE` whose escape is `!`.
fn literally(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern
}

/// Whether people can be called so: 1 to 60 characters, none of them a control character.
pub(crate) fn is_display_name(name: &str) -> bool {
    (1..=60).contains(&name.chars().count())
        && name.trim() == name
        && !name.chars().any(char::is_control)
}

/// What [`is_display_name`] asks for.
pub(crate) const DISPLAY_NAME: Text = Text::fixed(
    "须为 1 到 60 个字符,首尾无空格,不含控制字符",
    "is 1 to 60 characters without control characters, blanks at neither end",
);

/// What a login looks like.
pub(crate) const LOGIN: Text = Text::fixed(
    "须以小写字母开头,仅含小写字母、数字与 - _ .,最多 60 个字符",
    "is a lower case letter, then up to 59 letters, digits, -, _ or .",
);

/// Ends every session of an account, but for one if it is named.
pub(crate) fn end_sessions(tx: &mut Tx, staff: StaffId, except: Option<SessionId>) {
    let except = except.unwrap_or(SessionId::from_bytes([0; 16]));
    tx.run(
        "DELETE FROM session WHERE staff = $1 AND id <> $2",
        params![staff, except],
    );
}

/// How long a second factor that was shown to its owner waits for its first code.
pub(crate) const ENROLMENT_SECONDS: i64 = 3600;

/// Under what a recovery code is stored, given in its one spelling: for one account only, so that a row that
/// was moved to another account opens nothing there.
pub(crate) fn recovery_digest(vault: &Vault, staff: StaffId, code: &str) -> [u8; 32] {
    let bound = [staff.as_bytes().as_slice(), code.as_bytes()].concat();
    vault.token_digest("recovery-code", &bound)
}

/// What the seed of a second factor is sealed for.
pub(crate) fn totp_context(staff: StaffId) -> String {
    format!("totp {staff}")
}

/// What a display name is sealed for.
pub(crate) fn name_context(staff: StaffId) -> String {
    format!("name {staff}")
}

/// The text of a `roles` column: sorted, without repeats.
pub(crate) fn roles_text(roles: &[String]) -> String {
    let mut roles = roles.to_vec();
    roles.sort();
    roles.dedup();
    serde_json::to_string(&roles).unwrap_or_else(|_| "[]".to_owned())
}

macro_rules! account {
    () => {
        "SELECT id, login, name_sealed, password, totp_sealed, roles, site, region, state, created_at, mark, \
         totp_last_step, version, failed, locked_until FROM staff"
    };
}
use account;
