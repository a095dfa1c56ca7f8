//! The register in force.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use shouxin_vault::VaultError;
use shouxin_wire::register::RegisterAnswer;

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// Show the register in force
///
/// Collections, fields, purposes and roles, as every part of the product reads them.
#[utoipa::path(
    get,
    path = "/api/v1/register",
    operation_id = "show-register",
    tag = "register",
    responses(
        (status = 200, description = "The register and the versions in force", body = RegisterAnswer,
            headers(("ETag" = String, description = "Both versions, for example `\"r3p2\"`")),
            example = json!({"register_version": 3, "policy_version": 2,
                "register": {"profile": "after-sales", "collections": [], "purposes": [], "roles": []}})),
        Guarded,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(State(app): State<App>, signed: Signed) -> Result<Response, Refusal> {
    if let Err(error) = app.vault().refresh().await {
        return Err(fault(&app, &signed, error).await);
    }
    let active = app.vault().active();
    let register = match serde_json::to_value(&*active.register) {
        Ok(register) => register,
        Err(_) => return Err(fault(&app, &signed, VaultError::Corrupt("register")).await),
    };
    let (register_version, policy_version) = (active.register_version, active.policy_version);
    let etag = HeaderValue::try_from(format!("\"r{register_version}p{policy_version}\""));
    let answer = Json(RegisterAnswer {
        register_version,
        policy_version,
        register,
    });
    Ok(match etag {
        Ok(etag) => ([(header::ETAG, etag)], answer).into_response(),
        Err(_) => answer.into_response(),
    })
}
