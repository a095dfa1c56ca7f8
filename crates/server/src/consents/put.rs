//! Taking down one word of a subject about a purpose.

use axum::Json;
use axum::extract::State;
use shouxin_model::SubjectId;
use shouxin_wire::consents::{ConsentRequest, WordTaken};

use super::said::{next, statement};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{ForPurpose, Guarded, Missing, WithBody};
use crate::http::faults::missed;
use crate::http::{At, Body, Refusal};

/// Take down what a person said about a purpose
///
/// It replaces what the person said before about the same, and counts from the next read on; reads under way
/// look again. `next` says what follows.
#[utoipa::path(
    put,
    path = "/api/v1/subjects/{subject}/consents/{purpose}",
    operation_id = "put-consent",
    tag = "consents",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`"),
        ("purpose" = String, Path, description = "The purpose, as the register names it"),
    ),
    request_body(content = ConsentRequest, example = json!({"state": "given", "form": "separate",
        "expires_at": "2027-11-21T03:04:05.678Z"})),
    responses(
        (status = 200, description = "It is taken down", body = WordTaken,
            example = json!({"entry": 1048, "next": "reads-open", "epoch": 3})),
        Guarded, ForPurpose, WithBody, Missing,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn put(
    State(app): State<App>,
    signed: Signed,
    At((subject, purpose)): At<(SubjectId, String)>,
    Body(request): Body<ConsentRequest>,
) -> Result<Json<WordTaken>, Refusal> {
    let follows = next(&app, &purpose, request.state);
    let said = statement(&app, &signed, subject, (purpose, request), "").await?;
    let taken = app
        .vault()
        .take_down(&signed.caller, subject, &[said])
        .await;
    match taken {
        Ok(taken) => Ok(Json(WordTaken {
            entry: taken[0].entry,
            epoch: taken[0].epoch,
            next: follows.to_owned(),
        })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
