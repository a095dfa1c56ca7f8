//! The collection list (个人信息收集清单), derived from the register.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use shouxin_vault::said::collection_list;

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;

/// List what is collected, where, why and for how long
///
/// A row for each field; column titles and texts in the caller's language. JSON, or CSV with
/// `Accept: text/csv`.
#[utoipa::path(
    get,
    path = "/api/v1/register/fields",
    operation_id = "list-fields",
    tag = "register",
    responses(
        (status = 200, description = "A row for each field", content(
            (Vec<std::collections::BTreeMap<String, String>> = "application/json",
                example = json!([{"collection": "customer", "field": "customer.mobile", "item": "mobile number",
                    "scene": "opening an order", "purposes": "Repair service", "sensitive": "no"}])),
            (String = "text/csv",
                example = "collection,field,item,scene,purposes,sensitive\ncustomer,customer.mobile,mobile number,…\n"),
        )),
        Guarded,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let table = collection_list(&app.vault().active().register, signed.language);
    let (kind, text) = if wants_csv(&headers) {
        ("text/csv; charset=utf-8", table.to_csv())
    } else {
        ("application/json", table.to_json())
    };
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::VARY, "Accept, Accept-Language"),
        ],
        text,
    )
        .into_response())
}

/// Whether `Accept` names CSV before JSON.
fn wants_csv(headers: &HeaderMap) -> bool {
    let ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut kinds = ranges
        .flat_map(|value| value.split(','))
        .map(|range| range.split(';').next().unwrap_or("").trim());
    kinds.find(|kind| matches!(*kind, "text/csv" | "application/json")) == Some("text/csv")
}
