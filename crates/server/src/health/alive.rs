//! Whether the process answers.

use axum::Json;
use shouxin_wire::health::Alive;

use crate::http::document::Open;

/// Tell whether the process answers
///
/// Looks at nothing else: for a supervisor that restarts what hangs.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "health",
    tag = "health",
    responses((status = 200, description = "It does", body = Alive, example = json!({"status": "ok"})), Open),
    security(())
)]
pub async fn alive() -> Json<Alive> {
    Json(Alive {
        status: "ok".to_owned(),
    })
}
