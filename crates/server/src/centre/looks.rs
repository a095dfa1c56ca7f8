//! Who looked at the visitor's data: by role, never by name or id; each look with a proof that it stands.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shouxin_model::{Moment, Register, SUBJECT};
use shouxin_vault::said::shouxin_ledger::{Hash, InclusionProof, LeafProof};
use shouxin_vault::said::{Entry, Kind};
use shouxin_vault::{Actors, Day, LedgerError};

use super::{Said, Visitor, shown};

/// One look.
struct Look {
    index: u64,
    at: String,
    who: String,
    what: String,
    purpose: Option<String>,
    fields: String,
    /// How many fields those are.
    count: usize,
    /// The visitor's own look at many of their data: the list is folded. Who else looked is told in full.
    is_long: bool,
    withheld: String,
    refused: bool,
}

struct Month {
    name: String,
    masked: u32,
    clear: u32,
    refused: u32,
}

#[derive(Template)]
#[template(path = "centre/looks.html")]
struct Page<'a> {
    v: &'a Visitor,
    looks: Vec<Look>,
    months: Vec<Month>,
    since: String,
}

#[derive(Template)]
#[template(path = "centre/proof.html")]
struct ProofPage<'a> {
    v: &'a Visitor,
    look: Look,
    leaf: String,
    /// Nothing until a checkpoint covers the entry.
    proven: Option<Proven>,
    keys: Vec<String>,
}

struct Proven {
    path: Vec<String>,
    checkpoint: String,
}

/// So many are told; the counts are over all.
const MOST_SHOWN: usize = 50;
const DAYS: u32 = 366;
/// So many fields of one's own look are named at once.
const MOST_NAMED: usize = 4;

/// The newest looks, and counts by month.
pub(super) async fn list(v: Visitor) -> Response {
    let session = match v.session() {
        Ok((session, _)) => session,
        Err(response) => return response,
    };
    let vault = v.app.vault();
    let found = match vault.own_looks(&session.own, DAYS, MOST_SHOWN).await {
        Ok(found) => found,
        Err(error) => return v.failed(error),
    };
    let actors = match vault.actors().await {
        Ok(actors) => actors,
        Err(error) => return v.failed(error),
    };
    let active = vault.active();
    let newest = found.newest.iter().filter(|(_, entry)| is_told(entry));
    let page = Page {
        v: &v,
        looks: newest
            .map(|(index, entry)| look(&v, &active.register, &actors, *index, entry))
            .collect(),
        months: months(&found.days),
        since: v.when(found.since).chars().take(10).collect(),
    };
    shown(StatusCode::OK, &page)
}

/// One look with its proof.
pub(super) async fn proof(v: Visitor, Path(index): Path<String>) -> Response {
    let Ok(index) = index.parse() else {
        return v.told(&Said::NotFound);
    };
    let (entry, bytes) = match own_entry(&v, index).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let vault = v.app.vault();
    let actors = match vault.actors().await {
        Ok(actors) => actors,
        Err(error) => return v.failed(error),
    };
    let proven = match proven(&v, index).await {
        Ok(proven) => proven,
        Err(response) => return response,
    };
    let page = ProofPage {
        look: look(&v, &vault.active().register, &actors, index, &entry),
        v: &v,
        leaf: Hash::of_leaf(&bytes).to_string(),
        proven: proven.map(|(proof, checkpoint)| Proven {
            path: proof.path.iter().map(Hash::to_string).collect(),
            checkpoint,
        }),
        keys: vault
            .ledger_keys()
            .iter()
            .map(ToString::to_string)
            .collect(),
    };
    shown(StatusCode::OK, &page)
}

