//! Activations: an owner takes an account over.

pub mod create;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on activations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::activate))
}
