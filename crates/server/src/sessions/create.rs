//! Signing in.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use data_encoding::{BASE32_DNSSEC, BASE64URL_NOPAD};
use rand_core::Rng;
use shouxin_model::text::Language;
use shouxin_model::{Moment, SessionId};
use shouxin_store::{CommitError, Tx, params};
use shouxin_vault::said::Kind;
use shouxin_vault::{HeldRow, Marked, VaultError};
use shouxin_wire::Code;
use shouxin_wire::sessions::{SessionState, SignIn, SignedIn};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::cookie;
use crate::accounts::{Account, note_failure, note_stranger, recovery_digest};
use crate::caller::{Credential, csrf};
use crate::gate::CameFrom;
use crate::http::document::{Open, SigningIn, WithBody};
use crate::http::faults::unsigned;
use crate::http::{Body, Refusal, Speaks};
use crate::{App, codes, totp};

/// Sign in
///
/// The session's token comes in the cookie `__Host-shouxin`; its `csrf` goes into `X-CSRF-Token` with every
/// POST, PUT, PATCH and DELETE. Whatever was wrong with login, password or code, the answer is
/// `credentials-refused` after the same time, also for an account that is locked, closed or unknown.
///
/// Where the password is right and the account has a second factor, a sign-in without `code` and
/// `recovery_code` is answered `code-required`: ask for it and send all again. An account without a second
/// factor gets a session in the state `enrolling`, which can enrol one and nothing else.
///
/// A session that came with the request ends: the new one has another token.
#[utoipa::path(
    post,
    path = "/api/v1/sessions",
    operation_id = "sign-in",
    tag = "sessions",
    request_body(content = SignIn,
        example = json!({"login": "li.xiaoyan", "password": "tolk marun 7 春眠不觉晓", "code": "492039"})),
    responses(
        (status = 201, description = "Signed in", body = SignedIn,
            headers(("Set-Cookie" = String, description = "The session's token")),
            example = json!({"session": "ses_06fs8k0000000000000000000g", "state": "complete",
                "csrf": "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k", "expires_at": "2026-11-21T13:04:05.678Z",
                "idle_seconds": 1800})),
        Open, WithBody, SigningIn,
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    Speaks(language): Speaks,
    Extension(CameFrom(address)): Extension<CameFrom>,
    headers: HeaderMap,
    Body(shown): Body<SignIn>,
) -> Result<Response, Refusal> {
    let earliest_refusal =
        Instant::now() + Duration::from_millis(app.settings().refused_sign_in_millis);
    let attempt = Attempt {
        app: &app,
        shown: &shown,
        address,
        headers: &headers,
    };
    match attempt.sign_in().await {
        Ok(answer) => Ok(answer),
        Err(SignInError::Refused) => {
            tokio::time::sleep_until(earliest_refusal).await;
            Err(Refusal::new(Code::CredentialsRefused, language))
        }
        Err(SignInError::CodeRequired) => Err(Refusal::new(Code::CodeRequired, language)),
        Err(error) => Err(broken(&app, address, error, language).await),
    }
}

