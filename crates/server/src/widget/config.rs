//! What a page shows.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use data_encoding::HEXLOWER;
use shouxin_model::Moment;
use shouxin_model::text::Language;
use shouxin_vault::{Answered, VaultError, asked, language_word};
use shouxin_wire::Code;
use shouxin_wire::widget::{SaidBefore, WidgetConfig};

use super::told::failed;
use crate::App;
use crate::gate::CameFrom;
use crate::http::asked::question;
use crate::http::document::{Choosing, Open, WithParams};
use crate::http::{At, Params, Refusal, Speaks};

/// What a page asks
///
/// The notice in force in one language, what is asked of it, and whether this visitor may be asked now: nobody who
/// agreed to all of it, and nobody who answered this very version until the cool-down is over (`again_from`). `Shouxin-Visitor` holds the token of a consent
/// session or of the last receipt. While the browser sends `Sec-GPC: 1`, purposes that share data are off.
#[utoipa::path(
    get,
    path = "/widget/v1/{notice}/config",
    operation_id = "configure-widget",
    tag = "consent",
    params(
        ("notice" = String, Path, description = "The notice's name"),
        ("language" = Option<String>, Query, description = "`zh` or `en`; `zh` if not given"),
        ("Shouxin-Visitor" = Option<String>, Header, description = "Who is asked"),
    ),
    responses(
        (status = 200, description = "What is asked", body = WidgetConfig, example = json!({"notice": "marketing",
            "version": 1, "hash": "5f1c…", "title": "营销告知", "page": "/notices/marketing", "token": "eyJu…",
            "purposes": [{"name": "marketing-contact", "title": "营销与关怀", "text": "向您介绍保养优惠。",
            "fields": ["姓名", "手机号"], "recipients": [], "kept": "最长 730 天", "sensitive": false, "in_all": true, "share": false,
            "form": "general"}], "ask": true, "gpc": false})),
        Open, Choosing, WithParams,
    )
)]
pub(super) async fn config(
    State(app): State<App>,
    Extension(CameFrom(address)): Extension<CameFrom>,
    Speaks(spoken): Speaks,
    At((notice,)): At<(String,)>,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Json<WidgetConfig>, Refusal> {
    let language = match params.text("language")?.as_deref() {
        None | Some("zh") => Language::Chinese,
        Some("en") => Language::English,
        Some(_) => {
            return Err(Refusal::new(Code::InvalidParameter, spoken).at("language", "zh, en"));
        }
    };
    params.end()?;
    let vault = app.vault();
    let published = vault
        .notice_in_force(&notice)
        .ok_or_else(|| Refusal::new(Code::NotFound, spoken))?;
    let purposes = asked(&published.bound, language);
    let said = match headers.get("shouxin-visitor") {
        None => None,
        Some(token) => {
            let token = token.to_str().unwrap_or_default();
            let known = before(&app, token, &notice, published.version).await;
            match known {
                Ok(Known::Nobody) => return Err(Refusal::new(Code::SignInRequired, spoken)),
                Ok(Known::Gone) => None,
                Ok(Known::Said(said)) => Some(said),
                Err(error) => return Err(failed(&app, address, &error, spoken).await),
            }
        }
    };
    let cool_down = i64::from(app.settings().consent_cool_down_days).saturating_mul(86_400);
    let asked_again = |said: &Answered| match said.this_version {
        _ if purposes.iter().all(|one| said.on.contains(&one.name)) => Again::Never,
        Some(at) if vault.now() < at.plus_seconds(cool_down) => {
            Again::From(at.plus_seconds(cool_down))
        }
        _ => Again::Now,
    };
    let again = said.as_ref().map_or(Again::Now, asked_again);
    let ask = !purposes.is_empty() && again == Again::Now;
    let of_notice = |names: Vec<String>| {
        let is_asked = |name: &String| purposes.iter().any(|one| one.name == *name);
        names.into_iter().filter(is_asked).collect()
    };
    Ok(Json(WidgetConfig {
        version: published.version,
        hash: HEXLOWER.encode(&published.hash),
        title: published.bound.title.get(language).to_owned(),
        page: format!("/notices/{notice}"),
        token: vault.snapshot(&published, language_word(language)),
        ask,
        again_from: match again {
            Again::From(at) if !purposes.is_empty() => Some(at),
            _ => None,
        },
        said: said.map(|said| SaidBefore {
            on: of_notice(said.on),
            off: of_notice(said.off),
        }),
        gpc: has_gpc(&headers),
        notice,
        purposes: purposes.into_iter().map(question).collect(),
    }))
}

/// Whether the browser sends Global Privacy Control. Source: W3C Global Privacy Control, "The Sec-GPC Header Field".
pub(super) fn has_gpc(headers: &HeaderMap) -> bool {
    headers.get("sec-gpc").is_some_and(|value| value == "1")
}

/// When somebody who was asked may be asked again, by the same version of a notice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    Now,
    /// Whoever refused something is left alone until then.
    From(Moment),
    /// There is nothing left to ask.
    Never,
}

enum Known {
    /// The token is none of ours, or its time is over.
    Nobody,
    /// The visitor was erased: to the page they are new.
    Gone,
    Said(Answered),
}

async fn before(app: &App, token: &str, notice: &str, version: u32) -> Result<Known, VaultError> {
    let vault = app.vault();
    let subject = match vault.visit(token) {
        Some(visit) => visit.subject,
        None => match vault.visitor(token).await? {
            Some(subject) => subject,
            None if vault.is_visitor_token(token) => return Ok(Known::Gone),
            None => return Ok(Known::Nobody),
        },
    };
    let said = vault.answered(subject, notice, version).await?;
    Ok(said.map_or(Known::Gone, Known::Said))
}
