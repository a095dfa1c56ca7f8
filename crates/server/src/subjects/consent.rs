//! Taking down what a subject said about a purpose.

use axum::Json;
use axum::extract::State;
use shouxin_model::ConsentWord;
use shouxin_model::SubjectId;
use shouxin_wire::consents::{ConsentRequest, ConsentState, TakenDown};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{ForPurpose, Guarded, Missing, WithBody};
use crate::http::faults::missed;
use crate::http::{At, Body, Refusal};

/// Take down what a person said about a purpose
///
/// It replaces what the person said before, and counts from the next read on; reads under way look again.
#[utoipa::path(
    put,
    path = "/api/v1/subjects/{subject}/consents/{purpose}",
    operation_id = "put-consent",
    tag = "records",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`"),
        ("purpose" = String, Path, description = "The purpose, as the register names it"),
    ),
    request_body(content = ConsentRequest, example = json!({"state": "given", "form": "separate",
        "expires_at": "2027-11-21T03:04:05.678Z"})),
    responses(
        (status = 200, description = "It is taken down", body = TakenDown, example = json!({"entry": 1048})),
        Guarded, ForPurpose, WithBody, Missing,
    ),
    security(("session" = []))
)]
pub async fn put(
    State(app): State<App>,
    signed: Signed,
    At((subject, purpose)): At<(SubjectId, String)>,
    Body(request): Body<ConsentRequest>,
) -> Result<Json<TakenDown>, Refusal> {
    let word = match request.state {
        ConsentState::Given => ConsentWord::Given,
        ConsentState::Refused => ConsentWord::Refused,
        ConsentState::Withdrawn => ConsentWord::Withdrawn,
    };
    let (form, until) = (request.form, request.expires_at);
    let vault = app.vault();
    let put = vault.put_consent(&signed.caller, subject, &purpose, word, form, until);
    match put.await {
        Ok(entry) => Ok(Json(TakenDown { entry })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
