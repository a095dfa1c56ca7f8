//! What proves that something was said: scanned forms, recordings.

pub mod open;
pub mod store;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on evidence.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(store::store))
        .routes(routes!(open::open))
}
