//! Who agreed to what, in numbers.

use axum::Json;
use axum::extract::State;
use shouxin_model::{ConsentTurn, Moment};
use shouxin_vault::sums;
use shouxin_vault::sums::Step;
use shouxin_wire::consent_summary::{
    ConsentSummary, GradeSummary, NoticeSummary, NowSummary, PeriodSummary, PurposeSummary,
    TurnCounts, WaySummary,
};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::fault;
use crate::http::{Params, Refusal};

/// Count who agreed to what
///
/// By purpose, period, notice and channel: what was said, counted from the ledger, and for how many it counts now.
/// Aggregates only. Every number is cut down to a multiple of ten, and `null` stands for 1 to 9: nobody can be told
/// from a number, a sum or a difference. At most 120 periods, each whole.
#[utoipa::path(
    get,
    path = "/api/v1/consents/summary",
    operation_id = "summarise-consents",
    tag = "consents",
    params(
        ("from" = Option<String>, Query, description = "The first calendar day of China, `2026-11-01`; 29 days before `to` if not given"),
        ("to" = Option<String>, Query, description = "The last; today if not given"),
        ("step" = Option<String>, Query, description = "`day`, or `week` from Monday on; `day` if not given"),
    ),
    responses(
        (status = 200, description = "The numbers", body = ConsentSummary,
            example = json!({"step": "day", "begins": ["2026-11-20T16:00:00.000Z"],
                "ends": "2026-11-21T16:00:00.000Z", "at": "2026-11-21T03:04:05.678Z", "counted_to": 1042,
                "behind": 0, "began_at": "2026-11-21T02:00:00.000Z", "standing_known": true, "subjects": 1200,
                "purposes": [{"purpose": "marketing-contact", "now": {"stands": {"given": 310, "refused": 40,
                "withdrawn": null, "expired": 0, "spent": 0}, "missing": 840, "outdated": 0, "expiring": null,
                "unproven": 20}, "periods": [{"said": {"given": 30, "refused": null, "withdrawn": 0,
                "expired": 0, "spent": 0}, "stands": {"given": 310, "refused": 40, "withdrawn": null,
                "expired": 0, "spent": 0}}], "notices": [{"notice": "marketing", "version": 1,
                "said": {"given": 30, "refused": null, "withdrawn": 0, "expired": 0, "spent": 0},
                "last_entry": 1041}], "ways": [{"through": "web", "said": {"given": 30, "refused": null,
                "withdrawn": 0, "expired": 0, "spent": 0}, "last_entry": 1041}],
                "grades": [{"grade": "proved", "given": 30, "last_entry": 1041}]}]})),
        Guarded, WithParams,
    ),
    security(("session" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<ConsentSummary>, Refusal> {
    let to = day(&mut params, "to")?.unwrap_or_else(|| app.vault().now());
    let from = day(&mut params, "from")?.unwrap_or_else(|| to.plus_seconds(-USUAL_SECONDS));
    let (step, word) = match params.text("step")?.as_deref() {
        None | Some("day") => (Step::Day, "day"),
        Some("week") => (Step::Week, "week"),
        Some(_) => return Err(params.refuse("step")),
    };
    let too_many = params.refuse("from");
    params.end()?;
    match app.vault().consent_summary(from, to, step).await {
        Ok(Some(summary)) => Ok(Json(answer(word, summary))),
        Ok(None) => Err(too_many),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}

/// The midnight in China at which the calendar day of a parameter begins, in its one spelling.
fn day(params: &mut Params, name: &'static str) -> Result<Option<Moment>, Refusal> {
    let Some(text) = params.text(name)? else {
        return Ok(None);
    };
    let is_date = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let midnight = Moment::parse_rfc3339(&format!("{text}T00:00:00+08:00")).ok();
    match midnight.filter(|at| is_date && KNOWN_DAYS.contains(&at.china_day())) {
        Some(at) => Ok(Some(at)),
        None => Err(params.refuse(name)),
    }
}

fn answer(step: &str, summary: sums::ConsentSummary) -> ConsentSummary {
    ConsentSummary {
        step: step.to_owned(),
        begins: summary.begins,
        ends: summary.ends,
        at: summary.at,
        counted_to: summary.counted_to,
        behind: summary.behind,
        began_at: summary.began_at,
        standing_known: summary.standing_known,
        subjects: summary.subjects,
        purposes: summary.purposes.into_iter().map(purpose).collect(),
    }
}

fn purpose(one: sums::PurposeSummary) -> PurposeSummary {
    let notices = one.notices.into_iter().map(|(shown, said, last_entry)| {
        let (notice, version) = shown.unzip();
        NoticeSummary {
            notice,
            version,
            said: counts(&said),
            last_entry,
        }
    });
    let ways = one
        .ways
        .into_iter()
        .map(|(through, said, last_entry)| WaySummary {
            through,
            said: counts(&said),
            last_entry,
        });
    let grades = one
        .grades
        .into_iter()
        .map(|(grade, given, last_entry)| GradeSummary {
            grade,
            given,
            last_entry,
        });
    let periods = one.periods.iter().map(|period| PeriodSummary {
        said: counts(&period.said),
        stands: counts(&period.stands),
    });
    PurposeSummary {
        purpose: one.purpose,
        now: NowSummary {
            stands: counts(&one.now.stands),
            missing: one.now.missing,
            outdated: one.now.outdated,
            expiring: one.now.expiring,
            unproven: one.now.unproven,
        },
        periods: periods.collect(),
        notices: notices.collect(),
        ways: ways.collect(),
        grades: grades.collect(),
    }
}

fn counts(said: &sums::Said) -> TurnCounts {
    TurnCounts {
        given: said.of(ConsentTurn::Given),
        refused: said.of(ConsentTurn::Refused),
        withdrawn: said.of(ConsentTurn::Withdrawn),
        expired: said.of(ConsentTurn::Expired),
        spent: said.of(ConsentTurn::Spent),
    }
}

/// From the first to the last day that is looked at if nobody says which.
const USUAL_SECONDS: i64 = 29 * 86_400;

/// From 1970 to 2243.
const KNOWN_DAYS: std::ops::Range<i64> = 0..100_000;
