//! What a site says of itself at well-known addresses (RFC 8615).

use axum::Router;
use axum::http::header;
use axum::routing::get;

use crate::App;

/// The addresses.
pub fn routes() -> Router<App> {
    Router::new().route("/.well-known/gpc.json", get(gpc))
}

/// That Global Privacy Control is honoured here. Source: W3C Global Privacy Control, "GPC Support Resource".
async fn gpc() -> ([(header::HeaderName, &'static str); 2], &'static str) {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, GPC)
}

/// `lastUpdate` is when this statement was last changed, not when it was asked for.
const GPC: &str = "{\"gpc\":true,\"lastUpdate\":\"2026-11-22\"}\n";
