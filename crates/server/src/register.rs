//! The register: what is declared, its versions, and changes to it.

pub mod apply;
pub mod differences;
pub mod fields;
pub mod observations;
pub mod plan;
pub mod propose;
pub mod show;
pub mod versions;

use shouxin_model::text::Language;
use shouxin_vault::said::{Effect, Plan, Sign};
use shouxin_wire::register::{PlanAnswer, PlannedChange};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on the register.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(plan::plan))
        .routes(routes!(apply::apply))
        .routes(routes!(propose::propose))
        .routes(routes!(show::show))
        .routes(routes!(versions::list))
        .routes(routes!(fields::list))
        .routes(routes!(observations::show))
        .routes(routes!(differences::compare))
}

/// A plan as the API shows it.
fn shown(plan: &Plan, language: Language) -> PlanAnswer {
    PlanAnswer {
        loosens: plan.loosens(),
        changes: changes(plan, language),
        unweighed: plan
            .unweighed
            .iter()
            .map(|missing| missing.text().get(language).to_owned())
            .collect(),
        reach: None,
    }
}

/// Its changes.
fn changes(plan: &Plan, language: Language) -> Vec<PlannedChange> {
    let changes = plan.changes.iter().map(|change| {
        let effect =
            (change.effect != Effect::None).then(|| change.effect.text().get(language).to_owned());
        PlannedChange {
            sign: word(change.sign).to_owned(),
            place: change.place.get(language).to_owned(),
            what: change.what.get(language).to_owned(),
            effect,
            loosens: change.loosens,
        }
    });
    changes.collect()
}

const fn word(sign: Sign) -> &'static str {
    match sign {
        Sign::Added => "added",
        Sign::Removed => "removed",
        Sign::Changed => "changed",
    }
}

/// A register and policies of thousands of lines, with room.
const TEXT_BYTES: usize = 2 * 1024 * 1024;
