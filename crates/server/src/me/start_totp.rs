//! Beginning with a second factor.

use axum::Json;
use axum::extract::State;
use shouxin_store::{Tx, params};
use shouxin_vault::said::Kind;
use shouxin_wire::Code;
use shouxin_wire::me::TotpStarted;

use crate::accounts::{Account, totp_context};
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;
use crate::{App, totp};

/// Begin with a second factor
///
/// It counts once it is confirmed with a code; until then one that is enrolled stays. Whoever has one shows
/// it first, within the last ten minutes.
#[utoipa::path(
    post,
    path = "/api/v1/me/totp",
    operation_id = "start-totp",
    tag = "me",
    responses(
        (status = 200, description = "The secret, for an authenticator app", body = TotpStarted,
            example = json!({"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
                "url": "otpauth://totp/Shouxin:li.xiaoyan?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shouxin&algorithm=SHA1&digits=6&period=30"})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn start_totp(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<TotpStarted>, Refusal> {
    let session = signed.session()?;
    let vault = app.vault();
    let account = settled(&app, &signed, Account::by_id(vault, session.staff).await).await?;
    let account = account.ok_or_else(|| signed.refuse(Code::SignInRequired))?;
    // A session from before the enrolment has shown the password alone: it must not replace anything.
    if account.totp_sealed.is_some() && !(session.enrolled && signed.second_factor) {
        return Err(signed.refuse(Code::SecondFactorRequired));
    }
    let secret = totp::make_secret(&mut vault.dice());
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "INSERT INTO enrolment (staff, secret_sealed, started_at) VALUES ($1, $2, $3) ON CONFLICT (staff) \
         DO UPDATE SET secret_sealed = excluded.secret_sealed, started_at = excluded.started_at",
        params![account.id, vault.seal_secret(&totp_context(account.id), &secret), vault.now()],
    );
    let extra = [("did", "second-factor-started")];
    settled(
        &app,
        &signed,
        vault.record(&signed.caller, Kind::Staff, &extra, tx).await,
    )
    .await?;
    Ok(Json(TotpStarted {
        secret: totp::base32(&secret).to_string(),
        url: totp::url(&secret, &account.login).to_string(),
    }))
}
