//! The cases with a number, of those that tie the caller to subjects under a purpose.

use axum::Json;
use axum::extract::State;
use shouxin_model::Text;
use shouxin_wire::Code;
use shouxin_wire::cases::{CasePage, CaseSearch};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Decided, Guarded, WithBody};
use crate::http::faults::{refused, told};
use crate::http::{Body, Refusal};

/// Find one's case by its number
///
/// Among all cases that `GET /api/v1/cases` would list, page by page, those whose number is exactly this. A
/// number that nobody has and one of somebody else's case are answered alike. The look counts as a search and
/// stands in the ledger, without the number.
#[utoipa::path(
    post,
    path = "/api/v1/cases/searches",
    operation_id = "find-cases",
    tag = "reads",
    request_body(content = CaseSearch, example = json!({"purpose": "repair-service", "number": "WO-2026-000123"})),
    responses(
        (status = 200, description = "The cases with this number, at most 20", body = CasePage,
            example = json!({"cases": [{"case": "rec_06fs8k0000000000000000000g",
                "subject": "sub_06fs8k0000000000000000000g", "collection": "work_order", "open": true,
                "fields": {"number": "WO-2026-000123", "status": "in-progress"}, "version": 3}]})),
        Guarded, WithBody, Decided,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn find(
    State(app): State<App>,
    signed: Signed,
    Body(search): Body<CaseSearch>,
) -> Result<Json<CasePage>, Refusal> {
    let number = search.number.trim();
    if number.is_empty() || number.chars().count() > MOST_CHARACTERS {
        let why = Text::fixed("应为 1 到 64 个字符", "is 1 to 64 characters");
        return Err(signed
            .refuse(Code::InvalidValue)
            .at("number", why.get(signed.language)));
    }
    let vault = app.vault();
    let found = vault.find_cases(&signed.caller, &search.purpose, number, MOST_CASES);
    let list = match found.await {
        Ok(list) => list,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    if let Some(because) = &list.refusal {
        return Err(refused(&app, &signed, because, list.entry));
    }
    Ok(Json(CasePage {
        cases: list.cases.into_iter().map(shown).collect(),
        next: None,
    }))
}

/// More than this have no number in common.
const MOST_CASES: usize = 20;

const MOST_CHARACTERS: usize = 64;
