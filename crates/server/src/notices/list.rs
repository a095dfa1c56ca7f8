//! Every notice, what no notice tells, and drafts.

use axum::Json;
use axum::extract::State;
use shouxin_model::FieldRef;
use shouxin_wire::notices::{NoticeCovered, NoticeList};

use super::{draft_entry, entry};
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// List notices
///
/// Every version ever published, which notice tells of each purpose of the register, and what of it nobody is
/// told.
#[utoipa::path(
    get,
    path = "/api/v1/notices",
    operation_id = "list-notices",
    tag = "notices",
    responses(
        (status = 200, description = "Versions, purposes, drafts", body = NoticeList,
            example = json!({"notices": [{"name": "marketing", "title": "Notice on offers and greetings",
                "version": 1, "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "state": "in-force", "register_version": 1, "published_at": "2026-11-21T03:04:05.678Z",
                "published_by": "operator", "effective_at": "2026-11-21T03:04:05.678Z",
                "purposes": ["marketing-contact"]}],
                "purposes": [{"purpose": "marketing-contact", "notice": "marketing", "untold": []}],
                "drafts": []})),
        Guarded,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Json<NoticeList>, Refusal> {
    let vault = app.vault();
    let found = async {
        vault.refresh().await?;
        let versions = vault.notice_versions(None).await?;
        Ok((versions, vault.notice_drafts().await?))
    };
    let (versions, drafts) = match found.await {
        Ok(found) => found,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let versions = versions.iter().map(|one| entry(one, signed.language));
    let covered = vault.notice_coverage().into_iter();
    Ok(Json(NoticeList {
        notices: versions.collect(),
        purposes: covered
            .map(|one| NoticeCovered {
                purpose: one.purpose,
                notice: one.notice,
                untold: one.untold.iter().map(FieldRef::to_string).collect(),
            })
            .collect(),
        drafts: drafts.iter().map(draft_entry).collect(),
    }))
}
