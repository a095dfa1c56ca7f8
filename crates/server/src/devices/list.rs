//! Devices.

use axum::Json;
use axum::extract::State;
use shouxin_store::params;
use shouxin_vault::VaultError;
use shouxin_wire::devices::{Device, DeviceList};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// List devices
///
/// One's own; everybody's for security administrators. At most 500, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/devices",
    operation_id = "list-devices",
    tag = "approvals",
    responses(
        (status = 200, description = "Newest first", body = DeviceList,
            example = json!({"devices": [{"device": "dev_06fs8k0000000000000000000g",
                "staff": "stf_06fs8k0000000000000000000g", "name": "counter 3", "state": "active",
                "created_at": "2026-11-21T03:04:05.678Z"}]})),
        Guarded,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<DeviceList>, Refusal> {
    let staff = signed.session()?.staff;
    let all = signed
        .caller
        .roles
        .iter()
        .any(|role| role == "security-admin");
    let found: Result<Vec<Device>, VaultError> = async {
        let rows = app
            .vault()
            .store()
            .query(
                "SELECT id, staff, name_sealed, state, created_at FROM device WHERE ($1 = 1 OR staff = $2) \
                 ORDER BY created_at DESC, id DESC LIMIT 500",
                params![i64::from(all), staff],
            )
            .await?;
        rows.iter().map(|row| shown(app.vault(), row)).collect()
    }
    .await;
    match found {
        Ok(devices) => Ok(Json(DeviceList { devices })),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
