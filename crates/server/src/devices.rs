//! Devices that a person's sessions are bound to, for what the register opens on registered devices only.

mod approve;
mod list;
mod register;
mod remove;

use shouxin_model::{DeviceId, StaffId};
use shouxin_store::Row;
use shouxin_vault::{Vault, VaultError};
use shouxin_wire::devices::Device;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on devices.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, register::register))
        .routes(routes!(approve::approve))
        .routes(routes!(remove::remove))
}

/// Where a device's name is sealed for.
fn name_of(id: DeviceId) -> String {
    format!("device {id}")
}

/// A device in a row: id, staff, sealed name, state, created at.
fn shown(vault: &Vault, row: &Row) -> Result<Device, VaultError> {
    let id = row.id(0, DeviceId::from_slice)?;
    let name = vault.open_secret(&name_of(id), row.bytes(2)?)?;
    Ok(Device {
        device: id,
        staff: row.id(1, StaffId::from_slice)?,
        name: String::from_utf8_lossy(&name).into_owned(),
        state: row.text(3)?.to_owned(),
        created_at: row.moment(4)?,
    })
}
