//! What scans of other systems found.

use reqwest::Method;
use shouxin_model::FindingId;
use shouxin_wire::discoveries::{
    DiscoveryDecision, DiscoveryDetail, DiscoveryDone, DiscoveryFindings, DiscoveryReceived,
    DiscoveryScan,
};

use crate::{Client, ClientError};

impl Client {
    /// Sends what a scan found.
    ///
    /// # Errors
    /// [`ClientError`]; `conflict` if a newer scan of the source is known.
    pub async fn send_discovery(
        &self,
        scan: &DiscoveryScan,
    ) -> Result<DiscoveryReceived, ClientError> {
        self.send(Method::POST, "/api/v1/discoveries", scan).await
    }

    /// Findings by filter: pairs of a parameter's name and its value, which has nothing but letters, digits, `-`,
    /// `_` and dots.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn discoveries(
        &self,
        filter: &[(&str, &str)],
    ) -> Result<DiscoveryFindings, ClientError> {
        let pairs: Vec<String> = filter
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        self.get(&format!("/api/v1/discoveries?{}", pairs.join("&")))
            .await
    }

    /// One finding, and what happened to it.
    ///
    /// # Errors
    /// [`ClientError`]; `not-found`.
    pub async fn discovery(&self, finding: FindingId) -> Result<DiscoveryDetail, ClientError> {
        self.get(&format!("/api/v1/discoveries/{finding}")).await
    }

    /// Decides about a finding.
    ///
    /// # Errors
    /// [`ClientError`]; `conflict` if it does not stand so that this could be decided.
    pub async fn decide_discovery(
        &self,
        finding: FindingId,
        decision: &DiscoveryDecision,
    ) -> Result<DiscoveryDone, ClientError> {
        let path = format!("/api/v1/discoveries/{finding}/decision");
        self.send(Method::PUT, &path, decision).await
    }
}
