//! Notices to begin from.

use axum::Json;
use axum::extract::State;
use shouxin_vault::NoticeTemplate as Template;
use shouxin_wire::notices::{NoticeTemplate, NoticeTemplateList};

use crate::App;
use crate::caller::Signed;
use crate::http::document::Guarded;

/// List notices to begin from
///
/// Those that ship with the profile of the register in force. Names and contacts in them are examples.
#[utoipa::path(
    get,
    path = "/api/v1/notice-templates",
    operation_id = "list-notice-templates",
    tag = "notices",
    responses(
        (status = 200, description = "Each with its text", body = NoticeTemplateList,
            example = json!({"templates": [{"name": "marketing", "title": "Notice on offers and greetings",
                "introduction": "You can let us send you service reminders.", "purposes": ["marketing-contact"],
                "notice": "name = \"marketing\"\n…"}]})),
        Guarded,
    ),
    security(("session" = []))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Json<NoticeTemplateList> {
    let templates = app.vault().notice_templates().into_iter();
    let shown = templates.map(|Template { draft, source }| NoticeTemplate {
        title: draft.title.get(signed.language).to_owned(),
        introduction: draft
            .introduction
            .map(|text| text.get(signed.language).to_owned())
            .unwrap_or_default(),
        purposes: draft.purposes.into_iter().map(|one| one.name).collect(),
        name: draft.name,
        notice: source.to_owned(),
    });
    Json(NoticeTemplateList {
        templates: shown.collect(),
    })
}
