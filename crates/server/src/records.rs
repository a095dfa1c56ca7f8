//! Writing records.

pub mod write;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on records.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(write::write))
}
