//! The cases that tie the caller to subjects under a purpose.

use axum::Json;
use axum::extract::State;
use shouxin_model::RecordId;
use shouxin_wire::cases::CasePage;

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::cursor::{cursor, position};
use crate::http::document::{Decided, ForPurpose, Guarded, WithParams};
use crate::http::faults::{refused, told};
use crate::http::{Params, Refusal};

/// List one's cases under a purpose
///
/// Newest first; unsealed fields only. The look counts as a search and stands in the ledger.
#[utoipa::path(
    get,
    path = "/api/v1/cases",
    operation_id = "list-cases",
    tag = "reads",
    params(
        ("purpose" = String, Query, description = "The purpose", example = "repair-service"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 if not given"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of cases", body = CasePage,
            example = json!({"cases": [{"case": "rec_06fs8k0000000000000000000g",
                "subject": "sub_06fs8k0000000000000000000g", "collection": "work_order", "open": true,
                "fields": {"number": "WO-2026-000123", "status": "in-progress"}, "version": 3}]})),
        Guarded, WithParams, ForPurpose, Decided,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<CasePage>, Refusal> {
    let purpose: String = params.need("purpose")?;
    let limit = params.limit(50, 200)?;
    let before = match params.text("cursor")? {
        Some(text) => Some(
            position(LIST, &text)
                .map(RecordId::from_bytes)
                .ok_or_else(|| params.refuse("cursor"))?,
        ),
        None => None,
    };
    params.end()?;
    let list = match app
        .vault()
        .list_cases(&signed.caller, &purpose, before, limit)
        .await
    {
        Ok(list) => list,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    if let Some(because) = &list.refusal {
        return Err(refused(&app, &signed, because, list.entry));
    }
    Ok(Json(CasePage {
        cases: list.cases.into_iter().map(shown).collect(),
        next: list.next.map(|record| cursor(LIST, record.as_bytes())),
    }))
}

/// Marks the cursors of this list.
const LIST: u8 = b'c';
