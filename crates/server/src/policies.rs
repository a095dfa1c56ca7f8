//! The policies: their text, and what a change of it would mean.

pub mod plan;
pub mod show;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on policies.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show::show))
        .routes(routes!(plan::plan))
}

/// Policies of thousands of lines, with room.
const TEXT_BYTES: usize = 2 * 1024 * 1024;
