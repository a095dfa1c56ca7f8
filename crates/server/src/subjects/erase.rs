//! Erasing a subject.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::SubjectId;
use shouxin_wire::erasures::{Erasure, ErasureRequest};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Erasing, Guarded, WithBody};
use crate::http::faults::missed;
use crate::http::{At, Body, Refusal};

/// Erase a person for good
///
/// Destroys the person's keys and removes every row about them. What stays is the ledger, in which a
/// pseudonym leads to nobody any more, and a tombstone, by which a restored backup erases them again.
/// Nobody can undo it. The reason is a word: `asked-by-subject`, `consent-withdrawn`, `purpose-achieved`.
#[utoipa::path(
    post,
    path = "/api/v1/subjects/{subject}/erasure",
    operation_id = "erase-subject",
    tag = "records",
    params(("subject" = String, Path, description = "The subject, `sub_…`")),
    request_body(content = ErasureRequest, example = json!({"reason": "asked-by-subject"})),
    responses(
        (status = 201, description = "The person is erased", body = Erasure,
            example = json!({"erasure": "ers_06fs8k0000000000000000000g", "at": "2026-11-21T03:04:05.678Z",
                "entry": 1047})),
        Guarded, WithBody, Erasing,
    ),
    security(("session" = []))
)]
pub async fn erase(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
    Body(request): Body<ErasureRequest>,
) -> Result<(StatusCode, Json<Erasure>), Refusal> {
    let erased = app
        .vault()
        .erase(&signed.caller, subject, &request.reason)
        .await;
    match erased {
        Ok(erased) => Ok((
            StatusCode::CREATED,
            Json(Erasure {
                erasure: erased.id,
                at: erased.at,
                entry: erased.entry,
            }),
        )),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
