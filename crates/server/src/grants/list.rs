//! Grants.

use axum::Json;
use axum::extract::State;
use shouxin_wire::grants::GrantList;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::settled;
use crate::http::granted::granted;
use crate::http::{Params, Refusal};

/// List grants
///
/// One's own; everybody's for those who watch over them. Without `all` only those that count now.
#[utoipa::path(
    get,
    path = "/api/v1/grants",
    operation_id = "list-grants",
    tag = "approvals",
    params(
        ("all" = Option<bool>, Query, description = "Also those that are over"),
        ("limit" = Option<u32>, Query, description = "1 to 500; 100 if not given"),
    ),
    responses(
        (status = 200, description = "Newest first", body = GrantList,
            example = json!({"grants": [{"grant": "gra_06fs8k0000000000000000000g", "kind": "grant",
                "holder": "stf_06fs8k0000000000000000000g", "purpose": "repair-service",
                "fields": ["customer.name"], "conditions": {}, "reason": "covering for a colleague",
                "starts_at": "2026-11-21T03:04:05.678Z", "expires_at": "2026-11-21T04:04:05.678Z",
                "seconds_left": 3571, "state": "live"}]})),
        Guarded, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<GrantList>, Refusal> {
    let all = params.flag("all")?;
    let limit = u32::try_from(params.limit(100, 500)?).unwrap_or(100);
    params.end()?;
    let found = app.vault().grants(&signed.caller, !all, limit).await;
    let found = settled(&app, &signed, found).await?;
    let now = app.vault().now();
    Ok(Json(GrantList {
        grants: found.into_iter().map(|grant| granted(grant, now)).collect(),
    }))
}
