//! What changed from one version of the register to another.

use axum::Json;
use axum::extract::State;
use shouxin_wire::Code;
use shouxin_wire::register::DifferenceAnswer;

use super::changes;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::fault;
use crate::http::{Params, Refusal};

/// Compare two versions of the register
///
/// Item by item, in the caller's language, and as a unified diff of the texts.
#[utoipa::path(
    get,
    path = "/api/v1/register/differences",
    operation_id = "compare-register-versions",
    tag = "register",
    params(
        ("from" = u32, Query, description = "The version compared with", example = 1),
        ("to" = u32, Query, description = "The version compared", example = 2),
    ),
    responses(
        (status = 200, description = "Each change", body = DifferenceAnswer,
            example = json!({"from": 1, "to": 2, "loosens": false, "text": "--- version 1\n+++ version 2\n…",
                "changes": [{"sign": "changed", "place": "collection customer, field mobile",
                "what": "`retention` from 1095 days to 730 days", "loosens": false}]})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn compare(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<DifferenceAnswer>, Refusal> {
    let (from, to) = (params.need("from")?, params.need("to")?);
    params.end()?;
    match app.vault().register_difference(from, to).await {
        Ok(Some((plan, text))) => Ok(Json(DifferenceAnswer {
            from,
            to,
            loosens: plan.loosens(),
            changes: changes(&plan, signed.language),
            text,
        })),
        Ok(None) => Err(signed.refuse(Code::NotFound)),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
