//! Deciding about a finding.

use axum::Json;
use axum::extract::State;
use shouxin_model::{FindingId, Text};
use shouxin_vault::discoveries::{Reason, Task, Verdict};
use shouxin_wire::discoveries::{DiscoveryDecision, DiscoveryDone};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::{invalid, missed};
use crate::http::{At, Body, Refusal};

/// Decide about a finding
///
/// `confirm` with what is to be done, `dismiss` with why it needs nothing, or `reopen`. Each is a ledger entry. A
/// dismissed finding is not raised again unless it grows by more than half, or its time is over.
#[utoipa::path(
    put,
    path = "/api/v1/discoveries/{finding}/decision",
    operation_id = "decide-discovery",
    tag = "discoveries",
    params(("finding" = String, Path, description = "The finding, `fnd_…`")),
    request_body(content = DiscoveryDecision, example = json!({"decision": "confirm", "task": "declare"})),
    responses(
        (status = 200, description = "It is decided", body = DiscoveryDone, example = json!({"entry": 1049})),
        Guarded, WithParams, WithBody, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn decide(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(FindingId,)>,
    Body(decision): Body<DiscoveryDecision>,
) -> Result<Json<DiscoveryDone>, Refusal> {
    let verdict = verdict(&signed, decision)?;
    let vault = app.vault();
    let decided = match verdict {
        Some(verdict) => vault.decide_finding(&signed.caller, id, verdict).await,
        None => vault.reopen_finding(&signed.caller, id).await,
    };
    match decided {
        Ok(entry) => Ok(Json(DiscoveryDone { entry })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}

/// What is asked for; `None` takes back what was decided. A word that belongs to another decision is refused, so
/// that nobody believes it was heard.
fn verdict(signed: &Signed, asked: DiscoveryDecision) -> Result<Option<Verdict>, Refusal> {
    let DiscoveryDecision {
        decision,
        task,
        reason,
        until,
    } = asked;
    match (decision.as_str(), task, reason, until) {
        ("reopen", None, None, None) => Ok(None),
        ("confirm", Some(task), None, None) => match Task::of_word(&task) {
            Some(task) => Ok(Some(Verdict::Confirm { task })),
            None => Err(invalid(signed, "task", &TASKS)),
        },
        ("dismiss", None, Some(reason), until) => match Reason::of_word(&reason) {
            Some(reason) => Ok(Some(Verdict::Dismiss { reason, until })),
            None => Err(invalid(signed, "reason", &REASONS)),
        },
        _ => Err(invalid(signed, "decision", &DECISIONS)),
    }
}

const DECISIONS: Text = Text::fixed(
    "须为 confirm（并写 task）、dismiss（并写 reason）或 reopen",
    "is confirm with a task, dismiss with a reason, or reopen",
);
const TASKS: Text = Text::fixed(
    "须为 declare、raise-class、remove 或 undeclare",
    "is declare, raise-class, remove or undeclare",
);
const REASONS: Text = Text::fixed(
    "须为 not-personal、test-data 或 accepted",
    "is not-personal, test-data or accepted",
);
