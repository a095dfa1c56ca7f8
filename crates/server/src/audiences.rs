//! Whom a purpose lets one reach.

pub mod ask;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on audiences.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask::ask))
}
