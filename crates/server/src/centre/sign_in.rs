//! Signing in by a code to a contact on record. Whether there is such a contact, no answer tells: it is the same
//! page, sent before anybody was looked for.

use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::BASE64URL_NOPAD;
use rand_core::Rng as _;
use serde::Deserialize;
use shouxin_model::Personal;
use shouxin_model::text::Language;
use shouxin_vault::{CodeAct, MadeCode, OwnError, TriedCode};
use tokio::time::Instant;

use super::gateway::send;
use super::{ASKING, SESSION, Said, Visitor, gone, set, shown, typed};
use crate::App;

#[derive(Template)]
#[template(path = "centre/code.html")]
struct Code<'a> {
    v: &'a Visitor,
    wrong: bool,
    outbox: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(deserialize_with = "typed")]
    contact: Personal<String>,
    #[serde(default = "nothing", deserialize_with = "typed")]
    name: Personal<String>,
}

fn nothing() -> Personal<String> {
    Personal::new(String::new())
}

/// Longer texts are no contact and no name.
const MOST_TYPED: usize = 200;

/// Takes a phone number or a mailbox, and answers before it is looked for.
pub(super) async fn ask(v: Visitor, Form(asked): Form<Asked>) -> Response {
    let limits = v.app.limits();
    // To a digest: whose phone it is must not stand in any table of rates.
    let typed = asked.contact.expose().trim();
    let contact = v
        .app
        .vault()
        .token_digest("own-contact-rate", typed.as_bytes());
    let contact = BASE64URL_NOPAD.encode(&contact);
    if limits.code(v.address).is_err() || limits.contact(&contact).is_err() {
        return v.told(&Said::TooMany);
    }
    let mut asking = [0; 32];
    v.app.vault().dice().fill_bytes(&mut asking);
    let asking = BASE64URL_NOPAD.encode(&asking);
    let mut response = Redirect::to("/me/code").into_response();
    set(&mut response, ASKING, &asking, 600);
    let (app, language) = (v.app.clone(), v.language);
    let fits = |typed: &Personal<String>| typed.expose().len() <= MOST_TYPED;
    if fits(&asked.contact) && fits(&asked.name) {
        tokio::spawn(async move {
            let Ok(_turn) = app.centre().senders.clone().acquire_owned().await else {
                return;
            };
            if let Err(error) = reach(&app, &asked, &asking, language).await {
                tracing::error!(%error, "a sign-in code could not be made");
            }
        });
    }
    response
}

/// Looks for whose contact it is and sends the code.
async fn reach(app: &App, asked: &Asked, asking: &str, language: Language) -> Result<(), OwnError> {
    let vault = app.vault();
    let name = Some(&asked.name).filter(|name| !name.expose().trim().is_empty());
    let Some(reached) = vault.find_own(&asked.contact, name).await? else {
        return Ok(());
    };
    let made = vault
        .make_own_code(reached.subject, CodeAct::SignIn, asking, &reached.field, "")
        .await?;
    let MadeCode::Made(code) = made else {
        return Ok(());
    };
    let (me, outbox) = (&app.settings().me, &app.centre().outbox);
    let sent = send(me, outbox, &reached, &code, language, vault).await;
    if let Err(error) = sent {
        tracing::warn!(%error, "a sign-in code was not delivered");
    }
    Ok(())
}

/// The page that asks for the code.
pub(super) async fn code(v: Visitor) -> Response {
    if v.is_signed_in() {
        return Redirect::to("/me").into_response();
    }
    let outbox = v.app.settings().me.outbox;
    shown(
        StatusCode::OK,
        &Code {
            v: &v,
            wrong: false,
            outbox,
        },
    )
}

#[derive(Deserialize)]
pub(super) struct Entered {
    #[serde(deserialize_with = "typed")]
    code: Personal<String>,
}

/// Takes the code. Whatever is wrong with it, the answer is the same and takes as long.
pub(super) async fn enter(v: Visitor, Form(entered): Form<Entered>) -> Response {
    if v.app.limits().code(v.address).is_err() {
        return v.told(&Said::TooMany);
    }
    let least = Duration::from_millis(v.app.settings().refused_sign_in_millis);
    let earliest = Instant::now() + least;
    let vault = v.app.vault();
    let asking = v.asking.as_deref().unwrap_or_default();
    let tried = vault
        .try_own_code(CodeAct::SignIn, asking, &entered.code)
        .await;
    let opened = match tried {
        Ok(TriedCode::Right(code)) => vault.open_own_session(&code).await,
        Ok(TriedCode::Wrong) => {
            tokio::time::sleep_until(earliest).await;
            let outbox = v.app.settings().me.outbox;
            let page = Code {
                v: &v,
                wrong: true,
                outbox,
            };
            return shown(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Err(error) => Err(error),
    };
    let token = match opened {
        Ok(token) => token,
        Err(error) => return v.failed(error),
    };
    // A session that the browser had before ends: the new one has another token.
    if let Ok((before, _)) = v.session()
        && let Err(error) = vault.end_own_session(before).await
    {
        return v.failed(error);
    }
    let mut response = Redirect::to("/me").into_response();
    // To the browser, which alone keeps it.
    set(&mut response, SESSION, token.expose(), 3600);
    set(&mut response, ASKING, "", 0);
    response
}

#[derive(Deserialize)]
pub(super) struct Leaving {
    csrf: String,
}

/// Signs out.
pub(super) async fn leave(v: Visitor, Form(leaving): Form<Leaving>) -> Response {
    let session = match v.form(&leaving.csrf) {
        Ok((session, _)) => session,
        Err(response) => return response,
    };
    match v.app.vault().end_own_session(session).await {
        Ok(()) => gone(Redirect::to("/me").into_response()),
        Err(error) => v.failed(error),
    }
}
