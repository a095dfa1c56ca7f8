//! Failed attempts to sign in: how they are counted, and when they lock an account.

use shouxin_model::declared::Silo;
use shouxin_model::{Caller, CallerKind, Moment, SessionId, SignIn, StaffId};
use shouxin_store::{CommitError, Tx, params};
use shouxin_vault::said::Kind;
use shouxin_vault::{Vault, VaultError};

use super::{Account, administers};
use crate::App;

/// Notes a failed attempt at this account, recorded in the ledger, and locks the account from the fifth
/// on: for half a minute, then twice as long each time, up to a quarter of an hour.
///
/// The last system administrator who can sign in is never locked out, or anyone could switch off the
/// administration from outside; only the limits of the address hold attempts at that account back.
///
/// # Errors
/// The store or the ledger failed.
pub(crate) async fn note_failure(
    app: &App,
    account: &Account,
    caller: &Caller,
) -> Result<(), VaultError> {
    let vault = app.vault();
    let mut failed = account.failed;
    // Others may fail at the same account at the same moment: each is counted.
    for _ in 0..RETRIES {
        let now = vault.now();
        let (locked_until, spare) = lock(vault, account, failed + 1, now).await?;
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE staff SET failed = $1, locked_until = $2 WHERE id = $3 AND failed = $4",
            params![failed + 1, locked_until, account.id, failed],
        );
        if let Some(spare) = spare {
            tx.guard(
                1,
                "SELECT 1 FROM staff WHERE id = $1 AND version = $2 AND state = 'active' AND locked_until <= $3",
                params![spare.id, spare.version, now],
            );
        }
        let locks = if now < locked_until { "yes" } else { "no" };
        match vault
            .record(caller, Kind::SignInRefused, &[("locks", locks)], tx)
            .await
        {
            Ok(_) => return Ok(()),
            Err(CommitError::Conflict { .. }) => match Account::by_id(vault, account.id).await? {
                Some(current) => failed = current.failed,
                None => return Ok(()),
            },
            Err(CommitError::Store(error)) => return Err(VaultError::Ledger(error)),
        }
    }
    Err(VaultError::Busy)
}

/// Notes a failed attempt that no account answers for: an unknown login, or an account that is closed,
/// locked or not taken over yet. It costs as much as one that does; a flood of them leaves the ledger alone.
///
/// # Errors
/// The store or the ledger failed.
pub(crate) async fn note_stranger(
    app: &App,
    address: Option<std::net::IpAddr>,
) -> Result<(), VaultError> {
    if !app.limits().nobody() {
        return Ok(());
    }
    let nobody = nobody(address);
    let mut tx = Tx::new();
    tx.run(
        "UPDATE staff SET failed = failed WHERE id = $1",
        params![[0u8; 16]],
    );
    let noted = app
        .vault()
        .record(&nobody, Kind::SignInRefused, &[("locks", "no")], tx)
        .await;
    noted.map(drop).map_err(VaultError::from)
}

/// The actor of entries that tell of nobody who is signed in.
pub(crate) fn nobody(address: Option<std::net::IpAddr>) -> Caller {
    let kind = CallerKind::Staff {
        id: StaffId::from_bytes([0; 16]),
        login: String::new(),
        session: SessionId::from_bytes([0; 16]),
    };
    let (roles, site, region, sign_in) = (Vec::new(), None, None, SignIn::default());
    Caller {
        kind,
        roles,
        site,
        region,
        sign_in,
        address,
    }
}

/// Until when an account is locked that has failed so often; and, if it administers the system, another
/// account that can do so meanwhile.
async fn lock(
    vault: &Vault,
    account: &Account,
    failed: i64,
    now: Moment,
) -> Result<(Moment, Option<Account>), VaultError> {
    if failed < FREE_ATTEMPTS {
        return Ok((account.locked_until, None));
    }
    let doublings = u32::try_from(failed - FREE_ATTEMPTS)
        .unwrap_or(u32::MAX)
        .min(10);
    let until = now.plus_seconds((FIRST_LOCK_SECONDS << doublings).min(LONGEST_LOCK_SECONDS));
    let register = vault.active().register.clone();
    if !administers(account, Silo::System, &register) {
        return Ok((until, None));
    }
    let accounts = Account::all_open(vault).await?;
    let spare = accounts.into_iter().find(|other| {
        let can = other.is_active() && !other.is_locked(now);
        other.id != account.id && can && administers(other, Silo::System, &register)
    });
    Ok(match spare {
        Some(spare) => (until, Some(spare)),
        None => (Moment::default(), None),
    })
}

const FREE_ATTEMPTS: i64 = 5;
const FIRST_LOCK_SECONDS: i64 = 30;
const LONGEST_LOCK_SECONDS: i64 = 15 * 60;
const RETRIES: usize = 20;
