//! What is held about the visitor: by group, why, until when; masked, and clear after a second code.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use shouxin_model::{
    Basis, Collection, Field, FieldRef, Form as Shown, Personal, Purpose, RecordId, Register,
    RowCondition,
};
use shouxin_vault::said::law;
use shouxin_vault::{
    CodeAct, MAX_FIELDS, MadeCode, Own, ReadError, ReadOutcome, ReadRequest, TriedCode,
};

use super::gateway::send;
use super::{Said, Visitor, shown, typed};

/// A group of data: a collection of the register.
struct Group {
    name: String,
    title: String,
    /// What kinds of data it holds.
    holds: String,
    /// How many records.
    records: usize,
    /// What it is used for, with the ground in law.
    uses: Vec<String>,
    /// How long it is kept.
    kept: Vec<String>,
}

#[derive(Template)]
#[template(path = "centre/groups.html")]
struct Groups<'a> {
    v: &'a Visitor,
    groups: Vec<Group>,
}

/// One record: what its fields are called and what they say.
struct Record {
    rows: Vec<Row>,
}

struct Row {
    title: String,
    /// The value in the form that is shown; nobody sees it on any other page.
    value: String,
    masked: bool,
}

#[derive(Template)]
#[template(path = "centre/group.html")]
struct One<'a> {
    v: &'a Visitor,
    group: Group,
    records: Vec<Record>,
    more: usize,
    clear: bool,
    masked: bool,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "centre/open.html")]
struct Open<'a> {
    v: &'a Visitor,
    name: &'a str,
    title: String,
    outbox: bool,
}

/// So many records of a group are shown: a page stays small enough for a phone.
const MOST_RECORDS: usize = 20;

/// For so long a page with clear values stays before the browser loads it anew, masked.
const CLEAR_SECONDS: &str = "60";

/// Every group.
pub(super) async fn groups(v: Visitor) -> Response {
    match all(&v).await {
        Ok(groups) => shown(StatusCode::OK, &Groups { v: &v, groups }),
        Err(response) => response,
    }
}

async fn all(v: &Visitor) -> Result<Vec<Group>, Response> {
    let (session, _) = v.session()?;
    let active = v.app.vault().active();
    let register = &active.register;
    let fields = fields(register, &session.own, None);
    let read = read(v, &session.own, &fields, BTreeSet::new()).await?;
    let groups = register.collections.iter();
    Ok(groups
        .filter(|collection| fields.iter().any(|f| f.collection() == collection.name))
        .map(|collection| group_of(v, register, collection, &read))
        .collect())
}

/// One group, masked.
pub(super) async fn group(v: Visitor, Path(name): Path<String>) -> Response {
    let session = match v.session() {
        Ok((session, _)) => session,
        Err(response) => return response,
    };
    page(&v, &session.own, &name, false, false)
        .await
        .unwrap_or_else(|response| response)
}

#[derive(Deserialize)]
pub(super) struct Asked {
    csrf: String,
}

/// Sends a second code to the contact that the first went to.
pub(super) async fn ask(
    v: Visitor,
    Path(name): Path<String>,
    Form(asked): Form<Asked>,
) -> Response {
    asked_for(&v, &name, &asked.csrf)
        .await
        .unwrap_or_else(|response| response)
}

async fn asked_for(v: &Visitor, name: &str, csrf: &str) -> Result<Response, Response> {
    let (session, token) = v.form(csrf)?;
    let vault = v.app.vault();
    let active = vault.active();
    let collection = known(v, &active.register, &session.own, name)?;
    let made = vault
        .make_own_code(
            session.own.subject,
            CodeAct::Reveal,
            token,
            &session.contact,
            name,
        )
        .await
        .map_err(|error| v.failed(error))?;
    let MadeCode::Made(code) = made else {
        return Err(v.told(&Said::TooSoon));
    };
    let reached = vault.own_contact(&session.own, &session.contact).await;
    let reached = reached.map_err(|error| v.failed(error))?;
    let reached = reached.ok_or_else(|| v.told(&Said::NotSent))?;
    let (me, outbox) = (&v.app.settings().me, &v.app.centre().outbox);
    if let Err(error) = send(me, outbox, &reached, &code, v.language, vault).await {
        tracing::warn!(%error, "a second code was not delivered");
        return Err(v.told(&Said::NotSent));
    }
    let page = Open {
        v,
        name,
        title: v.of(&collection.title),
        outbox: me.outbox,
    };
    Ok(shown(StatusCode::OK, &page))
}

