//! Giving and taking roles.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use shouxin_model::StaffId;
use shouxin_model::declared::Silo;
use shouxin_store::{Tx, params};
use shouxin_vault::Vault;
use shouxin_vault::said::Kind;
use shouxin_wire::staff::{RoleChange, StaffChanged};

use super::{changed, find, not_oneself, refused};
use crate::App;
use crate::accounts::{Account, Rights, RightsError, guard_silos, roles_text};
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::{settled, told};
use crate::http::version::seen;
use crate::http::{At, Body, Refusal};

/// Give and take roles
///
/// The security administrator gives any role of the register. A system administrator appoints only the first
/// security and the first audit administrator, while there is none. No account combines two silos of
/// administration, or one with other roles; the last administrator of a silo who can sign in stays.
#[utoipa::path(
    put,
    path = "/api/v1/staff/{staff}/roles",
    operation_id = "change-roles",
    tag = "staff",
    params(
        ("staff" = String, Path, description = "The account, `stf_…`"),
        ("If-Match" = Option<String>, Header, description = "The version seen, for example `\"3\"`"),
    ),
    request_body(content = RoleChange, example = json!({"roles": ["service-adviser"]})),
    responses(
        (status = 200, description = "The account as it is now", body = StaffChanged,
            headers(("ETag" = String, description = "Its version")),
            example = json!({"account": {"staff": "stf_06fs8k0000000000000000000g", "login": "li.xiaoyan",
                "name": "…", "roles": ["service-adviser"], "state": "active", "second_factor": true,
                "created_at": "2026-11-21T03:04:05.678Z", "version": 4}, "entry": 1042})),
        Guarded, WithParams, WithBody, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn change_roles(
    State(app): State<App>,
    signed: Signed,
    At((staff,)): At<(StaffId,)>,
    headers: HeaderMap,
    Body(change): Body<RoleChange>,
) -> Result<Response, Refusal> {
    const OPERATION: &str = "PUT /api/v1/staff/{staff}/roles";
    if let Err(refusal) = not_oneself(&signed, staff) {
        return Err(refused(&app, &signed, OPERATION, refusal).await);
    }
    let account = find(&app, &signed, staff, seen(&headers, &signed)?).await?;
    let vault = app.vault();
    let tx = match replace(vault, &signed, &account, &change.roles).await {
        Ok(tx) => tx,
        Err(error) => {
            return Err(refused(&app, &signed, OPERATION, told(&app, &signed, error).await).await);
        }
    };
    let id = staff.to_string();
    let mut extra = vec![("did", "roles"), ("staff", id.as_str())];
    let (old, new) = (&account.roles, &change.roles);
    extra.extend(
        new.iter()
            .filter(|role| !old.contains(role))
            .map(|role| ("given", role.as_str())),
    );
    extra.extend(
        old.iter()
            .filter(|role| !new.contains(role))
            .map(|role| ("taken", role.as_str())),
    );
    let entry = settled(
        &app,
        &signed,
        vault.record(&signed.caller, Kind::Staff, &extra, tx).await,
    )
    .await?;
    changed(&app, &signed, staff, entry).await
}

/// The change of roles, if the caller may make it and every silo keeps an administrator.
async fn replace(
    vault: &Vault,
    signed: &Signed,
    account: &Account,
    roles: &[String],
) -> Result<Tx, RightsError> {
    Rights::of(&signed.silos)
        .check(vault, &account.roles, roles)
        .await?;
    let register = vault.active().register.clone();
    let keeps = |silo: &Silo| {
        roles
            .iter()
            .any(|r| register.role(r).is_some_and(|r| r.silo == Some(*silo)))
    };
    let mut lost = account.silos(&register);
    lost.retain(|silo| !keeps(silo));
    let mut tx = Tx::new();
    if account.open {
        guard_silos(vault, account, &lost, &mut tx).await?;
    }
    tx.run_exactly(
        1,
        "UPDATE staff SET roles = $1, version = version + 1 WHERE id = $2 AND version = $3",
        params![roles_text(roles), account.id, account.version],
    );
    let roles = roles_text(roles);
    account
        .row
        .change(vault, &mut tx, [("roles", roles.into())]);
    Ok(tx)
}
