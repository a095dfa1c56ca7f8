//! What every request leaves behind: an id, one line in the log, its counts, and problems that name it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::BASE32_DNSSEC;
use rand_core::Rng;
use shouxin_wire::{Code, Problem};
use tokio::time::Instant;

use super::language::preferred;
use crate::App;
use crate::caller::Signed;

/// The id of a request, and what became known of it on its way.
#[derive(Clone, Debug)]
pub struct Trail {
    id: Arc<str>,
    actor: Arc<OnceLock<String>>,
}

/// The outermost layer. The log line names the operation, never the path itself: neither parameters,
/// nor query, nor body, nor any header reach it.
pub async fn follow(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let trail = Trail {
        id: make_id(&app).into(),
        actor: Arc::default(),
    };
    let language = preferred(request.headers());
    let operation = operation(request.method(), request.extensions().get::<MatchedPath>());
    let started = Instant::now();
    request.extensions_mut().insert(trail.clone());
    let mut response = next.run(request).await;
    let took = started.elapsed();
    let status = response.status().as_u16();
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        app.meter().refused(&problem.code);
        // Where no language was known yet, such as after a panic, the title is put right here.
        if let Some(code) = Code::from_word(&problem.code) {
            code.title().get(language).clone_into(&mut problem.title);
        }
        problem.instance = Some(trail.id.to_string());
        *response.body_mut() = Body::from(serde_json::to_vec(&problem).unwrap_or_default());
    }
    if let Ok(id) = HeaderValue::from_str(&trail.id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    app.meter().answered(operation, status, took);
    let actor = trail.actor.get().map_or("-", String::as_str);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(
        operation,
        status,
        micros,
        request = &*trail.id,
        actor,
        "request"
    );
    response
}

/// The layer inside the gate: who asks is known here.
pub async fn name_actor(request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    if let (Some(trail), Some(signed)) = (extensions.get::<Trail>(), extensions.get::<Signed>()) {
        // Each request passes here once: the first name is the only one.
        let _ = trail.actor.set(signed.actor());
    }
    next.run(request).await
}

/// What [`operation`] gives where a request meets none.
pub(crate) const NO_OPERATION: &str = "none";

/// The operation's id in the OpenAPI file, or `none` where the request meets none.
pub fn operation(method: &Method, path: Option<&MatchedPath>) -> &'static str {
    static IDS: LazyLock<BTreeMap<(String, String), String>> = LazyLock::new(crate::operations);
    let method = if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    let id = path.and_then(|path| IDS.get(&(method.to_owned(), path.as_str().to_owned())));
    id.map_or(NO_OPERATION, String::as_str)
}

fn make_id(app: &App) -> String {
    let mut bytes = [0; 10];
    app.vault().dice().fill_bytes(&mut bytes);
    format!("req_{}", BASE32_DNSSEC.encode(&bytes))
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
