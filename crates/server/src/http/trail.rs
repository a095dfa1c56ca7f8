//! What every request leaves behind: an id, one line in the log, its counts, and problems that name it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use data_encoding::BASE32_DNSSEC;
use rand_core::Rng;
use shouxin_model::text::Language;
use shouxin_wire::{Code, Problem};
use tokio::time::Instant;

use super::language::preferred;
use crate::App;

/// The id of a request, and what became known of it on its way.
#[derive(Clone, Debug)]
pub struct Trail(Arc<Known>);

#[derive(Debug)]
struct Known {
    id: String,
    operation: &'static str,
    language: Language,
    started: Instant,
    actor: OnceLock<String>,
}

impl Trail {
    /// The trail of a request that has just come.
    pub fn begin(app: &App, request: &Request) -> Self {
        Self(Arc::new(Known {
            id: make_id(app),
            operation: operation(request.method(), request.extensions().get()),
            language: preferred(request.headers()),
            started: Instant::now(),
            actor: OnceLock::new(),
        }))
    }

    /// The operation's id in the OpenAPI file, or `none`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The caller's language.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// Who asks, once that is known.
    pub fn name(&self, actor: String) {
        // Each request passes the gate once: the first name is the only one.
        let _ = self.0.actor.set(actor);
    }

    /// Signs the answer with the request's id, counts it and logs it. The line names the operation, never
    /// the path itself: neither parameters, nor query, nor body, nor any header reach it.
    pub fn end(self, app: &App, response: &mut Response) {
        let known = &*self.0;
        let took = known.started.elapsed();
        let status = response.status().as_u16();
        if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
            app.meter().refused(&problem.code);
            // Where no language was known yet, such as after a panic, the title is put right here.
            if let Some(code) = Code::from_word(&problem.code) {
                code.title()
                    .get(known.language)
                    .clone_into(&mut problem.title);
            }
            problem.instance = Some(known.id.clone());
            *response.body_mut() = Body::from(serde_json::to_vec(&problem).unwrap_or_default());
        }
        if let Ok(id) = HeaderValue::from_str(&known.id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        app.meter().answered(known.operation, status, took);
        let actor = known.actor.get().map_or("-", String::as_str);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(
            operation = known.operation,
            status,
            micros,
            request = known.id,
            actor,
            "request"
        );
    }
}

/// What [`operation`] gives where a request meets none.
pub(crate) const NO_OPERATION: &str = "none";

/// The operation's id in the OpenAPI file, or `none` where the request meets none.
pub fn operation(method: &Method, path: Option<&MatchedPath>) -> &'static str {
    static IDS: LazyLock<HashMap<String, Vec<(Method, String)>>> = LazyLock::new(|| {
        let mut ids = HashMap::<_, Vec<_>>::new();
        for ((method, path), id) in crate::operations() {
            if let Ok(method) = method.parse() {
                ids.entry(path).or_default().push((method, id));
            }
        }
        ids
    });
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let ids = path.and_then(|path| IDS.get(path.as_str()));
    let id = ids.and_then(|ids| ids.iter().find(|(known, _)| known == method));
    id.map_or(NO_OPERATION, |(_, id)| id)
}

fn make_id(app: &App) -> String {
    let mut bytes = [0; 10];
    app.vault().dice().fill_bytes(&mut bytes);
    format!("req_{}", BASE32_DNSSEC.encode(&bytes))
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
