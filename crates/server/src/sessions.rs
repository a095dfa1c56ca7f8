//! Sessions: signing in, showing the second factor again, signing out.

pub mod create;
pub mod current;
pub mod end;
pub mod end_all;
pub mod list;
pub mod step_up;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;
use crate::caller::COOKIE;

/// The operations on sessions.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list, end_all::end_all))
        .routes(routes!(current::end_current))
        .routes(routes!(step_up::step_up))
        .routes(routes!(end::end))
}

/// The answer to whoever is signed out now.
fn signed_out() -> Response {
    let clear = [(header::SET_COOKIE, cookie("", 0))];
    (StatusCode::NO_CONTENT, clear).into_response()
}

/// The cookie with a session's token, for so many seconds; an empty token clears it.
fn cookie(token: &str, seconds: i64) -> HeaderValue {
    let text =
        format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
