//! The request guard: what only an attacker sends is refused before any operation sees it.
//!
//! The head of a request is looked at by the layer [`examine`], the strings of a JSON body by
//! [`Body`](crate::http::Body) while it reads them. What is found is counted by its rule, told to the
//! ledger if the caller is signed in, and answered with a problem that names the place and never the
//! value. Texts that people write freely are passed over: their wire types say so, see [`free_text`].

pub mod free_text;

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shouxin_guard::{Finding, Head, head};
use shouxin_model::text::Language;
use shouxin_store::Tx;
use shouxin_vault::said::Kind;
use shouxin_wire::Code;

use crate::App;
use crate::caller::Signed;
use crate::gate::CameFrom;
use crate::http::Refusal;
use crate::http::language::preferred;
use crate::http::trail;
use crate::network::caller_address;

/// What the guard does with what it finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Refuses it.
    #[default]
    Block,
    /// Only counts it: for the first days behind an unusual client, and to test what stands behind the
    /// guard.
    Report,
}

/// What the guard found in the head of a request that meets an operation: for the gate, which knows who
/// calls.
#[derive(Clone, Debug)]
pub(crate) struct Found(Finding);

/// Around all operations, and around addresses where there is none.
pub async fn examine(app: &App, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Some(finding) = in_head(&parts) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let operation = trail::operation(&parts.method, parts.extensions.get());
    count(app, &finding, operation);
    if app.settings().guard == Mode::Report {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let language = preferred(&parts.headers);
    let address = caller_address(&parts, &app.settings().trusted_proxies);
    let mut response = if let Err(refusal) = slow(app, address, language) {
        refusal.into_response()
    } else if operation == trail::NO_OPERATION {
        refusal(&finding, language).into_response()
    } else {
        parts.extensions.insert(Found(finding));
        next.run(Request::from_parts(parts, body)).await
    };
    // Where such a request ends is anybody's guess: what follows it on the connection is not read.
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

fn in_head(parts: &Parts) -> Option<Finding> {
    let request = Head {
        path: parts.uri.path(),
        query: parts.uri.query(),
    };
    let headers = parts.headers.iter();
    head(
        request,
        headers.map(|(name, value)| (name.as_str(), value.as_bytes())),
    )
}

/// The refusal of a request whose sender is not signed in, if the guard found something in its head.
pub(crate) fn of_nobody(parts: &Parts, language: Language) -> Option<Refusal> {
    let Found(finding) = parts.extensions.get()?;
    Some(refusal(finding, language))
}

/// The same for a caller who is signed in: it stands in the ledger.
pub(crate) async fn of_caller(app: &App, parts: &Parts, signed: &Signed) -> Option<Refusal> {
    let Found(finding) = parts.extensions.get()?;
    let operation = trail::operation(&parts.method, parts.extensions.get());
    Some(record(app, finding, operation, signed).await)
}

/// What becomes of a request in whose body this was found: nothing, if the guard only counts.
///
/// # Errors
/// The refusal.
pub(crate) async fn of_body(app: &App, parts: &Parts, finding: &Finding) -> Result<(), Refusal> {
    let operation = trail::operation(&parts.method, parts.extensions.get());
    count(app, finding, operation);
    if app.settings().guard == Mode::Report {
        return Ok(());
    }
    let language = preferred(&parts.headers);
    let address = parts.extensions.get::<CameFrom>().and_then(|from| from.0);
    slow(app, address, language)?;
    Err(match parts.extensions.get::<Signed>() {
        Some(signed) => record(app, finding, operation, signed).await,
        None => refusal(finding, language),
    })
}

/// Whoever is refused often waits, and no longer fills the ledger.
fn slow(app: &App, address: Option<IpAddr>, language: Language) -> Result<(), Refusal> {
    app.limits()
        .blocked(address)
        .map_err(|wait| Refusal::new(Code::TooManyRequests, language).retry_after(wait.seconds))
}

fn count(app: &App, finding: &Finding, operation: &'static str) {
    let mode = app.settings().guard;
    app.meter()
        .guarded(finding.rule.word(), mode == Mode::Block);
    tracing::warn!(
        operation,
        rule = finding.rule.word(),
        at = finding.at,
        "the guard found something"
    );
}

async fn record(app: &App, finding: &Finding, operation: &str, signed: &Signed) -> Refusal {
    let extra = [
        ("operation", operation),
        ("rule", finding.rule.word()),
        ("at", finding.at.as_str()),
    ];
    let recorded = app
        .vault()
        .record(&signed.caller, Kind::Attack, &extra, Tx::new());
    match recorded.await {
        Ok(entry) => refusal(finding, signed.language).entry(entry),
        Err(error) => Refusal::commit(error, signed.language),
    }
}

fn refusal(finding: &Finding, language: Language) -> Refusal {
    let code = if finding.rule.is_attack() {
        Code::RequestBlocked
    } else {
        Code::MalformedRequest
    };
    Refusal::new(code, language)
        .detail(finding.rule.word())
        .at(finding.at.as_str(), code.title().get(language))
}
