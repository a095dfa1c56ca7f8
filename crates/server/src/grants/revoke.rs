//! End a grant before its time.

use axum::Json;
use axum::extract::State;
use shouxin_model::GrantId;
use shouxin_wire::grants::Grant;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::granted::granted;
use crate::http::{At, Refusal};

/// End a grant before its time
///
/// By its holder, or by those who watch over grants. After the answer no read opens anything by it.
#[utoipa::path(
    delete,
    path = "/api/v1/grants/{grant}",
    operation_id = "revoke-grant",
    tag = "approvals",
    params(("grant" = String, Path, description = "The grant, `gra_…`")),
    responses(
        (status = 200, description = "The grant as it is now", body = Grant),
        Guarded, WithParams, Missing, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(GrantId,)>,
) -> Result<Json<Grant>, Refusal> {
    match app.vault().revoke_grant(&signed.caller, id).await {
        Ok(grant) => Ok(Json(granted(grant, app.vault().now()))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
