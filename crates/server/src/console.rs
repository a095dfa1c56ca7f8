//! The staff console: static files within the program, beside the operations and without any of their
//! rights.
//!
//! Whoever asks gets them, by GET alone and without a session: they hold no data. What a person may do is
//! decided by the operations that the console calls. They pass the outer layer (`crate::router`), so that
//! the request guard, the log line and the headers are the same, and not the gate, which knows operations
//! only.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use shouxin_model::text::Language;
use shouxin_wire::Code;

use crate::App;
use crate::http::asset::{self, Asset};
use crate::http::{Refusal, language::preferred};

/// The addresses of the console.
pub fn routes() -> Router<App> {
    let home = get(async || Redirect::to("/console/"));
    Router::new()
        .route("/", home.clone())
        .route("/console", home)
        .route("/console/", get(async |headers: HeaderMap| page(&headers)))
        .route("/console/{*path}", get(file))
}

/// A file, or the page at every address that the console gives to a screen of its own.
async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    if path.starts_with(HASHED) || path.contains('.') {
        return match asset::find(ASSETS, &path) {
            Some(asset) => served(asset, &headers),
            None => Refusal::new(Code::NotFound, preferred(&headers)).into_response(),
        };
    }
    page(&headers)
}

/// The page that everything begins with.
fn page(headers: &HeaderMap) -> Response {
    match asset::find(ASSETS, PAGE) {
        Some(asset) => served(asset, headers),
        None => missing(preferred(headers)),
    }
}

fn served(asset: &Asset, headers: &HeaderMap) -> Response {
    let mut response = asset.answer(headers, asset.name.starts_with(HASHED));
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    response
}

/// What a program says that was built without the console.
fn missing(language: Language) -> Response {
    let (tag, title, what) = match language {
        Language::Chinese => (
            "zh-CN",
            "控制台未随程序构建",
            "请在源码目录运行 cargo xtask console(需要 Node.js 20 与 npm),然后重新构建本程序。接口不受影响。",
        ),
        Language::English => (
            "en",
            "The console was not built into this program",
            "Run cargo xtask console in the source folder (it needs Node.js 20 and npm), then build this program \
             again. The API works as ever.",
        ),
    };
    let html = format!(
        "<!doctype html><html lang=\"{tag}\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><p>{what}</p></html>"
    );
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (StatusCode::SERVICE_UNAVAILABLE, kind, html).into_response()
}

/// What the console was built to.
const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/console.rs"));

const PAGE: &str = "index.html";

/// Files whose names hold a digest of their content lie here.
const HASHED: &str = "assets/";

/// Nothing inline, nothing from elsewhere; no nonce, so that the page can be a fixed file.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_the_console_says_how_to_build_it() {
        let response = missing(Language::English);
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
