//! What is used of today's quotas.

mod list;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on quotas.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list))
}
