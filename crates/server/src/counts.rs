//! Counts over groups of people.

pub mod create;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on counts.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::count))
}
