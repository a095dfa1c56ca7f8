//! How an export stands.

use axum::Json;
use axum::extract::State;
use shouxin_model::ExportId;
use shouxin_vault::ExportError;
use shouxin_wire::exports::Export;

use super::{sees_all, shown};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Show how an export stands
///
/// The plan that was proposed, how far it is, and once it is done the digest of its file.
#[utoipa::path(
    get,
    path = "/api/v1/exports/{export}",
    operation_id = "show-export",
    tag = "exports",
    params(("export" = String, Path, description = "The export, `exp_…`")),
    responses(
        (status = 200, description = "How it stands", body = Export,
            example = json!({"export": "exp_06fs8k0000000000000000000g", "state": "done",
                "approval": "apr_06fs8k0000000000000000000g", "actor": "stf_06fs8k0000000000000000000g",
                "purpose": "rights-answer", "plan": {"rows": 25}, "entry": 1042, "rows": 25, "people": 25,
                "left_out": 0, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "created_at": "2026-11-21T03:04:05.678Z", "updated_at": "2026-11-21T03:04:06.000Z"})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    At((export,)): At<(ExportId,)>,
) -> Result<Json<Export>, Refusal> {
    match app.vault().export_status(export).await {
        Ok(status) if sees_all(&signed) || status.actor == signed.actor() => {
            Ok(Json(shown(status)))
        }
        Ok(_) => Err(missed(&app, &signed, ExportError::NotFound(export)).await),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
