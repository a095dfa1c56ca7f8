//! Trying the way to a system.

use axum::Json;
use axum::extract::State;
use shouxin_vault::DownstreamError;
use shouxin_wire::downstreams::Tried;

use crate::App;
use crate::caller::Signed;
use crate::couriers;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::{missed, settled};
use crate::http::{At, Refusal};

/// Send a system a test message
///
/// Once, signed as every other, about nobody: `cn.shouxin.test.v1`. The answer says whether it was taken.
#[utoipa::path(
    post,
    path = "/api/v1/downstreams/{name}/tests",
    operation_id = "test-downstream",
    tag = "downstreams",
    params(("name" = String, Path, description = "The system's name")),
    responses(
        (status = 200, description = "What became of it", body = Tried,
            example = json!({"taken": false, "failure": "status-500"})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []))
)]
pub(crate) async fn test(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
) -> Result<Json<Tried>, Refusal> {
    let seen = settled(&app, &signed, app.vault().see_downstream(&name).await).await?;
    let Some(seen) = seen else {
        return Err(missed(&app, &signed, DownstreamError::NotFound).await);
    };
    let tried = couriers::try_out(&app, &seen).await;
    Ok(Json(Tried {
        taken: tried.is_ok(),
        failure: tried.err().map(|failure| failure.to_string()),
    }))
}
