//! What people said, for services.

mod changes;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on what people said.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(changes::changes))
}
