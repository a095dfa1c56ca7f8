//! Asking whom a purpose lets one reach now.

use axum::Json;
use axum::extract::State;
use shouxin_model::Text;
use shouxin_vault::audiences::{AudienceOf, AudienceRequest, MOST_NAMED};
use shouxin_wire::audiences::{Audience, AudienceRequest as Asked, Member};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{ForPurpose, Guarded, WithBody};
use crate::http::faults::{invalid, told};
use crate::http::{Body, Refusal};

/// Ask whom a purpose lets one reach now
///
/// Of those named, or of everybody: who agreed to this purpose, part of it and way of being reached, in the form that the
/// purpose needs, under the notice in force, within the time they gave, and has not restricted processing. The
/// others are counted by why not. Ids only; one ledger entry. Everybody comes by the page of at most 10,000: go on
/// with `after` while there are `more`.
#[utoipa::path(
    post,
    path = "/api/v1/audiences",
    operation_id = "ask-audience",
    tag = "consents",
    request_body(content = Asked, example = json!({"purpose": "marketing-contact", "channel": "sms", "all": true})),
    responses(
        (status = 200, description = "Whom it does", body = Audience,
            example = json!({"entry": 1048, "subjects": [{"subject": "sub_06fs8k0000000000000000000g",
                "most_per_month": 2}], "others": {"missing": 1200, "refused": 31}, "more": false})),
        Guarded, ForPurpose, WithBody,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<Asked, LONGEST>,
) -> Result<Json<Audience>, Refusal> {
    let of = match (request.all, request.subjects) {
        (true, None) => AudienceOf::Everybody {
            after: request.after,
            limit: request.limit.unwrap_or(MOST_NAMED as u32),
        },
        (false, Some(subjects)) if request.after.is_none() && request.limit.is_none() => {
            AudienceOf::Named(subjects)
        }
        _ => return Err(invalid(&signed, "subjects", &EITHER)),
    };
    let asked = AudienceRequest {
        purpose: request.purpose,
        part: request.part,
        channel: request.channel,
        of,
    };
    match app.vault().audience(&signed.caller, &asked).await {
        Ok(audience) => Ok(Json(Audience {
            entry: audience.entry,
            subjects: audience
                .subjects
                .into_iter()
                .map(|(subject, most_per_month)| Member {
                    subject,
                    most_per_month,
                })
                .collect(),
            others: audience
                .others
                .into_iter()
                .map(|(why, count)| (why.word().to_owned(), count))
                .collect(),
            more: audience.more,
        })),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}

/// Ten thousand ids.
const LONGEST: usize = 512 * 1024;

const EITHER: Text = Text::fixed(
    "请给出 subjects,或令 all 为 true(此时可用 after 和 limit)",
    "give either subjects, or all: true, with which after and limit may stand",
);
