//! One version of a notice, whole.

use axum::Json;
use axum::extract::State;
use shouxin_model::text::Language;
use shouxin_wire::Code;
use shouxin_wire::notices::NoticeAnswer;

use super::entry;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::fault;
use crate::http::{At, Params, Refusal};

/// Show a version of a notice
///
/// The text as written, as it is shown in both languages, and what the hash is over. The newest version if
/// none is named.
#[utoipa::path(
    get,
    path = "/api/v1/notices/{name}",
    operation_id = "show-notice",
    tag = "notices",
    params(
        ("name" = String, Path, description = "The notice"),
        ("version" = Option<u32>, Query, description = "Its version, counted from 1"),
    ),
    responses(
        (status = 200, description = "The version", body = NoticeAnswer,
            example = json!({"entry": {"name": "marketing", "title": "Notice on offers and greetings",
                "version": 1, "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "state": "in-force", "register_version": 1, "published_at": "2026-11-21T03:04:05.678Z",
                "published_by": "operator", "effective_at": "2026-11-21T03:04:05.678Z",
                "purposes": ["marketing-contact"]}, "source": "name = \"marketing\"\n…",
                "zh": "营销与关怀告知书\n…", "en": "Notice on offers and greetings\n…", "bound": {}})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
    mut params: Params,
) -> Result<Json<NoticeAnswer>, Refusal> {
    let wanted = params.take::<u32>("version")?;
    params.end()?;
    let versions = match app.vault().notice_versions(Some(&name)).await {
        Ok(versions) => versions,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let is_wanted = |version: u32| wanted.is_none_or(|wanted| wanted == version);
    let mut versions = versions.into_iter();
    let Some(found) = versions.find(|one| is_wanted(one.published.version)) else {
        return Err(signed.refuse(Code::NotFound));
    };
    let bound = &found.published.bound;
    let Ok(json) = serde_json::to_value(&**bound) else {
        return Err(signed.refuse(Code::Internal));
    };
    Ok(Json(NoticeAnswer {
        entry: entry(&found, signed.language),
        zh: bound.text(Language::Chinese),
        en: bound.text(Language::English),
        bound: json,
        source: found.source,
    }))
}
