//! Signing out everywhere.

use axum::extract::State;
use axum::response::Response;
use shouxin_store::Tx;
use shouxin_vault::said::Kind;

use super::signed_out;
use crate::App;
use crate::accounts::end_sessions;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;

/// End all of one's own sessions, this one too
///
/// For when a device is lost. Sign in again afterwards.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions",
    operation_id = "end-all-sessions",
    tag = "sessions",
    responses((status = 204, description = "They are over"), Guarded),
    security(("session" = []))
)]
pub(crate) async fn end_all(State(app): State<App>, signed: Signed) -> Result<Response, Refusal> {
    let mut tx = Tx::new();
    end_sessions(&mut tx, signed.session()?.staff, None);
    let ended = app
        .vault()
        .record(&signed.caller, Kind::SignOut, &[("did", "ended-all")], tx)
        .await;
    settled(&app, &signed, ended).await?;
    Ok(signed_out())
}
