//! One's own live sessions.

use axum::Json;
use axum::extract::State;
use shouxin_model::SessionId;
use shouxin_store::{Row, StoreError, params};
use shouxin_wire::sessions::{SessionEntry, SessionList, SessionState};

use crate::App;
use crate::caller::{Session, Signed};
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;

/// List one's own sessions
///
/// Those that are live, with the family of the program and the address they came from.
#[utoipa::path(
    get,
    path = "/api/v1/sessions",
    operation_id = "list-sessions",
    tag = "sessions",
    responses(
        (status = 200, description = "The live sessions, newest first", body = SessionList,
            example = json!({"sessions": [{"session": "ses_06fs8k0000000000000000000g", "current": true,
                "state": "complete", "address": "192.0.2.7", "agent": "Firefox",
                "created_at": "2026-11-21T03:04:05.678Z", "seen_at": "2026-11-21T03:14:05.678Z",
                "expires_at": "2026-11-21T13:04:05.678Z"}]})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<SessionList>, Refusal> {
    let session = signed.session()?;
    let now = app.vault().now();
    let idle = now.plus_seconds(-app.settings().sessions.idle_seconds);
    let rows = app
        .vault()
        .store()
        .query(LIVE, params![session.staff, now, idle])
        .await;
    let rows = settled(&app, &signed, rows).await?;
    let sessions = rows.iter().map(|row| entry(row, session)).collect();
    Ok(Json(SessionList {
        sessions: settled(&app, &signed, sessions).await?,
    }))
}

const LIVE: &str = "SELECT id, state, address, agent, created_at, seen_at, expires_at FROM session \
    WHERE staff = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY id DESC";

fn entry(row: &Row, current: &Session) -> Result<SessionEntry, StoreError> {
    let session = row.id(0, SessionId::from_slice)?;
    let state = if row.text(1)? == "complete" {
        SessionState::Complete
    } else {
        SessionState::Enrolling
    };
    Ok(SessionEntry {
        session,
        current: session == current.id,
        state,
        address: row.text(2)?.to_owned(),
        agent: row.text(3)?.to_owned(),
        created_at: row.moment(4)?,
        seen_at: row.moment(5)?,
        expires_at: row.moment(6)?,
    })
}
