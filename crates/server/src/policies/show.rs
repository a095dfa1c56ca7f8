//! The policies in force.

use axum::Json;
use axum::extract::State;
use shouxin_wire::register::PolicyAnswer;

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// Show the policies in force
///
/// The Cedar text as it was applied.
#[utoipa::path(
    get,
    path = "/api/v1/policies",
    operation_id = "show-policies",
    tag = "register",
    responses(
        (status = 200, description = "The Cedar text and its version", body = PolicyAnswer,
            example = json!({"policy_version": 2, "policies": "@id(\"own-order\") permit(…);"})),
        Guarded,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(State(app): State<App>, signed: Signed) -> Result<Json<PolicyAnswer>, Refusal> {
    let newest = app
        .vault()
        .policy_history()
        .await
        .map(|versions| versions.into_iter().next());
    match newest {
        Ok(Some(version)) => Ok(Json(PolicyAnswer {
            policy_version: version.version,
            policies: version.source,
        })),
        Ok(None) => Err(fault(
            &app,
            &signed,
            shouxin_vault::VaultError::Corrupt("policies"),
        )
        .await),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}
