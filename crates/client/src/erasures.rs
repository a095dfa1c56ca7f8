//! Erasing a person.

use reqwest::Method;
use serde_json::json;
use shouxin_model::SubjectId;
use shouxin_wire::erasures::Erasure;

use crate::{Client, ClientError};

impl Client {
    /// Erases a person for good. The reason is a word that stands in the ledger.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn erase(&self, subject: SubjectId, reason: &str) -> Result<Erasure, ClientError> {
        let path = format!("/api/v1/subjects/{subject}/erasure");
        self.send(Method::POST, &path, &json!({"reason": reason}))
            .await
    }
}
