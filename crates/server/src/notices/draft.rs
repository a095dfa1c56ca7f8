//! A draft of a notice.

use axum::Json;
use axum::extract::State;
use shouxin_wire::Code;
use shouxin_wire::notices::NoticeDraftAnswer;

use super::draft_entry;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::fault;
use crate::http::{At, Refusal};

/// Show the draft of a notice
#[utoipa::path(
    get,
    path = "/api/v1/notices/{name}/draft",
    operation_id = "show-notice-draft",
    tag = "notices",
    params(("name" = String, Path, description = "The notice")),
    responses(
        (status = 200, description = "The draft", body = NoticeDraftAnswer,
            example = json!({"draft": {"name": "marketing", "updated_at": "2026-11-21T03:04:05.678Z",
                "updated_by": "stf_06fs8k0000000000000000000g", "revision": 3}, "notice": "name = \"marketing\"\n…"})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
) -> Result<Json<NoticeDraftAnswer>, Refusal> {
    match app.vault().notice_draft(&name).await {
        Ok(Some(draft)) => Ok(Json(NoticeDraftAnswer {
            draft: draft_entry(&draft),
            notice: draft.source,
        })),
        Ok(None) => Err(signed.refuse(Code::NotFound)),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
