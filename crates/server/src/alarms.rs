//! Alarms.

mod close;
mod list;
mod see;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on alarms.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(see::see))
        .routes(routes!(close::close))
}
