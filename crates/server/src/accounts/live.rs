//! The live sessions of an account.

use shouxin_model::{SessionId, StaffId};
use shouxin_store::{Row, StoreError, params};
use shouxin_wire::sessions::{SessionEntry, SessionState};

use crate::App;

/// Those that are live, newest first; `current` is the caller's own.
///
/// # Errors
/// The store could not be read.
pub(crate) async fn live_sessions(
    app: &App,
    staff: StaffId,
    current: SessionId,
) -> Result<Vec<SessionEntry>, StoreError> {
    let now = app.vault().now();
    let idle = now.plus_seconds(-app.settings().sessions.idle_seconds);
    let rows = app.vault().store();
    let rows = rows.query(LIVE, params![staff, now, idle]).await?;
    rows.iter().map(|row| entry(row, current)).collect()
}

const LIVE: &str = "SELECT id, state, address, agent, created_at, seen_at, expires_at FROM session \
    WHERE staff = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY id DESC";

fn entry(row: &Row, current: SessionId) -> Result<SessionEntry, StoreError> {
    let session = row.id(0, SessionId::from_slice)?;
    let state = if row.text(1)? == "complete" {
        SessionState::Complete
    } else {
        SessionState::Enrolling
    };
    Ok(SessionEntry {
        session,
        current: session == current,
        state,
        address: row.text(2)?.to_owned(),
        agent: row.text(3)?.to_owned(),
        created_at: row.moment(4)?,
        seen_at: row.moment(5)?,
        expires_at: row.moment(6)?,
    })
}
