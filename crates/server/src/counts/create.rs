//! Counting people by one or two unsealed fields.

use axum::Json;
use axum::extract::State;
use shouxin_vault::said::MIN_GROUP;
use shouxin_wire::counts::{CountAnswer, CountGroup, CountRequest};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Decided, Guarded, WithBody};
use crate::http::faults::{refused, told};
use crate::http::{Body, Refusal};

/// Count people by one or two fields
///
/// Totals only, never of fewer than ten people: small groups are left out, and as many more as it takes
/// that they cannot be computed from a total.
#[utoipa::path(
    post,
    path = "/api/v1/counts",
    operation_id = "count",
    tag = "reads",
    request_body(
        content = CountRequest,
        example = json!({"purpose": "regional-performance", "collection": "work_order", "group_by": ["status"]})
    ),
    responses(
        (status = 200, description = "Groups of ten people and more, largest first", body = CountAnswer,
            example = json!({"read": "rd_1044", "entry": 1044, "smallest_group": 10, "suppressed_groups": 1,
                "groups": [{"by": {"status": "closed"}, "subjects": 412}]})),
        Guarded, WithBody, Decided,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn count(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<CountRequest>,
) -> Result<Json<CountAnswer>, Refusal> {
    let request = shouxin_vault::CountRequest {
        purpose: request.purpose,
        collection: request.collection,
        group_by: request.group_by,
    };
    let outcome = match app.vault().count(&signed.caller, &request).await {
        Ok(outcome) => outcome,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    if let Some(because) = &outcome.refusal {
        return Err(refused(&app, &signed, because, outcome.entry));
    }
    Ok(Json(CountAnswer {
        read: format!("rd_{}", outcome.entry),
        entry: outcome.entry,
        smallest_group: u64::from(MIN_GROUP),
        groups: outcome
            .groups
            .into_iter()
            .map(|(by, subjects)| CountGroup { by, subjects })
            .collect(),
        suppressed_groups: outcome.suppressed,
    }))
}
