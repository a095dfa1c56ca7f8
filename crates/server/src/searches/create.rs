//! Searching a sealed field for a purpose.

use axum::Json;
use axum::extract::State;
use shouxin_model::Personal;
use shouxin_model::text::Language;
use shouxin_wire::Code;
use shouxin_wire::searches::{SearchAnswer, SearchMatch, SearchRequest};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Decided, Guarded, WithBody};
use crate::http::faults::{refused, told};
use crate::http::{Body, Refusal};

/// Search a sealed field for a purpose
///
/// Finds only subjects that the purpose ties to the caller, counts against the day's quota, and stands in
/// the ledger. What was looked for is kept nowhere.
#[utoipa::path(
    post,
    path = "/api/v1/searches",
    operation_id = "search",
    tag = "reads",
    request_body(
        content = SearchRequest,
        example = json!({"field": "customer.mobile", "mode": "last4", "value": "8000", "purpose": "repair-service"})
    ),
    responses(
        (status = 200, description = "Subjects and records that match", body = SearchAnswer,
            example = json!({"read": "rd_1043", "entry": 1043, "more": false,
                "matches": [{"subject": "sub_06fs8k0000000000000000000g", "record": "rec_06fs8k0000000000000000000g"}]})),
        Guarded, WithBody, Decided,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn search(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<SearchRequest>,
) -> Result<Json<SearchAnswer>, Refusal> {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    if !(1..=MOST).contains(&limit) {
        return Err(invalid(
            &signed,
            "limit",
            "应在 1 到 100 之间",
            "is from 1 to 100",
        ));
    }
    if request.value.chars().count() > LONGEST {
        return Err(invalid(
            &signed,
            "value",
            "不超过 200 个字符",
            "has at most 200 characters",
        ));
    }
    let request = shouxin_vault::SearchRequest {
        field: request.field,
        mode: request.mode,
        value: Personal::new(request.value),
        purpose: request.purpose,
        limit,
    };
    let outcome = match app.vault().search(&signed.caller, &request).await {
        Ok(outcome) => outcome,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    if let Some(because) = &outcome.refusal {
        return Err(refused(&app, &signed, because, outcome.entry));
    }
    let matches = outcome
        .matches
        .into_iter()
        .map(|(subject, record)| SearchMatch { subject, record });
    Ok(Json(SearchAnswer {
        read: format!("rd_{}", outcome.entry),
        entry: outcome.entry,
        matches: matches.collect(),
        more: outcome.more,
    }))
}

fn invalid(signed: &Signed, at: &str, zh: &str, en: &str) -> Refusal {
    let why = match signed.language {
        Language::Chinese => zh,
        Language::English => en,
    };
    signed.refuse(Code::InvalidValue).at(at, why)
}

const MOST: usize = 100;
const LONGEST: usize = 200;
