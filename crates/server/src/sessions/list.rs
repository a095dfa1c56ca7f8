//! One's own live sessions.

use axum::Json;
use axum::extract::State;
use shouxin_wire::sessions::SessionList;

use crate::App;
use crate::accounts::live_sessions;
use crate::caller::Signed;
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
    let sessions = live_sessions(&app, session.staff, session.id).await;
    Ok(Json(SessionList {
        sessions: settled(&app, &signed, sessions).await?,
    }))
}
