//! Closing a check.

use axum::Json;
use axum::extract::State;
use shouxin_model::QualityCheckId;
use shouxin_wire::quality::QualityCheck;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Close a check of quality
///
/// Once every text is settled. What came of it is a certificate; its SHA-256 and its figures stand in the ledger.
#[utoipa::path(
    post,
    path = "/api/v1/quality-checks/{check}/certificate",
    operation_id = "close-quality-check",
    tag = "quality",
    params(("check" = String, Path, description = "The check, `qck_…`")),
    responses(
        (status = 200, description = "The check with its certificate", body = QualityCheck,
            example = json!({"check": "qck_06fs8k0000000000000000000g", "purpose": "complaint-handling",
                "fields": ["complaint.content"], "detector": "shouxin-detect 0.1.0", "closed": true,
                "created_by": "stf_06fs8k0000000000000000000g", "created_at": "2026-11-21T03:04:05.678Z",
                "texts": 60, "open": 0, "disputed": 0, "settled": 60, "skipped": 0, "mine": 60,
                "entry": 1090})),
        Guarded, Missing, WithParams, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn close(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(QualityCheckId,)>,
) -> Result<Json<QualityCheck>, Refusal> {
    let (vault, caller) = (app.vault(), &signed.caller);
    let closed = match vault.close_quality_check(caller, id).await {
        Ok(_) => vault.quality_check(caller, id).await,
        Err(error) => Err(error),
    };
    match closed {
        Ok(check) => Ok(Json(shown(check))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
