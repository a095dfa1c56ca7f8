//! Looking at the next text.

use axum::Json;
use axum::extract::State;
use shouxin_model::QualityCheckId;
use shouxin_vault::quality::{Look, Span};
use shouxin_wire::quality::{QualityLook, QualityLooked, QualitySpan, QualityText};

use super::mark::Task;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Decided, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::{missed, refused};
use crate::http::{At, Body, Refusal};

/// Look at the next text of a check
///
/// In full, read for the check's purpose as anything is read: policy, quota and ledger entry included. Whoever marks
/// sees neither what others marked nor what the detector found.
#[utoipa::path(
    post,
    path = "/api/v1/quality-checks/{check}/looks",
    operation_id = "look-at-quality-text",
    tag = "quality",
    params(("check" = String, Path, description = "The check, `qck_…`")),
    request_body(content = QualityLook, example = json!({"task": "mark"})),
    responses(
        (status = 200, description = "The text, or none", body = QualityLooked, example = json!({})),
        Guarded, WithParams, WithBody, Missing, Decided, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn look(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(QualityCheckId,)>,
    Body(asked): Body<QualityLook>,
) -> Result<Json<QualityLooked>, Refusal> {
    let (vault, caller) = (app.vault(), &signed.caller);
    let looked = match Task::of_word(&signed, &asked.task)? {
        Task::Mark => vault.next_quality_text(caller, id).await,
        Task::Settle => vault.next_quality_dispute(caller, id, false).await,
        Task::SettleJointly => vault.next_quality_dispute(caller, id, true).await,
    };
    match looked {
        Ok(Look::Done) => Ok(Json(QualityLooked { text: None })),
        Ok(Look::Refused(because, entry)) => Err(refused(&app, &signed, &because, entry)),
        Ok(Look::Text(found)) => Ok(Json(QualityLooked {
            text: Some(QualityText {
                id: found.id,
                place: found.place,
                field: found.field,
                // Into the answer, under the entry that stands beside it.
                words: found.text.expose().clone(),
                marks: found.marks.into_iter().map(spans).collect(),
                entry: found.entry,
            }),
        })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}

fn spans(spans: Vec<Span>) -> Vec<QualitySpan> {
    let one = |span: Span| QualitySpan {
        start: span.start,
        end: span.end,
        kind: span.kind,
    };
    spans.into_iter().map(one).collect()
}
