//! The counter: an adviser asks the customer in front of them, who answers on a page of their own.

mod open;
mod page;
mod show;

use utoipa_axum::{router::OpenApiRouter, routes};

pub use page::routes as pages;

use crate::App;

/// The operations on pages of the counter.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(open::open))
        .routes(routes!(show::show))
}
