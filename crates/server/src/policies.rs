//! The policies, as text.

pub mod show;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on policies.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show::show))
}
