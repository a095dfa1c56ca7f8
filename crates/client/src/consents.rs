//! What subjects said, and restriction of processing.

use reqwest::Method;
use serde_json::json;
use shouxin_model::SubjectId;
use shouxin_wire::consents::{ConsentRequest, TakenDown};

use crate::{Client, ClientError};

impl Client {
    /// Takes down what a subject said about a purpose.
    ///
    /// # Errors
    /// [`ClientError`]; `unknown-purpose`, `subject-not-found`.
    pub async fn put_consent(
        &self,
        subject: SubjectId,
        purpose: &str,
        consent: &ConsentRequest,
    ) -> Result<TakenDown, ClientError> {
        let path = format!("/api/v1/subjects/{subject}/consents/{purpose}");
        self.send(Method::PUT, &path, consent).await
    }

    /// Restricts processing for a subject. The reason is a word that stands in the ledger.
    ///
    /// # Errors
    /// [`ClientError`]; `already-exists` if it is restricted already.
    pub async fn restrict(
        &self,
        subject: SubjectId,
        reason: &str,
    ) -> Result<TakenDown, ClientError> {
        let path = format!("/api/v1/subjects/{subject}/restriction");
        self.send(Method::PUT, &path, &json!({ "reason": reason }))
            .await
    }

    /// Frees processing for a subject again.
    ///
    /// # Errors
    /// [`ClientError`]; `not-found` if it is not restricted.
    pub async fn lift_restriction(&self, subject: SubjectId) -> Result<TakenDown, ClientError> {
        let path = format!("/api/v1/subjects/{subject}/restriction");
        self.answer(self.request(Method::DELETE, &path)).await
    }
}
