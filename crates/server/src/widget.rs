//! The consent widget: its file, what it shows, and what is said with it.

mod config;
mod say;
mod show;
mod told;

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use shouxin_wire::Code;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;
use crate::http::asset::{self, Asset};
use crate::http::{Refusal, language::preferred};

/// The operations of the widget.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show::show))
        .routes(routes!(config::config))
        .routes(routes!(say::say))
}

/// The widget's file: for any page, kept for good by whoever fetched it, since another content has another name.
pub fn files() -> Router<App> {
    Router::new().route("/widget/{file}", get(file))
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = asset::find(ASSETS, &name).filter(|asset| asset.name.ends_with(".js")) else {
        return Refusal::new(Code::NotFound, preferred(&headers)).into_response();
    };
    let mut response = asset.answer(&headers, true);
    let open = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    for (name, value) in open {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What the build tells of the file.
#[derive(Debug, Deserialize)]
struct Built {
    version: String,
    file: String,
    integrity: String,
    size_bytes: u64,
}

/// `None` in a program that was built without the widget.
static BUILT: LazyLock<Option<Built>> = LazyLock::new(|| {
    let told = asset::find(ASSETS, "widget.json")?;
    serde_json::from_slice(told.plain).ok()
});

/// What the widget was built to.
const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/widget.rs"));
