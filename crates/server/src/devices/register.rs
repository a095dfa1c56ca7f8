//! Registering the device that one works on.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use rand_core::Rng;
use shouxin_model::DeviceId;
use shouxin_store::{Tx, Value, params};
use shouxin_vault::said::Kind;
use shouxin_vault::{HeldRow, Marked};
use shouxin_wire::Code;
use shouxin_wire::devices::{Device, DeviceRequest};
use zeroize::Zeroizing;

use super::name_of;
use crate::App;
use crate::caller::{DEVICE_COOKIE, Signed};
use crate::http::document::{Guarded, WithBody};
use crate::http::faults::settled;
use crate::http::{Body, Refusal};

/// Register the device one works on
///
/// The answer's cookie binds this browser. It counts once a security administrator approved it.
#[utoipa::path(
    post,
    path = "/api/v1/devices",
    operation_id = "register-device",
    tag = "approvals",
    request_body(content = DeviceRequest, example = json!({"name": "counter 3"})),
    responses(
        (status = 201, description = "It waits for an approval", body = Device,
            example = json!({"device": "dev_06fs8k0000000000000000000g", "staff": "stf_06fs8k0000000000000000000g",
                "name": "counter 3", "state": "waiting", "created_at": "2026-11-21T03:04:05.678Z"})),
        Guarded, WithBody,
    ),
    security(("session" = []))
)]
pub(crate) async fn register(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<DeviceRequest>,
) -> Result<Response, Refusal> {
    let staff = signed.session()?.staff;
    // Into the seal, and back to its owner.
    let name = request.name.expose().trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST {
        let code = Code::InvalidValue;
        return Err(signed
            .refuse(code)
            .at("name", code.title().get(signed.language)));
    }
    let vault = app.vault();
    let now = vault.now();
    let mut dice = vault.dice();
    let id = DeviceId::make(now, &mut dice);
    let mut token = Zeroizing::new([0; 32]);
    dice.fill_bytes(&mut *token);
    let token = Zeroizing::new(BASE64URL_NOPAD.encode(&*token));
    let mut tx = Tx::new();
    let row = params![
        id,
        staff,
        vault.token_digest("device", token.as_bytes()),
        vault.seal_secret(&name_of(id), name.as_bytes()),
        "waiting",
        now,
        Value::Null,
        Value::Null
    ];
    tx.run_exactly(
        1,
        "INSERT INTO device (id, staff, token_hash, name_sealed, state, created_at, decided_by, decided_at, \
         mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        HeldRow::new(vault, Marked::Device, row).params(),
    );
    let text = id.to_string();
    let extra = [("did", "registered-device"), ("device", text.as_str())];
    let done = vault.record(&signed.caller, Kind::Staff, &extra, tx).await;
    settled(&app, &signed, done).await?;
    let cookie = format!(
        "{DEVICE_COOKIE}={}; Path=/; Max-Age={YEAR_SECONDS}; Secure; HttpOnly; SameSite=Strict",
        *token
    );
    let cookie = HeaderValue::try_from(cookie).map_err(|_| signed.refuse(Code::Internal))?;
    let device = Device {
        device: id,
        staff,
        name,
        state: "waiting".to_owned(),
        created_at: now,
    };
    Ok((
        StatusCode::CREATED,
        [(header::SET_COOKIE, cookie)],
        Json(device),
    )
        .into_response())
}

const LONGEST: usize = 60;
const YEAR_SECONDS: u32 = 366 * 86_400;
