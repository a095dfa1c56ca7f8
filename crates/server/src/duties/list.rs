//! The caller's duties by time left.

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use shouxin_model::Moment;
use shouxin_vault::said::MIN_GROUP;
use shouxin_vault::{ClockState, DutyScope, Holder};
use shouxin_wire::duties::{Duty, DutyList};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;
use crate::permissions::{Answer, matrix};

/// List what runs out next
///
/// What the caller may act on or answers for, by time left: proposals that await a decision, grants that end,
/// emergencies to be reviewed, alarms nobody has looked at, keys that grow old, quotas that are used up, what is to be
/// looked through again, backups and drills, records that are kept too long, systems that are told of changes and
/// fell behind, and what scans found and somebody confirmed. Names no customers. Being asked is
/// not recorded: nothing about a person is told.
#[utoipa::path(
    get,
    path = "/api/v1/duties",
    operation_id = "list-duties",
    tag = "me",
    responses(
        (status = 200, description = "The least time left first", body = DutyList,
            example = json!({"duties": [{"kind": "approval-decision", "about": "apr_06fs8k0000000000000000000g",
                "what": "export", "mine": true, "roles": ["protection-officer"],
                "began_at": "2026-11-21T02:00:00.000Z", "ends_at": "2026-11-24T02:00:00.000Z", "unit": "hours",
                "left": 48, "state": "on-time"}], "later": [], "now": "2026-11-22T02:00:00.000Z"})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<DutyList>, Refusal> {
    let clocks = app.settings().duties;
    let found = app
        .vault()
        .duties(&signed.caller, scope(&signed), clocks)
        .await;
    let found = settled(&app, &signed, found).await?;
    let now = app.vault().now();
    let (listed, later): (Vec<_>, Vec<_>) = found.into_iter().partition(|duty| is_soon(duty, now));
    Ok(Json(DutyList {
        duties: listed.into_iter().map(|duty| shown(duty, now)).collect(),
        later: later
            .into_iter()
            .take(MOST_LATER)
            .map(|duty| shown(duty, now))
            .collect(),
        now,
    }))
}

/// What the permission matrix lets the caller act on.
fn scope(signed: &Signed) -> DutyScope {
    let standing = signed.standing();
    let may = |path: &str| {
        let row = matrix().row(&Method::POST, path);
        let answer = row.map_or(Answer::No, |row| row.answer(&standing));
        matches!(answer, Answer::Yes | Answer::SecondFactor)
    };
    DutyScope {
        api_keys: may("/api/v1/api-keys/{key}/rotate"),
        keys: may("/api/v1/keys/rotations"),
        declared: may("/api/v1/register/plans"),
        backups: may("/api/v1/backups"),
        retention: may("/api/v1/subjects/{subject}/erasure"),
        downstreams: may("/api/v1/downstreams"),
    }
}

/// Whether somebody has to think of it now.
fn is_soon(duty: &shouxin_vault::Duty, now: Moment) -> bool {
    duty.clock(now).0 != ClockState::OnTime || duty.ends_at <= now.plus_seconds(SOON_SECONDS)
}

fn shown(duty: shouxin_vault::Duty, now: Moment) -> Duty {
    let (state, left) = duty.clock(now);
    let (mine, roles) = match duty.holder {
        Holder::Caller => (true, Vec::new()),
        Holder::CallersRole(roles) => (true, roles),
        Holder::Others(roles) => (false, roles),
    };
    Duty {
        kind: duty.kind.word().to_owned(),
        about: duty.about,
        what: duty.what,
        mine,
        roles,
        began_at: duty.began_at,
        ends_at: duty.ends_at,
        unit: duty.kind.unit().word().to_owned(),
        left,
        state: state.word().to_owned(),
        count: duty.count.map(few_or_exact),
    }
}

/// A count that does not point at anybody.
fn few_or_exact(count: u64) -> String {
    if count < u64::from(MIN_GROUP) {
        format!("<{MIN_GROUP}")
    } else {
        count.to_string()
    }
}

const MOST_LATER: usize = 20;

/// What ends later is no duty yet: thirty days.
const SOON_SECONDS: i64 = 30 * 86_400;
