//! What two people must agree on: looking, deciding, taking back.

mod decide;
mod list;
mod show;
mod withdraw;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on approvals.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show, withdraw::withdraw))
        .routes(routes!(decide::decide))
}
