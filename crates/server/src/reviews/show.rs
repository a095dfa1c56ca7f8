//! One review.

use axum::Json;
use axum::extract::State;
use shouxin_model::GrantId;
use shouxin_wire::grants::Review;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::granted::granted;
use crate::http::{At, Refusal};

/// Show a review with the emergency it is about
///
/// With the reason that was given. What was read meanwhile stands in the ledger under the grant's id.
#[utoipa::path(
    get,
    path = "/api/v1/reviews/{emergency}",
    operation_id = "show-review",
    tag = "approvals",
    params(("emergency" = String, Path, description = "The emergency's grant, `gra_…`")),
    responses((status = 200, description = "The review", body = Review,
            example = json!({"emergency": "gra_06fs8k0000000000000000000g",
                "holder": "stf_06fs8k0000000000000000000g", "opened_at": "2026-11-21T03:04:05.678Z",
                "due_at": "2026-11-25T16:00:00.000Z", "overdue": false})), Guarded, WithParams, Missing),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(GrantId,)>,
) -> Result<Json<Review>, Refusal> {
    match app.vault().review(&signed.caller, id).await {
        Ok((review, grant)) => {
            let now = app.vault().now();
            Ok(Json(Review {
                grant: Some(granted(grant, now)),
                ..shown(review, now)
            }))
        }
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
