//! One `Idempotency-Key`, one act: a request that is sent again gets the answer of the first.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use shouxin_model::Moment;
use shouxin_store::{CommitError, Tx, params};
use shouxin_vault::VaultError;
use shouxin_wire::Code;

use super::{Refusal, faults, language::preferred};
use crate::App;
use crate::caller::Signed;

/// Inside the gate. It acts on a POST of [`TAKES_KEYS`] that carries a key; the key counts
/// for its caller alone, for a day.
///
/// The answer is kept sealed: it may hold a secret that is shown once. Only a success is kept, for
/// after a refusal nothing has happened. A request whose first sending is still under way is told to
/// come again; one that was cut off by a crash may be sent anew after a minute.
pub async fn once(app: &App, request: Request, next: Next) -> Response {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map(MatchedPath::as_str)
        .unwrap_or_default();
    let takes_keys = request.method() == Method::POST && TAKES_KEYS.contains(&path);
    let (Some(key), Some(signed)) = (
        request.headers().get(&KEY),
        request.extensions().get::<Signed>(),
    ) else {
        return next.run(request).await;
    };
    if !takes_keys {
        return next.run(request).await;
    }
    let language = preferred(request.headers());
    let Some(key) = read(key) else {
        let text = Code::InvalidParameter.title();
        return Refusal::new(Code::InvalidParameter, language)
            .at("Idempotency-Key", text.get(language))
            .into_response();
    };
    let signed = signed.clone();
    let path = path.to_owned();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return Refusal::new(Code::TooLarge, language).into_response();
    };
    let act = Act {
        actor: signed.actor(),
        // A key is the sender's text: it is kept as a digest, like the body.
        key: BASE64.encode(&app.vault().token_digest("idempotency-key", key.as_bytes())),
        digest: app
            .vault()
            .token_digest("idempotency", &[path.as_bytes(), b"\n", &body].concat()),
    };
    match act.claim(app).await {
        Ok(Claim::Mine) => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            act.settle(app, response).await
        }
        Ok(Claim::Answered(status, kept)) => replay(status, kept),
        Ok(Claim::UnderWay) => Refusal::new(Code::Conflict, language)
            .retry_after(1)
            .into_response(),
        Ok(Claim::OtherBody) => Refusal::new(Code::IdempotencyKeyReused, language).into_response(),
        Err(error) => faults::fault(app, &signed, error).await.into_response(),
    }
}

struct Act {
    actor: String,
    key: String,
    digest: [u8; 32],
}

enum Claim {
    Mine,
    Answered(StatusCode, Vec<u8>),
    UnderWay,
    OtherBody,
}

impl Act {
    async fn claim(&self, app: &App) -> Result<Claim, VaultError> {
        let now = app.vault().now();
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "INSERT INTO idempotency (actor, key, digest, status, body, at) VALUES ($1, $2, $3, 0, '', $4) \
             ON CONFLICT (actor, key) DO UPDATE SET digest = excluded.digest, status = 0, body = '', at = excluded.at \
             WHERE idempotency.at < $5 OR (idempotency.status = 0 AND idempotency.at < $6 \
             AND idempotency.digest = excluded.digest)",
            params![
                &self.actor,
                &self.key,
                self.digest,
                now,
                now.plus_seconds(-KEPT_SECONDS),
                now.plus_seconds(-UNDER_WAY_SECONDS)
            ],
        );
        match app.vault().store().commit(tx).await {
            Ok(_) => return Ok(Claim::Mine),
            Err(CommitError::Conflict { .. }) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        let sql = "SELECT digest, status, body FROM idempotency WHERE actor = $1 AND key = $2";
        let rows = app
            .vault()
            .store()
            .query(sql, params![&self.actor, &self.key])
            .await?;
        // The first sending was refused in this very moment, and gave the key back.
        let Some(row) = rows.first() else {
            return Ok(Claim::UnderWay);
        };
        if row.bytes(0)? != self.digest {
            return Ok(Claim::OtherBody);
        }
        let Some(status) = u16::try_from(row.int(1)?)
            .ok()
            .and_then(|s| StatusCode::from_u16(s).ok())
        else {
            return Ok(Claim::UnderWay);
        };
        let sealed = BASE64
            .decode(row.text(2)?.as_bytes())
            .map_err(|_| VaultError::Corrupt("kept answer"))?;
        let kept = app.vault().open_secret(&self.context(), &sealed)?;
        Ok(Claim::Answered(status, kept.to_vec()))
    }

    /// Keeps a success, gives the key back after anything else.
    async fn settle(&self, app: &App, response: Response) -> Response {
        let mut tx = Tx::new();
        let (parts, body) = response.into_parts();
        let body = if parts.status.is_success() {
            to_bytes(body, LARGEST_BODY)
                .await
                .map_err(|_| Body::empty())
        } else {
            Err(body)
        };
        match &body {
            Ok(bytes) => {
                let sealed = BASE64.encode(&app.vault().seal_secret(&self.context(), bytes));
                tx.run(
                    "UPDATE idempotency SET status = $1, body = $2 WHERE actor = $3 AND key = $4",
                    params![
                        i64::from(parts.status.as_u16()),
                        sealed,
                        &self.actor,
                        &self.key
                    ],
                );
            }
            Err(_) => tx.run(
                "DELETE FROM idempotency WHERE actor = $1 AND key = $2",
                params![&self.actor, &self.key],
            ),
        }
        // The act itself stands: should this fail, a second sending meets what the first has made.
        if let Err(error) = app.vault().store().commit(tx).await {
            tracing::error!(%error, "the answer to an idempotent request was not kept");
        }
        Response::from_parts(parts, body.map_or_else(|body| body, Body::from))
    }

    fn context(&self) -> String {
        format!("idempotency {} {}", self.actor, self.key)
    }
}

/// Forgets answers that are a day old.
///
/// # Errors
/// The store failed.
pub async fn purge(app: &App, now: Moment) -> Result<(), CommitError> {
    let mut tx = Tx::new();
    tx.run(
        "DELETE FROM idempotency WHERE at < $1",
        params![now.plus_seconds(-KEPT_SECONDS)],
    );
    app.vault().store().commit(tx).await.map(drop)
}

fn read(key: &HeaderValue) -> Option<String> {
    let key = key.to_str().ok()?;
    let plain = key.bytes().all(|b| b.is_ascii_graphic());
    (plain && (1..=64).contains(&key.len())).then(|| key.to_owned())
}

fn replay(status: StatusCode, kept: Vec<u8>) -> Response {
    let mut response = (status, Bytes::from(kept)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        HeaderName::from_static("idempotency-replayed"),
        HeaderValue::from_static("true"),
    );
    response
}

/// Operations that make something and may be sent again after a broken connection.
const TAKES_KEYS: [&str; 5] = [
    "/api/v1/subjects/{subject}/consents",
    "/api/v1/records",
    "/api/v1/imports",
    "/api/v1/staff",
    "/api/v1/api-keys",
];

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const KEPT_SECONDS: i64 = 86_400;
const UNDER_WAY_SECONDS: i64 = 60;
const LARGEST_BODY: usize = 256 * 1024;
