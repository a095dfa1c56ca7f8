//! The approvals that concern the caller.

use axum::Json;
use axum::extract::State;
use shouxin_model::ApprovalId;
use shouxin_wire::approvals::ApprovalList;

use crate::App;
use crate::caller::Signed;
use crate::http::cursor::{cursor, position};
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::settled;
use crate::http::proposal::shown;
use crate::http::{Params, Refusal};

/// List approvals
///
/// The caller's own proposals, and those that the caller's roles decide about; newest first. Without `all`
/// only those that still wait for a decision or for their act.
#[utoipa::path(
    get,
    path = "/api/v1/approvals",
    operation_id = "list-approvals",
    tag = "approvals",
    params(
        ("all" = Option<bool>, Query, description = "Also those that are over"),
        ("limit" = Option<u32>, Query, description = "1 to 500; 100 if not given"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "Newest first", body = ApprovalList,
            example = json!({"approvals": [{"approval": "apr_06fs8k0000000000000000000g", "act": "register",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "body": {"register_version": 1, "policy_version": 1}, "reason": "busy season",
                "requested_by": "stf_06fs8k0000000000000000000g", "requested_at": "2026-11-21T03:04:05.678Z",
                "expires_at": "2026-11-24T03:04:05.678Z", "seconds_left": 259200, "state": "open"}]})),
        Guarded, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<ApprovalList>, Refusal> {
    let all = params.flag("all")?;
    let limit = params.limit(100, 500)?;
    let before = match params.text("cursor")? {
        Some(text) => Some(
            position(LIST, &text)
                .map(ApprovalId::from_bytes)
                .ok_or_else(|| params.refuse("cursor"))?,
        ),
        None => None,
    };
    params.end()?;
    let limit = u32::try_from(limit).unwrap_or(100);
    let found = app
        .vault()
        .approvals(&signed.caller, !all, before, limit)
        .await;
    let page = settled(&app, &signed, found).await?;
    let now = app.vault().now();
    let found = page.approvals.into_iter();
    Ok(Json(ApprovalList {
        approvals: found.map(|one| shown(one, now)).collect(),
        next: page.next.map(|id| cursor(LIST, id.as_bytes())),
    }))
}

/// Marks the cursors of this list.
const LIST: u8 = b'a';
