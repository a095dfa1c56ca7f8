//! Keys.

use reqwest::Method;
use serde_json::json;
use shouxin_model::ApprovalId;
use shouxin_wire::approvals::Approval;
use shouxin_wire::keys::{
    Destroyed, DestructionOrder, EpochRotation, Inventory, KeyList, Resealing, Rotated, WhoseKeys,
};

use crate::{Client, ClientError};

impl Client {
    /// The epochs, with what hangs on each.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn keys(&self) -> Result<KeyList, ClientError> {
        self.get("/api/v1/keys").await
    }

    /// Which cryptography is in use.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn inventory(&self) -> Result<Inventory, ClientError> {
        self.get("/api/v1/keys/inventory").await
    }

    /// Begins an epoch: of the deployment's own keys, or of those of a zone apart.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rotate_keys(
        &self,
        zone: Option<&str>,
        suite: Option<&str>,
    ) -> Result<Rotated, ClientError> {
        let rotation = EpochRotation {
            suite: suite.map(str::to_owned),
            zone: zone.map(str::to_owned),
        };
        self.send(Method::POST, "/api/v1/keys/rotations", &rotation)
            .await
    }

    /// Orders fresh data keys for everyone, in the main database or in a zone apart.
    ///
    /// # Errors
    /// [`ClientError`]; `keys-in-use` if that was ordered before and goes on.
    pub async fn reseal(&self, zone: Option<&str>) -> Result<Resealing, ClientError> {
        let whose = WhoseKeys {
            zone: zone.map(str::to_owned),
        };
        self.send(Method::POST, "/api/v1/keys/reseals", &whose)
            .await
    }

    /// Proposes to destroy an epoch's key.
    ///
    /// # Errors
    /// [`ClientError`]; `keys-in-use` for the present epoch.
    pub async fn propose_destruction(
        &self,
        zone: Option<&str>,
        epoch: u32,
        reason: &str,
    ) -> Result<Approval, ClientError> {
        let path = format!("/api/v1/keys/epochs/{epoch}/proposals");
        let mut proposal = json!({ "reason": reason });
        if let Some(zone) = zone {
            proposal["zone"] = json!(zone);
        }
        self.send(Method::POST, &path, &proposal).await
    }

    /// Destroys an epoch's key under an approval.
    ///
    /// # Errors
    /// [`ClientError`]; `keys-in-use` while keys hang on it.
    pub async fn destroy_epoch(
        &self,
        zone: Option<&str>,
        epoch: u32,
        approval: ApprovalId,
    ) -> Result<Destroyed, ClientError> {
        let path = format!("/api/v1/keys/epochs/{epoch}/destructions");
        self.send(
            Method::POST,
            &path,
            &DestructionOrder {
                approval,
                zone: zone.map(str::to_owned),
            },
        )
        .await
    }
}
