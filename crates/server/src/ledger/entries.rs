//! Entries by kind, actor, role, subject or time.

use std::collections::HashSet;

use axum::Json;
use axum::extract::State;
use data_encoding::BASE64URL_NOPAD;
use shouxin_model::{Moment, SubjectId};
use shouxin_store::{StoreError, Tx, params};
use shouxin_vault::VaultError;
use shouxin_vault::said::{Entry, Kind};
use shouxin_wire::Code;
use shouxin_wire::ledger::LedgerPage;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::cursor::{cursor, position};
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::{fault, told};
use crate::http::{Params, Refusal};

/// List entries of the ledger
///
/// Oldest first, or newest first with `?newest`. One request looks through at most 10,000 entries: a page
/// may be short, or empty, and still name where to go on. Looking for one subject's entries is itself
/// recorded. Times are found by halves, for entries stand in the order of time; around a clock that was put back
/// some may be missed.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/entries",
    operation_id = "list-entries",
    tag = "ledger",
    params(
        ("kind" = Option<String>, Query, description = "Only this kind", example = "reveal"),
        ("actor" = Option<String>, Query, description = "Only this actor: `stf_…`, `key_…`, `operator`"),
        ("role" = Option<String>, Query, description = "Only by people who hold this role now; `service` for keys of services"),
        ("subject" = Option<String>, Query, description = "Only this subject: `sub_…`"),
        ("pseudonym" = Option<String>, Query, description = "Only the subject of this pseudonym, base64url"),
        ("since" = Option<String>, Query, description = "Not before this moment", example = "2026-11-21T00:00:00Z"),
        ("until" = Option<String>, Query, description = "Before this moment"),
        ("from" = Option<u64>, Query, description = "The first index"),
        ("to" = Option<u64>, Query, description = "The last index"),
        ("newest" = Option<bool>, Query, description = "Newest first"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 if not given"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of entries", body = LedgerPage,
            example = json!({"entries": [], "next": "ZQAAAAAAAAQS", "size": 20000})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    params: Params,
) -> Result<Json<LedgerPage>, Refusal> {
    let mut query = Query::read(params)?;
    let pseudonym = match query.subject {
        Some(subject) => Some(pseudonym(&app, &signed, subject).await?),
        None => query.pseudonym,
    };
    // Each page is a look: a cursor is the caller's word alone.
    if let Some(pseudonym) = pseudonym {
        record(&app, &signed, &pseudonym).await?;
    }
    let filter = Filter {
        pseudonym,
        holders: match &query.role {
            Some(role) => Some(holders(&app, &signed, role).await?),
            None => None,
        },
    };
    let size = match app.vault().store().ledger_head().await {
        Ok(head) => head.size,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    query.to = query.to.min(size.saturating_sub(1));
    match looked(&app, &mut query, &filter, size).await {
        Ok((entries, next)) => Ok(Json(LedgerPage {
            entries: entries
                .into_iter()
                .map(|(index, entry)| shown(index, entry, signed.language))
                .collect(),
            next: next.map(|index| cursor(LIST, &index.to_be_bytes())),
            size,
        })),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}

/// What is looked for, and where.
struct Query {
    kind: Option<Kind>,
    actor: Option<String>,
    role: Option<String>,
    subject: Option<SubjectId>,
    pseudonym: Option<[u8; 16]>,
    since: Option<Moment>,
    until: Option<Moment>,
    from: u64,
    to: u64,
    newest: bool,
    limit: usize,
    /// The index at which a page before stopped: the first that it did not look at.
    at: Option<u64>,
}

impl Query {
    fn read(mut params: Params) -> Result<Self, Refusal> {
        let at = match params.text("cursor")? {
            Some(text) => Some(
                position(LIST, &text)
                    .map(u64::from_be_bytes)
                    .ok_or_else(|| params.refuse("cursor"))?,
            ),
            None => None,
        };
        let query = Self {
            kind: params.take("kind")?,
            actor: params.text("actor")?,
            role: params.text("role")?,
            subject: params.take("subject")?,
            pseudonym: given(&mut params, "pseudonym", |text| {
                BASE64URL_NOPAD
                    .decode(text.as_bytes())
                    .ok()?
                    .try_into()
                    .ok()
            })?,
            since: given(&mut params, "since", |text| {
                Moment::parse_rfc3339(text).ok()
            })?,
            until: given(&mut params, "until", |text| {
                Moment::parse_rfc3339(text).ok()
            })?,
            from: params.take("from")?.unwrap_or(0),
            to: params.take("to")?.unwrap_or(u64::MAX),
            newest: params.flag("newest")?,
            limit: params.limit(50, 200)?,
            at,
        };
        if query.from > query.to {
            return Err(params.refuse("to"));
        }
        if query
            .role
            .as_deref()
            .is_some_and(|role| !shouxin_model::id::is_slug(role))
        {
            return Err(params.refuse("role"));
        }
        if query.subject.is_some() && query.pseudonym.is_some() {
            return Err(params.refuse("pseudonym"));
        }
        params.end()?;
        Ok(query)
    }

    fn matches(&self, entry: &Entry, filter: &Filter) -> bool {
        let at = Moment::from_micros(entry.at);
        self.kind.is_none_or(|kind| entry.kind == kind)
            && self
                .actor
                .as_ref()
                .is_none_or(|actor| entry.actor == *actor)
            && self.since.is_none_or(|since| at >= since)
            && self.until.is_none_or(|until| at < until)
            && filter
                .pseudonym
                .is_none_or(|one| entry.subject == Some(one))
            && filter
                .holders
                .as_ref()
                .is_none_or(|holders| holders.hold(&entry.actor))
    }
}

/// A parameter that is read in another way than by its type.
fn given<T>(
    params: &mut Params,
    name: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Refusal> {
    match params.text(name)? {
        Some(text) => read(&text).map(Some).ok_or_else(|| params.refuse(name)),
        None => Ok(None),
    }
}

/// What of the query had to be looked up.
struct Filter {
    pseudonym: Option<[u8; 16]>,
    holders: Option<Holders>,
}

/// Those who hold a role.
enum Holders {
    People(HashSet<String>),
    Services,
}

impl Holders {
    fn hold(&self, actor: &str) -> bool {
        match self {
            Self::People(actors) => actors.contains(actor),
            Self::Services => actor.starts_with("key_"),
        }
    }
}

/// Narrows the range to the times asked for, then looks through it.
async fn looked(
    app: &App,
    query: &mut Query,
    filter: &Filter,
    size: u64,
) -> Result<(Vec<(u64, Entry)>, Option<u64>), VaultError> {
    if let Some(since) = query.since {
        query.from = query
            .from
            .max(app.vault().first_entry_since(since, size).await?);
    }
    if let Some(until) = query.until {
        let end = app.vault().first_entry_since(until, size).await?;
        let Some(last) = end.checked_sub(1) else {
            return Ok((Vec::new(), None));
        };
        query.to = query.to.min(last);
    }
    scan(app, query, filter, size).await
}

/// Who holds this role now.
async fn holders(app: &App, signed: &Signed, role: &str) -> Result<Holders, Refusal> {
    if role == "service" {
        return Ok(Holders::Services);
    }
    match app.vault().actors().await {
        Ok(actors) => {
            let people = actors.staff.into_iter();
            let held = people.filter(|(_, roles)| roles.iter().any(|held| held == role));
            Ok(Holders::People(held.map(|(actor, _)| actor).collect()))
        }
        Err(error) => Err(fault(app, signed, error).await),
    }
}

/// Looks through the range, a bounded part of it: the matches, and the index to go on at.
async fn scan(
    app: &App,
    query: &Query,
    filter: &Filter,
    size: u64,
) -> Result<(Vec<(u64, Entry)>, Option<u64>), VaultError> {
    let mut found = Vec::new();
    let mut left = MOST_LOOKED_AT;
    let start = if query.newest { query.to } else { query.from };
    let mut at = Some(query.at.unwrap_or(start)).filter(|at| *at < size);
    while let Some(next) = at.filter(|at| (query.from..=query.to).contains(at)) {
        if left == 0 || found.len() == query.limit {
            return Ok((found, Some(next)));
        }
        let (first, count) = if query.newest {
            let first = next.saturating_sub(STEP - 1).max(query.from);
            (first, next - first + 1)
        } else {
            (next, (query.to - next + 1).min(STEP))
        };
        let mut page = app
            .vault()
            .store()
            .ledger_entries(first, usize::try_from(count).unwrap_or(usize::MAX))
            .await?;
        if query.newest {
            page.reverse();
        }
        if page.is_empty() {
            break;
        }
        for (index, bytes) in page {
            if found.len() == query.limit {
                return Ok((found, Some(index)));
            }
            left = left.saturating_sub(1);
            let entry = Entry::decode(&bytes).map_err(|_| VaultError::Corrupt("ledger entry"))?;
            if query.matches(&entry, filter) {
                found.push((index, entry));
            }
            at = if query.newest {
                index.checked_sub(1)
            } else {
                index.checked_add(1)
            };
        }
    }
    Ok((found, None))
}

/// The pseudonym under which a subject stands in the ledger; none once it was erased.
async fn pseudonym(app: &App, signed: &Signed, subject: SubjectId) -> Result<[u8; 16], Refusal> {
    let found = async {
        let rows = app
            .vault()
            .store()
            .query(
                "SELECT pseudonym FROM subject WHERE id = $1",
                params![subject],
            )
            .await?;
        let bytes = rows
            .first()
            .map(|row| row.opt_bytes(0))
            .transpose()?
            .flatten();
        Ok::<_, StoreError>(bytes.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok()))
    };
    match found.await {
        Ok(Some(pseudonym)) => Ok(pseudonym),
        Ok(None) => {
            app.limits().missed(&signed.actor());
            Err(signed.refuse(Code::SubjectNotFound))
        }
        Err(error) => Err(told(app, signed, error).await),
    }
}

async fn record(app: &App, signed: &Signed, pseudonym: &[u8; 16]) -> Result<(), Refusal> {
    let pseudonym = BASE64URL_NOPAD.encode(pseudonym);
    let extra = [("did", "looked-up"), ("subject", pseudonym.as_str())];
    match app
        .vault()
        .record(&signed.caller, Kind::Ledger, &extra, Tx::new())
        .await
    {
        Ok(_) => Ok(()),
        Err(error) => Err(fault(app, signed, error.into()).await),
    }
}

/// Marks the cursors of this list.
const LIST: u8 = b'e';

/// Entries read from the store at a time.
const STEP: u64 = 500;

/// Entries that one request looks at.
const MOST_LOOKED_AT: usize = 10_000;
