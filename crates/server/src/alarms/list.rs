//! The newest alarms.

use axum::Json;
use axum::extract::State;
use shouxin_wire::grants::{Alarm, AlarmList};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::settled;
use crate::http::{Params, Refusal};

/// List alarms
///
/// Newest first. Without `all` only those that nobody has looked at.
#[utoipa::path(
    get,
    path = "/api/v1/alarms",
    operation_id = "list-alarms",
    tag = "approvals",
    params(
        ("all" = Option<bool>, Query, description = "Also those that somebody has looked at"),
        ("limit" = Option<u32>, Query, description = "1 to 500; 100 if not given"),
    ),
    responses(
        (status = 200, description = "Newest first", body = AlarmList,
            example = json!({"alarms": [{"alarm": "alm_06fs8k0000000000000000000g", "kind": "emergency",
                "actor": "stf_06fs8k0000000000000000000g", "about": "gra_06fs8k0000000000000000000g",
                "at": "2026-11-21T03:04:05.678Z"}]})),
        Guarded, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<AlarmList>, Refusal> {
    let all = params.flag("all")?;
    let limit = u32::try_from(params.limit(100, 500)?).unwrap_or(100);
    params.end()?;
    let found = app.vault().alarms(&signed.caller, !all, limit).await;
    let found = settled(&app, &signed, found).await?;
    let alarm = |alarm: shouxin_vault::Alarm| Alarm {
        alarm: alarm.id,
        kind: alarm.kind,
        actor: alarm.actor,
        about: alarm.about,
        at: alarm.at,
        seen_by: alarm.seen_by,
        seen_at: alarm.seen_at,
        closed_at: alarm.closed.as_ref().map(|closed| closed.at),
        outcome: alarm
            .closed
            .as_ref()
            .map(|closed| closed.outcome.word().to_owned()),
        closed_by: alarm.closed.map(|closed| closed.by),
    };
    Ok(Json(AlarmList {
        alarms: found.into_iter().map(alarm).collect(),
    }))
}
