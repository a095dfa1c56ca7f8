//! Breaking the glass.

mod create;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operation.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create))
}
