//! Signing out.

use axum::extract::State;
use axum::response::Response;
use shouxin_store::{Tx, params};
use shouxin_vault::said::Kind;

use super::signed_out;
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;

/// Sign out
///
/// Ends the session that came along and clears its cookie.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/current",
    operation_id = "sign-out",
    tag = "sessions",
    responses((status = 204, description = "The session is over"), Guarded),
    security(("session" = []))
)]
pub(crate) async fn end_current(
    State(app): State<App>,
    signed: Signed,
) -> Result<Response, Refusal> {
    let session = signed.session()?.id;
    let mut tx = Tx::new();
    tx.run("DELETE FROM session WHERE id = $1", params![session]);
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
    settled(&app, &signed, ended).await?;
    Ok(signed_out())
}
