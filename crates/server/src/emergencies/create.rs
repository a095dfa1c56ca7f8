//! Opening at once what nobody approved.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_vault::EmergencyRequest as Wanted;
use shouxin_wire::grants::{Emergency, EmergencyRequest};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, Missing, WithBody};
use crate::http::faults::missed;
use crate::http::{Body, Refusal};

/// Break the glass
///
/// Opens one subject at once, for the minutes that the register allows, to whoever it allows. Raises an
/// alarm and opens a review that somebody else must do; while one of the caller's is overdue, no other is
/// opened.
#[utoipa::path(
    post,
    path = "/api/v1/emergencies",
    operation_id = "break-glass",
    tag = "approvals",
    request_body(content = EmergencyRequest, example = json!({"subject": "sub_06fs8k0000000000000000000g",
        "purpose": "repair-contact", "reason": "broken down on the motorway"})),
    responses(
        (status = 201, description = "It is open; the alarm was raised", body = Emergency,
            example = json!({"grant": "gra_06fs8k0000000000000000000g", "expires_at": "2026-11-21T03:19:05.678Z",
                "seconds_left": 900, "review_due": "2026-11-25T16:00:00.000Z", "entry": 1047})),
        Guarded, Approving, WithBody, Missing,
    ),
    security(("session" = []))
)]
pub(crate) async fn create(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<EmergencyRequest>,
) -> Result<(StatusCode, Json<Emergency>), Refusal> {
    let wanted = Wanted {
        subject: request.subject,
        purpose: request.purpose,
        // Into the vault, which seals it.
        reason: request.reason.expose().clone(),
    };
    match app.vault().break_glass(&signed.caller, &wanted).await {
        Ok(raised) => {
            app.meter().alarm("emergency");
            let left = raised.expires_at.seconds_since(app.vault().now());
            Ok((
                StatusCode::CREATED,
                Json(Emergency {
                    grant: raised.id,
                    expires_at: raised.expires_at,
                    seconds_left: u64::try_from(left).unwrap_or(0),
                    review_due: raised.review_due,
                    entry: raised.entry,
                }),
            ))
        }
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
