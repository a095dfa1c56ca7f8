//! Reviews.

use axum::Json;
use axum::extract::State;
use shouxin_wire::grants::ReviewList;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::settled;
use crate::http::{Params, Refusal};

/// List reviews
///
/// Those due soonest first; one's own, or everybody's for those who watch. Without `all` only those that are
/// still to be done.
#[utoipa::path(
    get,
    path = "/api/v1/reviews",
    operation_id = "list-reviews",
    tag = "approvals",
    params(
        ("all" = Option<bool>, Query, description = "Also those that were done"),
        ("limit" = Option<u32>, Query, description = "1 to 500; 100 if not given"),
    ),
    responses(
        (status = 200, description = "Those due soonest first", body = ReviewList,
            example = json!({"reviews": [{"emergency": "gra_06fs8k0000000000000000000g",
                "holder": "stf_06fs8k0000000000000000000g", "opened_at": "2026-11-21T03:04:05.678Z",
                "due_at": "2026-11-25T16:00:00.000Z", "overdue": false}]})),
        Guarded, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<ReviewList>, Refusal> {
    let all = params.flag("all")?;
    let limit = u32::try_from(params.limit(100, 500)?).unwrap_or(100);
    params.end()?;
    let found = app.vault().reviews(&signed.caller, !all, limit).await;
    let found = settled(&app, &signed, found).await?;
    let now = app.vault().now();
    Ok(Json(ReviewList {
        reviews: found.into_iter().map(|review| shown(review, now)).collect(),
    }))
}
