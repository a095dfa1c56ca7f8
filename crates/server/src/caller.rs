//! Who calls: looked up anew for every request, so that a closed account, a changed role or a revoked
//! key counts at once.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use shouxin_model::declared::Silo;
use shouxin_model::text::Language;
use shouxin_model::{
    ApiKeyId, Caller, CallerKind, DeviceId, Moment, Personal, Register, SessionId, SignIn, StaffId,
};
use shouxin_store::{Row, Watched, params};
use shouxin_vault::{Marked, VaultError, said::SECOND_FACTOR_SECONDS};
use shouxin_wire::Code;
use subtle::ConstantTimeEq;

use crate::App;
use crate::http::Refusal;
use crate::http::language::preferred;
use crate::limits::Wait;
use crate::network::Network;
use crate::permissions::Standing;

/// A caller whom the gate let in. An extractor: only the gate puts it there.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The caller, for the vault.
    pub caller: Caller,
    /// How the caller is signed in.
    pub by: By,
    /// The silos of administration that the caller's roles belong to.
    pub silos: Vec<Silo>,
    /// Whether some role belongs to no silo.
    pub business: bool,
    /// Whether a second factor was shown within the last ten minutes.
    pub second_factor: bool,
    /// The caller's language.
    pub language: Language,
}

/// How a caller is signed in.
#[derive(Clone, Debug)]
pub enum By {
    /// A person, with a session.
    Session(Session),
    /// A service, with a key.
    Key(Scopes),
}

/// A person's session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The person.
    pub staff: StaffId,
    /// The person's login.
    pub login: String,
    /// The person has enrolled a second factor, and the session was opened with it.
    pub enrolled: bool,
    /// When it was last used, give or take a minute.
    pub seen_at: Moment,
    /// When it ends, whatever happens.
    pub expires_at: Moment,
    /// What the person's browser must send in `X-CSRF-Token`.
    pub csrf: Personal<String>,
}

/// What an API key may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    /// The roles it holds.
    pub roles: Vec<String>,
    /// The purposes it may name.
    pub purposes: Vec<String>,
    /// The fields it may name: `collection.field` or `collection.*`.
    pub fields: Vec<String>,
    /// Its requests in a minute.
    pub rate_per_minute: u32,
    /// Where it may be used from.
    pub addresses: Vec<Network>,
}

impl Signed {
    /// The name in ledger entries.
    pub fn actor(&self) -> String {
        self.caller.actor()
    }

    /// A refusal in the caller's language.
    pub fn refuse(&self, code: Code) -> Refusal {
        Refusal::new(code, self.language)
    }

    /// The refusal of a caller who has to wait.
    pub fn too_many(&self, wait: Wait) -> Refusal {
        self.refuse(Code::TooManyRequests).retry_after(wait.seconds)
    }

    /// The session, if a person calls.
    ///
    /// # Errors
    /// `OperationNotPermitted` for a service.
    pub fn session(&self) -> Result<&Session, Refusal> {
        match &self.by {
            By::Session(session) => Ok(session),
            By::Key(_) => Err(self.refuse(Code::OperationNotPermitted)),
        }
    }

    /// What of the caller the permission matrix looks at.
    pub fn standing(&self) -> Standing<'_> {
        let (service, enrolled) = match &self.by {
            By::Session(session) => (false, session.enrolled),
            By::Key(_) => (true, false),
        };
        let (second_factor, business) = (self.second_factor, self.business);
        Standing {
            service,
            enrolled,
            second_factor,
            business,
            roles: &self.caller.roles,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let signed = parts.extensions.get::<Self>().cloned();
        signed.ok_or_else(|| Refusal::new(Code::SignInRequired, preferred(&parts.headers)))
    }
}

/// What a request shows to say who calls.
#[derive(PartialEq, Eq)]
pub(crate) enum Credential {
    None,
    Session(String),
    Key(String),
    /// More than one: whoever mixes them may be tricking somebody's browser.
    Several,
}

