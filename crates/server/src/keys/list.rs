//! The epochs, with what hangs on each.

use axum::Json;
use axum::extract::State;
use shouxin_wire::keys::KeyList;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// List the epochs of keys
///
/// With the subject keys that hang on each, and what the root rests on; of zones apart as well, which have
/// keys of their own. No key is in the answer.
#[utoipa::path(
    get,
    path = "/api/v1/keys",
    operation_id = "list-keys",
    tag = "keys",
    responses(
        (status = 200, description = "Every epoch, oldest first", body = KeyList,
            example = json!({"keyring": "0a1b2c3d4e5f6071", "root": "9f8e7d6c5b4a3921", "rests_on": "file",
                "suite": "international", "rotate_after_days": 365, "epochs": [{"epoch": 1, "state": "current",
                "began_at": "2026-11-21T02:00:00Z", "age_days": 0, "suite": "international", "keys": 20000}]})),
        Guarded,
    ),
    security(("session" = []))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Json<KeyList>, Refusal> {
    let lists = app.vault().keys().await;
    match lists.and_then(|lists| shown(lists, app.vault().now())) {
        Ok(list) => Ok(Json(list)),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
