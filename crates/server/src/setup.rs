//! How far the deployment is on its way.

pub mod show;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on the way of a deployment.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show::show))
}
