//! The privacy centre: pages for customers, at `/me`, beside the operations of the API and the staff console.
//!
//! Made whole on the server, so that they work without a script; no page holds one. They pass the outer layer
//! (`crate::router`) and not the gate, which knows operations only: [`Visitor`] is what stands here in its place.

mod consents;
mod data;
pub(crate) mod gateway;
mod home;
mod looks;
mod outbox;
pub mod settings;
mod sign_in;
mod style;

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer};
use shouxin_model::text::Language;
use shouxin_model::{Moment, Personal, Text};
use shouxin_vault::{OwnError, OwnSession, VaultError};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::App;
use crate::gate::same_site;
use crate::http::language::preferred;
use crate::network::caller_address;
use gateway::Outbox;

/// What the privacy centre keeps beside the vault.
#[derive(Debug)]
pub(crate) struct Centre {
    pub(crate) outbox: Outbox,
    /// So many codes are looked up and sent at a time: what waits beyond is bounded by the rates.
    pub(crate) senders: Arc<Semaphore>,
}

impl Default for Centre {
    fn default() -> Self {
        Self {
            outbox: Outbox::default(),
            senders: Arc::new(Semaphore::new(8)),
        }
    }
}

/// The addresses of the privacy centre.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/me", get(home::home))
        .route("/me/", get(async || Redirect::permanent("/me")))
        .route("/me/style.css", get(style::style))
        .route("/me/language/{language}", get(home::language))
        .route("/me/sign-in", post(sign_in::ask))
        .route("/me/code", get(sign_in::code).post(sign_in::enter))
        .route("/me/sign-out", post(sign_in::leave))
        .route("/me/data", get(data::groups))
        .route("/me/data/{group}", get(data::group))
        .route("/me/data/{group}/code", post(data::ask))
        .route("/me/data/{group}/open", post(data::open))
        .route("/me/consents", get(consents::list).post(consents::say))
        .route("/me/consents/undo", post(consents::undo))
        .route("/me/consents/{epoch}/receipt", get(consents::receipt))
        .route("/me/consents/{epoch}/receipt.json", get(consents::file))
        .route("/me/looks", get(looks::list))
        .route("/me/looks/{entry}", get(looks::proof))
        .route("/me/looks/{entry}/proof.json", get(looks::file))
        .route("/me/requests", get(home::requests))
        .route("/me/officer", get(home::officer))
        .route("/me/outbox", get(outbox::outbox))
        .layer(DefaultBodyLimit::max(4096))
}

/// Whoever asks for a page: from where, in which language, and who it is if somebody is signed in.
pub(crate) struct Visitor {
    pub(crate) app: App,
    pub(crate) language: Language,
    pub(crate) address: Option<IpAddr>,
    pub(crate) path: String,
    /// The session and its token.
    signed: Option<(OwnSession, String)>,
    /// What the browser holds that asked for a code.
    asking: Option<String>,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let language = match cookie(&parts.headers, LANGUAGE) {
            Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            _ => preferred(&parts.headers),
        };
        let address = caller_address(parts, &app.settings().trusted_proxies);
        let mut visitor = Self {
            app: app.clone(),
            language,
            address,
            path: parts.uri.path().to_owned(),
            signed: None,
            asking: cookie(&parts.headers, ASKING).map(str::to_owned),
        };
        if app.limits().address(address).is_err() {
            return Err(visitor.told(&Said::TooMany));
        }
        if !parts.method.is_safe() && same_site(app, parts, language).is_err() {
            return Err(visitor.told(&Said::Forged));
        }
        if let Some(token) = cookie(&parts.headers, SESSION) {
            match app.vault().own_session(token, address).await {
                Ok(session) => visitor.signed = session.map(|one| (one, token.to_owned())),
                Err(error) => return Err(visitor.failed(error)),
            }
        }
        if let Some((session, _)) = &visitor.signed
            && app.limits().person(&session.id.to_string()).is_err()
        {
            return Err(visitor.told(&Said::TooMany));
        }
        Ok(visitor)
    }
}

