//! Closing an account, opening it again, moving it to another site or region.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use shouxin_model::StaffId;
use shouxin_store::{Tx, params};
use shouxin_vault::said::Kind;
use shouxin_wire::Code;
use shouxin_wire::staff::{AccountState, StaffChange, StaffChanged};

use super::{changed, find, not_oneself, refused};
use crate::App;
use crate::accounts::{DISPLAY_NAME, end_sessions, guard_silos, is_display_name};
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::{settled, told};
use crate::http::version::seen;
use crate::http::{At, Body, Refusal};

/// Close an account, open it again, or move it
///
/// Closing ends the account's sessions at once and voids its activation code. With `If-Match` the change is
/// made only to the version that the caller has seen.
#[utoipa::path(
    patch,
    path = "/api/v1/staff/{staff}",
    operation_id = "change-staff",
    tag = "staff",
    params(
        ("staff" = String, Path, description = "The account, `stf_…`"),
        ("If-Match" = Option<String>, Header, description = "The version seen, for example `\"3\"`"),
    ),
    request_body(content = StaffChange, example = json!({"state": "disabled"})),
    responses(
        (status = 200, description = "The account as it is now", body = StaffChanged,
            headers(("ETag" = String, description = "Its version")),
            example = json!({"account": {"staff": "stf_06fs8k0000000000000000000g", "login": "li.xiaoyan",
                "name": "…", "roles": [], "state": "disabled", "second_factor": true,
                "created_at": "2026-11-21T03:04:05.678Z", "version": 4}, "entry": 1042})),
        Guarded, WithParams, WithBody, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn change(
    State(app): State<App>,
    signed: Signed,
    At((staff,)): At<(StaffId,)>,
    headers: HeaderMap,
    Body(change): Body<StaffChange>,
) -> Result<Response, Refusal> {
    const OPERATION: &str = "PATCH /api/v1/staff/{staff}";
    for (at, text) in [("site", &change.site), ("region", &change.region)] {
        if text.iter().flatten().any(|text| !is_display_name(text)) {
            return Err(signed
                .refuse(Code::InvalidValue)
                .at(at, DISPLAY_NAME.get(signed.language)));
        }
    }
    if let Err(refusal) = not_oneself(&signed, staff) {
        return Err(refused(&app, &signed, OPERATION, refusal).await);
    }
    let account = find(&app, &signed, staff, seen(&headers, &signed)?).await?;
    let vault = app.vault();
    let open = change
        .state
        .map_or(account.open, |state| state == AccountState::Active);
    let mut tx = Tx::new();
    if !open && account.open {
        let silos = account.silos(&vault.active().register);
        if let Err(error) = guard_silos(vault, &account, &silos, &mut tx).await {
            return Err(refused(&app, &signed, OPERATION, told(&app, &signed, error).await).await);
        }
    }
    let state = if open { "active" } else { "disabled" };
    let (site, region) = (
        change.site.unwrap_or_else(|| account.site.clone()),
        change.region.unwrap_or_else(|| account.region.clone()),
    );
    tx.run_exactly(
        1,
        "UPDATE staff SET state = $1, site = $2, region = $3, version = version + 1 WHERE id = $4 AND version = $5",
        params![
            state,
            site.clone(),
            region.clone(),
            staff,
            account.version
        ],
    );
    let changes = [
        ("state", state.into()),
        ("site", site.into()),
        ("region", region.into()),
    ];
    account.row.change(vault, &mut tx, changes);
    let did = match (account.open, open) {
        (true, false) => "disabled",
        (false, true) => "enabled",
        _ => "moved",
    };
    if !open {
        end_sessions(&mut tx, staff, None);
        tx.run(
            "DELETE FROM activation WHERE staff = $1 AND used_at IS NULL",
            params![staff],
        );
        tx.run("DELETE FROM enrolment WHERE staff = $1", params![staff]);
    }
    let id = staff.to_string();
    let extra = [("did", did), ("staff", id.as_str())];
    let entry = settled(
        &app,
        &signed,
        vault.record(&signed.caller, Kind::Staff, &extra, tx).await,
    )
    .await?;
    changed(&app, &signed, staff, entry).await
}
