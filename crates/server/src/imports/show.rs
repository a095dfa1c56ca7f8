//! How far an import is.

use axum::Json;
use axum::extract::State;
use shouxin_model::ImportId;
use shouxin_wire::imports::Import;

use super::{known, shown};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Show how far an import is
///
/// Rows are counted as they become durable, by what became of them.
#[utoipa::path(
    get,
    path = "/api/v1/imports/{import}",
    operation_id = "show-import",
    tag = "records",
    params(("import" = String, Path, description = "The import, `imp_…`")),
    responses(
        (status = 200, description = "Rows done and their outcomes", body = Import,
            example = json!({"import": "imp_06fs8k0000000000000000000g", "state": "done", "rows": 20,
                "counts": {"created": 15, "merged": 2, "refused": 3},
                "created_at": "2026-11-21T03:04:05.678Z", "updated_at": "2026-11-21T03:04:06.000Z"})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    At((import,)): At<(ImportId,)>,
) -> Result<Json<Import>, Refusal> {
    match known(&app, &signed, import).await {
        Ok(status) => Ok(Json(shown(status))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
