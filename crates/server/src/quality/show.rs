//! One check.

use axum::Json;
use axum::extract::State;
use shouxin_model::QualityCheckId;
use shouxin_wire::quality::QualityCheck;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Show a check of quality
///
/// How far its texts are marked, and once it is certified its figures with their intervals. No text is shown.
#[utoipa::path(
    get,
    path = "/api/v1/quality-checks/{check}",
    operation_id = "show-quality-check",
    tag = "quality",
    params(("check" = String, Path, description = "The check, `qck_…`")),
    responses(
        (status = 200, description = "The check", body = QualityCheck,
            example = json!({"check": "qck_06fs8k0000000000000000000g", "purpose": "complaint-handling",
                "fields": ["complaint.content"], "detector": "shouxin-detect 0.1.0", "closed": false,
                "created_by": "stf_06fs8k0000000000000000000g", "created_at": "2026-11-21T03:04:05.678Z",
                "texts": 60, "open": 20, "disputed": 2, "settled": 38, "skipped": 0, "mine": 40})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(QualityCheckId,)>,
) -> Result<Json<QualityCheck>, Refusal> {
    match app.vault().quality_check(&signed.caller, id).await {
        Ok(check) => Ok(Json(shown(check))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
