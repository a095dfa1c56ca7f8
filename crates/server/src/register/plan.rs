//! What a register would change, without applying it.

use axum::Json;
use axum::extract::State;
use shouxin_wire::register::{PlanAnswer, PlanRequest};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Plan a change of the register
///
/// Says what would change, what it would do to stored data, and whether it loosens anything.
#[utoipa::path(
    post,
    path = "/api/v1/register/plans",
    operation_id = "plan-register",
    tag = "register",
    request_body(content = PlanRequest, example = json!({"register": "profile = \"after-sales\"\n…"})),
    responses(
        (status = 200, description = "Each change", body = PlanAnswer,
            example = json!({"loosens": true, "changes": [{"sign": "changed",
                "place": "collection customer, field mobile", "what": "search: exact -> exact, last4",
                "effect": "an index is built over stored values", "loosens": true}]})),
        Guarded, WithBody,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn plan(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<PlanRequest, { super::TEXT_BYTES }>,
) -> Result<Json<PlanAnswer>, Refusal> {
    match app
        .vault()
        .plan_register("register.toml", &request.register)
    {
        Ok(plan) => Ok(Json(shown(&plan, signed.language))),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
