//! What subjects said about purposes: taken down, looked at, proved.

pub mod changes;
pub mod events;
pub mod import;
pub mod put;
pub mod questions;
pub mod receipt;
mod said;
pub mod show;
pub mod summary;
pub mod take;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on what subjects said.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(take::take, show::show))
        .routes(routes!(put::put))
        .routes(routes!(events::list))
        .routes(routes!(questions::list))
        .routes(routes!(receipt::show))
        .routes(routes!(import::import))
        .routes(routes!(changes::changes))
        .routes(routes!(summary::show))
}
