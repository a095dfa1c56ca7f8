//! China's working days, day by day.

use axum::Json;
use axum::extract::State;
use shouxin_vault::said::calendar;
use shouxin_wire::duties::{Calendar, CalendarDay};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::{Params, Refusal};

/// Show which days are worked in China
///
/// By the yearly notices of the State Council. Of a year whose notice is not known only weekends are told, and each
/// of its days says so.
#[utoipa::path(
    get,
    path = "/api/v1/calendar",
    operation_id = "show-calendar",
    tag = "me",
    params(
        ("from" = Option<String>, Query, description = "The first day; today in China if not given", example = "2026-11-22"),
        ("days" = Option<u16>, Query, description = "How many, 1 to 366; 15 if not given"),
    ),
    responses(
        (status = 200, description = "The days in order", body = Calendar,
            example = json!({"days": [{"date": "2026-11-22", "kind": "weekend", "announced": true}],
                "today": "2026-11-22", "as_of": "2026-11-21"})),
        Guarded, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(app): State<App>,
    // Whoever is signed in.
    _: Signed,
    mut params: Params,
) -> Result<Json<Calendar>, Refusal> {
    let today = app.vault().now().china_day();
    let from = match params.text("from")? {
        Some(text) => calendar::read(&text).ok_or_else(|| params.refuse("from"))?,
        None => today,
    };
    let count: u16 = params.take("days")?.unwrap_or(15);
    if !(1..=366).contains(&count) {
        return Err(params.refuse("days"));
    }
    params.end()?;
    let days = (from..from + i64::from(count)).map_while(|day| {
        Some(CalendarDay {
            date: calendar::written(day)?,
            kind: calendar::Day::of(day).word().to_owned(),
            announced: calendar::is_announced(day),
        })
    });
    Ok(Json(Calendar {
        days: days.collect(),
        today: calendar::written(today).unwrap_or_default(),
        as_of: calendar::as_of().to_owned(),
    }))
}
