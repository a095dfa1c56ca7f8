//! Devices that sessions are bound to.

use serde::{Deserialize, Serialize};
use shouxin_model::{DeviceId, Moment, Personal, StaffId};
use utoipa::ToSchema;

use crate::secret::{one, shows};

/// A device to register.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceRequest {
    /// What its owner calls it; kept sealed.
    #[serde(deserialize_with = "one")]
    #[schema(value_type = String, example = "counter 3")]
    pub name: Personal<String>,
}

/// Devices.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeviceList {
    /// Newest first.
    pub devices: Vec<Device>,
}

/// One device. `Debug` leaves out its name.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Its id.
    #[schema(value_type = String, example = "dev_06fs8k0000000000000000000g")]
    pub device: DeviceId,
    /// Whose it is.
    #[schema(value_type = String)]
    pub staff: StaffId,
    /// What its owner calls it.
    pub name: String,
    /// `waiting`, `active` or `removed`.
    #[schema(example = "waiting")]
    pub state: String,
    /// When it was registered.
    #[schema(value_type = String, example = "2026-11-21T03:04:05.678Z")]
    pub created_at: Moment,
}

shows!(Device: device staff state created_at);
