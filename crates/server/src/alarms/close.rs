//! Closing an alarm.

use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::AlarmId;
use shouxin_vault::Outcome;
use shouxin_wire::grants::{OutcomeRequest, OutcomeWord};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Body, Refusal};

/// Close an alarm
///
/// With what came of it; once, after somebody has looked at it, and not by whoever raised it.
#[utoipa::path(
    put,
    path = "/api/v1/alarms/{alarm}/outcome",
    operation_id = "close-alarm",
    tag = "approvals",
    params(("alarm" = String, Path, description = "The alarm, `alm_…`")),
    request_body(content = OutcomeRequest, example = json!({"outcome": "handled"})),
    responses(
        (status = 204, description = "It is closed"),
        Guarded, Approving, WithParams, WithBody, Missing,
    ),
    security(("session" = []))
)]
pub(crate) async fn close(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(AlarmId,)>,
    Body(request): Body<OutcomeRequest>,
) -> Result<StatusCode, Refusal> {
    let outcome = match request.outcome {
        OutcomeWord::Handled => Outcome::Handled,
        OutcomeWord::Harmless => Outcome::Harmless,
        OutcomeWord::Escalated => Outcome::Escalated,
    };
    match app.vault().close_alarm(&signed.caller, id, outcome).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
