//! Oneself: who one is, one's second factor and password.

pub mod confirm_totp;
pub mod password;
pub mod recovery_codes;
pub mod show;
pub mod start_totp;

use rand_core::Rng;
use shouxin_model::StaffId;
use shouxin_store::{Tx, params};
use shouxin_vault::Vault;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::accounts::recovery_digest;
use crate::{App, codes};

/// The operations on oneself.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show::show))
        .routes(routes!(start_totp::start_totp, confirm_totp::confirm_totp))
        .routes(routes!(password::change_password))
        .routes(routes!(recovery_codes::make_recovery_codes))
}

/// Puts ten fresh recovery codes in place of those an account has. They are returned to be shown once;
/// the store keeps their digests.
fn put_recovery_codes(
    vault: &Vault,
    tx: &mut Tx,
    staff: StaffId,
    dice: &mut impl Rng,
) -> Vec<String> {
    tx.run("DELETE FROM recovery_code WHERE staff = $1", params![staff]);
    let made: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| codes::make(codes::RECOVERY, dice).to_string())
        .collect();
    for code in &made {
        let digest = recovery_digest(vault, staff, &code.replace('-', ""));
        tx.run_exactly(
            1,
            "INSERT INTO recovery_code (staff, code_hash, used_at) VALUES ($1, $2, NULL)",
            params![staff, digest],
        );
    }
    made
}

const RECOVERY_CODES: usize = 10;
