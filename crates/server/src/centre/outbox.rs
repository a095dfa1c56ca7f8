//! What would have been sent, while codes are sent to nobody: for development and demos.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Said, Visitor, shown};

#[derive(Template)]
#[template(path = "centre/outbox.html")]
struct Page<'a> {
    v: &'a Visitor,
    kept: Vec<(String, String, String)>,
}

/// The development outbox, to this machine alone.
pub(super) async fn outbox(v: Visitor) -> Response {
    let here = v.address.is_none_or(|address| address.is_loopback());
    if !v.app.settings().me.outbox || !here {
        return v.told(&Said::NotFound);
    }
    let kept = v.app.centre().outbox.all();
    let kept = kept
        .iter()
        // To the page that exists to show them.
        .map(|one| {
            (
                v.when(one.at),
                one.to.expose().clone(),
                one.code.expose().clone(),
            )
        })
        .collect();
    shown(StatusCode::OK, &Page { v: &v, kept })
}
