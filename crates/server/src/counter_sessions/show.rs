//! How far a page of the counter has come.

use axum::Json;
use axum::extract::State;
use shouxin_model::{CounterId, SubjectId};
use shouxin_vault::{CounterAnswer, CounterState};
use shouxin_wire::Code;
use shouxin_wire::widget::{CounterOutcome, CounterWord};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::fault;
use crate::http::{At, Refusal};

/// Whether the customer has answered
///
/// For the adviser who asked; to everybody else there is no such page.
#[utoipa::path(
    get,
    path = "/api/v1/subjects/{subject}/counter-sessions/{counter}",
    operation_id = "show-counter-session",
    tag = "consent",
    params(
        ("subject" = String, Path, description = "The customer, `sub_…`"),
        ("counter" = String, Path, description = "The page, `ctr_…`"),
    ),
    responses(
        (status = 200, description = "How far it has come", body = CounterOutcome, example = json!({
            "state": "answered", "on": ["marketing-contact"], "off": [], "entries": [1049]})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []))
)]
pub(super) async fn show(
    State(app): State<App>,
    signed: Signed,
    At((subject, counter)): At<(SubjectId, CounterId)>,
) -> Result<Json<CounterOutcome>, Refusal> {
    let state = app.vault().counter(&signed.caller, subject, counter).await;
    let state = match state {
        Ok(Some(state)) => state,
        Ok(None) => {
            app.limits().missed(&signed.actor());
            return Err(signed.refuse(Code::NotFound));
        }
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let word = match &state {
        CounterState::Waiting => CounterWord::Waiting,
        CounterState::Answering => CounterWord::Answering,
        CounterState::Expired => CounterWord::Expired,
        CounterState::Answered(_) => CounterWord::Answered,
    };
    let answer = match state {
        CounterState::Answered(answer) => answer,
        _ => CounterAnswer::default(),
    };
    Ok(Json(CounterOutcome {
        state: word,
        on: answer.on,
        off: answer.off,
        entries: answer.entries,
    }))
}
