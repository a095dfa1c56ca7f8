//! The gate: every request passes it before any operation sees it.
//!
//! It finds the operation's row in the permission matrix, looks up who calls, and lets through, with
//! [`Signed`] in the request, whom the row names. What has no row is for nobody.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use shouxin_model::CallerKind;
use shouxin_model::text::Language;
use shouxin_store::{Tx, params};
use shouxin_vault::VaultError;
use shouxin_vault::said::Kind;
use shouxin_wire::Code;
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use crate::App;
use crate::caller::{By, Credential, Session, Signed, by_key, by_session, device_cookie};
use crate::guard;
use crate::http::faults::unsigned;
use crate::http::language::preferred;
use crate::http::trail::Trail;
use crate::http::{Refusal, cors};
use crate::key_uses;
use crate::limits::Wait;
use crate::network::caller_address;
use crate::permissions::{Answer, Row, matrix};

/// Lets a request through to its operation, or answers with a problem.
///
/// # Errors
/// The problem.
pub async fn admitted(app: &App, request: Request) -> Result<Request, Response> {
    let (mut parts, body) = request.into_parts();
    match admit(app, &mut parts).await {
        Ok(()) => Ok(Request::from_parts(parts, body)),
        // Who is not even signed in hears what was wrong with the request first.
        Err(refusal) if refusal.problem().status == 401 => {
            let language = preferred(&parts.headers);
            let found = guard::of_nobody(&parts, language);
            Err(found.unwrap_or(refusal).into_response())
        }
        Err(refusal) => Err(refusal.into_response()),
    }
}

async fn admit(app: &App, parts: &mut Parts) -> Result<(), Refusal> {
    let language = preferred(&parts.headers);
    let row = row(parts, language)?;
    let address = caller_address(parts, &app.settings().trusted_proxies);
    parts.extensions.insert(CameFrom(address));
    let limits = app.limits();
    let wait = |wait| too_many(wait, language);
    let sign_in_required = || Refusal::new(Code::SignInRequired, language);

    if row.is_anonymous() {
        limits.address(address).map_err(wait)?;
        if row.is_page() {
            cors::permitted(app, &parts.headers, language)?;
            if *row.method() != Method::GET {
                limits.page(address).map_err(wait)?;
            }
        } else if *row.method() != Method::GET {
            limits.sign_in(address).map_err(wait)?;
            same_site(app, parts, language)?;
        }
        return guard::of_nobody(parts, language).map_or(Ok(()), Err);
    }
    let signed = match Credential::of(&parts.headers) {
        Credential::Key(key) => {
            // A key has a rate of its own; what only looks like one counts against its address.
            let began = Instant::now();
            let signed = by_key(app, &key, address, language).await;
            match told(app, address, language, signed).await? {
                Some(signed) => signed,
                None => {
                    limits.address(address).map_err(wait)?;
                    // What is kept in memory of the keys in use is found sooner than what is not there: the
                    // time must not tell which parts of keys exist.
                    let least = app.settings().refused_sign_in_millis;
                    tokio::time::sleep_until(began + Duration::from_millis(least)).await;
                    return Err(sign_in_required());
                }
            }
        }
        Credential::Session(token) => {
            limits.address(address).map_err(wait)?;
            let device = device_cookie(&parts.headers);
            let signed = by_session(app, &token, device, address, language).await;
            told(app, address, language, signed)
                .await?
                .ok_or_else(sign_in_required)?
        }
        Credential::None => {
            limits.address(address).map_err(wait)?;
            return Err(sign_in_required());
        }
        Credential::Several => {
            limits.address(address).map_err(wait)?;
            return Err(Refusal::new(Code::SeveralCredentials, language));
        }
    };
    match &signed.by {
        By::Session(_) => limits.person(&signed.actor()).map_err(wait)?,
        By::Key(scopes) => {
            let CallerKind::Service { id, .. } = signed.caller.kind else {
                return Err(sign_in_required());
            };
            limits.key(id, scopes.rate_per_minute).map_err(wait)?;
        }
    }
    if let Some(refusal) = guard::of_caller(app, parts, &signed).await {
        return Err(refusal);
    }
    if let Err(refusal) = allow(app, parts, row, &signed) {
        let operation = format!("{} {}", row.method(), row.path());
        return Err(record(app, &operation, &signed, refusal).await);
    }
    match (&signed.by, &signed.caller.kind) {
        (By::Session(session), _) => touch(app, session).await,
        (By::Key(_), CallerKind::Service { id, .. }) => key_uses::note(app, *id).await,
        (By::Key(_), _) => {}
    }
    if let Some(trail) = parts.extensions.get::<Trail>() {
        trail.name(signed.actor());
    }
    parts.extensions.insert(signed);
    Ok(())
}

/// Who calls, or what is told when that could not be said: a row that was altered is an incident.
async fn told(
    app: &App,
    address: Option<IpAddr>,
    language: Language,
    signed: Result<Option<Signed>, VaultError>,
) -> Result<Option<Signed>, Refusal> {
    match signed {
        Ok(signed) => Ok(signed),
        Err(error) => Err(unsigned(app, address, &error, language).await),
    }
}

/// The address that a request came from, put into every request by the gate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CameFrom(pub(crate) Option<std::net::IpAddr>);