/// The proof as a file that `shouxin-verify proof` reads: the entry's hash, for the entry names who looked.
pub(super) async fn file(v: Visitor, Path(index): Path<String>) -> Response {
    let Ok(index) = index.parse() else {
        return v.told(&Said::NotFound);
    };
    let bytes = match own_entry(&v, index).await {
        Ok((_, bytes)) => bytes,
        Err(response) => return response,
    };
    let (proof, checkpoint) = match proven(&v, index).await {
        Ok(Some(proven)) => proven,
        Ok(None) => return v.told(&Said::Busy),
        Err(response) => return response,
    };
    let file = LeafProof::new(Hash::of_leaf(&bytes), proof, checkpoint);
    let mut response = axum::Json(file).into_response();
    let name = format!("attachment; filename=\"shouxin-proof-{index}.json\"");
    if let Ok(name) = HeaderValue::try_from(name) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// An entry about the visitor. Others' look like none.
async fn own_entry(v: &Visitor, index: u64) -> Result<(Entry, Vec<u8>), Response> {
    let (session, _) = v.session()?;
    let found = v.app.vault().own_entry(session.own.subject, index).await;
    let found = found.map_err(|error| v.failed(error))?;
    found.ok_or_else(|| v.told(&Said::NotFound))
}

async fn proven(v: &Visitor, index: u64) -> Result<Option<(InclusionProof, String)>, Response> {
    match v.app.vault().prove(index).await {
        Ok((_, proof, checkpoint)) => Ok(Some((proof, checkpoint))),
        Err(LedgerError::Beyond(_)) => Ok(None),
        Err(LedgerError::Vault(error)) => Err(v.failed(error)),
    }
}

/// Whether an entry is one that somebody did with the visitor's data. That the visitor opened this very list is
/// left out: it would fill it.
fn is_told(entry: &Entry) -> bool {
    !(entry.actor == SUBJECT && entry.kind == Kind::Ledger)
}

fn look(v: &Visitor, register: &Register, actors: &Actors, index: u64, entry: &Entry) -> Look {
    let purpose = entry.purpose.as_deref();
    let mut seen = Vec::new();
    let mut withheld = Vec::new();
    for (how, fields) in &entry.fields {
        let titles = fields.iter().map(|field| title(v, register, field));
        if how.form == "withheld" {
            withheld.extend(titles);
        } else {
            seen.extend(titles);
        }
    }
    Look {
        index,
        at: v.when(Moment::from_micros(entry.at)),
        who: who(v, register, actors, entry),
        what: what(v, entry.kind).to_owned(),
        purpose: purpose.map(|name| match register.purpose(name) {
            Some(purpose) => v.of(&purpose.title),
            None => name.to_owned(),
        }),
        count: seen.len(),
        is_long: entry.actor == SUBJECT && seen.len() > MOST_NAMED,
        fields: seen.join(v.t("、", ", ")),
        withheld: withheld.join(v.t("、", ", ")),
        refused: entry.kind == Kind::Refusal,
    }
}

fn title(v: &Visitor, register: &Register, field: &str) -> String {
    let known = field.parse().ok().and_then(|field| register.field(&field));
    known.map_or_else(|| field.to_owned(), |field| v.of(&field.title))
}

/// The post of whoever it was, by the roles that the purpose is for; never a name.
fn who(v: &Visitor, register: &Register, actors: &Actors, entry: &Entry) -> String {
    match entry.actor.split('_').next() {
        Some(SUBJECT) => return v.t("您本人", "You").to_owned(),
        Some("key") => return v.t("系统接口", "A connected system").to_owned(),
        Some("operator") => return v.t("系统运维", "System operation").to_owned(),
        _ => {}
    }
    let purpose = entry
        .purpose
        .as_deref()
        .and_then(|name| register.purpose(name));
    let held = actors.roles(&entry.actor).unwrap_or_default();
    let mut fits = held
        .iter()
        .filter(|role| purpose.is_none_or(|purpose| purpose.roles.contains(role)));
    let role = fits.next().or_else(|| held.first());
    match role.and_then(|role| register.role(role)) {
        Some(role) => v.of(&role.title),
        None => v.t("一名员工", "A member of staff").to_owned(),
    }
}

fn what(v: &Visitor, kind: Kind) -> &'static str {
    let (zh, en) = match kind {
        Kind::Read => ("查看,已遮盖", "looked, masked"),
        Kind::Reveal => ("查看明文", "saw in clear"),
        Kind::Refusal => ("想查看,被拒绝", "asked and was refused"),
        Kind::Search => ("按信息查找到您", "found you by a search"),
        Kind::Explain => ("询问能否查看", "asked whether it may be seen"),
        Kind::Export => ("导出", "exported"),
        Kind::Import => ("批量导入", "imported"),
        Kind::RecordWrite => ("登记或修改", "wrote or changed"),
        Kind::Consent => ("记录同意或拒绝", "took down a choice"),
        Kind::SignIn => ("登录隐私中心", "signed in here"),
        Kind::SignInRefused => ("输错验证码", "typed a wrong code"),
        Kind::SignOut => ("退出隐私中心", "signed out here"),
        Kind::StepUp => ("再次验证", "showed a second code"),
        Kind::Case => ("变更业务单", "changed a case"),
        Kind::Ledger => ("查看了查阅记录", "looked at this list"),
        Kind::Grant => ("授权变更", "changed a grant"),
        Kind::Emergency => ("紧急查阅", "opened in an emergency"),
        Kind::Review => ("复核", "reviewed"),
        other => (other.chinese(), other.word()),
    };
    match v.tag() {
        "en" => en,
        _ => zh,
    }
}

fn months(days: &[Day]) -> Vec<Month> {
    let mut months: BTreeMap<String, Month> = BTreeMap::new();
    for day in days {
        let name: String = day
            .begins
            .plus_seconds(8 * 3600)
            .rfc3339()
            .chars()
            .take(7)
            .collect();
        let month = months.entry(name.clone()).or_insert(Month {
            name,
            masked: 0,
            clear: 0,
            refused: 0,
        });
        month.masked += day.masked;
        month.clear += day.clear;
        month.refused += day.refused;
    }
    months.into_values().rev().collect()
}
