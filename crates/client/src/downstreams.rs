//! Systems that are told of changes.

use reqwest::Method;
use shouxin_wire::downstreams::{
    Acknowledged, Acknowledgement, DownstreamChange, DownstreamDone, DownstreamList,
    DownstreamMade, NewDownstream, Replay, SecretRotation, Tried,
};

use crate::{Client, ClientError};

impl Client {
    /// Every system, and how far it is.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn downstreams(&self) -> Result<DownstreamList, ClientError> {
        self.get("/api/v1/downstreams").await
    }

    /// Registers a system. A webhook's secret is answered this once.
    ///
    /// # Errors
    /// [`ClientError`]; `already-exists`, `invalid-value` for a target that the deployment does not allow.
    pub async fn add_downstream(&self, new: &NewDownstream) -> Result<DownstreamMade, ClientError> {
        self.send(Method::POST, "/api/v1/downstreams", new).await
    }

    /// Changes a system; what is left out stays.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn change_downstream(
        &self,
        name: &str,
        change: &DownstreamChange,
    ) -> Result<DownstreamDone, ClientError> {
        let path = format!("/api/v1/downstreams/{name}");
        self.send(Method::PATCH, &path, change).await
    }

    /// Rotates a webhook's secret, which is answered this once.
    ///
    /// # Errors
    /// [`ClientError`]; `conflict` for a system that has none.
    pub async fn rotate_downstream(
        &self,
        name: &str,
        overlap_seconds: u32,
    ) -> Result<DownstreamMade, ClientError> {
        let path = format!("/api/v1/downstreams/{name}/rotate");
        self.send(Method::POST, &path, &SecretRotation { overlap_seconds })
            .await
    }

    /// Sends a system a test message.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn test_downstream(&self, name: &str) -> Result<Tried, ClientError> {
        let path = format!("/api/v1/downstreams/{name}/tests");
        self.answer(self.request(Method::POST, &path)).await
    }

    /// Tells a system everything from a ledger entry on again.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn replay_downstream(
        &self,
        name: &str,
        from: u64,
    ) -> Result<DownstreamDone, ClientError> {
        let path = format!("/api/v1/downstreams/{name}/replays");
        self.send(Method::POST, &path, &Replay { from }).await
    }

    /// Notes that a system has processed everything up to a ledger entry, itself included.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn acknowledge_changes(
        &self,
        name: &str,
        up_to: u64,
    ) -> Result<Acknowledged, ClientError> {
        let path = format!("/api/v1/downstreams/{name}/acknowledgements");
        self.send(Method::POST, &path, &Acknowledgement { up_to })
            .await
    }
}
