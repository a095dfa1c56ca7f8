//! Devices that sessions are bound to.

use reqwest::Method;
use serde_json::json;
use shouxin_model::DeviceId;
use shouxin_wire::devices::{Device as Registered, DeviceList};

use crate::transport::DEVICE_COOKIE;
use crate::{Client, ClientError, Device};

impl Client {
    /// The caller's devices, newest first; everybody's for security administrators.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn devices(&self) -> Result<DeviceList, ClientError> {
        self.get("/api/v1/devices").await
    }

    /// Registers the device one works on under this name. Gives, beside the answer, what the device is
    /// recognised by: for [`Client::with_device`], and to be kept.
    ///
    /// # Errors
    /// [`ClientError`]; `invalid-value` if the name is empty or has more than 60 characters.
    pub async fn register_device(&self, name: &str) -> Result<(Registered, Device), ClientError> {
        let request = self
            .request(Method::POST, "/api/v1/devices")
            .json(&json!({ "name": name }));
        let (answer, token): (Registered, _) =
            self.answer_with_cookie(request, DEVICE_COOKIE).await?;
        let device = Device {
            device: answer.device,
            token,
        };
        Ok((answer, device))
    }

    /// Approves somebody else's device.
    ///
    /// # Errors
    /// [`ClientError`]; `not-found` if it does not wait for approval, or is the caller's own.
    pub async fn approve_device(&self, id: DeviceId) -> Result<(), ClientError> {
        self.done(self.request(Method::PUT, &format!("/api/v1/devices/{id}/approval")))
            .await
    }

    /// Removes a device: from the next request on it no longer counts.
    ///
    /// # Errors
    /// [`ClientError`]; `not-found` if it is not the caller's, or removed already.
    pub async fn remove_device(&self, id: DeviceId) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, &format!("/api/v1/devices/{id}")))
            .await
    }
}
