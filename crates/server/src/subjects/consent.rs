//! Taking down what a subject said about a purpose.

use axum::Json;
use axum::extract::State;
use shouxin_model::ConsentWord;
use shouxin_model::SubjectId;
use shouxin_vault::Statement;
use shouxin_wire::Code;
use shouxin_wire::consents::{ConsentRequest, ConsentState, TakenDown};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{ForPurpose, Guarded, Missing, WithBody};
use crate::http::faults::{missed, told};
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
    let vault = app.vault();
    let shown = request.snapshot.map(|token| vault.shown(&token));
    let notice = match shown.transpose() {
        Ok(notice) => notice,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    let said = Statement {
        until: request.expires_at,
        notice,
        ..Statement::new(&purpose, word, request.form)
    };
    match vault.take_down(&signed.caller, subject, &[said]).await {
        Ok(taken) => match taken.first() {
            Some(taken) => Ok(Json(TakenDown { entry: taken.entry })),
            None => Err(signed.refuse(Code::Internal)),
        },
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
