//! One approval.

use axum::Json;
use axum::extract::State;
use shouxin_model::ApprovalId;
use shouxin_wire::approvals::Approval;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::{missed, settled};
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
    responses((status = 200, description = "The approval", body = Approval,
            example = json!({"approval": "apr_06fs8k0000000000000000000g", "act": "register",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "body": {"register_version": 1, "policy_version": 1}, "reason": "busy season",
                "requested_by": "stf_06fs8k0000000000000000000g", "requested_at": "2026-11-21T03:04:05.678Z",
                "expires_at": "2026-11-24T03:04:05.678Z", "seconds_left": 259200, "state": "open"})), Guarded, WithParams, Missing),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    At((id,)): At<(ApprovalId,)>,
) -> Result<Json<Approval>, Refusal> {
    let vault = app.vault();
    let approval = match vault.approval(&signed.caller, id).await {
        Ok(approval) => approval,
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    let entry = settled(&app, &signed, vault.entry_of_approval(&approval).await).await?;
    Ok(Json(Approval {
        entry,
        ..shown(approval, vault.now())
    }))
}
