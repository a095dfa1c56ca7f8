//! Resetting an account whose owner has lost password or second factor.

use axum::Json;
use axum::extract::State;
use shouxin_model::StaffId;
use shouxin_model::declared::Silo;
use shouxin_store::Tx;
use shouxin_vault::said::Kind;
use shouxin_wire::Code;
use shouxin_wire::staff::StaffOpened;

use super::{find, not_oneself, refused};
use crate::App;
use crate::accounts::{self, guard_silos};
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithParams};
use crate::http::faults::{settled, told};
use crate::http::{At, Refusal};

/// Reset an account
///
/// Takes password, second factor and sessions away; the answer holds a new activation code, shown this once.
/// A security or audit administrator loses that role as well: otherwise whoever resets the account could take
/// it over and hold two silos. The security administrator gives the role back.
#[utoipa::path(
    post,
    path = "/api/v1/staff/{staff}/reset",
    operation_id = "reset-staff",
    tag = "staff",
    params(("staff" = String, Path, description = "The account, `stf_…`")),
    responses(
        (status = 200, description = "The code that its owner takes it over with", body = StaffOpened,
            example = json!({"staff": "stf_06fs8k0000000000000000000g", "login": "li.xiaoyan",
                "activation_code": "4k7wz-9d2hm-x0c3v-rq85t", "expires_at": "2026-11-24T03:04:05.678Z",
                "version": 4, "entry": 1042})),
        Guarded, WithParams, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn reset(
    State(app): State<App>,
    signed: Signed,
    At((staff,)): At<(StaffId,)>,
) -> Result<Json<StaffOpened>, Refusal> {
    const OPERATION: &str = "POST /api/v1/staff/{staff}/reset";
    if let Err(refusal) = not_oneself(&signed, staff) {
        return Err(refused(&app, &signed, OPERATION, refusal).await);
    }
    let account = find(&app, &signed, staff, None).await?;
    if !account.open {
        return Err(signed.refuse(Code::Conflict));
    }
    let vault = app.vault();
    let register = vault.active().register.clone();
    let other_silo = |role: &String| {
        let silo = register.role(role).and_then(|role| role.silo);
        silo.is_some_and(|silo| silo != Silo::System)
    };
    let (taken, kept): (Vec<_>, Vec<_>) = account.roles.iter().cloned().partition(other_silo);
    let mut tx = Tx::new();
    if let Err(error) = guard_silos(vault, &account, &account.silos(&register), &mut tx).await {
        return Err(refused(&app, &signed, OPERATION, told(&app, &signed, error).await).await);
    }
    let (code, expires_at) = accounts::reset(vault, &account, &kept, &mut tx);
    let id = staff.to_string();
    let mut extra = vec![("did", "reset"), ("staff", id.as_str())];
    extra.extend(taken.iter().map(|role| ("taken", role.as_str())));
    let entry = settled(
        &app,
        &signed,
        vault.record(&signed.caller, Kind::Staff, &extra, tx).await,
    )
    .await?;
    Ok(Json(StaffOpened {
        staff,
        login: account.login,
        activation_code: code.to_string(),
        expires_at,
        version: account.version.unsigned_abs() + 1,
        entry,
    }))
}
