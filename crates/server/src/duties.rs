//! What runs out next, for whoever asks.

mod list;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operation on duties.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list))
}
