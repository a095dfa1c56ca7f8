//! Background work.

pub mod list;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on jobs.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list))
}
