//! Accounts of staff: the system administrator opens and closes them, the security administrator gives
//! roles. Nobody changes their own.

pub mod change;
pub mod list;
pub mod open;
pub mod reset;
pub mod roles;
pub mod sessions;
pub mod show;

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use shouxin_model::StaffId;
use shouxin_vault::{Vault, VaultError};
use shouxin_wire::Code;
use shouxin_wire::staff::{Staff, StaffChanged, StaffState};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;
use crate::accounts::Account;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::faults::settled;
use crate::http::version::etag;

/// The operations on accounts.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, open::open))
        .routes(routes!(show::show, change::change))
        .routes(routes!(reset::reset))
        .routes(routes!(sessions::list_sessions, sessions::end_sessions))
        .routes(routes!(roles::change_roles))
}

/// An account as administrators see it.
fn shown(vault: &Vault, account: Account) -> Result<Staff, VaultError> {
    let state = match (account.open, account.is_active()) {
        (false, _) => StaffState::Disabled,
        (true, false) => StaffState::Invited,
        (true, true) => StaffState::Active,
    };
    Ok(Staff {
        staff: account.id,
        name: account.name(vault)?,
        locked_until: account
            .is_locked(vault.now())
            .then_some(account.locked_until),
        login: account.login,
        roles: account.roles,
        site: account.site,
        region: account.region,
        state,
        second_factor: account.totp_sealed.is_some(),
        created_at: account.created_at,
        version: account.version.unsigned_abs(),
    })
}

/// The account of this id, in the version that the caller has seen.
async fn find(
    app: &App,
    signed: &Signed,
    id: StaffId,
    seen: Option<u64>,
) -> Result<Account, Refusal> {
    let account = settled(app, signed, Account::by_id(app.vault(), id).await).await?;
    let Some(account) = account else {
        app.limits().missed(&signed.actor());
        return Err(signed.refuse(Code::NotFound));
    };
    match seen {
        Some(version) if version != account.version.unsigned_abs() => {
            Err(signed.refuse(Code::PreconditionFailed))
        }
        _ => Ok(account),
    }
}

/// Refuses a change of the caller's own account.
fn not_oneself(signed: &Signed, id: StaffId) -> Result<(), Refusal> {
    if signed.session()?.staff == id {
        Err(signed.refuse(Code::OwnRights))
    } else {
        Ok(())
    }
}

/// The answer after a change.
async fn changed(app: &App, signed: &Signed, id: StaffId, entry: u64) -> Result<Response, Refusal> {
    let account = find(app, signed, id, None).await?;
    let account = settled(app, signed, shown(app.vault(), account)).await?;
    let etag = etag(account.version);
    Ok((
        [(header::ETAG, etag)],
        Json(StaffChanged { account, entry }),
    )
        .into_response())
}

/// A refusal of a change that only its handler can see: recorded like those of the gate.
async fn refused(app: &App, signed: &Signed, operation: &str, refusal: Refusal) -> Refusal {
    let code = refusal.problem().code.clone();
    let is_rights = [
        Code::OwnRights,
        Code::OperationNotPermitted,
        Code::SilosCombined,
        Code::LastAdministrator,
    ];
    if !is_rights.iter().any(|right| right.word() == code) {
        return refusal;
    }
    crate::gate::record(app, operation, signed, refusal).await
}
