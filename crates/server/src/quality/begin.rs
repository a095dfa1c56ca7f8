//! Beginning a check.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::quality::{NewQualityCheck, QualityCheckBegun};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Checking, Guarded, WithBody};
use crate::http::faults::settled;
use crate::http::{Body, Refusal};

/// Begin a check of quality
///
/// Texts are drawn at random, the fields in equal parts, spread over all times. Nothing is opened yet: each look at a
/// text is a read of its own, for this purpose.
#[utoipa::path(
    post,
    path = "/api/v1/quality-checks",
    operation_id = "begin-quality-check",
    tag = "quality",
    request_body(content = NewQualityCheck, example = json!({"purpose": "complaint-handling",
        "fields": ["complaint.content"], "size": 60})),
    responses(
        (status = 201, description = "It is begun", body = QualityCheckBegun,
            example = json!({"check": "qck_06fs8k0000000000000000000g", "entry": 1048})),
        Guarded, WithBody, Checking,
    ),
    security(("session" = []))
)]
pub(crate) async fn begin(
    State(app): State<App>,
    signed: Signed,
    Body(new): Body<NewQualityCheck>,
) -> Result<(StatusCode, Json<QualityCheckBegun>), Refusal> {
    let new = shouxin_vault::quality::NewQualityCheck {
        purpose: new.purpose,
        fields: new.fields,
        size: new.size,
    };
    let begun = app.vault().begin_quality_check(&signed.caller, &new).await;
    let (check, entry) = settled(&app, &signed, begun).await?;
    Ok((
        StatusCode::CREATED,
        Json(QualityCheckBegun { check, entry }),
    ))
}
