//! The sessions of an account: looking, and ending them.

use axum::Json;
use axum::extract::State;
use shouxin_model::StaffId;
use shouxin_store::{Tx, params};
use shouxin_vault::said::Kind;
use shouxin_wire::sessions::SessionList;
use shouxin_wire::staff::SessionsEnded;

use super::find;
use crate::App;
use crate::accounts::{self, live_sessions};
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::settled;
use crate::http::{At, Refusal};

/// List the sessions of an account
///
/// Those that are live, with the family of the program and the address they came from.
#[utoipa::path(
    get,
    path = "/api/v1/staff/{staff}/sessions",
    operation_id = "list-staff-sessions",
    tag = "staff",
    params(("staff" = String, Path, description = "The account, `stf_…`")),
    responses(
        (status = 200, description = "The live sessions, newest first", body = SessionList,
            example = json!({"sessions": [{"session": "ses_06fs8k0000000000000000000g", "current": false,
                "state": "complete", "address": "192.0.2.7", "agent": "Firefox",
                "created_at": "2026-11-21T03:04:05.678Z", "seen_at": "2026-11-21T03:14:05.678Z",
                "expires_at": "2026-11-21T13:04:05.678Z"}]})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []))
)]
pub(crate) async fn list_sessions(
    State(app): State<App>,
    signed: Signed,
    At((staff,)): At<(StaffId,)>,
) -> Result<Json<SessionList>, Refusal> {
    let account = find(&app, &signed, staff, None).await?;
    let sessions = live_sessions(&app, account.id, signed.session()?.id).await;
    Ok(Json(SessionList {
        sessions: settled(&app, &signed, sessions).await?,
    }))
}

/// End all sessions of an account
///
/// The account itself stays open; its owner can sign in again.
#[utoipa::path(
    delete,
    path = "/api/v1/staff/{staff}/sessions",
    operation_id = "end-staff-sessions",
    tag = "staff",
    params(("staff" = String, Path, description = "The account, `stf_…`")),
    responses(
        (status = 200, description = "They are over", body = SessionsEnded,
            example = json!({"ended": 2, "entry": 1042})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []))
)]
pub(crate) async fn end_sessions(
    State(app): State<App>,
    signed: Signed,
    At((staff,)): At<(StaffId,)>,
) -> Result<Json<SessionsEnded>, Refusal> {
    let account = find(&app, &signed, staff, None).await?;
    let vault = app.vault();
    let rows = vault
        .store()
        .query(
            "SELECT 1 FROM session WHERE staff = $1",
            params![account.id],
        )
        .await;
    let ended = u64::try_from(settled(&app, &signed, rows).await?.len()).unwrap_or(u64::MAX);
    let mut tx = Tx::new();
    accounts::end_sessions(&mut tx, account.id, None);
    let (id, count) = (staff.to_string(), ended.to_string());
    let extra = [
        ("did", "ended-all"),
        ("staff", id.as_str()),
        ("sessions", count.as_str()),
    ];
    let entry = settled(
        &app,
        &signed,
        vault
            .record(&signed.caller, Kind::SignOut, &extra, tx)
            .await,
    )
    .await?;
    Ok(Json(SessionsEnded { ended, entry }))
}
