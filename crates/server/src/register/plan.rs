//! What a register would change, without applying it.

use axum::Json;
use axum::extract::State;
use shouxin_model::text::Language;
use shouxin_vault::Reach;
use shouxin_vault::said::MIN_GROUP;
use shouxin_wire::Place;
use shouxin_wire::register::{PlanAnswer, PlanReach, PlanRequest, ReachedRecords};

use super::observations::{DAYS, flow};
use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithBody};
use crate::http::faults::{fault, told};
use crate::http::{Body, Refusal};

/// Plan a change of the register
///
/// Says what would change, what it would do to stored data, and whether it loosens anything; how many records
/// it touches, and which reads of the last 30 days it would no longer declare.
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
    let actors = match app.vault().actors().await {
        Ok(actors) => actors,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let vault = app.vault();
    let planned = vault.plan_reach("register.toml", &request.register, DAYS, &actors);
    match planned.await {
        Ok((plan, reach)) => Ok(Json(PlanAnswer {
            reach: Some(reached(reach, signed.language)),
            ..shown(&plan, signed.language)
        })),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}

fn reached(reach: Reach, language: Language) -> PlanReach {
    // Records of a collection may be as many as people.
    let small = |count: &u64| (1..u64::from(MIN_GROUP)).contains(count);
    let records = reach.records.into_iter();
    let policies = reach.policies.iter();
    PlanReach {
        records: records
            .map(|(collection, count)| ReachedRecords {
                collection,
                records: Some(count).filter(|count| !small(count)),
            })
            .collect(),
        policies: policies
            .map(|finding| Place {
                at: format!("policies:{}:{}", finding.line, finding.column),
                message: finding.message.get(language).to_owned(),
            })
            .collect(),
        days: DAYS,
        cut_off: reach.cut_off.into_iter().map(flow).collect(),
    }
}
