//! Ending one session.

use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::SessionId;
use shouxin_store::{Tx, params};
use shouxin_vault::said::Kind;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::found;
use crate::http::{At, Refusal};

/// End one of one's own sessions
///
/// It opens nothing from the next request on.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{session}",
    operation_id = "end-session",
    tag = "sessions",
    params(("session" = String, Path, description = "The session, `ses_…`")),
    responses((status = 204, description = "The session is over"), Guarded, WithParams, Missing),
    security(("session" = []))
)]
pub(crate) async fn end(
    State(app): State<App>,
    signed: Signed,
    At((session,)): At<(SessionId,)>,
) -> Result<StatusCode, Refusal> {
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "DELETE FROM session WHERE id = $1 AND staff = $2",
        params![session, signed.session()?.staff],
    );
    let id = session.to_string();
    let ended = app
        .vault()
        .record(
            &signed.caller,
            Kind::SignOut,
            &[("session", id.as_str())],
            tx,
        )
        .await;
    found(&app, &signed, ended).await?;
    Ok(StatusCode::NO_CONTENT)
}
