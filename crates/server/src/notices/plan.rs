//! What publishing a notice would mean.

use axum::Json;
use axum::extract::State;
use data_encoding::HEXLOWER;
use shouxin_model::FieldRef;
use shouxin_model::text::Language;
use shouxin_vault::{NoticePlan, PurposeEffect, told_count};
use shouxin_wire::notices::{NoticePlanAnswer, NoticePurposeEffect, NoticeText};

use super::{changes, scores};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Publishing, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Plan the publication of a notice
///
/// What it changes; how many reads of the last 30 days would stop, and how many people would have to be asked
/// again. Nothing is published.
#[utoipa::path(
    post,
    path = "/api/v1/notices/plans",
    operation_id = "plan-notice",
    tag = "notices",
    request_body(content = NoticeText, example = json!({"notice": "name = \"marketing\"\n…"})),
    responses(
        (status = 200, description = "Changes and effects", body = NoticePlanAnswer,
            example = json!({"name": "marketing", "version": 2, "in_force": 1,
                "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "widens": true,
                "changes": [{"kind": "widening", "purpose": "marketing-contact",
                "text": "\"marketing and greetings\" also uses: address"}], "days": 30, "entries": 9120,
                "looked_at": 9120, "reads_a_day": 12,
                "purposes": [{"purpose": "marketing-contact", "title": "marketing and greetings",
                "asks_again": true, "closed": [], "covered_before": 812, "covered_after": 0, "reads": 347,
                "reads_a_day": 12}],
                "scores": [], "zh": "营销与关怀告知书\n…", "en": "Notice on offers and greetings\n…"})),
        Guarded, Publishing, WithBody,
    ),
    security(("session" = []))
)]
pub async fn plan(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<NoticeText, { super::TEXT_BYTES }>,
) -> Result<Json<NoticePlanAnswer>, Refusal> {
    match app.vault().plan_notice(&request.notice).await {
        Ok(plan) => Ok(Json(answer(&plan, signed.language))),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}

fn answer(plan: &NoticePlan, language: Language) -> NoticePlanAnswer {
    let purposes = plan.effect.purposes.iter();
    NoticePlanAnswer {
        name: plan.bound.name.clone(),
        version: plan.version,
        in_force: plan.in_force,
        hash: HEXLOWER.encode(&plan.hash),
        widens: plan.difference.widens(),
        changes: changes(&plan.difference, language),
        days: plan.effect.days,
        entries: plan.effect.entries,
        looked_at: plan.effect.looked_at,
        reads_a_day: plan.effect.reads_a_day(),
        purposes: purposes
            .map(|one| effect(one, plan.effect.a_day(one.reads), language))
            .collect(),
        scores: scores(&plan.scores, language),
        zh: plan.bound.text(Language::Chinese),
        en: plan.bound.text(Language::English),
    }
}

fn effect(effect: &PurposeEffect, reads_a_day: u64, language: Language) -> NoticePurposeEffect {
    // Counts of people: small ones would tell who.
    NoticePurposeEffect {
        purpose: effect.purpose.clone(),
        title: effect.title.get(language).to_owned(),
        asks_again: effect.asks_again,
        closed: effect.closed.iter().map(FieldRef::to_string).collect(),
        covered_before: told_count(effect.covered_before),
        covered_after: told_count(effect.covered_after),
        reads: effect.reads,
        reads_a_day,
    }
}