#[derive(Deserialize)]
pub(super) struct Entered {
    csrf: String,
    #[serde(deserialize_with = "typed")]
    code: Personal<String>,
}

/// Shows the group clear, once: the code is spent with this answer, and every later load is masked again.
pub(super) async fn open(
    v: Visitor,
    Path(name): Path<String>,
    Form(entered): Form<Entered>,
) -> Response {
    opened(&v, &name, &entered)
        .await
        .unwrap_or_else(|response| response)
}

async fn opened(v: &Visitor, name: &str, entered: &Entered) -> Result<Response, Response> {
    let (session, token) = v.form(&entered.csrf)?;
    if v.app.limits().code(v.address).is_err() {
        return Err(v.told(&Said::TooMany));
    }
    let vault = v.app.vault();
    let tried = vault
        .try_own_code(CodeAct::Reveal, token, &entered.code)
        .await;
    let right = match tried.map_err(|error| v.failed(error))? {
        // The session's own token found it; the subject is compared nevertheless.
        TriedCode::Right(code) => code.subject == session.own.subject && code.scope == name,
        TriedCode::Wrong => false,
    };
    if !right {
        return page(v, &session.own, name, false, true).await;
    }
    let now = Some(vault.now());
    let own = vault.own_door(session.own.subject, now, v.address);
    let own = own.ok_or_else(|| v.told(&Said::SignedOut))?;
    let mut response = page(v, &own, name, true, false).await?;
    let again = format!("{CLEAR_SECONDS}; url=/me/data/{name}");
    if let Ok(again) = HeaderValue::try_from(again) {
        response.headers_mut().insert("refresh", again);
    }
    Ok(response)
}

async fn page(
    v: &Visitor,
    own: &Own,
    name: &str,
    clear: bool,
    wrong: bool,
) -> Result<Response, Response> {
    let active = v.app.vault().active();
    let register = &active.register;
    let collection = known(v, register, own, name)?;
    let fields = fields(register, own, Some(name));
    let sealed = |field: &&FieldRef| register.field(field).is_some_and(|f| f.sealed);
    let wanted = if clear {
        fields.iter().filter(sealed).cloned().collect()
    } else {
        BTreeSet::new()
    };
    let read = read(v, own, &fields, wanted).await?;
    let group = group_of(v, register, collection, &read);
    let (records, masked) = records(v, register, read);
    let more = group.records.saturating_sub(records.len());
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = One {
        v,
        group,
        records,
        more,
        clear,
        masked,
        wrong,
    };
    Ok(shown(status, &page))
}

/// The group of this name, if it is one that is shown.
#[allow(clippy::result_large_err, reason = "the refusal is the page itself")]
fn known<'a>(
    v: &Visitor,
    register: &'a Register,
    own: &Own,
    name: &str,
) -> Result<&'a Collection, Response> {
    let collection = register.collection(name);
    collection
        .filter(|_| !fields(register, own, Some(name)).is_empty())
        .ok_or_else(|| v.told(&Said::NotFound))
}

/// The fields that are the subject's to see: those of the purpose, without who among the staff has a case.
fn fields(register: &Register, own: &Own, group: Option<&str>) -> Vec<FieldRef> {
    let Some(purpose) = register.purpose(&own.purpose) else {
        return Vec::new();
    };
    let of_staff = |field: &FieldRef| {
        let case = register
            .collection(field.collection())
            .and_then(|collection| collection.case.as_ref());
        case.and_then(|case| case.assignee.as_deref()) == Some(field.field())
    };
    let fields = purpose.fields.iter();
    fields
        .filter(|field| group.is_none_or(|group| field.collection() == group))
        .filter(|field| !of_staff(field))
        .cloned()
        .collect()
}

async fn read(
    v: &Visitor,
    own: &Own,
    fields: &[FieldRef],
    clear: BTreeSet<FieldRef>,
) -> Result<ReadOutcome, Response> {
    let request = ReadRequest {
        subjects: vec![own.subject],
        fields: fields.iter().take(MAX_FIELDS).cloned().collect(),
        purpose: own.purpose.clone(),
        case: None,
        records: BTreeSet::new(),
        clear,
        // Customers see their own texts whole.
        clear_pieces: BTreeSet::new(),
        reason: None,
    };
    match v.app.vault().read(&own.caller, &request).await {
        Ok(outcomes) => {
            let outcome = outcomes.into_iter().next();
            let outcome = outcome.filter(|outcome| outcome.found && outcome.refusal.is_none());
            outcome.ok_or_else(|| v.told(&Said::SignedOut))
        }
        Err(ReadError::Vault(error)) => Err(v.failed(error)),
        Err(_) => Err(v.told(&Said::Busy)),
    }
}

