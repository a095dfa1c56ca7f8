//! Taking an account over with an activation code.

use std::net::IpAddr;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use shouxin_model::declared::Silo;
use shouxin_model::text::Language;
use shouxin_model::{Personal, StaffId, Text};
use shouxin_store::{CommitError, Tx, params};
use shouxin_vault::said::Kind;
use shouxin_vault::{Marked, VaultError};
use shouxin_wire::Code;
use shouxin_wire::activations::{Activated, Activation};

use crate::accounts::{
    Account, DISPLAY_NAME, LOGIN, NewAccount, activation_digest, administers, end_sessions, insert,
    is_display_name,
};
use crate::gate::CameFrom;
use crate::http::document::{Open, TakingOver, WithBody};
use crate::http::faults::unsigned;
use crate::http::{Body, Refusal, Speaks};
use crate::password::{self, HashError, Weak};
use crate::{App, codes};

/// Take an account over
///
/// The code is taken once, within 72 hours. It sets the password; the second factor is enrolled at the first
/// sign-in. The first administrator also chooses `login` and `name`.
#[utoipa::path(
    post,
    path = "/api/v1/activations",
    operation_id = "activate",
    tag = "sessions",
    request_body(content = Activation,
        example = json!({"code": "4k7wz-9d2hm-x0c3v-rq85t", "password": "tolk marun 7 春眠不觉晓"})),
    responses(
        (status = 201, description = "The account can sign in", body = Activated,
            example = json!({"staff": "stf_06fs8k0000000000000000000g", "login": "li.xiaoyan", "entry": 1042})),
        Open, WithBody, TakingOver,
    )
)]
pub(crate) async fn activate(
    State(app): State<App>,
    Speaks(language): Speaks,
    Extension(CameFrom(address)): Extension<CameFrom>,
    Body(shown): Body<Activation>,
) -> Result<(StatusCode, Json<Activated>), Refusal> {
    match take(&app, &shown, address).await {
        Ok(activated) => Ok((StatusCode::CREATED, Json(activated))),
        Err(ActivationError::Vault(error)) => Err(unsigned(&app, address, &error, language).await),
        Err(error) => Err(error.told(language)),
    }
}

