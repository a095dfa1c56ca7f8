//! All that a subject said.

use axum::Json;
use axum::extract::State;
use shouxin_model::SubjectId;
use shouxin_wire::Code;
use shouxin_wire::consents::ConsentTimeline;

use super::said::event;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing};
use crate::http::faults::fault;
use crate::http::{At, Refusal};

/// List all that a person said
///
/// Oldest first, with what became of it, each held to the ledger entry that tells it: were one altered, taken away
/// or exchanged, nothing would be answered. A service sees the purposes that its key names. The look is recorded.
#[utoipa::path(
    get,
    path = "/api/v1/subjects/{subject}/consents/events",
    operation_id = "list-consent-events",
    tag = "consents",
    params(("subject" = String, Path, description = "The subject, `sub_…`")),
    responses(
        (status = 200, description = "The events", body = ConsentTimeline,
            example = json!({"subject": "sub_06fs8k0000000000000000000g", "look": 1050, "events": []})),
        Guarded, Missing,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
) -> Result<Json<ConsentTimeline>, Refusal> {
    match app.vault().consent_events(&signed.caller, subject).await {
        Ok(Some((look, events))) => Ok(Json(ConsentTimeline {
            subject,
            look,
            events: events.iter().map(event).collect(),
        })),
        Ok(None) => {
            app.limits().missed(&signed.actor());
            Err(signed.refuse(Code::SubjectNotFound))
        }
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
