//! Showing the second factor again.

use axum::Json;
use axum::extract::State;
use shouxin_store::{CommitError, Tx, params};
use shouxin_vault::Marked;
use shouxin_vault::said::{Kind, SECOND_FACTOR_SECONDS};
use shouxin_wire::Code;
use shouxin_wire::sessions::{StepUp, SteppedUp};

use crate::caller::Signed;
use crate::http::document::{Guarded, Trying, WithBody};
use crate::http::faults::{settled, told};
use crate::http::{Body, Refusal, guess};
use crate::{App, totp};

/// Show the second factor again
///
/// For ten minutes then, operations and clear reads open that need a fresh one. A wrong code counts like a
/// failed sign-in.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/step-up",
    operation_id = "step-up",
    tag = "sessions",
    request_body(content = StepUp, example = json!({"code": "492039"})),
    responses(
        (status = 200, description = "The second factor is fresh", body = SteppedUp,
            example = json!({"second_factor_until": "2026-11-21T03:14:05.678Z", "entry": 1042})),
        Guarded, WithBody, Trying,
    ),
    security(("session" = []))
)]
pub(crate) async fn step_up(
    State(app): State<App>,
    signed: Signed,
    Body(shown): Body<StepUp>,
) -> Result<Json<SteppedUp>, Refusal> {
    let session = signed.session()?;
    let vault = app.vault();
    let now = vault.now();
    let account = guess::trying(&app, &signed, session.staff).await?;
    if account.is_locked(now) {
        return Err(signed.refuse(Code::CredentialsRefused));
    }
    let secret = settled(&app, &signed, account.totp(vault)).await?;
    // To the comparison, which keeps nothing.
    let step = secret.and_then(|secret| totp::step_of(&secret, shown.code.expose(), now));
    let Some(step) = step.filter(|step| *step > account.totp_last_step) else {
        return Err(guess::wrong(&app, &signed, &account).await);
    };
    let held = vault.held_row(Marked::Session, session.id).await;
    let row = settled(&app, &signed, held).await?;
    // Ended in this very moment.
    let row = row.ok_or_else(|| signed.refuse(Code::SignInRequired))?;
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE staff SET failed = 0, totp_last_step = $1 WHERE id = $2 AND totp_last_step < $3 \
         AND version = $4 AND locked_until <= $5",
        params![step, account.id, step, account.version, now],
    );
    tx.run_exactly(
        1,
        "UPDATE session SET second_factor_at = $1 WHERE id = $2",
        params![now, session.id],
    );
    row.change(vault, &mut tx, [("second_factor_at", now.into())]);
    let id = session.id.to_string();
    match vault
        .record(
            &signed.caller,
            Kind::StepUp,
            &[("session", id.as_str())],
            tx,
        )
        .await
    {
        Ok(entry) => {
            let second_factor_until = now.plus_seconds(SECOND_FACTOR_SECONDS);
            Ok(Json(SteppedUp {
                second_factor_until,
                entry,
            }))
        }
        // The same code came twice, or the account was locked meanwhile.
        Err(CommitError::Conflict { .. }) => Err(signed.refuse(Code::CredentialsRefused)),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
