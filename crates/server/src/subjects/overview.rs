//! What a person said and what was done about them, beside their records.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use shouxin_model::{Moment, StaffId, SubjectId};
use shouxin_vault::said::Entry;
use shouxin_vault::{Day, Said, VaultError};
use shouxin_wire::Code;
use shouxin_wire::overview::{Act, Consent, DayOfLooks, Overview};

use crate::App;
use crate::accounts::Account;
use crate::caller::Signed;
use crate::http::document::{Decided, ForPurpose, Guarded, Missing, WithParams};
use crate::http::faults::{missed, refused, settled};
use crate::http::told::{title, treated};
use crate::http::{At, Params, Refusal};
use crate::permissions::{Answer, matrix};

/// What a person said and what was done about them
///
/// For whoever a purpose ties to the person, as for a read, and, without a purpose, for those who may read the
/// ledger. It names roles, purposes and fields, no colleagues and no values. The look counts as a look at the
/// person and stands in the ledger.
#[utoipa::path(
    get,
    path = "/api/v1/subjects/{subject}/overview",
    operation_id = "show-overview",
    tag = "reads",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`"),
        ("purpose" = Option<String>, Query, description = "The purpose; not needed by those who may read the ledger"),
        ("days" = Option<u32>, Query, description = "For how many days looks are counted, 1 to 90; 30 if not given"),
        ("limit" = Option<u32>, Query, description = "How many acts, 1 to 100; 20 if not given"),
    ),
    responses(
        (status = 200, description = "Consents, acts, and looks by day", body = Overview,
            example = json!({"subject": "sub_06fs8k0000000000000000000g", "entry": 1048,
                "consents": [{"purpose": "marketing-contact", "state": "given", "form": "general",
                    "at": "2026-11-21T03:04:05.678Z", "counts": true}],
                "acts": [{"index": 1042, "at": "2026-11-21T03:04:05.678Z", "kind": "reveal", "title": "明文查看",
                    "own": true, "by": "staff", "roles": ["service-adviser"], "purpose": "repair-service",
                    "fields": [{"form": "clear", "rule": "adviser-reveal", "fields": ["customer.mobile"]}]}],
                "days": [{"begins": "2026-11-20T16:00:00.000Z", "masked": 3, "clear": 1, "refused": 0}],
                "since": "2026-10-22T16:00:00.000Z"})),
        Guarded, Missing, WithParams, ForPurpose, Decided,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
    mut params: Params,
) -> Result<Json<Overview>, Refusal> {
    let purpose = params.text("purpose")?;
    let days: u32 = params.take("days")?.unwrap_or(30);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(params.refuse("days"));
    }
    let limit = params.limit(20, 100)?;
    let watches = may_read_ledger(&signed);
    if purpose.is_none() && !watches {
        return Err(params.refuse("purpose"));
    }
    params.end()?;
    let vault = app.vault();
    let found = vault.overview(&signed.caller, subject, purpose.as_deref(), days, limit);
    let overview = match found.await {
        Ok(Some(overview)) => overview,
        Ok(None) => {
            app.limits().missed(&signed.actor());
            return Err(signed.refuse(Code::SubjectNotFound));
        }
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    if let Some(because) = &overview.refusal {
        return Err(refused(&app, &signed, because, overview.entry));
    }
    let roles = roles(&app, overview.newest.iter().map(|(_, entry)| entry)).await;
    let roles = settled(&app, &signed, roles).await?;
    let now = vault.now();
    let act = |(index, entry)| act(index, entry, &signed, &roles, watches);
    Ok(Json(Overview {
        subject,
        entry: overview.entry,
        consents: overview
            .said
            .into_iter()
            .map(|said| consent(said, now))
            .collect(),
        acts: overview.newest.into_iter().map(act).collect(),
        days: overview.days.into_iter().map(day).collect(),
        since: overview.since,
    }))
}

fn may_read_ledger(signed: &Signed) -> bool {
    let ledger = matrix().row(&Method::GET, "/api/v1/ledger/entries/{index}");
    ledger.is_some_and(|row| row.answer(&signed.standing()) == Answer::Yes)
}

/// The roles that those who acted have today, by actor.
async fn roles(
    app: &App,
    entries: impl Iterator<Item = &Entry>,
) -> Result<BTreeMap<String, Vec<String>>, VaultError> {
    let mut roles = BTreeMap::new();
    for entry in entries {
        let Ok(staff) = entry.actor.parse::<StaffId>() else {
            continue;
        };
        if !roles.contains_key(&entry.actor)
            && let Some(account) = Account::by_id(app.vault(), staff).await?
        {
            roles.insert(entry.actor.clone(), account.roles);
        }
    }
    Ok(roles)
}

fn act(
    index: u64,
    entry: Entry,
    signed: &Signed,
    roles: &BTreeMap<String, Vec<String>>,
    watches: bool,
) -> Act {
    let by = match entry.actor.split_once('_') {
        Some(("stf", _)) => "staff",
        Some(("key", _)) => "service",
        _ => "system",
    };
    Act {
        index,
        at: Moment::from_micros(entry.at),
        kind: entry.kind.word().to_owned(),
        title: title(entry.kind, signed.language),
        own: entry.actor == signed.actor(),
        by: by.to_owned(),
        roles: roles.get(&entry.actor).cloned().unwrap_or_default(),
        actor: watches.then_some(entry.actor),
        purpose: entry.purpose,
        case: entry.case,
        fields: treated(entry.fields),
    }
}

fn consent(said: Said, now: Moment) -> Consent {
    let live =
        said.expires_at.is_none_or(|until| now < until) && said.from.is_none_or(|from| from <= now);
    Consent {
        counts: said.state == "given" && live,
        purpose: said.purpose,
        part: said.part,
        channel: said.channel,
        state: said.state,
        form: said.form,
        grade: said.grade,
        at: said.at,
        from: said.from,
        expires_at: said.expires_at,
        case: said.case,
        outdated: said.outdated,
    }
}

fn day(day: Day) -> DayOfLooks {
    DayOfLooks {
        begins: day.begins,
        masked: day.masked,
        clear: day.clear,
        refused: day.refused,
    }
}

const MOST_DAYS: u32 = 90;
