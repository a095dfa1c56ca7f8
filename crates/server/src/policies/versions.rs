//! Every version of the policies.

use axum::Json;
use axum::extract::State;
use shouxin_vault::Version;
use shouxin_wire::policies::PolicyVersions;
use shouxin_wire::register::VersionEntry;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::fault;
use crate::http::{Params, Refusal};

/// List every version of the policies
///
/// Newest first; who applied each, and when.
#[utoipa::path(
    get,
    path = "/api/v1/policies/versions",
    operation_id = "list-policy-versions",
    tag = "register",
    params(("source" = Option<bool>, Query, description = "With the text of each version")),
    responses(
        (status = 200, description = "Newest first", body = PolicyVersions,
            example = json!({"versions": [{"version": 1, "applied_at": "2026-11-21T03:04:05.678Z",
                "applied_by": "operator"}]})),
        Guarded, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<PolicyVersions>, Refusal> {
    let with_source = params.flag("source")?;
    params.end()?;
    let entry = |version: Version| VersionEntry {
        version: version.version,
        applied_at: version.applied_at,
        applied_by: version.applied_by,
        source: with_source.then_some(version.source),
    };
    match app.vault().policy_history().await {
        Ok(versions) => Ok(Json(PolicyVersions {
            versions: versions.into_iter().map(entry).collect(),
        })),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
