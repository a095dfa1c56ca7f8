//! Data subjects (个人信息主体): what is read of one, and that one is restricted or erased.

pub mod erase;
pub mod overview;
pub mod read;
pub mod restrict;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on subjects.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read::read))
        .routes(routes!(overview::show))
        .routes(routes!(erase::erase))
        .routes(routes!(restrict::put, restrict::lift))
}
