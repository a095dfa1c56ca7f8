//! Importing files.

pub mod begin;
pub mod feed;
pub mod guess;
pub mod list;
pub mod outcomes;
pub mod show;

use axum::http::{HeaderMap, header};
use shouxin_vault::ImportStatus;
use shouxin_wire::imports::Import;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on imports.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(guess::guess))
        .routes(routes!(list::list, begin::begin))
        .routes(routes!(show::show))
        .routes(routes!(feed::feed))
        .routes(routes!(outcomes::outcomes))
}

/// An import as the API shows it.
fn shown(status: ImportStatus) -> Import {
    Import {
        import: status.id,
        state: status.state,
        rows: status.rows,
        counts: status.counts,
        created_at: status.created_at,
        updated_at: status.updated_at,
    }
}

/// A name that tells what kind of file the body is; none where the file has to tell it itself.
fn name(headers: &HeaderMap) -> Option<&'static str> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim().to_ascii_lowercase();
    match kind.as_str() {
        "text/csv" => Some("file.csv"),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Some("file.ndjson"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some("file.xlsx"),
        _ => None,
    }
}
