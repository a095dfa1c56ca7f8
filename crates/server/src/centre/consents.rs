//! What the visitor agreed to, a switch a purpose: refusing is as near as agreeing, and the last word can be
//! taken back for ten minutes.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use shouxin_model::{ConsentForm, ConsentWord, Purpose, Register, RowCondition, Through};
use shouxin_vault::said::shouxin_ledger::Receipt;
use shouxin_vault::{ConsentError, Own, OwnConsent, OwnError, ReceiptForm, Statement};

use super::{Said, Visitor, shown};
use crate::http;

/// One purpose that rests on consent.
struct Item {
    name: String,
    title: String,
    /// What is used for it.
    fields: String,
    /// What the notice in force says, sentence by sentence; nothing where none tells of it.
    told: Vec<String>,
    /// Proves which notice this page showed.
    shown: String,
    given: bool,
    refused: bool,
    /// When that was said.
    at: Option<String>,
    until: Option<String>,
    /// Words about parts that differ from the whole.
    parts: usize,
    /// Whether agreeing is done here: some forms need paper, or a guardian.
    by_switch: bool,
    undo: Option<String>,
    /// The number of the word about the whole: its receipt is under it.
    receipt: Option<u64>,
    /// Whether it was said just now, on this page.
    just_said: bool,
}

#[derive(Deserialize)]
pub(super) struct After {
    /// The number of the word that was said just now.
    said: Option<u64>,
}

#[derive(Template)]
#[template(path = "centre/consents.html")]
struct Page<'a> {
    v: &'a Visitor,
    items: Vec<Item>,
    /// Purposes that need no consent: switching those off would be a promise that nobody keeps.
    others: Vec<String>,
}

/// The switches.
pub(super) async fn list(v: Visitor, Query(after): Query<After>) -> Response {
    let session = match v.session() {
        Ok((session, _)) => session,
        Err(response) => return response,
    };
    let said = match v.app.vault().own_consents(&session.own).await {
        Ok(said) => said,
        Err(error) => return v.failed(error),
    };
    let active = v.app.vault().active();
    let register = &active.register;
    let (asked, free): (Vec<_>, Vec<_>) =
        about_people(register).partition(|purpose| register.needs_consent(purpose));
    let item = |purpose: &&Purpose| {
        let mut item = item(&v, register, purpose, said.get(&purpose.name));
        item.just_said = item.receipt.is_some() && item.receipt == after.said;
        item
    };
    let page = Page {
        v: &v,
        items: asked.iter().map(item).collect(),
        others: free.iter().map(|purpose| v.of(&purpose.title)).collect(),
    };
    shown(StatusCode::OK, &page)
}

#[derive(Deserialize)]
pub(super) struct Word {
    csrf: String,
    purpose: String,
    agree: bool,
    #[serde(default)]
    shown: String,
}

/// Takes down what the visitor says about a purpose. From the next read on it counts.
pub(super) async fn say(v: Visitor, Form(word): Form<Word>) -> Response {
    let session = match v.form(&word.csrf) {
        Ok((session, _)) => session,
        Err(response) => return response,
    };
    let own = &session.own;
    let given = match v.app.vault().own_consents(own).await {
        Ok(said) => said.get(&word.purpose).is_some_and(is_given),
        Err(error) => return v.failed(error),
    };
    let said = match (word.agree, given) {
        (true, _) => ConsentWord::Given,
        (false, true) => ConsentWord::Withdrawn,
        (false, false) => ConsentWord::Refused,
    };
    take_down(&v, own, &word.purpose, said, &word.shown).await
}

#[derive(Deserialize)]
pub(super) struct Undone {
    csrf: String,
    purpose: String,
    #[serde(default)]
    shown: String,
}

/// Takes the last word back.
pub(super) async fn undo(v: Visitor, Form(undone): Form<Undone>) -> Response {
    let session = match v.form(&undone.csrf) {
        Ok((session, _)) => session,
        Err(response) => return response,
    };
    let said = match v.app.vault().own_consents(&session.own).await {
        Ok(said) => said,
        Err(error) => return v.failed(error),
    };
    match said.get(&undone.purpose).and_then(|of| of.undo) {
        Some((word, _)) => take_down(&v, &session.own, &undone.purpose, word, &undone.shown).await,
        // Ten minutes are over, or it was done twice: the page shows what counts.
        None => Redirect::to("/me/consents").into_response(),
    }
}

async fn take_down(
    v: &Visitor,
    own: &Own,
    purpose: &str,
    word: ConsentWord,
    shown: &str,
) -> Response {
    let active = v.app.vault().active();
    let register = &active.register;
    let declared =
        about_people(register).find(|one| one.name == purpose && register.needs_consent(one));
    let Some(declared) = declared else {
        return v.told(&Said::NotFound);
    };
    if word == ConsentWord::Given && !by_switch(declared) {
        return v.told(&Said::NotFound);
    }
    let vault = v.app.vault();
    let told = vault.notice_of_purpose(purpose);
    let shown = vault.shown(shown).ok();
    let notice = shown.filter(|one| told.as_ref().is_some_and(|told| told.name == one.name));
    // Who agrees must have seen what is in force; who refuses is obeyed whatever was on the screen.
    if word == ConsentWord::Given && told.is_some() && notice.is_none() {
        return v.told(&Said::OldNotice);
    }
    let statement = Statement {
        notice,
        through: Through::PrivacyCentre,
        ..Statement::new(purpose, word, form(register, declared))
    };
    let taken = v
        .app
        .vault()
        .take_down(&own.caller, own.subject, &[statement])
        .await;
    match taken {
        Ok(taken) => {
            let epoch = taken.first().map_or(0, |one| one.epoch);
            Redirect::to(&format!("/me/consents?said={epoch}#{purpose}")).into_response()
        }
        Err(ConsentError::SubjectNotFound) => v.failed(OwnError::Gone),
        Err(ConsentError::Vault(error)) => v.failed(error),
        Err(
            ConsentError::UnknownPurpose
            | ConsentError::UnknownPart
            | ConsentError::NotCovered
            | ConsentError::Senseless(..)
            | ConsentError::NoEvent,
        ) => v.told(&Said::NotFound),
        Err(
            ConsentError::NotShown
            | ConsentError::UnknownNotice
            | ConsentError::NotTold
            | ConsentError::NotInForce,
        ) => v.told(&Said::OldNotice),
    }
}

