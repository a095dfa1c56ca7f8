//! Reads of many subjects, and decisions afterwards.

pub mod batch;
pub mod show;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on reads.
pub fn routes() -> OpenApiRouter<App> {
    let many = OpenApiRouter::new()
        .routes(routes!(batch::read))
        .layer(DefaultBodyLimit::max(BATCH_BYTES));
    many.merge(OpenApiRouter::new().routes(routes!(show::show)))
}

/// A thousand subjects and two hundred fields, with room.
const BATCH_BYTES: usize = 256 * 1024;
