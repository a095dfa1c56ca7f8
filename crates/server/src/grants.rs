//! Access beyond a person's roles: asking for it, looking, ending it.

mod list;
mod request;
mod revoke;
mod show;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on grants.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, request::request))
        .routes(routes!(show::show, revoke::revoke))
}
