//! Passwords and codes that somebody tries who is signed in already.

use shouxin_model::StaffId;
use shouxin_wire::Code;

use super::Refusal;
use super::faults::{fault, settled};
use crate::App;
use crate::accounts::{Account, note_failure};
use crate::caller::Signed;

/// Takes one more try, if not too many came of late, and gives the account it is for.
///
/// # Errors
/// `TooManyRequests`; the store failed.
pub(crate) async fn trying(app: &App, signed: &Signed, staff: StaffId) -> Result<Account, Refusal> {
    app.limits()
        .guess(&signed.actor())
        .map_err(|wait| signed.too_many(wait))?;
    let account = settled(app, signed, Account::by_id(app.vault(), staff).await).await?;
    account.ok_or_else(|| signed.refuse(Code::SignInRequired))
}

/// The answer to a wrong one, which counts like a failed sign-in.
pub(crate) async fn wrong(app: &App, signed: &Signed, account: &Account) -> Refusal {
    match note_failure(app, account, &signed.caller).await {
        Ok(()) => signed.refuse(Code::CredentialsRefused),
        Err(error) => fault(app, signed, error).await,
    }
}
