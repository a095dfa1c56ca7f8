//! One account.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use shouxin_model::StaffId;
use shouxin_wire::staff::Staff;

use super::{find, shown};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::settled;
use crate::http::version::etag;
use crate::http::{At, Refusal};

/// Show an account
///
/// Its roles, its place and whether it can sign in; its `ETag` goes into `If-Match` of a change.
#[utoipa::path(
    get,
    path = "/api/v1/staff/{staff}",
    operation_id = "show-staff",
    tag = "staff",
    params(("staff" = String, Path, description = "The account, `stf_…`")),
    responses(
        (status = 200, description = "The account", body = Staff,
            headers(("ETag" = String, description = "Its version")),
            example = json!({"staff": "stf_06fs8k0000000000000000000g", "login": "li.xiaoyan", "name": "…",
                "roles": ["service-adviser"], "site": "s1", "state": "active", "second_factor": true,
                "created_at": "2026-11-21T03:04:05.678Z", "version": 3})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    At((staff,)): At<(StaffId,)>,
) -> Result<Response, Refusal> {
    let account = find(&app, &signed, staff, None).await?;
    let account = settled(&app, &signed, shown(app.vault(), account)).await?;
    Ok(([(header::ETAG, etag(account.version))], Json(account)).into_response())
}
