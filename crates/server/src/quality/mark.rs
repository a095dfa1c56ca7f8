//! Marking a text, or settling it.

use axum::Json;
use axum::extract::State;
use shouxin_model::{QualityCheckId, QualityTextId, Text};
use shouxin_vault::quality::{Span, Standing};
use shouxin_wire::quality::{QualityMarked, QualityMarks};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithBody, WithParams};
use crate::http::faults::{invalid, missed};
use crate::http::{At, Body, Refusal};

/// What is done with a text.
#[derive(Clone, Copy)]
pub(super) enum Task {
    Mark,
    Settle,
    SettleJointly,
}

impl Task {
    pub(super) fn of_word(signed: &Signed, word: &str) -> Result<Self, Refusal> {
        match word {
            "mark" => Ok(Self::Mark),
            "settle" => Ok(Self::Settle),
            "settle-jointly" => Ok(Self::SettleJointly),
            _ => Err(invalid(signed, "task", &TASKS)),
        }
    }
}

const TASKS: Text = Text::fixed(
    "须为 mark、settle 或 settle-jointly",
    "is mark, settle or settle-jointly",
);

/// Mark a text of a check
///
/// Offsets and kinds; the text itself is not kept. Where the two who mark a text differ, somebody else settles it, or
/// one of the two after talking to the other.
#[utoipa::path(
    put,
    path = "/api/v1/quality-checks/{check}/texts/{text}/marks",
    operation_id = "mark-quality-text",
    tag = "quality",
    params(
        ("check" = String, Path, description = "The check, `qck_…`"),
        ("text" = String, Path, description = "The text, `qtx_…`"),
    ),
    request_body(content = QualityMarks, example = json!({"task": "mark",
        "spans": [{"start": 2, "end": 13, "kind": "PHONE"}]})),
    responses(
        (status = 200, description = "It is marked", body = QualityMarked, example = json!({"standing": "half"})),
        Guarded, WithParams, WithBody, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn mark(
    State(app): State<App>,
    signed: Signed,
    At((check, text)): At<(QualityCheckId, QualityTextId)>,
    Body(marks): Body<QualityMarks>,
) -> Result<Json<QualityMarked>, Refusal> {
    let task = Task::of_word(&signed, &marks.task)?;
    let spans = marks.spans.into_iter().map(|span| Span {
        start: span.start,
        end: span.end,
        kind: span.kind,
    });
    let spans: Vec<Span> = spans.collect();
    let (vault, caller) = (app.vault(), &signed.caller);
    let done = match task {
        Task::Mark => vault
            .mark_quality_text(caller, check, text, &spans)
            .await
            .map(|standing| match standing {
                Standing::Half => "half",
                Standing::Agreed => "agreed",
                Standing::Disputed => "disputed",
            }),
        Task::Settle | Task::SettleJointly => {
            let joint = matches!(task, Task::SettleJointly);
            let settled = vault.settle_quality_text(caller, check, text, &spans, joint);
            settled.await.map(|()| "settled")
        }
    };
    match done {
        Ok(standing) => Ok(Json(QualityMarked {
            standing: standing.to_owned(),
        })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