impl Credential {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let cookies = cookies
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.split_once('='));
        let sessions = cookies
            .filter(|(name, _)| name.trim() == COOKIE)
            .map(|(_, token)| Self::Session(token.trim().to_owned()));
        let keys = headers.get_all(header::AUTHORIZATION).iter().map(|value| {
            let (scheme, key) = value
                .to_str()
                .ok()
                .and_then(|text| text.split_once(' '))
                .unwrap_or_default();
            let key = if scheme.eq_ignore_ascii_case("bearer") {
                key.trim()
            } else {
                ""
            };
            Self::Key(key.to_owned())
        });
        let mut found = sessions.chain(keys);
        match (found.next(), found.next()) {
            (None, _) => Self::None,
            (Some(one), None) => one,
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

/// The session's cookie. `__Host-` binds it to this very host, path `/` and TLS.
pub const COOKIE: &str = "__Host-shouxin";

/// The live session of this token, if there is one.
///
/// # Errors
/// The store could not be read.
pub(crate) async fn by_session(
    app: &App,
    token: &str,
    device: Option<&str>,
    address: Option<IpAddr>,
    language: Language,
) -> Result<Option<Signed>, VaultError> {
    let vault = app.vault();
    let digest = vault.token_digest("session", token.as_bytes());
    let tables = [Watched::Sessions, Watched::Staff];
    let rows = vault.store().query_kept(&tables, SESSION, digest).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    vault.check_row(Marked::Session, row, 0)?;
    vault.check_row(Marked::Staff, row, PERSON)?;
    let now = vault.now();
    let (seen_at, expires_at) = (row.moment(8)?, row.moment(4)?);
    let idle = now.seconds_since(seen_at) >= app.settings().sessions.idle_seconds;
    if row.text(17)? != "active" || idle || now >= expires_at {
        return Ok(None);
    }
    // The clock went back: how old the session is nobody knows, and it would outlive its time by as much.
    let limit = app.settings().sessions.absolute_seconds + CLOCKS_DIFFER_SECONDS;
    let (ahead, too_long) = (
        now.plus_seconds(CLOCKS_DIFFER_SECONDS),
        now.plus_seconds(limit),
    );
    if seen_at > ahead || expires_at > too_long {
        return Ok(None);
    }
    let session = Session {
        id: row.id(0, SessionId::from_slice)?,
        staff: row.id(1, StaffId::from_slice)?,
        login: row.text(10)?.to_owned(),
        enrolled: row.opt_bytes(13)?.is_some() && row.text(6)? == "complete",
        seen_at,
        expires_at,
        csrf: Personal::new(csrf(app, token)),
    };
    let kind = CallerKind::Staff {
        id: session.staff,
        login: session.login.clone(),
        session: session.id,
    };
    let sign_in = SignIn {
        second_factor_at: row.opt_moment(5)?,
        device: match device {
            Some(token) => registered(app, session.staff, token).await?,
            None => None,
        },
    };
    let caller = Caller {
        kind,
        roles: roles(row, 14)?,
        site: row.opt_text(15)?.map(str::to_owned),
        region: row.opt_text(16)?.map(str::to_owned),
        sign_in,
        address,
    };
    Ok(Some(signed(
        caller,
        By::Session(session),
        now,
        &vault.active().register,
        language,
    )))
}

/// The device of this token, if it is registered for this person and was approved.
async fn registered(
    app: &App,
    staff: StaffId,
    token: &str,
) -> Result<Option<DeviceId>, VaultError> {
    let vault = app.vault();
    let digest = vault.token_digest("device", token.as_bytes());
    let sql = "SELECT id, staff, token_hash, name_sealed, state, created_at, decided_by, decided_at, mark \
               FROM device WHERE token_hash = $1 AND staff = $2 AND state = 'active'";
    let rows = vault.store().query(sql, params![digest, staff]).await?;
    let id = |row: &Row| {
        vault.check_row(Marked::Device, row, 0)?;
        Ok(row.id(0, DeviceId::from_slice)?)
    };
    rows.first().map(id).transpose()
}

/// What the cookie of a device says; of several none counts.
pub(crate) fn device_cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut found = cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| name.trim() == DEVICE_COOKIE)
        .map(|(_, token)| token.trim());
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

/// The device's cookie, bound like the session's.
pub const DEVICE_COOKIE: &str = "__Host-shouxin-device";

/// The clocks of several nodes, and one that is set right by a little, differ by no more.
const CLOCKS_DIFFER_SECONDS: i64 = 60;

/// A session's marked columns, when it was last used, and from column `PERSON` on the person's marked ones.
const SESSION: &str = "SELECT s.id, s.staff, s.token_hash, s.created_at, s.expires_at, s.second_factor_at, \
    s.state, s.mark, s.seen_at, p.id, p.login, p.name_sealed, p.password, p.totp_sealed, p.roles, p.site, \
    p.region, p.state, p.created_at, p.mark \
    FROM session s JOIN staff p ON p.id = s.staff WHERE s.token_hash = $1";
const PERSON: usize = 9;