/// The row of the operation that is asked for.
fn row(parts: &Parts, language: Language) -> Result<&'static Row, Refusal> {
    let Some(path) = parts.extensions.get::<MatchedPath>() else {
        return Err(Refusal::new(Code::NotFound, language));
    };
    let known = matrix().of_path(path.as_str()).next().is_some();
    matrix().row(&parts.method, path.as_str()).ok_or_else(|| {
        // An operation that nobody wrote a row for stays shut.
        Refusal::new(
            if known {
                Code::MethodNotAllowed
            } else {
                Code::OperationNotPermitted
            },
            language,
        )
    })
}

/// Whether a signed-in caller may do this. Its refusals are recorded.
fn allow(app: &App, parts: &Parts, row: &Row, signed: &Signed) -> Result<(), Refusal> {
    match &signed.by {
        By::Session(session) if !row.method().is_safe() => {
            same_site(app, parts, signed.language)?;
            let sent = parts
                .headers
                .get("x-csrf-token")
                .map(|value| value.as_bytes())
                .unwrap_or_default();
            // To the comparison, which takes as long whatever differs.
            if !bool::from(sent.ct_eq(session.csrf.expose().as_bytes())) {
                return Err(signed.refuse(Code::CsrfRefused).detail("X-CSRF-Token"));
            }
        }
        By::Session(_) => {}
        By::Key(scopes) => {
            let from = |address| {
                scopes
                    .addresses
                    .iter()
                    .any(|network| network.contains(address))
            };
            if !signed.caller.address.is_some_and(from) {
                return Err(signed.refuse(Code::AddressNotPermitted));
            }
        }
    }
    permit(row, signed)?;
    // Whoever is cut for walking ids can still see who they are and sign out.
    match app.limits().walking(&signed.actor()) {
        Err(wait) if !row.is_enrolling() => {
            Err(signed.refuse(Code::Walking).retry_after(wait.seconds))
        }
        _ => Ok(()),
    }
}

/// Whether the matrix lets the caller do this.
fn permit(row: &Row, signed: &Signed) -> Result<(), Refusal> {
    match row.answer(&signed.standing()) {
        Answer::Yes => Ok(()),
        Answer::SecondFactor => Err(signed.refuse(Code::SecondFactorRequired)),
        Answer::Enrol => Err(signed.refuse(Code::EnrolmentRequired)),
        Answer::No => Err(signed.refuse(Code::OperationNotPermitted)),
    }
}

/// Whether the caller may do what another operation does, where one does that as well. A refusal is recorded as one
/// of that operation.
///
/// # Errors
/// The refusal.
pub(crate) async fn as_well(
    app: &App,
    signed: &Signed,
    method: &Method,
    path: &str,
) -> Result<(), Refusal> {
    let none = || signed.refuse(Code::OperationNotPermitted);
    let row = matrix().row(method, path).ok_or_else(none);
    match row.and_then(|row| permit(row, signed)) {
        Ok(()) => Ok(()),
        Err(refusal) => Err(record(app, &format!("{method} {path}"), signed, refusal).await),
    }
}

/// Refuses what a browser says another site made it send.
pub(crate) fn same_site(app: &App, parts: &Parts, language: Language) -> Result<(), Refusal> {
    let text = |name: &str| {
        parts
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("?"))
    };
    let refuse = |header: &str| Err(Refusal::new(Code::CsrfRefused, language).detail(header));
    if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return refuse("Sec-Fetch-Site");
    }
    let Some(origin) = text("origin") else {
        return Ok(());
    };
    let same = match &app.settings().origin {
        Some(own) => origin.eq_ignore_ascii_case(own),
        None => host(&parts.headers, parts).is_some_and(|host| {
            let named = origin.split_once("://").map(|(_, named)| named);
            named.is_some_and(|named| named.eq_ignore_ascii_case(host))
        }),
    };
    if same { Ok(()) } else { refuse("Origin") }
}

fn host<'a>(headers: &'a HeaderMap, parts: &'a Parts) -> Option<&'a str> {
    let header = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    header.or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
}

/// Records the refusal of an operation in the ledger. Only callers who are signed in come here, so that
/// nobody else can fill it; and of a cut caller, only the first refusal.
pub(crate) async fn record(
    app: &App,
    operation: &str,
    signed: &Signed,
    refusal: Refusal,
) -> Refusal {
    let code = refusal.problem().code.clone();
    let extra = [("operation", operation), ("code", code.as_str())];
    if code == Code::Walking.word() && !app.limits().first_told(&signed.actor()) {
        return refusal;
    }
    match app
        .vault()
        .record(&signed.caller, Kind::Refusal, &extra, Tx::new())
        .await
    {
        Ok(entry) => refusal.entry(entry),
        Err(error) => Refusal::commit(error, signed.language),
    }
}

/// Notes that the session is in use: at most once a minute, for it is a commit.
async fn touch(app: &App, session: &Session) {
    let now = app.vault().now();
    if now.seconds_since(session.seen_at) < 60 {
        return;
    }
    let mut tx = Tx::new();
    tx.run(
        "UPDATE session SET seen_at = $1 WHERE id = $2 AND seen_at < $3",
        params![now, session.id, now],
    );
    if let Err(error) = app.vault().store().commit(tx).await {
        // The session then ends a little early: the safe side.
        tracing::warn!(%error, "could not note the use of a session");
    }
}

fn too_many(wait: Wait, language: Language) -> Refusal {
    Refusal::new(Code::TooManyRequests, language).retry_after(wait.seconds)
}
