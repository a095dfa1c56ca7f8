//! Who the people are that ids of staff stand for: for whoever decides, watches or administers.

mod list;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on colleagues.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list))
}
