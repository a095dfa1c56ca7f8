//! Noting that an alarm was looked at.

use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::AlarmId;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Note that one has looked at an alarm
///
/// Once, and not by whoever raised it.
#[utoipa::path(
    put,
    path = "/api/v1/alarms/{alarm}/seen",
    operation_id = "see-alarm",
    tag = "approvals",
    params(("alarm" = String, Path, description = "The alarm, `alm_…`")),
    responses((status = 204, description = "It is noted"), Guarded, WithParams, Missing),
    security(("session" = []))
)]
pub(crate) async fn see(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(AlarmId,)>,
) -> Result<StatusCode, Refusal> {
    match app.vault().see_alarm(&signed.caller, id).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
