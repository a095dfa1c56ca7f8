//! Reads of many subjects, and decisions afterwards.

pub mod batch;
pub mod show;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on reads.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(batch::read))
        .routes(routes!(show::show))
}

/// A thousand subjects and two hundred fields, with room.
const BATCH_BYTES: usize = 256 * 1024;
