//! Storing a scanned form or a recording.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use data_encoding::HEXLOWER;
use shouxin_model::{Personal, SubjectId};
use shouxin_vault::evidence::MOST_BYTES;
use shouxin_wire::Code;
use shouxin_wire::consents::Evidence;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithBody};
use crate::http::faults::missed;
use crate::http::{At, Refusal};

/// Store evidence of what a person said
///
/// A scan (PDF, JPEG, PNG) or a recording (MP3, OGG, WAV) of at most 5 MiB, sealed under a key of the person's
/// own, which goes when the person is erased. Its SHA-256 stands in the ledger. Statements name it by its id.
#[utoipa::path(
    post,
    path = "/api/v1/subjects/{subject}/evidence",
    operation_id = "store-evidence",
    tag = "consents",
    params(("subject" = String, Path, description = "The subject, `sub_…`")),
    request_body(description = "The file; `Content-Type` says what it is", content = Vec<u8>,
        content_type = "application/octet-stream", example = json!("%PDF-1.7 …")),
    responses(
        (status = 201, description = "It is stored", body = Evidence,
            example = json!({"evidence": "evd_06fs8k0000000000000000000g", "entry": 1048,
                "sha256": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"})),
        Guarded, WithBody, Missing,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn store(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Evidence>), Refusal> {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let content = to_bytes(body, MOST_BYTES)
        .await
        .map_err(|_| signed.refuse(Code::TooLarge))?;
    // Into the vault, which seals it.
    let content = Personal::new(content.to_vec());
    let stored = app
        .vault()
        .store_evidence(&signed.caller, subject, &media, &content);
    match stored.await {
        Ok(stored) => {
            let answer = Evidence {
                evidence: stored.id,
                sha256: HEXLOWER.encode(&stored.hash),
                entry: stored.entry,
            };
            Ok((StatusCode::CREATED, Json(answer)))
        }
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
