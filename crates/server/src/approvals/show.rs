//! One approval.

use axum::Json;
use axum::extract::State;
use shouxin_model::ApprovalId;
use shouxin_wire::approvals::Approval;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::proposal::shown;
use crate::http::{At, Refusal};

/// Show an approval
///
/// With the whole body: exactly what will happen. The caller's own, or one that the caller's roles decide
/// about.
#[utoipa::path(
    get,
    path = "/api/v1/approvals/{approval}",
    operation_id = "show-approval",
    tag = "approvals",
    params(("approval" = String, Path, description = "The approval, `apr_…`")),
    responses((status = 200, description = "The approval", body = Approval), Guarded, WithParams, Missing),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(ApprovalId,)>,
) -> Result<Json<Approval>, Refusal> {
    match app.vault().approval(&signed.caller, id).await {
        Ok(approval) => Ok(Json(shown(approval, app.vault().now()))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
