//! Looking after the deployment.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_vault::doctor::Level;
use shouxin_wire::health::{Examination, Finding};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::told;

/// Look after the deployment
///
/// The end of the ledger, the witness, the age of keys, background work, the last backup, the last drill,
/// the clock. Each finding says what to do. What needs long (reading the whole store and ledger) is done by
/// `shouxin doctor --full` on the machine itself.
#[utoipa::path(
    post,
    path = "/api/v1/examinations",
    operation_id = "examine-deployment",
    tag = "health",
    responses(
        (status = 201, description = "What was found", body = Examination,
            example = json!({"well": true, "findings": [{"check": "drill", "level": "heed",
                "text": "no drill was ever held",
                "todo": "run shouxin drill: a backup that was never tried is none"}]})),
        Guarded,
    ),
    security(("session" = []))
)]
pub async fn examine(
    State(app): State<App>,
    signed: Signed,
) -> Result<(StatusCode, Json<Examination>), Refusal> {
    let found = app
        .vault()
        .look_after(app.witness(), false, |_, _| {})
        .await;
    let found = match found {
        Ok(found) => found,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    let well = found.iter().all(|finding| finding.level < Level::Fault);
    let shown = |finding: shouxin_vault::doctor::Finding| Finding {
        check: finding.check.to_owned(),
        level: finding.level.word().to_owned(),
        text: finding.text.get(signed.language).to_owned(),
        todo: finding
            .todo
            .map(|todo| todo.get(signed.language).to_owned()),
    };
    let findings = found.into_iter().map(shown).collect();
    Ok((StatusCode::CREATED, Json(Examination { well, findings })))
}
