//! Importing files.

pub mod begin;
pub mod feed;
pub mod guess;
pub mod list;
pub mod outcomes;
pub mod show;
pub mod trial;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use shouxin_model::ImportId;
use shouxin_store::params;
use shouxin_vault::{ImportError, ImportStatus, VaultError};
use shouxin_wire::Code;
use shouxin_wire::imports::Import;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;
use crate::caller::{By, Signed};
use crate::http::Refusal;
use crate::http::chunks::{Arriving, Broken, drain, pipe, pump};
use crate::http::faults::missed;

/// The operations on imports.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(guess::guess))
        .routes(routes!(list::list, begin::begin))
        .routes(routes!(show::show))
        .routes(routes!(feed::feed))
        .routes(routes!(outcomes::outcomes))
        .routes(routes!(trial::try_file))
}

/// An import as the API shows it.
fn shown(status: ImportStatus) -> Import {
    Import {
        import: status.id,
        state: status.state,
        rows: status.rows,
        counts: status.counts,
        sealed_apart: status.pieces,
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

/// The body as a file that is read while it arrives; gives what `work` made of it.
async fn piped<T, F: Future<Output = Result<T, ImportError>>>(
    app: &App,
    signed: &Signed,
    body: Body,
    work: impl FnOnce(Arriving) -> F,
) -> Result<T, Refusal> {
    let (pipe, file) = pipe();
    // The writing end outlives the work: if the body breaks off, the work is dropped before its reader
    // could take the part for the whole.
    let mut pipe = Some(pipe);
    let mut body = body.into_data_stream();
    let done = {
        let work = work(file);
        tokio::pin!(work);
        tokio::select! {
            done = &mut work => done,
            arrived = pump(&mut body, &mut pipe, MOST_BYTES) => match arrived {
                Ok(()) => work.await,
                Err(broken) => return Err(refuse(signed, broken)),
            },
        }
    };
    match done {
        Ok(done) => Ok(done),
        Err(error) => {
            let refusal = missed(app, signed, error).await;
            drain(&mut body).await;
            Err(refusal)
        }
    }
}

fn refuse(signed: &Signed, broken: Broken) -> Refusal {
    match broken {
        Broken::TooLarge => signed.refuse(Code::TooLarge),
        Broken::Silent | Broken::Connection => signed.refuse(Code::TimedOut),
    }
}

const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;