/// The receipt of something that the visitor said, as a page to print.
pub(super) async fn receipt(v: Visitor, Path(epoch): Path<String>) -> Response {
    match own_receipt(&v, &epoch).await {
        Ok(receipt) => http::receipt::page(&receipt, v.language, "receipt.json"),
        Err(response) => response,
    }
}

/// The same as a file.
pub(super) async fn file(v: Visitor, Path(epoch): Path<String>) -> Response {
    match own_receipt(&v, &epoch).await {
        Ok(receipt) => http::receipt::file(&receipt, &format!("receipt-{epoch}.json")),
        Err(response) => response,
    }
}

async fn own_receipt(v: &Visitor, epoch: &str) -> Result<Receipt, Response> {
    let (session, _) = v.session()?;
    let epoch: u64 = epoch.parse().map_err(|_| v.told(&Said::NotFound))?;
    let (app, own) = (&v.app, &session.own);
    // What is to be proved must lie under a signed head: it is signed at once, not within a second.
    if let Err(error) = app.vault().sign_checkpoint(app.witness()).await {
        tracing::error!(%error, "the ledger's head was not signed for a receipt");
        return Err(v.told(&Said::Busy));
    }
    let form = ReceiptForm::Iso27560;
    let receipt = app
        .vault()
        .receipt(&own.caller, own.subject, epoch, form, v.language);
    match receipt.await {
        Ok(Some(receipt)) => Ok(receipt),
        Ok(None) => Err(v.failed(OwnError::Gone)),
        Err(ConsentError::Vault(error)) => Err(v.failed(error)),
        Err(_) => Err(v.told(&Said::NotFound)),
    }
}

fn item(v: &Visitor, register: &Register, purpose: &Purpose, said: Option<&OwnConsent>) -> Item {
    let whole = said.and_then(|of| {
        let mut all = of.said.iter();
        all.find(|one| one.part.is_none() && one.channel.is_none())
    });
    let fields = purpose
        .fields
        .iter()
        .filter_map(|field| register.field(field));
    let given = said.is_some_and(is_given);
    let vault = v.app.vault();
    let notice = vault.notice_of_purpose(&purpose.name);
    let mut told = Vec::new();
    if let Some(bound) = notice
        .as_ref()
        .and_then(|one| one.bound.purpose(&purpose.name))
    {
        let sentences = [
            Some(&bound.text),
            bound.necessity.as_ref(),
            bound.impact.as_ref(),
        ];
        told.extend(sentences.into_iter().flatten().map(|text| v.of(text)));
        told.extend(bound.refusal.as_ref().map(|text| v.of(text)));
    }
    Item {
        told,
        shown: notice.map_or_else(String::new, |one| vault.snapshot(&one, v.t("zh", "en"))),
        name: purpose.name.clone(),
        title: v.of(&purpose.title),
        fields: fields
            .map(|field| v.of(&field.title))
            .collect::<Vec<_>>()
            .join(v.t("、", ", ")),
        given,
        refused: whole.is_some() && !given,
        at: whole.map(|one| v.when(one.at)),
        until: whole.and_then(|one| one.expires_at).map(|at| v.when(at)),
        parts: said.map_or(0, |of| of.said.len() - usize::from(whole.is_some())),
        by_switch: by_switch(purpose),
        undo: said.and_then(|of| of.undo).map(|(_, until)| v.when(until)),
        receipt: whole.map(|one| one.epoch),
        just_said: false,
    }
}

fn is_given(said: &OwnConsent) -> bool {
    let mut said = said.said.iter();
    said.any(|one| one.part.is_none() && one.channel.is_none() && one.state == "given")
}

fn about_people(register: &Register) -> impl Iterator<Item = &Purpose> {
    register.purposes.iter().filter(|purpose| {
        !matches!(
            purpose.condition,
            RowCondition::CountsOnly | RowCondition::OwnRecord
        )
    })
}

/// Whether a switch can be the consent that the purpose needs: not where it must be written, a guardian's, or
/// about one occasion.
fn by_switch(purpose: &Purpose) -> bool {
    matches!(
        purpose.consent,
        None | Some(ConsentForm::General | ConsentForm::Separate)
    )
}

/// A switch of its own is a separate consent (PIPL 29), which is what sensitive fields need.
fn form(register: &Register, purpose: &Purpose) -> ConsentForm {
    let mut fields = purpose
        .fields
        .iter()
        .filter_map(|field| register.field(field));
    let sensitive = fields.any(|field| field.sensitivity.is_sensitive());
    if sensitive || purpose.consent == Some(ConsentForm::Separate) {
        ConsentForm::Separate
    } else {
        ConsentForm::General
    }
}
