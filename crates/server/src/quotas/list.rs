//! What was used today, and what is left.

use axum::Json;
use axum::extract::State;
use shouxin_vault::VaultError;
use shouxin_wire::Code;
use shouxin_wire::quotas::{QuotaList, QuotaUse};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::{fault, until_midnight};
use crate::http::{Params, Refusal};

/// List what is used of today's quotas
///
/// One's own, for each purpose that one's roles name. With `all`, for security administrators: everybody's
/// that was used today, the nearest to its limit first.
#[utoipa::path(
    get,
    path = "/api/v1/quotas",
    operation_id = "list-quotas",
    tag = "reads",
    params(
        ("all" = Option<bool>, Query, description = "Everybody's; for security administrators"),
        ("limit" = Option<u32>, Query, description = "With `all`, the most that are answered: 1 to 500; 100 if not given"),
    ),
    responses(
        (status = 200, description = "What is used and left today", body = QuotaList,
            example = json!({"quotas": [{"actor": "stf_06fs8k0000000000000000000g", "purpose": "repair-service",
                "kind": "clear", "used": 12, "limit": 60, "left": 48}], "total": 1, "seconds_left": 26000})),
        Guarded, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<QuotaList>, Refusal> {
    let all = params.flag("all")?;
    let limit = params.limit(100, 500)?;
    params.end()?;
    let administers = signed
        .caller
        .roles
        .iter()
        .any(|role| role == "security-admin");
    if all && !administers {
        return Err(signed.refuse(Code::OperationNotPermitted));
    }
    let vault = app.vault();
    let found = if all {
        vault.all_quotas(limit).await
    } else {
        let own = vault.own_quotas(&signed.caller).await;
        own.map(|own| {
            let total = own.len();
            (own, total)
        })
    };
    shown(&app, &signed, found).await
}

async fn shown(
    app: &App,
    signed: &Signed,
    found: Result<(Vec<shouxin_vault::QuotaUse>, usize), VaultError>,
) -> Result<Json<QuotaList>, Refusal> {
    let (quotas, total) = match found {
        Ok(found) => found,
        Err(error) => return Err(fault(app, signed, error).await),
    };
    let one = |of: shouxin_vault::QuotaUse| QuotaUse {
        left: of.left(),
        actor: of.actor,
        purpose: of.purpose,
        kind: of.kind.word().to_owned(),
        used: of.used,
        limit: of.limit,
    };
    Ok(Json(QuotaList {
        quotas: quotas.into_iter().map(one).collect(),
        total,
        seconds_left: until_midnight(app.vault().now()),
    }))
}
