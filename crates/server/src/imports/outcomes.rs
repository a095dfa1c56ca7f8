//! What became of every row of an import.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, header};
use shouxin_model::ImportId;
use shouxin_vault::VaultError;

use super::known;
use crate::App;
use crate::caller::Signed;
use crate::http::chunks::streamed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Give the outcome of every row
///
/// CSV: row, outcome, code, field, subject, message in the caller's language. No line holds a value.
#[utoipa::path(
    get,
    path = "/api/v1/imports/{import}/outcomes",
    operation_id = "list-outcomes",
    tag = "records",
    params(("import" = String, Path, description = "The import, `imp_…`")),
    responses(
        (status = 200, description = "The outcome file", body = String, content_type = "text/csv",
            example = "row,outcome,code,field,subject,message\r\n2,created,,,sub_06fs8k0000000000000000000g,\r\n"),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn outcomes(
    State(app): State<App>,
    signed: Signed,
    At((import,)): At<(ImportId,)>,
) -> Result<([(HeaderName, &'static str); 2], Body), Refusal> {
    if let Err(error) = known(&app, &signed, import).await {
        return Err(missed(&app, &signed, error).await);
    }
    let (vault, language) = (app.vault().clone(), signed.language);
    let body = streamed(move |out| async move {
        let mut after = 0;
        loop {
            let (piece, last) = vault.outcome_page(import, after, language).await?;
            if !out.send(piece).await {
                return Ok::<_, VaultError>(());
            }
            match last {
                Some(row) => after = row,
                None => return Ok(()),
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"outcomes.csv\"",
        ),
    ];
    Ok((headers, body))
}
