//! The first page, and those that say what comes and whom to reach.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::settings::Officer;
use super::{LANGUAGE, Visitor, set, shown};

#[derive(Template)]
#[template(path = "centre/home.html")]
struct Home<'a> {
    v: &'a Visitor,
}

#[derive(Template)]
#[template(path = "centre/sign_in.html")]
struct SignIn<'a> {
    v: &'a Visitor,
    /// Whether there is a way to be signed in at all.
    open: bool,
    outbox: bool,
}

#[derive(Template)]
#[template(path = "centre/requests.html")]
struct Requests<'a> {
    v: &'a Visitor,
}

#[derive(Template)]
#[template(path = "centre/officer.html")]
struct Reach<'a> {
    v: &'a Visitor,
    officer: Option<&'a Officer>,
    /// What the notices in force say, where the settings say nothing.
    told: Vec<String>,
}

/// Four rows, or the sign-in.
pub(super) async fn home(v: Visitor) -> Response {
    if v.is_signed_in() {
        return shown(StatusCode::OK, &Home { v: &v });
    }
    let me = &v.app.settings().me;
    let reaches = me.outbox || me.smtp.is_some() || me.sms.is_some();
    let page = SignIn {
        v: &v,
        open: reaches && v.app.vault().has_own_door(),
        outbox: me.outbox,
    };
    shown(StatusCode::OK, &page)
}

/// What comes, and how to ask today.
pub(super) async fn requests(v: Visitor) -> Response {
    shown(StatusCode::OK, &Requests { v: &v })
}

/// Whom to reach: for everybody, signed in or not.
pub(super) async fn officer(v: Visitor) -> Response {
    let officer = v.app.settings().me.officer.as_ref();
    let notices = v.app.vault().notices_in_force();
    let told = notices.iter().filter(|_| officer.is_none());
    let told = told.filter_map(|notice| notice.bound.controller.officer.as_ref());
    let mut told: Vec<String> = told.map(|text| v.of(text)).collect();
    told.dedup();
    shown(
        StatusCode::OK,
        &Reach {
            v: &v,
            officer,
            told,
        },
    )
}

#[derive(Deserialize)]
pub(super) struct Back {
    to: Option<String>,
}

/// Chooses a language and goes back to the page.
pub(super) async fn language(
    _: Visitor,
    Path(language): Path<String>,
    Query(back): Query<Back>,
) -> Response {
    let to = back.to.filter(|to| is_ours(to));
    let mut response = Redirect::to(to.as_deref().unwrap_or("/me")).into_response();
    if matches!(language.as_str(), "zh" | "en") {
        set(&mut response, LANGUAGE, &language, 365 * 86_400);
    }
    response
}

/// Whether an address is one of these pages: a language is no way to anywhere else.
fn is_ours(to: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_');
    (to == "/me" || to.starts_with("/me/")) && to.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_our_own_pages_alone() {
        for to in ["/me", "/me/data", "/me/data/work_order", "/me/looks/12"] {
            assert!(is_ours(to), "{to}");
        }
        for to in [
            "//evil.example",
            "/meow",
            "https://evil.example",
            "/me/..%2f",
            "/me?x",
            "",
        ] {
            assert!(!is_ours(to), "{to}");
        }
    }
}
