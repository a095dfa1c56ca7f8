//! Keys.

use reqwest::Method;
use serde_json::json;
use shouxin_model::ApprovalId;
use shouxin_wire::approvals::Approval;
use shouxin_wire::keys::{
    Destroyed, DestructionOrder, Inventory, KeyList, Resealing, Rotated, Rotation,
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

    /// Begins an epoch.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rotate_keys(&self, suite: Option<&str>) -> Result<Rotated, ClientError> {
        let suite = suite.map(str::to_owned);
        self.send(Method::POST, "/api/v1/keys/rotations", &Rotation { suite })
            .await
    }

    /// Orders fresh data keys for everyone.
    ///
    /// # Errors
    /// [`ClientError`]; `keys-in-use` if that was ordered before and goes on.
    pub async fn reseal(&self) -> Result<Resealing, ClientError> {
        self.send(Method::POST, "/api/v1/keys/reseals", &json!({}))
            .await
    }

    /// Proposes to destroy an epoch's key.
    ///
    /// # Errors
    /// [`ClientError`]; `keys-in-use` for the present epoch.
    pub async fn propose_destruction(
        &self,
        epoch: u32,
        reason: &str,
    ) -> Result<Approval, ClientError> {
        let path = format!("/api/v1/keys/epochs/{epoch}/proposals");
        self.send(Method::POST, &path, &json!({ "reason": reason }))
            .await
    }

    /// Destroys an epoch's key under an approval.
    ///
    /// # Errors
    /// [`ClientError`]; `keys-in-use` while keys hang on it.
    pub async fn destroy_epoch(
        &self,
        epoch: u32,
        approval: ApprovalId,
    ) -> Result<Destroyed, ClientError> {
        let path = format!("/api/v1/keys/epochs/{epoch}/destructions");
        self.send(Method::POST, &path, &DestructionOrder { approval })
            .await
    }
}
