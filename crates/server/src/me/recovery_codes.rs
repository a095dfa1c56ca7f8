//! Fresh recovery codes.

use axum::Json;
use axum::extract::State;
use shouxin_store::Tx;
use shouxin_vault::said::Kind;
use shouxin_wire::me::RecoveryCodes;

use super::put_recovery_codes;
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;

/// Make ten fresh recovery codes
///
/// They are shown this once and replace those from before.
#[utoipa::path(
    post,
    path = "/api/v1/me/recovery-codes",
    operation_id = "make-recovery-codes",
    tag = "me",
    responses(
        (status = 200, description = "Ten codes", body = RecoveryCodes,
            example = json!({"recovery_codes": ["4k7wz-9d2hm", "x0c3v-rq85t"], "entry": 1042})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn make_recovery_codes(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<RecoveryCodes>, Refusal> {
    let vault = app.vault();
    let mut tx = Tx::new();
    let staff = signed.session()?.staff;
    let recovery_codes = put_recovery_codes(vault, &mut tx, staff, &mut vault.dice());
    let extra = [("did", "recovery-codes")];
    let entry = settled(
        &app,
        &signed,
        vault.record(&signed.caller, Kind::Staff, &extra, tx).await,
    )
    .await?;
    Ok(Json(RecoveryCodes {
        recovery_codes,
        entry,
    }))
}
