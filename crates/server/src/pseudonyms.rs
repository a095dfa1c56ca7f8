//! Pseudonyms for values.

pub mod create;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on pseudonyms.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::give))
}
