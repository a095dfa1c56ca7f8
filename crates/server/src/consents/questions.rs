//! Which purposes a subject may be asked about.

use axum::Json;
use axum::extract::State;
use shouxin_model::SubjectId;
use shouxin_vault::MayAsk;
use shouxin_wire::consents::{Question, Questions};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{ForPurpose, Guarded, Missing, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Params, Refusal};

/// Say which purposes a person may be asked about now
///
/// Never those that rest on another basis. Who refused is left alone until a notice tells of more, or until the
/// cool-down is over (`consent_cool_down_days`).
#[utoipa::path(
    get,
    path = "/api/v1/subjects/{subject}/consents/questions",
    operation_id = "list-consent-questions",
    tag = "consents",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`"),
        ("purposes" = Option<String>, Query, description = "Names, with commas between; all that rest on consent if not given",
            example = "marketing-contact"),
    ),
    responses(
        (status = 200, description = "Whether, why not, and from when again", body = Questions,
            example = json!({"questions": [{"purpose": "marketing-contact", "may_ask": false, "why": "refused",
                "again_from": "2027-05-20T03:04:05.678Z"}]})),
        Guarded, ForPurpose, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
    mut params: Params,
) -> Result<Json<Questions>, Refusal> {
    let named = params.text("purposes")?.unwrap_or_default();
    params.end()?;
    let named: Vec<String> = named
        .split(',')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let days = app.settings().consent_cool_down_days;
    let vault = app.vault();
    match vault.may_ask(&signed.caller, subject, &named, days).await {
        Ok(questions) => Ok(Json(Questions {
            questions: questions.into_iter().map(question).collect(),
        })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}

fn question(one: shouxin_vault::Askable) -> Question {
    let (why, again_from) = match one.may {
        MayAsk::Yes => (None, None),
        MayAsk::OtherBasis => (Some("other-basis"), None),
        MayAsk::Agreed => (Some("agreed"), None),
        MayAsk::Refused(again) => (Some("refused"), Some(again)),
    };
    Question {
        purpose: one.purpose,
        may_ask: why.is_none(),
        why: why.map(str::to_owned),
        again_from,
    }
}
