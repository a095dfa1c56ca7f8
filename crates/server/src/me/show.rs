//! Who calls, and what the caller may do.

use axum::Json;
use axum::extract::State;
use shouxin_vault::said::SECOND_FACTOR_SECONDS;
use shouxin_wire::Code;
use shouxin_wire::me::{Me, MeKind, Operation, Person};

use crate::App;
use crate::accounts::Account;
use crate::caller::{By, Session, Signed};
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;
use crate::permissions::{Answer, matrix};

/// Show who one is and what one may do
///
/// The operations are those that the permission matrix gives the caller now; what may be seen is for
/// the policies.
#[utoipa::path(
    get,
    path = "/api/v1/me",
    operation_id = "show-me",
    tag = "me",
    responses(
        (status = 200, description = "The caller", body = Me,
            example = json!({"actor": "stf_06fs8k0000000000000000000g", "kind": "staff",
                "roles": ["service-adviser"], "silos": [], "site": "s1",
                "person": {"login": "li.xiaoyan", "name": "…", "enrolled": true,
                    "session": "ses_06fs8k0000000000000000000g",
                    "session_expires_at": "2026-11-21T13:04:05.678Z", "idle_seconds": 1800,
                    "csrf": "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k"},
                "operations": [{"method": "POST", "path": "/api/v1/searches", "needs_second_factor": false}]})),
        Guarded,
    ),
    security(("session" = []), ("key" = []))
)]
pub(crate) async fn show(State(app): State<App>, signed: Signed) -> Result<Json<Me>, Refusal> {
    let (kind, person) = match &signed.by {
        By::Session(session) => (MeKind::Staff, Some(person(&app, &signed, session).await?)),
        By::Key(_) => (MeKind::Service, None),
    };
    Ok(Json(Me {
        actor: signed.actor(),
        kind,
        roles: signed.caller.roles.clone(),
        silos: signed.silos.clone(),
        site: signed.caller.site.clone(),
        region: signed.caller.region.clone(),
        person,
        operations: operations(&signed),
    }))
}

async fn person(app: &App, signed: &Signed, session: &Session) -> Result<Person, Refusal> {
    let account = settled(
        app,
        signed,
        Account::by_id(app.vault(), session.staff).await,
    )
    .await?;
    // Closed and removed in this very moment.
    let account = account.ok_or_else(|| signed.refuse(Code::SignInRequired))?;
    let shown_at = signed
        .caller
        .sign_in
        .second_factor_at
        .filter(|_| signed.second_factor);
    Ok(Person {
        login: session.login.clone(),
        name: settled(app, signed, account.name(app.vault())).await?,
        enrolled: session.enrolled,
        second_factor_until: shown_at.map(|at| at.plus_seconds(SECOND_FACTOR_SECONDS)),
        session: session.id,
        session_expires_at: session.expires_at,
        idle_seconds: app.settings().sessions.idle_seconds,
        // To its owner's page, which sends it back.
        csrf: session.csrf.expose().clone(),
    })
}

/// What the matrix permits, leaving out what anyone may call.
fn operations(signed: &Signed) -> Vec<Operation> {
    let standing = signed.standing();
    let rows = matrix().rows().iter().filter(|row| !row.is_anonymous());
    rows.filter_map(|row| {
        let needs_second_factor = match row.answer(&standing) {
            Answer::Yes => false,
            Answer::SecondFactor => true,
            Answer::Enrol | Answer::No => return None,
        };
        let (method, path) = (row.method().to_string(), row.path().to_owned());
        Some(Operation {
            method,
            path,
            needs_second_factor,
        })
    })
    .collect()
}
