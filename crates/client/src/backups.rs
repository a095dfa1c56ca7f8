//! Backups and drills of a running server.

use reqwest::Method;
use serde_json::json;
use shouxin_wire::backups::{BackupList, BackupWork};
use shouxin_wire::health::Examination;

use crate::{Client, ClientError};

impl Client {
    /// The backups there are, what goes on with them, and the last drill.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn backups(&self) -> Result<BackupList, ClientError> {
        self.get("/api/v1/backups").await
    }

    /// Lets the server look after its deployment.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn examine(&self) -> Result<Examination, ClientError> {
        self.send(Method::POST, "/api/v1/examinations", &json!({}))
            .await
    }

    /// Begins a backup.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn begin_backup(&self) -> Result<BackupWork, ClientError> {
        self.send(Method::POST, "/api/v1/backups", &json!({})).await
    }

    /// Begins a drill.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn begin_drill(&self) -> Result<BackupWork, ClientError> {
        self.send(Method::POST, "/api/v1/backups/drills", &json!({}))
            .await
    }
}
