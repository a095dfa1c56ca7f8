//! What subjects said, and restriction of processing.

use reqwest::Method;
use serde_json::json;
use shouxin_model::{FieldRef, Moment, SubjectId};
use shouxin_wire::audiences::{Audience, AudienceRequest};
use shouxin_wire::consents::{
    ConsentMatrix, ConsentRequest, ConsentTimeline, Evidence, OldConsents, Questions, ReceiptFile,
    SeveralRequest, SeveralTaken, TakenDown, WordTaken,
};

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
    ) -> Result<WordTaken, ClientError> {
        let path = format!("/api/v1/subjects/{subject}/consents/{purpose}");
        self.send(Method::PUT, &path, consent).await
    }

    /// Takes down several things that a subject said, all of them or none.
    ///
    /// # Errors
    /// As [`Client::put_consent`].
    pub async fn take_consents(
        &self,
        subject: SubjectId,
        said: &SeveralRequest,
    ) -> Result<SeveralTaken, ClientError> {
        let path = format!("/api/v1/subjects/{subject}/consents");
        self.send(Method::POST, &path, said).await
    }

    /// What counts of what a subject said, now or at a moment.
    ///
    /// # Errors
    /// [`ClientError`]; `subject-not-found`.
    pub async fn consents(
        &self,
        subject: SubjectId,
        as_of: Option<Moment>,
    ) -> Result<ConsentMatrix, ClientError> {
        let of = as_of.map_or_else(String::new, |at| format!("?as_of={}", at.rfc3339()));
        self.get(&format!("/api/v1/subjects/{subject}/consents{of}"))
            .await
    }

    /// All that a subject said, oldest first.
    ///
    /// # Errors
    /// As [`Client::consents`].
    pub async fn consent_events(&self, subject: SubjectId) -> Result<ConsentTimeline, ClientError> {
        self.get(&format!("/api/v1/subjects/{subject}/consents/events"))
            .await
    }

    /// Which purposes a subject may be asked about; of all that rest on consent if none is named.
    ///
    /// # Errors
    /// As [`Client::consents`]; `unknown-purpose`.
    pub async fn consent_questions(
        &self,
        subject: SubjectId,
        purposes: &[String],
    ) -> Result<Questions, ClientError> {
        let purposes = purposes.join(",");
        let path = format!("/api/v1/subjects/{subject}/consents/questions?purposes={purposes}");
        self.get(&path).await
    }

    /// The receipt of an event, in the field names of `iso27560` or `kantara`.
    ///
    /// # Errors
    /// As [`Client::consents`]; `not-found` if there is no such event.
    pub async fn receipt(
        &self,
        subject: SubjectId,
        epoch: u64,
        form: &str,
    ) -> Result<ReceiptFile, ClientError> {
        let path =
            format!("/api/v1/subjects/{subject}/consents/events/{epoch}/receipt?form={form}");
        self.get(&path).await
    }

    /// The receipt of an event as a page to print.
    ///
    /// # Errors
    /// As [`Client::receipt`].
    pub async fn receipt_page(
        &self,
        subject: SubjectId,
        epoch: u64,
    ) -> Result<String, ClientError> {
        let path = format!("/api/v1/subjects/{subject}/consents/events/{epoch}/receipt?form=page");
        self.text(&path).await
    }

    /// Stores evidence of what a subject said; `media` says what kind of file it is.
    ///
    /// # Errors
    /// [`ClientError`]; `too-large`, `invalid-value`, `subject-not-found`.
    pub async fn store_evidence(
        &self,
        subject: SubjectId,
        media: &'static str,
        file: Vec<u8>,
    ) -> Result<Evidence, ClientError> {
        let (path, size) = (
            format!("/api/v1/subjects/{subject}/evidence"),
            file.len() as u64,
        );
        self.upload(Method::POST, &path, media, size, file.into())
            .await
    }

    /// Takes over old consents from a table; its column `key` holds values of this field.
    ///
    /// # Errors
    /// [`ClientError`]; `import-refused`, `too-large`.
    pub async fn import_consents(
        &self,
        field: &FieldRef,
        table: Vec<u8>,
    ) -> Result<OldConsents, ClientError> {
        let (path, size) = (
            format!("/api/v1/consents/imports?field={field}"),
            table.len() as u64,
        );
        let kind = "application/octet-stream";
        self.upload(Method::POST, &path, kind, size, table.into())
            .await
    }

    /// Whom a purpose lets one reach now.
    ///
    /// # Errors
    /// [`ClientError`]; `unknown-purpose`, `invalid-value`.
    pub async fn audience(&self, request: &AudienceRequest) -> Result<Audience, ClientError> {
        self.send(Method::POST, "/api/v1/audiences", request).await
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
