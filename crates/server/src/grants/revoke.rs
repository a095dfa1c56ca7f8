//! End a grant before its time.

use axum::Json;
use axum::extract::State;
use shouxin_model::GrantId;
use shouxin_wire::grants::Grant;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, Missing, WithParams};
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
        (status = 200, description = "The grant as it is now", body = Grant,
            example = json!({"grant": "gra_06fs8k0000000000000000000g", "kind": "grant",
                "holder": "stf_06fs8k0000000000000000000g", "purpose": "repair-service",
                "fields": ["customer.name"], "conditions": {}, "reason": "covering for a colleague",
                "starts_at": "2026-11-21T03:04:05.678Z", "expires_at": "2026-11-21T04:04:05.678Z",
                "seconds_left": 3571, "state": "live"})),
        Guarded, Approving, WithParams, Missing,
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
