//! Taking data out in files, and tracing leaked copies.

use std::path::Path;

use reqwest::Method;
use serde::Serialize;
use shouxin_model::{ExportId, FieldRef, SubjectId};
use shouxin_wire::exports::{Export, ExportAsked, ExportList, TraceAnswer};

use crate::imports::opened;
use crate::{Client, ClientError, Download, Upload};

/// What is to leave, and what for: see `ExportRequest` of the API.
#[derive(Clone, Serialize)]
pub struct ExportOrder {
    /// The purpose.
    pub purpose: String,
    /// The collection whose records are the rows.
    pub collection: String,
    /// The columns.
    pub fields: Vec<FieldRef>,
    /// Those that leave clear.
    pub clear: Vec<FieldRef>,
    /// Facets and their values.
    #[serde(rename = "where")]
    pub filters: std::collections::BTreeMap<String, String>,
    /// The people, one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<Vec<SubjectId>>,
    /// The most rows.
    pub most_rows: u64,
    /// The kind of file.
    pub format: String,
    /// What stands above the columns.
    pub headings: String,
    /// Why.
    pub reason: String,
}

impl Client {
    /// Asks for an export: gives what would leave, and the approval it waits for.
    ///
    /// # Errors
    /// [`ClientError`]; `export-refused` or `read-refused` with the reason.
    pub async fn ask_export(&self, order: &ExportOrder) -> Result<ExportAsked, ClientError> {
        self.send(Method::POST, "/api/v1/exports", order).await
    }

    /// The newest exports that concern the caller.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn exports(&self) -> Result<ExportList, ClientError> {
        self.get("/api/v1/exports").await
    }

    /// How an export stands.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn export(&self, export: ExportId) -> Result<Export, ClientError> {
        self.get(&format!("/api/v1/exports/{export}")).await
    }

    /// The file of an approved export. It comes once.
    ///
    /// # Errors
    /// [`ClientError`]; `approval-state` before it is approved, `export-changed` if it is no longer what was
    /// approved.
    pub async fn download_export(&self, export: ExportId) -> Result<Download, ClientError> {
        let path = format!("/api/v1/exports/{export}/file");
        self.download_by(Method::POST, &path).await
    }

    /// Which exports a file comes from.
    ///
    /// # Errors
    /// [`ClientError`]; `File` if it cannot be read.
    pub async fn trace(&self, path: &Path, upload: &Upload) -> Result<TraceAnswer, ClientError> {
        let (size, body) = opened(path, upload).await?;
        let kind = "application/octet-stream";
        self.upload(Method::POST, "/api/v1/exports/traces", kind, size, body)
            .await
    }
}
