//! What changed from one version of a notice to another.

use axum::Json;
use axum::extract::State;
use shouxin_wire::notices::NoticeDifference;

use super::changes;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::told;
use crate::http::{At, Params, Refusal};

/// Compare two versions of a notice
///
/// Each change is wording, narrowing, or widening: after a widening people were asked again.
#[utoipa::path(
    get,
    path = "/api/v1/notices/{name}/differences",
    operation_id = "compare-notice-versions",
    tag = "notices",
    params(
        ("name" = String, Path, description = "The notice"),
        ("from" = u32, Query, description = "The version compared with", example = 1),
        ("to" = u32, Query, description = "The version compared", example = 2),
    ),
    responses(
        (status = 200, description = "Each change", body = NoticeDifference,
            example = json!({"from": 1, "to": 2, "widens": true, "changes": [{"kind": "widening",
                "purpose": "marketing-contact", "text": "\"marketing and greetings\" also uses: address"}]})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn compare(
    State(app): State<App>,
    signed: Signed,
    At((name,)): At<(String,)>,
    mut params: Params,
) -> Result<Json<NoticeDifference>, Refusal> {
    let (from, to) = (params.need("from")?, params.need("to")?);
    params.end()?;
    match app.vault().notice_difference(&name, from, to).await {
        Ok(difference) => Ok(Json(NoticeDifference {
            from,
            to,
            widens: difference.widens(),
            changes: changes(&difference, signed.language),
        })),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