fn group_of(
    v: &Visitor,
    register: &Register,
    collection: &Collection,
    read: &ReadOutcome,
) -> Group {
    let mut records = BTreeSet::new();
    let mut holds = Vec::new();
    let mut kept = BTreeSet::new();
    for outcome in &read.fields {
        if outcome.field.collection() != collection.name || outcome.values.is_empty() {
            continue;
        }
        records.extend(outcome.values.iter().map(|value| value.record));
        if let Some(field) = collection.field(outcome.field.field()) {
            holds.push(v.of(&field.title));
            kept.insert(retention(v, field));
        }
    }
    let uses = register.purposes.iter().filter(|purpose| {
        let here = |field: &FieldRef| field.collection() == collection.name;
        purpose.fields.iter().any(here)
            && !matches!(
                purpose.condition,
                RowCondition::CountsOnly | RowCondition::OwnRecord
            )
    });
    Group {
        name: collection.name.clone(),
        title: v.of(&collection.title),
        holds: holds.join(v.t("、", ", ")),
        records: records.len(),
        uses: uses
            .map(|purpose| with_basis(v, register, purpose))
            .collect(),
        kept: kept.into_iter().collect(),
    }
}

/// A purpose with its ground in the first law that the register names.
fn with_basis(v: &Visitor, register: &Register, purpose: &Purpose) -> String {
    let title = v.of(&purpose.title);
    let regime = register.regimes.first();
    let basis = regime.and_then(|regime| Some((*regime, *purpose.basis.get(regime)?)));
    match basis.and_then(|(regime, basis): (_, Basis)| law::basis(regime, basis)) {
        Some(rule) => format!("{title} ({})", v.of(&rule.text)),
        None => title,
    }
}

fn retention(v: &Visitor, field: &Field) -> String {
    let kept = &field.retention;
    let (days, years) = (kept.days, kept.days / 365);
    let (zh, en) = if days % 365 < 3 && years > 0 {
        (format!("{years} 年"), format!("{years} years"))
    } else {
        (format!("{days} 天"), format!("{days} days"))
    };
    let after = event(v, &kept.from);
    v.t(&format!("自{after}起 {zh}"), &format!("{en} from {after}"))
        .to_owned()
}

/// What the notices in force call an event that periods count from; else the register's own word for it.
fn event(v: &Visitor, name: &str) -> String {
    let notices = v.app.vault().notices_in_force();
    let purposes = notices.iter().flat_map(|notice| &notice.bound.purposes);
    let mut fields = purposes.flat_map(|purpose| &purpose.fields);
    let told = fields.find(|field| field.from == name);
    told.map_or_else(|| name.replace('-', " "), |field| v.of(&field.from_text))
}

/// The newest records, and whether anything in them is hidden.
fn records(v: &Visitor, register: &Register, read: ReadOutcome) -> (Vec<Record>, bool) {
    let mut by_record: BTreeMap<RecordId, Vec<Row>> = BTreeMap::new();
    let mut hidden = false;
    for outcome in read.fields {
        let Some(field) = register.field(&outcome.field) else {
            continue;
        };
        let masked = outcome.form != Shown::Clear;
        for opened in outcome.values {
            hidden |= masked;
            by_record.entry(opened.record).or_default().push(Row {
                title: v.of(&field.title),
                // To the page of the one whom it is about.
                value: called(v, field, opened.value.expose()),
                masked,
            });
        }
    }
    let newest = by_record.into_values().rev().take(MOST_RECORDS);
    (newest.map(|rows| Record { rows }).collect(), hidden)
}

/// A value of an enumeration as people call it; every other as it is.
fn called(v: &Visitor, field: &Field, value: &str) -> String {
    let at = field.values.iter().position(|one| one == value);
    let title = at.and_then(|at| field.value_titles.get(at));
    title.map_or_else(|| value.to_owned(), |title| v.of(title))
}
