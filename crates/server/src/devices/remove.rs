//! Remove a device.

use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::DeviceId;
use shouxin_store::{Tx, params};
use shouxin_vault::Marked;
use shouxin_vault::said::Kind;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::{found, settled};
use crate::http::{At, Refusal};

/// Remove a device
///
/// One's own, or anyone's by a security administrator. From the next request on it no longer counts.
#[utoipa::path(
    delete,
    path = "/api/v1/devices/{device}",
    operation_id = "remove-device",
    tag = "approvals",
    params(("device" = String, Path, description = "The device, `dev_…`")),
    responses((status = 204, description = "It is done"), Guarded, WithParams, Missing),
    security(("session" = []))
)]
pub(crate) async fn remove(
    State(app): State<App>,
    signed: Signed,
    At((device,)): At<(DeviceId,)>,
) -> Result<StatusCode, Refusal> {
    let staff = signed.session()?.staff;
    let all = signed
        .caller
        .roles
        .iter()
        .any(|role| role == "security-admin");
    let now = app.vault().now();
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE device SET state = 'removed', decided_by = $1, decided_at = $2 \
         WHERE id = $3 AND state <> 'removed' AND (staff = $4 OR $5 = 1)",
        params![signed.actor(), now, device, staff, i64::from(all)],
    );
    let held = app.vault().held_row(Marked::Device, device).await;
    if let Some(row) = settled(&app, &signed, held).await? {
        let changes = [
            ("state", "removed".into()),
            ("decided_by", signed.actor().into()),
            ("decided_at", now.into()),
        ];
        row.change(app.vault(), &mut tx, changes);
    }
    let id = device.to_string();
    let extra = [("did", "removed-device"), ("device", id.as_str())];
    let done = app
        .vault()
        .record(&signed.caller, Kind::Staff, &extra, tx)
        .await;
    // Or unknown, or not the caller's to change.
    found(&app, &signed, done).await?;
    Ok(StatusCode::NO_CONTENT)
}
