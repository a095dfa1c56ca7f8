//! Changing one's own password.

use axum::extract::State;
use axum::http::StatusCode;
use shouxin_store::{Tx, params};
use shouxin_vault::said::Kind;
use shouxin_wire::Code;
use shouxin_wire::me::PasswordChange;

use crate::accounts::end_sessions;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Trying, WithBody};
use crate::http::faults::settled;
use crate::http::{Body, Refusal, guess};
use crate::{App, password};

/// Change one's own password
///
/// All other sessions of the account end. A wrong `current` counts like a failed sign-in.
#[utoipa::path(
    put,
    path = "/api/v1/me/password",
    operation_id = "change-password",
    tag = "me",
    request_body(content = PasswordChange,
        example = json!({"current": "tolk marun 7 春眠不觉晓", "password": "gusle peron dvorak 1912"})),
    responses((status = 204, description = "It is changed"), Guarded, WithBody, Changed, Trying),
    security(("session" = []))
)]
pub(crate) async fn change_password(
    State(app): State<App>,
    signed: Signed,
    Body(change): Body<PasswordChange>,
) -> Result<StatusCode, Refusal> {
    let session = signed.session()?;
    let vault = app.vault();
    let account = guess::trying(&app, &signed, session.staff).await?;
    if account.is_locked(vault.now()) {
        return Err(signed.refuse(Code::CredentialsRefused));
    }
    // Both to the hasher, which wipes its copy.
    let (current, new) = (change.current.expose(), change.password.expose());
    let right = app.hasher().verify(current, Some(&account.password)).await;
    if !settled(&app, &signed, right).await? {
        return Err(guess::wrong(&app, &signed, &account).await);
    }
    let name = settled(&app, &signed, account.name(vault)).await?;
    settled(
        &app,
        &signed,
        password::check(new, &[&account.login, &name]),
    )
    .await?;
    let hash = app.hasher().hash(new, &mut vault.dice()).await;
    let hash = settled(&app, &signed, hash).await?;
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE staff SET password = $1, version = version + 1 WHERE id = $2 AND version = $3",
        params![&hash, account.id, account.version],
    );
    account
        .row
        .change(vault, &mut tx, [("password", hash.into())]);
    end_sessions(&mut tx, account.id, Some(session.id));
    let extra = [("did", "password-changed")];
    settled(
        &app,
        &signed,
        vault.record(&signed.caller, Kind::Staff, &extra, tx).await,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
