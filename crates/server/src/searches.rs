//! Searches over sealed fields.

pub mod create;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on searches.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::search))
}
