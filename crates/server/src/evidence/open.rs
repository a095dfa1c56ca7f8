//! Looking at a scanned form or listening to a recording.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use shouxin_model::{EvidenceId, SubjectId};
use shouxin_vault::evidence::Look;
use shouxin_wire::Code;
use shouxin_wire::consents::EvidenceLook;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Decided, ForPurpose, Guarded, Missing, WithBody};
use crate::http::faults::{missed, refused};
use crate::http::{At, Body, Refusal};

/// Open evidence of what a person said
///
/// For a purpose that lets the caller know of the person, as for a read. It counts as a look at the person, and
/// stands in the ledger before anything is opened.
#[utoipa::path(
    post,
    path = "/api/v1/subjects/{subject}/evidence/{evidence}/reads",
    operation_id = "open-evidence",
    tag = "consents",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`"),
        ("evidence" = String, Path, description = "The evidence, `evd_…`"),
    ),
    request_body(content = EvidenceLook, example = json!({"purpose": "rights-answer"})),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream",
            example = json!("%PDF-1.7 …")),
        Guarded, WithBody, Missing, ForPurpose, Decided,
    ),
    security(("session" = []))
)]
pub async fn open(
    State(app): State<App>,
    signed: Signed,
    At((subject, evidence)): At<(SubjectId, EvidenceId)>,
    Body(request): Body<EvidenceLook>,
) -> Result<([(HeaderName, HeaderValue); 3], Vec<u8>), Refusal> {
    let (vault, purpose) = (app.vault(), &request.purpose);
    let look = vault.open_evidence(&signed.caller, subject, evidence, purpose);
    match look.await {
        Ok(Look::Opened(opened)) => {
            let media = HeaderValue::from_str(&opened.media)
                .unwrap_or(HeaderValue::from_static("application/octet-stream"));
            let headers = [
                (header::CONTENT_TYPE, media),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::from_static("attachment"),
                ),
                (ENTRY, HeaderValue::from(opened.entry)),
            ];
            // The file goes to whoever the purpose allows, under the entry that says so.
            Ok((headers, opened.content.expose().clone()))
        }
        Ok(Look::Refused(because, entry)) => Err(refused(&app, &signed, &because, entry)),
        Ok(Look::Missing) => {
            app.limits().missed(&signed.actor());
            Err(signed.refuse(Code::NotFound))
        }
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}

/// The ledger entry of the look.
const ENTRY: HeaderName = HeaderName::from_static("shouxin-entry");