/// The live key with this text, if there is one. Where it may be used from is for the gate.
///
/// # Errors
/// The store could not be read.
pub(crate) async fn by_key(
    app: &App,
    key: &str,
    address: Option<IpAddr>,
    language: Language,
) -> Result<Option<Signed>, VaultError> {
    let vault = app.vault();
    let Some(prefix) = key_prefix(key) else {
        return Ok(None);
    };
    // Before anything is known of it: a part that nobody has takes as long as one of ours.
    let digest = vault.token_digest("api-key", key.as_bytes());
    let tables = [Watched::ApiKeys];
    let rows = vault.store().query_kept(&tables, KEY, prefix).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    vault.check_row(Marked::ApiKey, row, 0)?;
    let now = vault.now();
    let right: bool = row.bytes(2)?.ct_eq(&digest).into();
    if !right || row.text(6)? != "active" || now >= row.moment(5)? {
        return Ok(None);
    }
    let scopes: Scopes =
        serde_json::from_str(row.text(4)?).map_err(|_| VaultError::Corrupt("api key"))?;
    let kind = CallerKind::Service {
        id: row.id(0, ApiKeyId::from_slice)?,
        purposes: scopes.purposes.clone(),
        fields: scopes.fields.clone(),
    };
    let (site, region, sign_in) = (None, None, SignIn::default());
    let caller = Caller {
        kind,
        roles: scopes.roles.clone(),
        site,
        region,
        sign_in,
        address,
    };
    Ok(Some(signed(
        caller,
        By::Key(scopes),
        now,
        &vault.active().register,
        language,
    )))
}

const KEY: &str = "SELECT id, prefix, secret_hash, name, scopes, expires_at, state, created_by, created_at, \
    replaces, mark FROM api_key WHERE prefix = $1";

/// The part of a key `sx_<prefix>_<secret>` that may be shown, if the text has the form of a key.
pub(crate) fn key_prefix(key: &str) -> Option<&str> {
    let (prefix, secret) = key.strip_prefix("sx_")?.split_once('_')?;
    (prefix.len() == 8 && secret.len() == 43).then_some(prefix)
}

/// What goes into `X-CSRF-Token`: made from the session's token, so a page that was loaded again can be
/// told it again, and useless with any other session.
pub(crate) fn csrf(app: &App, token: &str) -> String {
    BASE64URL_NOPAD.encode(&app.vault().token_digest("csrf", token.as_bytes()))
}

fn signed(
    mut caller: Caller,
    by: By,
    now: Moment,
    register: &Register,
    language: Language,
) -> Signed {
    // A role that the register in force no longer knows gives nothing.
    caller.roles.retain(|role| register.role(role).is_some());
    caller.roles.sort();
    caller.roles.dedup();
    let held = || caller.roles.iter().filter_map(|role| register.role(role));
    let mut silos: Vec<Silo> = held().filter_map(|role| role.silo).collect();
    silos.dedup();
    let business = held().any(|role| role.silo.is_none());
    let fresh = |at: Moment| at <= now && at.plus_seconds(SECOND_FACTOR_SECONDS) >= now;
    let second_factor = caller.sign_in.second_factor_at.is_some_and(fresh);
    Signed {
        caller,
        by,
        silos,
        business,
        second_factor,
        language,
    }
}

/// The roles in this column.
pub(crate) fn roles(row: &Row, column: usize) -> Result<Vec<String>, VaultError> {
    serde_json::from_str(row.text(column)?).map_err(|_| VaultError::Corrupt("roles"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(header::HeaderName, &str)], expected: Credential) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value.parse().unwrap());
        }
        assert!(Credential::of(&map) == expected, "{headers:?}");
    }

    #[test]
    fn one_credential_is_taken_and_two_are_not() {
        use header::{AUTHORIZATION, COOKIE};
        let session = |token: &str| Credential::Session(token.to_owned());
        let key = |key: &str| Credential::Key(key.to_owned());
        check(&[], Credential::None);
        check(
            &[(COOKIE, "theme=dark; other=__Host-shouxin")],
            Credential::None,
        );
        check(
            &[(COOKIE, "theme=dark; __Host-shouxin=abc")],
            session("abc"),
        );
        check(&[(AUTHORIZATION, "Bearer sx_1")], key("sx_1"));
        check(&[(AUTHORIZATION, "bearer sx_1")], key("sx_1"));
        check(&[(AUTHORIZATION, "Basic abc")], key(""));
        check(
            &[(COOKIE, "__Host-shouxin=a; __Host-shouxin=b")],
            Credential::Several,
        );
        check(
            &[(COOKIE, "__Host-shouxin=a"), (COOKIE, "__Host-shouxin=b")],
            Credential::Several,
        );
        check(
            &[(COOKIE, "__Host-shouxin=a"), (AUTHORIZATION, "Bearer b")],
            Credential::Several,
        );
    }

    #[test]
    fn a_key_shows_eight_characters_of_itself() {
        let secret = "s".repeat(42) + "_";
        assert_eq!(
            key_prefix(&format!("sx_12345678_{secret}")),
            Some("12345678")
        );
        assert_eq!(key_prefix(&format!("sx_1234567_{secret}")), None);
        assert_eq!(key_prefix("sx_12345678_short"), None);
    }
}
