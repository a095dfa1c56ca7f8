//! Data subjects (个人信息主体): what is read of one, and that one is erased.

pub mod erase;
pub mod read;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on subjects.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read::read))
        .routes(routes!(erase::erase))
}
