//! Confirming a second factor.

use axum::Json;
use axum::extract::State;
use shouxin_store::{Tx, params};
use shouxin_vault::Marked;
use shouxin_vault::said::Kind;
use shouxin_wire::Code;
use shouxin_wire::me::{RecoveryCodes, TotpConfirm};

use super::put_recovery_codes;
use crate::accounts::{ENROLMENT_SECONDS, end_sessions, totp_context};
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Trying, WithBody};
use crate::http::faults::settled;
use crate::http::{Body, Refusal, guess};
use crate::{App, totp};

/// Confirm a second factor with its first code
///
/// From now on every sign-in needs it. The session can do whatever the roles allow; all other sessions of the
/// account end. The recovery codes are shown this once and replace those from before.
#[utoipa::path(
    put,
    path = "/api/v1/me/totp",
    operation_id = "confirm-totp",
    tag = "me",
    request_body(content = TotpConfirm, example = json!({"code": "492039"})),
    responses(
        (status = 200, description = "Enrolled; ten recovery codes", body = RecoveryCodes,
            example = json!({"recovery_codes": ["4k7wz-9d2hm", "x0c3v-rq85t"], "entry": 1042})),
        Guarded, WithBody, Changed, Trying,
    ),
    security(("session" = []))
)]
pub(crate) async fn confirm_totp(
    State(app): State<App>,
    signed: Signed,
    Body(shown): Body<TotpConfirm>,
) -> Result<Json<RecoveryCodes>, Refusal> {
    let session = signed.session()?;
    let vault = app.vault();
    let now = vault.now();
    let account = guess::trying(&app, &signed, session.staff).await?;
    if account.totp_sealed.is_some() && !(session.enrolled && signed.second_factor) {
        return Err(signed.refuse(Code::SecondFactorRequired));
    }
    let sql = "SELECT secret_sealed FROM enrolment WHERE staff = $1 AND started_at > $2";
    let rows = vault
        .store()
        .query(
            sql,
            params![account.id, now.plus_seconds(-ENROLMENT_SECONDS)],
        )
        .await;
    let rows = settled(&app, &signed, rows).await?;
    // Nothing was started, or so long ago that nobody looks at it any more.
    let row = rows.first().ok_or_else(|| signed.refuse(Code::Conflict))?;
    let sealed = settled(&app, &signed, row.bytes(0)).await?;
    let secret = settled(
        &app,
        &signed,
        vault.open_secret(&totp_context(account.id), sealed),
    )
    .await?;
    // To the comparison, which keeps nothing.
    let Some(step) = totp::step_of(&secret, shown.code.expose(), now) else {
        return Err(guess::wrong(&app, &signed, &account).await);
    };
    let held = vault.held_row(Marked::Session, session.id).await;
    let row = settled(&app, &signed, held).await?;
    // Ended in this very moment.
    let row = row.ok_or_else(|| signed.refuse(Code::SignInRequired))?;
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE staff SET totp_sealed = $1, totp_last_step = $2, version = version + 1 \
         WHERE id = $3 AND version = $4",
        params![sealed, step, account.id, account.version],
    );
    account
        .row
        .change(vault, &mut tx, [("totp_sealed", sealed.into())]);
    tx.run_exactly(
        1,
        "DELETE FROM enrolment WHERE staff = $1 AND secret_sealed = $2",
        params![account.id, sealed],
    );
    tx.run_exactly(
        1,
        "UPDATE session SET state = 'complete', second_factor_at = $1 WHERE id = $2",
        params![now, session.id],
    );
    let changes = [
        ("state", "complete".into()),
        ("second_factor_at", now.into()),
    ];
    row.change(vault, &mut tx, changes);
    end_sessions(&mut tx, account.id, Some(session.id));
    let recovery_codes = put_recovery_codes(vault, &mut tx, account.id, &mut vault.dice());
    let extra = [("did", "second-factor-enrolled")];
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
