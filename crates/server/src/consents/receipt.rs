//! The receipt of something that a subject said.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use shouxin_model::SubjectId;
use shouxin_vault::ReceiptForm;
use shouxin_wire::Code;
use shouxin_wire::consents::ReceiptFile;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::{missed, told};
use crate::http::{At, Params, Refusal};

/// Give the receipt of something that a person said
///
/// Signed, with the ledger entry and its proof inside; `shouxin-verify receipt` checks it without this server. Its
/// field names are those of ISO/IEC TS 27560 (`iso27560`) or of the Kantara Consent Receipt 1.1 (`kantara`);
/// `page` is the first as a page to print. The receipt of a refusal or withdrawal names the last read of
/// the purpose that was allowed before it, and the first that was denied since. The look is recorded.
#[utoipa::path(
    get,
    path = "/api/v1/subjects/{subject}/consents/events/{epoch}/receipt",
    operation_id = "show-receipt",
    tag = "consents",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`"),
        ("epoch" = u64, Path, description = "The event's number", example = 3),
        ("form" = Option<String>, Query, description = "`iso27560` if not given, `kantara` or `page`"),
    ),
    responses(
        (status = 200, description = "The receipt", body = ReceiptFile,
            example = json!({"receipt_metadata": {"schema_version": "ISO/IEC TS 27560:2023"}, "shouxin": {"receipt": 1},
                "signature": "shouxin-receipt/1…"})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    At((subject, epoch)): At<(SubjectId, u64)>,
    mut params: Params,
) -> Result<Response, Refusal> {
    let form = params.text("form")?;
    let (form, print) = match form.as_deref() {
        None | Some("iso27560") => (ReceiptForm::Iso27560, false),
        Some("kantara") => (ReceiptForm::Kantara, false),
        Some("page") => (ReceiptForm::Iso27560, true),
        Some(_) => return Err(params.refuse("form")),
    };
    params.end()?;
    // What is to be proved must lie under a signed head: it is signed at once, not within a second.
    if let Err(error) = app.vault().sign_checkpoint(app.witness()).await {
        return Err(told(&app, &signed, error).await);
    }
    let (vault, language) = (app.vault(), signed.language);
    let receipt = vault.receipt(&signed.caller, subject, epoch, form, language);
    let receipt = match receipt.await {
        Ok(Some(receipt)) => receipt,
        Ok(None) => {
            app.limits().missed(&signed.actor());
            return Err(signed.refuse(Code::SubjectNotFound));
        }
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    if print {
        return Ok(crate::http::receipt::page(
            &receipt,
            language,
            "?form=iso27560",
        ));
    }
    Ok(Json(ReceiptFile(receipt.json())).into_response())
}
