//! Every check.

use axum::Json;
use axum::extract::State;
use shouxin_wire::quality::QualityCheckList;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::settled;

/// List checks of quality
///
/// With how far each is, and the certificates of those that are closed.
#[utoipa::path(
    get,
    path = "/api/v1/quality-checks",
    operation_id = "list-quality-checks",
    tag = "quality",
    responses(
        (status = 200, description = "Newest first", body = QualityCheckList, example = json!({"checks": []})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<QualityCheckList>, Refusal> {
    let found = app.vault().quality_checks(&signed.caller).await;
    let found = settled(&app, &signed, found).await?;
    let checks = found.into_iter().map(shown).collect();
    Ok(Json(QualityCheckList { checks }))
}
