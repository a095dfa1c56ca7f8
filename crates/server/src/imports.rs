//! Importing files.

pub mod begin;
pub mod feed;
pub mod guess;
pub mod list;
pub mod outcomes;
pub mod show;

use axum::http::{HeaderMap, header};
use shouxin_model::ImportId;
use shouxin_store::params;
use shouxin_vault::{ImportError, ImportStatus, VaultError};
use shouxin_wire::imports::Import;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;
use crate::caller::{By, Signed};

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

/// How far an import is, for callers whom it concerns: a service sees its own only, and others look like
/// none.
async fn known(app: &App, signed: &Signed, import: ImportId) -> Result<ImportStatus, ImportError> {
    let status = app.vault().import_status(import).await?;
    if let By::Key(_) = signed.by {
        let sql = "SELECT 1 FROM import WHERE id = $1 AND actor = $2";
        let rows = app
            .vault()
            .store()
            .query(sql, params![import, signed.actor()])
            .await
            .map_err(VaultError::from)?;
        if rows.is_empty() {
            return Err(ImportError::NotFound(import));
        }
    }
    Ok(status)
}

/// A name that tells what kind of file the body is; none where the file has to tell it itself.
fn name(headers: &HeaderMap) -> Option<&'static str> {
    let kind = headers
        .get(header::CONTENT_TYPE)?
        .to_str()
        .ok()?
        .split(';')
        .next()?
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "text/csv" => Some("file.csv"),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Some("file.ndjson"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some("file.xlsx"),
        _ => None,
    }
}
