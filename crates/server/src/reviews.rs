//! Reviews of what had opened at once.

mod decide;
mod list;
mod show;

use shouxin_model::Moment;
use shouxin_vault::Review;
use shouxin_wire::grants::Review as Shown;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on reviews.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(decide::decide))
}

/// A review as the API shows it.
fn shown(review: Review, now: Moment) -> Shown {
    Shown {
        emergency: review.emergency,
        holder: review.holder,
        opened_at: review.opened_at,
        due_at: review.due_at,
        overdue: review.finding.is_none() && now >= review.due_at,
        finding: review.finding.map(|finding| finding.word().to_owned()),
        decided_by: review.decided_by,
        decided_at: review.decided_at,
        // The caller broke the glass or watches: the vault gives nobody else any.
        note: review.note.map(|note| note.expose().clone()),
        grant: None,
    }
}
