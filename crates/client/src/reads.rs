//! Reading, searching, counting, writing.

use reqwest::Method;
use shouxin_model::SubjectId;
use shouxin_wire::counts::{CountAnswer, CountRequest};
use shouxin_wire::pseudonyms::{PseudonymAnswer, PseudonymRequest};
use shouxin_wire::reads::{
    BatchReadAnswer, BatchReadRequest, Decision, Explanation, ReadAnswer, ReadRequest,
};
use shouxin_wire::records::{RecordWrite, RecordWritten};
use shouxin_wire::searches::{SearchAnswer, SearchRequest};

use crate::{Client, ClientError};

/// Operations on people's data. A refusal by policy is `ClientError::Problem` with code `read-refused`.
impl Client {
    /// Reads fields of one subject for a purpose.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn read(
        &self,
        subject: SubjectId,
        request: &ReadRequest,
    ) -> Result<ReadAnswer, ClientError> {
        self.send(
            Method::POST,
            &format!("/api/v1/subjects/{subject}/reads"),
            request,
        )
        .await
    }

    /// What [`Client::read`] would answer, without data.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn explain(
        &self,
        subject: SubjectId,
        request: &ReadRequest,
    ) -> Result<Explanation, ClientError> {
        self.send(
            Method::POST,
            &format!("/api/v1/subjects/{subject}/reads?explain=true"),
            request,
        )
        .await
    }

    /// Reads fields of up to 1,000 subjects under one purpose.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn read_batch(
        &self,
        request: &BatchReadRequest,
    ) -> Result<BatchReadAnswer, ClientError> {
        self.send(Method::POST, "/api/v1/reads", request).await
    }

    /// An earlier decision, by its id `rd_…`. Never the values.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn decision(&self, read: &str) -> Result<Decision, ClientError> {
        self.get(&format!("/api/v1/reads/{read}")).await
    }

    /// Searches a sealed field.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn search(&self, request: &SearchRequest) -> Result<SearchAnswer, ClientError> {
        self.send(Method::POST, "/api/v1/searches", request).await
    }

    /// Gives values pseudonyms.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn give_pseudonyms(
        &self,
        request: &PseudonymRequest,
    ) -> Result<PseudonymAnswer, ClientError> {
        self.send(Method::POST, "/api/v1/pseudonyms", request).await
    }

    /// Counts people by group.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn count(&self, request: &CountRequest) -> Result<CountAnswer, ClientError> {
        self.send(Method::POST, "/api/v1/counts", request).await
    }

    /// Creates or merges a record.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn write(&self, record: &RecordWrite) -> Result<RecordWritten, ClientError> {
        self.send(Method::POST, "/api/v1/records", record).await
    }
}
