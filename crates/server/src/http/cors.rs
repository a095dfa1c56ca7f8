//! Pages of other sites: which may call the operations of the widget, told to the server's gate and to browsers.
//!
//! Only addresses below [`PAGES`] are opened, only to origins that the settings name, and never with cookies.
//! Source: Fetch Standard, section 3.3 (CORS protocol).

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shouxin_model::text::Language;
use shouxin_wire::Code;

use super::Refusal;
use crate::App;

/// What the operations for pages begin with.
const PAGES: &str = "/widget/v1/";

/// A browser that asks for a page of another site.
pub(crate) struct Asking {
    /// The page's origin, if it may ask.
    permitted: Option<HeaderValue>,
    is_page: bool,
}

impl Asking {
    pub(crate) fn of(app: &App, request: &Request) -> Self {
        let is_page = request.uri().path().starts_with(PAGES);
        let origin = request.headers().get(header::ORIGIN);
        let permitted = origin.filter(|origin| is_page && is_permitted(app, origin));
        Self {
            permitted: permitted.cloned(),
            is_page,
        }
    }

    /// The answer to a browser that asks beforehand whether it may.
    pub(crate) fn preflight(&self, request: &Request) -> Option<Response> {
        let asks = request.method() == Method::OPTIONS
            && request
                .headers()
                .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || self.permitted.is_none() {
            return None;
        }
        let mut response = (StatusCode::NO_CONTENT, Body::empty()).into_response();
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "content-type, shouxin-visitor",
            ),
            (header::ACCESS_CONTROL_MAX_AGE, "3600"),
        ] {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        Some(response)
    }

    /// Tells the browser that the page may read the answer.
    pub(crate) fn answer(self, headers: &mut HeaderMap) {
        if !self.is_page {
            return;
        }
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = self.permitted {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                "cross-origin-resource-policy",
                HeaderValue::from_static("cross-origin"),
            );
        }
    }
}

/// Refuses what a page sent that is in no setting. Programs that are no browsers send no origin.
///
/// # Errors
/// `csrf-refused`, with the setting to look at.
pub(crate) fn permitted(app: &App, headers: &HeaderMap, language: Language) -> Result<(), Refusal> {
    match headers.get(header::ORIGIN) {
        Some(origin) if !is_permitted(app, origin) => {
            let what = match language {
                Language::Chinese => "Origin 不在 [server.widget] origins 之内",
                Language::English => "this Origin is not among [server.widget] origins",
            };
            Err(Refusal::new(Code::CsrfRefused, language).detail(what))
        }
        _ => Ok(()),
    }
}

fn is_permitted(app: &App, origin: &HeaderValue) -> bool {
    let settings = app.settings();
    let own = settings.origin.iter();
    let mut known = settings.widget.origins.iter().chain(own);
    origin
        .to_str()
        .is_ok_and(|origin| known.any(|one| one.eq_ignore_ascii_case(origin)))
}
