//! Importing files.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use reqwest::{Body, Method};
use shouxin_model::ImportId;
use shouxin_wire::imports::{GuessAnswer, Import, ImportList, ImportRequest};
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;

use crate::{Client, ClientError, Download};

/// A file on its way to the server.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    sent: Arc<AtomicU64>,
}

impl Upload {
    /// Bytes sent so far.
    pub fn sent_bytes(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Client {
    /// A mapping that the file's values suggest. `bytes` is the file or its beginning.
    ///
    /// # Errors
    /// [`ClientError`]; `import-refused` if it is no table.
    pub async fn guess(&self, path: &str, bytes: Vec<u8>) -> Result<GuessAnswer, ClientError> {
        let size = bytes.len() as u64;
        self.upload(
            Method::POST,
            "/api/v1/imports/guesses",
            media_type(path),
            size,
            bytes.into(),
        )
        .await
    }

    /// Opens an import.
    ///
    /// # Errors
    /// [`ClientError`]; `import-refused` if the mapping does not fit the register.
    pub async fn open_import(&self, mapping: &str) -> Result<Import, ClientError> {
        self.send(
            Method::POST,
            "/api/v1/imports",
            &ImportRequest {
                mapping: mapping.to_owned(),
            },
        )
        .await
    }

    /// Sends the file of an import and waits until every row has its outcome. The same file sent again
    /// goes on where the last time ended.
    ///
    /// # Errors
    /// [`ClientError`]; `File` if the file cannot be read.
    pub async fn send_file(
        &self,
        import: ImportId,
        path: &Path,
        upload: &Upload,
    ) -> Result<Import, ClientError> {
        let (size, body) = opened(path, upload).await?;
        let kind = media_type(&path.to_string_lossy());
        self.upload(
            Method::PUT,
            &format!("/api/v1/imports/{import}/file"),
            kind,
            size,
            body,
        )
        .await
    }

    /// How far an import is.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn import(&self, import: ImportId) -> Result<Import, ClientError> {
        self.get(&format!("/api/v1/imports/{import}")).await
    }

    /// The newest imports.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn imports(&self) -> Result<ImportList, ClientError> {
        self.get("/api/v1/imports").await
    }

    /// What became of each row, as CSV.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn outcomes(&self, import: ImportId) -> Result<Download, ClientError> {
        self.download(&format!("/api/v1/imports/{import}/outcomes"))
            .await
    }
}

/// A file's size, and the file as a body.
pub(crate) async fn opened(path: &Path, upload: &Upload) -> Result<(u64, Body), ClientError> {
    let failed = |source| ClientError::File {
        path: path.display().to_string(),
        source,
    };
    let file = File::open(path).await.map_err(failed)?;
    let size = file.metadata().await.map_err(failed)?.len();
    Ok((size, counted(file, upload.clone())))
}

/// The file as a body that says how much of it went out.
fn counted(file: File, upload: Upload) -> Body {
    Body::wrap_stream(ReaderStream::with_capacity(
        Counted { file, upload },
        64 * 1024,
    ))
}

struct Counted {
    file: File,
    upload: Upload,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.file).poll_read(context, buffer);
        self.upload
            .sent
            .fetch_add((buffer.filled().len() - before) as u64, Ordering::Relaxed);
        result
    }
}

/// What kind of file this is, by its name. The server looks at the bytes as well.
fn media_type(path: &str) -> &'static str {
    match path
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase())
        .as_deref()
    {
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("ndjson" | "jsonl") => "application/x-ndjson",
        _ => "text/csv",
    }
}
