//! Hosts name their customers to the widget on their pages.

mod open;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on consent sessions.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open::open))
}
