//! Backups of a running deployment, and drills.

pub mod begin;
pub mod drill;
pub mod list;
pub(crate) mod work;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on backups.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(begin::begin))
        .routes(routes!(drill::drill))
}
