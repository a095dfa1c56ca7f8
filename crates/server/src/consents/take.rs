//! Taking down several words of a subject at once.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::{SubjectId, Text};
use shouxin_wire::consents::{SeveralRequest, SeveralTaken, Taken};

use super::said::statement;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{ForPurpose, Guarded, Missing, Once, WithBody};
use crate::http::faults::{invalid, missed};
use crate::http::{At, Body, Refusal};

/// Take down several things that a person said
///
/// All of them or none, in their order: a word about a whole purpose stands in place of earlier ones about its
/// parts. With an `Idempotency-Key` the same request may be sent again: it is done once.
#[utoipa::path(
    post,
    path = "/api/v1/subjects/{subject}/consents",
    operation_id = "take-consents",
    tag = "consents",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 64 printable characters; counts for a day"),
    ),
    request_body(content = SeveralRequest, example = json!({"consents": [
        {"purpose": "marketing-contact", "state": "given", "form": "general", "channel": "sms"},
        {"purpose": "marketing-contact", "state": "refused", "form": "general", "channel": "phone"}]})),
    responses(
        (status = 201, description = "All of it is taken down", body = SeveralTaken,
            example = json!({"taken": [{"epoch": 3, "entry": 1048}, {"epoch": 4, "entry": 1049}]})),
        Guarded, ForPurpose, WithBody, Missing, Once,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn take(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
    Body(request): Body<SeveralRequest>,
) -> Result<(StatusCode, Json<SeveralTaken>), Refusal> {
    if !(1..=MOST).contains(&request.consents.len()) {
        return Err(invalid(&signed, "consents", &COUNT));
    }
    let mut said = Vec::with_capacity(request.consents.len());
    for (i, one) in request.consents.into_iter().enumerate() {
        let at = format!("consents[{i}].");
        said.push(statement(&app, &signed, subject, one.split(), &at).await?);
    }
    match app.vault().take_down(&signed.caller, subject, &said).await {
        Ok(taken) => {
            let taken = taken.into_iter().map(|one| Taken {
                epoch: one.epoch,
                entry: one.entry,
            });
            let answer = SeveralTaken {
                taken: taken.collect(),
            };
            Ok((StatusCode::CREATED, Json(answer)))
        }
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}

const MOST: usize = 100;
const COUNT: Text = Text::fixed("应有 1 至 100 项", "holds 1 to 100");
