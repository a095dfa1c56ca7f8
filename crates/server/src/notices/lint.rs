//! What keeps a notice from being published.

use axum::Json;
use axum::extract::State;
use shouxin_model::text::Language;
use shouxin_vault::asked;
use shouxin_vault::said::Bound;
use shouxin_wire::notices::{NoticeFinding, NoticeLintAnswer, NoticePreview, NoticeText};

use super::{number, paragraphs, scores, word};
use crate::App;
use crate::caller::Signed;
use crate::http::asked::question;
use crate::http::document::{Guarded, WithBody};
use crate::http::{Body, Refusal};

/// Check a notice
///
/// Against the law and the register in force: what is missing, what is bundled or ticked before anybody
/// touched it, what is too hard to read. Nothing is kept.
#[utoipa::path(
    post,
    path = "/api/v1/notices/lints",
    operation_id = "lint-notice",
    tag = "notices",
    request_body(content = NoticeText, example = json!({"notice": "name = \"marketing\"\n…"})),
    responses(
        (status = 200, description = "Findings and scores", body = NoticeLintAnswer,
            example = json!({"findings": [{"line": 42, "column": 1, "code": "pre-ticked",
                "place": "notice marketing, switch marketing",
                "message": "a switch may not be on before anybody touched it", "remedy": "write `on = false`"}],
                "scores": [{"place": "notice marketing, introduction", "line": 3, "language": "en", "score": 96,
                "hard": false, "longest": 12}], "previews": [{"language": "en", "paragraphs": [{"kind": "title",
                "text": "Notice on offers and greetings"}], "asked": []}]})),
        Guarded, WithBody,
    ),
    security(("session" = []))
)]
pub async fn lint(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<NoticeText, { super::TEXT_BYTES }>,
) -> Result<Json<NoticeLintAnswer>, Refusal> {
    let linted = app.vault().lint_notice(&request.notice);
    let language = signed.language;
    let findings = linted.findings.iter().map(|finding| NoticeFinding {
        line: number(finding.line),
        column: number(finding.column),
        code: finding.code.to_owned(),
        place: finding.place.get(language).to_owned(),
        message: finding.message.get(language).to_owned(),
        remedy: finding.remedy.get(language).to_owned(),
    });
    Ok(Json(NoticeLintAnswer {
        findings: findings.collect(),
        scores: scores(&linted.scores, language),
        previews: linted.draft.as_ref().map(previews).unwrap_or_default(),
    }))
}

fn previews(draft: &Bound) -> Vec<NoticePreview> {
    let preview = |language| NoticePreview {
        language: word(language).to_owned(),
        paragraphs: paragraphs(draft, language),
        asked: asked(draft, language).into_iter().map(question).collect(),
    };
    [Language::Chinese, Language::English].map(preview).to_vec()
}
