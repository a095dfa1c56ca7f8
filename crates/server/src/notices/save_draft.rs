//! Keeping a draft of a notice.

use axum::Json;
use axum::extract::State;
use shouxin_wire::Code;
use shouxin_wire::notices::{NoticeDraftAnswer, NoticeDraftRequest};

use super::draft_entry;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Publishing, WithBody};
use crate::http::faults::{fault, told};
use crate::http::{At, Body, Refusal};

/// Keep a draft of a notice
///
/// Whether it could be published or not. The request names the revision that it was made from, so that nobody
/// writes over what another has saved.
#[utoipa::path(
    put,
    path = "/api/v1/notices/{name}/draft",
    operation_id = "save-notice-draft",
    tag = "notices",
    params(("name" = String, Path, description = "The notice")),
    request_body(content = NoticeDraftRequest, example = json!({"notice": "name = \"marketing\"\n…", "revision": 2})),
    responses(
        (status = 200, description = "It is kept", body = NoticeDraftAnswer,
            example = json!({"draft": {"name": "marketing", "updated_at": "2026-11-21T03:04:05.678Z",
                "updated_by": "stf_06fs8k0000000000000000000g", "revision": 3}, "notice": "name = \"marketing\"\n…"})),
        Guarded, WithBody, Publishing, Changed,
    ),
    security(("session" = []))
)]
pub async fn save(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
    Body(request): Body<NoticeDraftRequest, { super::TEXT_BYTES }>,
) -> Result<Json<NoticeDraftAnswer>, Refusal> {
    let (text, revision) = (&request.notice, request.revision);
    let vault = app.vault();
    let saved = vault.save_notice_draft(&signed.caller, &name, text, revision);
    if let Err(error) = saved.await {
        return Err(told(&app, &signed, error).await);
    }
    match vault.notice_draft(&name).await {
        Ok(Some(draft)) => Ok(Json(NoticeDraftAnswer {
            draft: draft_entry(&draft),
            notice: draft.source,
        })),
        // Somebody dropped it in the same moment.
        Ok(None) => Err(signed.refuse(Code::Conflict)),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