/// Why an account was not taken over.
#[derive(Debug, thiserror::Error)]
enum ActivationError {
    #[error("the code is unknown, used or too old")]
    Refused,
    #[error("the member {0} cannot be accepted")]
    Member(&'static str, Text),
    #[error("the login is taken")]
    Taken,
    #[error(transparent)]
    Weak(#[from] Weak),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl ActivationError {
    fn told(self, language: Language) -> Refusal {
        match self {
            Self::Refused => Refusal::new(Code::ActivationRefused, language),
            Self::Member(at, why) => {
                Refusal::new(Code::InvalidValue, language).at(at, why.get(language))
            }
            Self::Taken => Refusal::new(Code::AlreadyExists, language)
                .at("login", Code::AlreadyExists.title().get(language)),
            Self::Weak(weak) => {
                Refusal::new(Code::WeakPassword, language).at("password", weak.text().get(language))
            }
            Self::Hash(error) => {
                tracing::error!(%error, "the machine cannot hash passwords");
                Refusal::new(Code::Internal, language)
            }
            Self::Vault(error) => Refusal::vault(&error, language),
        }
    }
}

async fn take(
    app: &App,
    shown: &Activation,
    address: Option<IpAddr>,
) -> Result<Activated, ActivationError> {
    let vault = app.vault();
    // To its digest.
    let code =
        codes::read(shown.code.expose(), codes::ACTIVATION).ok_or(ActivationError::Refused)?;
    let digest = activation_digest(vault, &code);
    let sql = "SELECT code_hash, staff, roles, expires_at, used_at, mark FROM activation \
               WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2";
    let rows = vault
        .store()
        .query(sql, params![digest, vault.now()])
        .await
        .map_err(VaultError::from)?;
    let row = rows.first().ok_or(ActivationError::Refused)?;
    let held = vault.hold_row(Marked::Activation, row, 0)?;
    let mut tx = Tx::new();
    let now = vault.now();
    tx.run_exactly(
        1,
        "UPDATE activation SET used_at = $1 WHERE code_hash = $2 AND used_at IS NULL AND expires_at > $3",
        params![now, digest, now],
    );
    held.change(vault, &mut tx, [("used_at", now.into())]);
    match row
        .opt_id(1, StaffId::from_slice)
        .map_err(VaultError::from)?
    {
        Some(staff) => theirs(app, shown, staff, tx, address).await,
        None => first(app, shown, &crate::caller::roles(row, 2)?, tx, address).await,
    }
}

/// An account that an administrator opened: its owner sets the password.
async fn theirs(
    app: &App,
    shown: &Activation,
    staff: StaffId,
    mut tx: Tx,
    address: Option<IpAddr>,
) -> Result<Activated, ActivationError> {
    let vault = app.vault();
    let account = Account::by_id(vault, staff)
        .await?
        .filter(|account| account.open);
    let account = account.ok_or(ActivationError::Refused)?;
    let fixed = |at, given: bool| {
        let why = Text::fixed(
            "已由管理员设定,请勿填写",
            "was set by the administrator; leave it out",
        );
        if given {
            Err(ActivationError::Member(at, why))
        } else {
            Ok(())
        }
    };
    fixed(
        "login",
        shown
            .login
            .as_ref()
            .is_some_and(|login| *login != account.login),
    )?;
    fixed("name", shown.name.is_some())?;
    // To the check and the hash.
    let password = shown.password.expose();
    password::check(password, &[&account.login, &account.name(vault)?])?;
    let hash = app.hasher().hash(password, &mut vault.dice()).await?;
    tx.run_exactly(
        1,
        "UPDATE staff SET password = $1, failed = 0, locked_until = 0, version = version + 1 \
         WHERE id = $2 AND version = $3",
        params![&hash, staff, account.version],
    );
    account
        .row
        .change(vault, &mut tx, [("password", hash.into())]);
    end_sessions(&mut tx, staff, None);
    let caller = account.as_caller(None, address);
    match vault
        .record(&caller, Kind::Staff, &[("did", "activated")], tx)
        .await
    {
        Ok(entry) => Ok(Activated {
            staff,
            login: account.login,
            entry,
        }),
        Err(CommitError::Conflict { .. }) => Err(ActivationError::Refused),
        Err(error) => Err(VaultError::from(error).into()),
    }
}

/// The first administrator, who chooses the login too.
async fn first(
    app: &App,
    shown: &Activation,
    roles: &[String],
    mut tx: Tx,
    address: Option<IpAddr>,
) -> Result<Activated, ActivationError> {
    let vault = app.vault();
    let register = vault.active().register.clone();
    let accounts = Account::all_open(vault).await?;
    if accounts
        .iter()
        .any(|a| a.is_active() && administers(a, Silo::System, &register))
    {
        return Err(ActivationError::Refused);
    }
    let login = shown
        .login
        .as_deref()
        .filter(|login| shouxin_model::id::is_slug(login))
        .ok_or(ActivationError::Member("login", LOGIN))?;
    // Both to be sealed or hashed.
    let (name, password) = (
        shown.name.as_ref().map(Personal::expose),
        shown.password.expose(),
    );
    let name = name
        .filter(|name| is_display_name(name))
        .ok_or(ActivationError::Member("name", DISPLAY_NAME))?;
    password::check(password, &[login, name])?;
    let hash = app.hasher().hash(password, &mut vault.dice()).await?;
    let id = StaffId::make(vault.now(), &mut vault.dice());
    let account = NewAccount {
        id,
        login,
        name,
        password: &hash,
        roles,
        site: None,
        region: None,
    };
    insert(vault, &mut tx, &account);
    let caller = account.as_caller(address);
    match vault
        .record(&caller, Kind::Staff, &[("did", "first-administrator")], tx)
        .await
    {
        Ok(entry) => Ok(Activated {
            staff: id,
            login: login.to_owned(),
            entry,
        }),
        Err(CommitError::Conflict { statement: 0 }) => Err(ActivationError::Refused),
        Err(CommitError::Conflict { .. }) => Err(ActivationError::Taken),
        Err(error) => Err(VaultError::from(error).into()),
    }
}
