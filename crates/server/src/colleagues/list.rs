//! Colleagues by their ids.

use axum::Json;
use axum::extract::State;
use shouxin_model::StaffId;
use shouxin_wire::colleagues::{Colleague, ColleagueList};

use crate::App;
use crate::accounts::Account;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::settled;
use crate::http::path::strict;
use crate::http::{Params, Refusal};

/// Name colleagues
///
/// Login, name, roles and site of the accounts with these ids: what stands as a pseudonymous id in
/// approvals, grants, alarms and ledger entries. Only by their exact ids; one that does not exist is left
/// out, and whoever asks for many of those is cut.
#[utoipa::path(
    get,
    path = "/api/v1/colleagues",
    operation_id = "list-colleagues",
    tag = "staff",
    params(("ids" = String, Query, description = "1 to 100 ids, `stf_…`, with commas between them",
        example = "stf_06fs8k0000000000000000000g")),
    responses(
        (status = 200, description = "Those that there are", body = ColleagueList,
            example = json!({"colleagues": [{"staff": "stf_06fs8k0000000000000000000g",
                "login": "li.xiaoyan", "name": "…", "roles": ["service-adviser"], "site": "s1"}]})),
        Guarded, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<ColleagueList>, Refusal> {
    let text = params.text("ids")?.unwrap_or_default();
    let ids: Option<Vec<StaffId>> = text.split(',').map(strict).collect();
    let ids = ids.filter(|ids| ids.len() <= MOST);
    let ids = ids.ok_or_else(|| params.refuse("ids"))?;
    params.end()?;
    let mut colleagues = Vec::with_capacity(ids.len());
    for id in ids {
        let account = settled(&app, &signed, Account::by_id(app.vault(), id).await).await?;
        let Some(account) = account else {
            app.limits().missed(&signed.actor());
            continue;
        };
        let name = settled(&app, &signed, account.name(app.vault())).await?;
        colleagues.push(Colleague {
            staff: account.id,
            login: account.login,
            name,
            roles: account.roles,
            site: account.site,
        });
    }
    Ok(Json(ColleagueList { colleagues }))
}

/// More than stand on one page.
const MOST: usize = 100;
