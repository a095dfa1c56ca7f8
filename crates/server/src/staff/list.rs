//! Every account.

use axum::Json;
use axum::extract::State;
use shouxin_wire::staff::{StaffPage, StaffState};

use super::shown;
use crate::App;
use crate::accounts::{Account, Wanted};
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::settled;
use crate::http::{Params, Refusal};

/// List the accounts of staff, by login
///
/// A page at a time; closed accounts too. Names are sealed and cannot be searched: logins can.
#[utoipa::path(
    get,
    path = "/api/v1/staff",
    operation_id = "list-staff",
    tag = "staff",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 500; 100 if not given"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("login" = Option<String>, Query, description = "Only logins that begin so", example = "li."),
        ("role" = Option<String>, Query, description = "Only accounts that hold this role", example = "service-adviser"),
        ("state" = Option<String>, Query, description = "Only `invited`, `active` or `disabled` ones", example = "active"),
    ),
    responses(
        (status = 200, description = "A page of accounts", body = StaffPage,
            example = json!({"staff": [{"staff": "stf_06fs8k0000000000000000000g", "login": "li.xiaoyan",
                "name": "…", "roles": ["service-adviser"], "site": "s1", "state": "active",
                "second_factor": true, "created_at": "2026-11-21T03:04:05.678Z", "version": 3}]})),
        Guarded, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<StaffPage>, Refusal> {
    let limit = params.limit(100, 500)?;
    let after = params.text("after")?.unwrap_or_default();
    if !after.is_empty() && !shouxin_model::id::is_slug(&after) {
        return Err(params.refuse("after"));
    }
    let login = params.text("login")?.unwrap_or_default();
    if !login.is_empty() && !shouxin_model::id::is_slug(&login) {
        return Err(params.refuse("login"));
    }
    let role = params.text("role")?;
    if role
        .as_deref()
        .is_some_and(|role| !shouxin_model::id::is_slug(role))
    {
        return Err(params.refuse("role"));
    }
    let state = match params.text("state")?.as_deref() {
        None => None,
        Some("invited") => Some(StaffState::Invited),
        Some("active") => Some(StaffState::Active),
        Some("disabled") => Some(StaffState::Disabled),
        Some(_) => return Err(params.refuse("state")),
    };
    params.end()?;
    let wanted = Wanted { login, role, state };
    // One more than asked for says whether there is another page.
    let accounts = Account::page(app.vault(), &wanted, &after, limit + 1).await;
    let mut accounts = settled(&app, &signed, accounts).await?;
    let more = accounts.len() > limit;
    accounts.truncate(limit);
    let next = accounts
        .last()
        .filter(|_| more)
        .map(|account| account.login.clone());
    let staff = accounts
        .into_iter()
        .map(|account| shown(app.vault(), account))
        .collect();
    Ok(Json(StaffPage {
        staff: settled(&app, &signed, staff).await?,
        next,
    }))
}