async fn broken(
    app: &App,
    address: Option<IpAddr>,
    error: SignInError,
    language: Language,
) -> Refusal {
    match error {
        SignInError::Vault(error) => unsigned(app, address, &error, language).await,
        error => {
            tracing::error!(%error, "a sign-in could not be decided");
            Refusal::new(Code::Internal, language)
        }
    }
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
enum SignInError {
    #[error("login, password or code is not right, or the account cannot sign in")]
    Refused,
    #[error("the second factor is needed")]
    CodeRequired,
    #[error(transparent)]
    Hash(#[from] crate::password::HashError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

struct Attempt<'a> {
    app: &'a App,
    shown: &'a SignIn,
    address: Option<IpAddr>,
    headers: &'a HeaderMap,
}

/// What proves the second factor, and what must hold when it is spent.
enum Factor {
    NotEnrolled,
    Step(i64),
    Recovery([u8; 32]),
}

impl Attempt<'_> {
    async fn sign_in(&self) -> Result<Response, SignInError> {
        let vault = self.app.vault();
        let mut account = Account::by_login(vault, &self.shown.login).await?;
        // Hashed in every case, so that an unknown login takes as long as a known one.
        let hash = account.as_ref().map(|account| account.password.as_str());
        // To the hasher, which wipes its copy.
        let right = self
            .app
            .hasher()
            .verify(self.shown.password.expose(), hash)
            .await?;
        for _ in 0..RETRIES {
            let now = vault.now();
            let able = account
                .take()
                .filter(|account| account.is_active() && !account.is_locked(now));
            let Some(current) = able else {
                note_stranger(self.app, self.address).await?;
                return Err(SignInError::Refused);
            };
            if !right {
                return Err(self.refuse(&current).await);
            }
            let factor = match self.factor(&current, now).await? {
                Some(factor) => factor,
                None => return Err(self.refuse(&current).await),
            };
            match self.open(&current, &factor, now).await {
                Ok(answer) => return Ok(answer),
                // Others tried the same account, or spent the same code: look again.
                Err(CommitError::Conflict { .. }) => {
                    let again = Account::by_id(vault, current.id).await?;
                    // The password that was checked above must still be the one.
                    account = again.filter(|again| again.password == current.password);
                }
                Err(CommitError::Store(error)) => return Err(VaultError::Ledger(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn refuse(&self, account: &Account) -> SignInError {
        let caller = account.as_caller(None, self.address);
        match note_failure(self.app, account, &caller).await {
            Ok(()) => SignInError::Refused,
            Err(error) => error.into(),
        }
    }

    /// The second factor that was shown; `None` if it is not right.
    async fn factor(&self, account: &Account, now: Moment) -> Result<Option<Factor>, SignInError> {
        let vault = self.app.vault();
        let Some(secret) = account.totp(vault)? else {
            return Ok(Some(Factor::NotEnrolled));
        };
        match (&self.shown.code, &self.shown.recovery_code) {
            (Some(code), None) => {
                // To the comparison, which keeps nothing.
                let step = totp::step_of(&secret, code.expose(), now);
                Ok(step
                    .filter(|step| *step > account.totp_last_step)
                    .map(Factor::Step))
            }
            (None, Some(code)) => {
                // To its digest.
                let Some(code) = codes::read(code.expose(), codes::RECOVERY) else {
                    return Ok(None);
                };
                let digest = recovery_digest(vault, account.id, &code);
                let sql = "SELECT 1 FROM recovery_code WHERE staff = $1 AND code_hash = $2 AND used_at IS NULL";
                let rows = vault
                    .store()
                    .query(sql, params![account.id, digest])
                    .await
                    .map_err(VaultError::from)?;
                Ok((!rows.is_empty()).then_some(Factor::Recovery(digest)))
            }
            (None, None) => {
                // No failure, but whoever has the password and not the code leaves a trace.
                let caller = account.as_caller(None, self.address);
                let extra = [("reason", Code::CodeRequired.word())];
                let noted = vault.record(&caller, Kind::SignInRefused, &extra, Tx::new());
                noted.await.map_err(VaultError::from)?;
                Err(SignInError::CodeRequired)
            }
            (Some(_), Some(_)) => Ok(None),
        }
    }

    /// Opens the session. The commit conflicts if the account or its second factor changed since.
    async fn open(
        &self,
        account: &Account,
        factor: &Factor,
        now: Moment,
    ) -> Result<Response, CommitError> {
        let vault = self.app.vault();
        let limits = self.app.settings().sessions;
        let mut tx = Tx::new();
        let step = if let Factor::Step(step) = factor {
            *step
        } else {
            account.totp_last_step
        };
        tx.run_exactly(
            1,
            "UPDATE staff SET failed = 0, locked_until = 0, totp_last_step = $1 WHERE id = $2 AND version = $3 \
             AND failed = $4 AND totp_last_step = $5",
            params![step, account.id, account.version, account.failed, account.totp_last_step],
        );
        if let Factor::Recovery(digest) = factor {
            tx.run_exactly(
                1,
                "UPDATE recovery_code SET used_at = $1 WHERE staff = $2 AND code_hash = $3 AND used_at IS NULL",
                params![now, account.id, *digest],
            );
        }
        // The session that came along ends, whoever's it was; and those whose time is over.
        if let Credential::Session(token) = Credential::of(self.headers) {
            let digest = vault.token_digest("session", token.as_bytes());
            tx.run("DELETE FROM session WHERE token_hash = $1", params![digest]);
        }
        tx.run(
            "DELETE FROM session WHERE staff = $1 AND (expires_at <= $2 OR seen_at <= $3)",
            params![account.id, now, now.plus_seconds(-limits.idle_seconds)],
        );
        let (state, second_factor_at) = match factor {
            Factor::NotEnrolled => (SessionState::Enrolling, None),
            Factor::Step(_) | Factor::Recovery(_) => (SessionState::Complete, Some(now)),
        };
        let token = make_token(&mut vault.dice());
        let csrf = csrf(self.app, &token);
        let session = SessionId::make(now, &mut vault.dice());
        let expires_at = now.plus_seconds(limits.absolute_seconds);
        let address = self
            .address
            .map(|address| address.to_string())
            .unwrap_or_default();
        let row = HeldRow::new(
            vault,
            Marked::Session,
            params![
                session,
                account.id,
                vault.token_digest("session", token.as_bytes()),
                now,
                expires_at,
                second_factor_at,
                word(state)
            ],
        );
        let mut row = row.params();
        row.extend(params![now, &address, agent(self.headers)]);
        tx.run_exactly(
            1,
            "INSERT INTO session (id, staff, token_hash, created_at, expires_at, second_factor_at, state, \
             mark, seen_at, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            row,
        );
        let concurrent = self.others(account, &address, now).await?.to_string();
        let id = session.to_string();
        let with = match factor {
            Factor::NotEnrolled => "password",
            Factor::Step(_) => "code",
            Factor::Recovery(_) => "recovery-code",
        };
        let from = self.place(&address);
        let mut extra = vec![
            ("session", id.as_str()),
            ("with", with),
            ("from", from.as_str()),
        ];
        if concurrent != "0" {
            extra.push(("concurrent", concurrent.as_str()));
        }
        let caller = account.as_caller(Some(session), self.address);
        vault.record(&caller, Kind::SignIn, &extra, tx).await?;
        let answer = SignedIn {
            session,
            state,
            csrf,
            expires_at,
            idle_seconds: limits.idle_seconds,
        };
        let cookie = cookie(&token, limits.absolute_seconds);
        Ok((
            StatusCode::CREATED,
            [(header::SET_COOKIE, cookie)],
            Json(answer),
        )
            .into_response())
    }

    /// How many live sessions the person has from other addresses: one account in two places may be two
    /// people.
    async fn others(
        &self,
        account: &Account,
        address: &str,
        now: Moment,
    ) -> Result<usize, CommitError> {
        let sql = "SELECT 1 FROM session WHERE staff = $1 AND address <> $2 AND expires_at > $3 AND seen_at > $4";
        let idle = now.plus_seconds(-self.app.settings().sessions.idle_seconds);
        let rows = self
            .app
            .vault()
            .store()
            .query(sql, params![account.id, address, now, idle])
            .await?;
        Ok(rows.len())
    }

    /// The address as the ledger may hold it: the same for the same address, and no address.
    fn place(&self, address: &str) -> String {
        BASE32_DNSSEC.encode(&self.app.vault().token_digest("address", address.as_bytes())[..8])
    }
}

fn make_token(dice: &mut impl Rng) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; 32]);
    dice.fill_bytes(&mut *bytes);
    Zeroizing::new(BASE64URL_NOPAD.encode(&*bytes))
}

/// The family of the program that signs in: a word for people, of no weight in any decision.
fn agent(headers: &HeaderMap) -> &'static str {
    let text = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // The order matters: most name several others.
    let families = [
        ("MicroMessenger/", "WeChat"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
        ("shouxin/", "shouxin"),
    ];
    families
        .iter()
        .find(|(mark, _)| text.contains(mark))
        .map_or("other", |(_, family)| family)
}

fn word(state: SessionState) -> &'static str {
    match state {
        SessionState::Enrolling => "enrolling",
        SessionState::Complete => "complete",
    }
}

const RETRIES: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_of_a_browser_is_told() {
        let check = |text: &'static str, expected: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, text.parse().unwrap());
            assert_eq!(agent(&headers), expected);
        };
        check(
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
            "Firefox",
        );
        check(
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0",
            "Edge",
        );
        check(
            "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15",
            "Safari",
        );
        check("curl/7.88.1", "curl");
        check("<script>", "other");
    }
}