impl Visitor {
    /// The text in the visitor's language.
    pub(crate) fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    /// A text of the register in the visitor's language.
    pub(crate) fn of(&self, text: &Text) -> String {
        text.get(self.language).to_owned()
    }

    /// A moment as people in China read it.
    pub(crate) fn when(&self, at: Moment) -> String {
        let local = at.plus_seconds(8 * 3600).rfc3339();
        local.get(..16).unwrap_or_default().replace('T', " ")
    }

    pub(crate) fn tag(&self) -> &'static str {
        match self.language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    pub(crate) fn style(&self) -> &'static str {
        style::address()
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        self.signed.is_some()
    }

    /// What forms of this session bear.
    pub(crate) fn csrf(&self) -> String {
        let token = self.signed.as_ref().map_or("", |(_, token)| token);
        BASE64URL_NOPAD.encode(&self.app.vault().token_digest("own-csrf", token.as_bytes()))
    }

    /// The session, for a page that only its subject sees.
    ///
    /// # Errors
    /// The way to the sign-in.
    #[allow(clippy::result_large_err, reason = "the refusal is the page itself")]
    pub(crate) fn session(&self) -> Result<(&OwnSession, &str), Response> {
        match &self.signed {
            Some((session, token)) => Ok((session, token)),
            None => Err(Redirect::to("/me").into_response()),
        }
    }

    /// The session, for a form that bears its mark.
    ///
    /// # Errors
    /// The way to the sign-in, or the refusal of a form that another page made.
    #[allow(clippy::result_large_err, reason = "the refusal is the page itself")]
    pub(crate) fn form(&self, csrf: &str) -> Result<(&OwnSession, &str), Response> {
        let session = self.session()?;
        // To the comparison, which takes as long whatever differs.
        if bool::from(csrf.as_bytes().ct_eq(self.csrf().as_bytes())) {
            Ok(session)
        } else {
            Err(self.told(&Said::Forged))
        }
    }

    /// The page of something that did not go as it should.
    pub(crate) fn failed(&self, error: impl Into<OwnError>) -> Response {
        match error.into() {
            // Erased, or no longer declared: there is nobody to be signed in.
            OwnError::Gone | OwnError::NotDeclared => gone(self.told(&Said::SignedOut)),
            OwnError::Vault(VaultError::Busy) => self.told(&Said::Busy),
            OwnError::Vault(error) => {
                tracing::error!(%error, "a page of the privacy centre could not be made");
                self.told(&Said::Broken)
            }
        }
    }

    /// A page that says one thing.
    pub(crate) fn told(&self, said: &Said) -> Response {
        let (status, title, text) = said.words();
        let page = Told {
            v: self,
            title: self.of(&title),
            text: self.of(&text),
        };
        shown(status, &page)
    }
}

/// What a page without anything else says.
pub(crate) enum Said {
    TooMany,
    Forged,
    SignedOut,
    Busy,
    Broken,
    NotFound,
    NotSent,
    TooSoon,
    OldNotice,
}

