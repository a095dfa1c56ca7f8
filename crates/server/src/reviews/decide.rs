//! Noting what a review found.

use axum::Json;
use axum::extract::State;
use shouxin_model::GrantId;
use shouxin_vault::Finding;
use shouxin_wire::grants::{FindingRequest, FindingWord, Review};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Body, Refusal};

/// Note what a review found
///
/// Once, and by somebody else than whoever broke the glass.
#[utoipa::path(
    put,
    path = "/api/v1/reviews/{emergency}/finding",
    operation_id = "decide-review",
    tag = "approvals",
    params(("emergency" = String, Path, description = "The emergency's grant, `gra_…`")),
    request_body(content = FindingRequest, example = json!({"finding": "justified",
        "note": "the customer had called for help"})),
    responses(
        (status = 200, description = "The review as it is now", body = Review,
            example = json!({"emergency": "gra_06fs8k0000000000000000000g",
                "holder": "stf_06fs8k0000000000000000000g", "opened_at": "2026-11-21T03:04:05.678Z",
                "due_at": "2026-11-25T16:00:00.000Z", "overdue": false})),
        Guarded, Approving, WithParams, WithBody, Missing,
    ),
    security(("session" = []))
)]
pub(crate) async fn decide(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(GrantId,)>,
    Body(request): Body<FindingRequest>,
) -> Result<Json<Review>, Refusal> {
    let finding = match request.finding {
        FindingWord::Justified => Finding::Justified,
        FindingWord::Unjustified => Finding::Unjustified,
    };
    // The note goes into the vault, which seals it.
    let note = request.note.expose();
    match app
        .vault()
        .decide_review(&signed.caller, id, finding, note)
        .await
    {
        Ok(review) => Ok(Json(shown(review, app.vault().now()))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
