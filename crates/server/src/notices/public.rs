//! What a notice says, for everybody.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use shouxin_model::text::Language;
use shouxin_vault::said::Bound;
use shouxin_vault::{NoticeVersion, VaultError};
use shouxin_wire::Code;
use shouxin_wire::notices::{NoticeShown, NoticeSwitch};

use super::{page, paragraphs, word};
use crate::App;
use crate::http::document::{Missing, Open, WithParams};
use crate::http::faults::unsigned;
use crate::http::language::preferred;
use crate::http::{At, Params, Refusal};

/// Show a notice to everybody
///
/// As a page for people, or as JSON for programs (unless `Accept` names `text/html`), in the language of the
/// query or of `Accept-Language`. The JSON of the version in force holds a token: handed back with what the person
/// said, it proves which notice was on the screen. Every version stays here.
#[utoipa::path(
    get,
    path = "/notices/{name}",
    operation_id = "read-notice",
    tag = "notices",
    params(
        ("name" = String, Path, description = "The notice"),
        ("language" = Option<String>, Query, description = "`zh` or `en`"),
        ("version" = Option<u32>, Query, description = "A version, counted from 1; the one in force if not given"),
    ),
    responses(
        (status = 200, description = "The notice", content(
            (NoticeShown = "application/json",
                example = json!({"name": "marketing", "version": 1,
                    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "language": "en",
                    "effective_at": "2026-11-21T03:04:05.678Z",
                    "paragraphs": [{"kind": "title", "text": "Notice on offers and greetings"}],
                    "switches": [{"name": "marketing", "title": "Send me offers", "purpose": "marketing-contact",
                    "form": "general", "in_all": false}], "snapshot": "eyJub3RpY2UiOi….q83vASNFZ4k…"})),
            (String = "text/html", example = "<!doctype html>…"),
        )),
        Open, WithParams, Missing,
    ),
    security(())
)]
pub async fn show(
    State(app): State<App>,
    At((name,)): At<(String,)>,
    mut params: Params,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let language = match params.text("language")?.as_deref() {
        Some("zh") => Language::Chinese,
        Some("en") => Language::English,
        Some(_) => return Err(params.refuse("language")),
        None => preferred(&headers),
    };
    let wanted = params.take::<u32>("version")?;
    params.end()?;
    let (version, in_force) = match found(&app, &name, wanted).await {
        Ok(Some(found)) => found,
        Ok(None) => return Err(Refusal::new(Code::NotFound, language)),
        Err(error) => return Err(unsigned(&app, None, &error, language).await),
    };
    let answer = if wants_page(&headers) {
        let policy = HeaderValue::from_str(&page::policy());
        let policy = policy.map_err(|_| Refusal::new(Code::Internal, language))?;
        let html = page::render(&version, in_force, language);
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_SECURITY_POLICY, policy),
        ];
        (headers, html).into_response()
    } else {
        let snapshot = in_force.then(|| app.vault().snapshot(&version.published, word(language)));
        Json(shown(&version, language, snapshot)).into_response()
    };
    let vary = [(header::VARY, "Accept, Accept-Language")];
    Ok((vary, answer).into_response())
}

/// The version asked for, and whether it is in force.
async fn found(
    app: &App,
    name: &str,
    wanted: Option<u32>,
) -> Result<Option<(NoticeVersion, bool)>, VaultError> {
    let vault = app.vault();
    // Another node may have published: a token for what is no longer in force would be refused.
    vault.refresh().await?;
    let in_force = vault.notice_in_force(name).map(|notice| notice.version);
    let Some(version) = wanted.or(in_force) else {
        return Ok(None);
    };
    let found = vault.notice_version(name, version).await?;
    Ok(found.map(|found| (found, in_force == Some(version))))
}

/// Whether `Accept` names HTML, as browsers do where they show a page.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let mut ranges = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ranges.any(|range| range.split(';').next().map(str::trim) == Some("text/html"))
}

fn shown(version: &NoticeVersion, language: Language, snapshot: Option<String>) -> NoticeShown {
    let published = &version.published;
    NoticeShown {
        name: published.name.clone(),
        version: published.version,
        hash: HEXLOWER.encode(&published.hash),
        language: word(language).to_owned(),
        effective_at: version.from.unwrap_or(published.effective_at),
        paragraphs: paragraphs(&published.bound, language),
        switches: switches(&published.bound, language),
        snapshot,
    }
}

fn switches(bound: &Bound, language: Language) -> Vec<NoticeSwitch> {
    let switches = bound.switches.iter().map(|switch| {
        let form = bound.purpose(&switch.purpose).and_then(|one| one.consent);
        NoticeSwitch {
            name: switch.name.clone(),
            title: switch.title.get(language).to_owned(),
            purpose: switch.purpose.clone(),
            form: form.map_or("", |form| form.word()).to_owned(),
            in_all: switch.in_all,
        }
    });
    switches.collect()
}