impl Said {
    const fn words(&self) -> (StatusCode, Text, Text) {
        match self {
            Self::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                Text::fixed("请稍等", "Please wait"),
                Text::fixed(
                    "短时间内请求太多。请等一分钟再试。",
                    "Too many requests in a short time. Try again in a minute.",
                ),
            ),
            Self::Forged => (
                StatusCode::FORBIDDEN,
                Text::fixed("没有执行", "Nothing was done"),
                Text::fixed(
                    "这次操作不是从本页面发出的,已拦下。请回到首页重试。",
                    "This did not come from a page of ours and was stopped. Go back to the start and try again.",
                ),
            ),
            Self::SignedOut => (
                StatusCode::UNAUTHORIZED,
                Text::fixed("您已退出", "You are signed out"),
                Text::fixed(
                    "登录已失效。请回到首页重新登录。",
                    "Your session has ended. Sign in again from the start.",
                ),
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                Text::fixed("请再试一次", "Please try again"),
                Text::fixed(
                    "同时有别的改动,这次没有完成。请再试一次。",
                    "Something else changed at the same moment, so this was not done. Try again.",
                ),
            ),
            Self::Broken => (
                StatusCode::SERVICE_UNAVAILABLE,
                Text::fixed("暂时无法显示", "Not available for now"),
                Text::fixed(
                    "系统暂时出错,您的信息没有显示给任何人。请稍后再试,或联系个人信息保护负责人。",
                    "Something went wrong; nothing of yours was shown to anybody. Try later, or reach the officer.",
                ),
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                Text::fixed("没有这一页", "There is no such page"),
                Text::fixed("请回到首页。", "Go back to the start."),
            ),
            Self::NotSent => (
                StatusCode::SERVICE_UNAVAILABLE,
                Text::fixed("验证码没有发出", "The code was not sent"),
                Text::fixed(
                    "发送没有成功。请几分钟后再试,或联系个人信息保护负责人。",
                    "Sending failed. Try again in a few minutes, or reach the protection officer.",
                ),
            ),
            Self::OldNotice => (
                StatusCode::CONFLICT,
                Text::fixed("告知内容已更新", "The notice has changed"),
                Text::fixed(
                    "您打开页面之后,告知内容有了新版本,或页面打开太久。没有记录任何选择。请回到“我的同意”看过再选。",
                    "Since you opened the page its notice changed, or it was open for too long. Nothing was taken \
                     down. Read it again under “My choices”, then choose.",
                ),
            ),
            Self::TooSoon => (
                StatusCode::TOO_MANY_REQUESTS,
                Text::fixed("请稍后再要验证码", "Ask for a code later"),
                Text::fixed(
                    "刚刚发出过一个验证码,或今天已发满 10 个。请半分钟后、或明天再试。",
                    "A code was sent just now, or ten were sent today. Try again in half a minute, or tomorrow.",
                ),
            ),
        }
    }
}

#[derive(Template)]
#[template(path = "centre/told.html")]
struct Told<'a> {
    v: &'a Visitor,
    title: String,
    text: String,
}

/// What somebody typed into a form.
pub(crate) fn typed<'de, D: Deserializer<'de>>(from: D) -> Result<Personal<String>, D::Error> {
    String::deserialize(from).map(Personal::new)
}

/// A page.
pub(crate) fn shown(status: StatusCode, page: &impl Template) -> Response {
    let Ok(html) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // Without an origin in their forms, browsers could not tell our pages from others'.
        (header::REFERRER_POLICY, "same-origin"),
        (header::VARY, "accept-language, cookie"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=()",
        ),
    ];
    (status, headers, Html(html)).into_response()
}

/// No script at all, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// The same answer, to a browser that forgets its session.
pub(crate) fn gone(mut response: Response) -> Response {
    set(&mut response, SESSION, "", 0);
    response
}

/// Puts a cookie of the privacy centre into an answer; an empty one is forgotten.
pub(crate) fn set(response: &mut Response, name: &str, value: &str, seconds: i64) {
    let text =
        format!("{name}={value}; Path=/me; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// What a cookie says; of several with one name none counts.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).iter();
    let mut found = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim());
    let first = found.next();
    first.filter(|value| !value.is_empty() && found.next().is_none())
}

/// The session's cookie: not the staff's, and sent to these pages alone.
pub(crate) const SESSION: &str = "__Secure-shouxin-me";
/// What ties a code to the browser that asked for it.
pub(crate) const ASKING: &str = "__Secure-shouxin-me-asking";
/// The language that was chosen.
pub(crate) const LANGUAGE: &str = "__Secure-shouxin-me-language";
