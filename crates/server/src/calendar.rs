//! The days on which people work.

mod show;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operation on the calendar.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show::show))
}
