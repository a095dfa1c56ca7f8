//! Findings by filter.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use shouxin_model::{FindingId, Moment};
use shouxin_vault::discoveries::{Class, FindingFilter, FindingPlace, FindingState, Severity};
use shouxin_wire::discoveries::{DiscoveryFacet, DiscoveryFindings};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::cursor::{cursor, position};
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::settled;
use crate::http::{Params, Refusal};

/// List findings
///
/// Personal information that the register in force does not declare so: most severe first, then what was seen
/// last. Facets count what each value of a filter would give, the other filters kept.
#[utoipa::path(
    get,
    path = "/api/v1/discoveries",
    operation_id = "list-discoveries",
    tag = "discoveries",
    params(
        ("source" = Option<String>, Query, description = "Only of this system", example = "crm-db"),
        ("class" = Option<String>, Query, description = "`undeclared`, `drift` or `not-found`"),
        ("what" = Option<String>, Query, description = "Only this kind or topic", example = "PHONE"),
        ("state" = Option<String>, Query, description = "`open`, `confirmed`, `dismissed`, `suppressed` or `resolved`"),
        ("severity" = Option<String>, Query, description = "`high`, `medium`, `low` or `info`"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 if not given"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of findings", body = DiscoveryFindings,
            example = json!({"findings": [], "total": 0, "facets": []})),
        Guarded, WithParams,
    ),
    security(("session" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<DiscoveryFindings>, Refusal> {
    let filter = FindingFilter {
        source: params.text("source")?,
        what: params.text("what")?,
        class: one(&mut params, "class", &Class::ALL, Class::word)?,
        state: one(&mut params, "state", &FindingState::ALL, FindingState::word)?,
        severity: one(&mut params, "severity", &Severity::ALL, Severity::word)?,
    };
    let limit = params.limit(50, 200)?;
    let after = match params.text("cursor")? {
        Some(text) => Some(place(&text).ok_or_else(|| params.refuse("cursor"))?),
        None => None,
    };
    params.end()?;
    let found = app.vault().findings(&filter, after, limit).await;
    let page = settled(&app, &signed, found).await?;
    let last = page.findings.last().map(|finding| finding.place());
    let facets = page.facets.into_iter().map(|facet| DiscoveryFacet {
        name: facet.name.to_owned(),
        value: facet.value,
        count: facet.count,
    });
    Ok(Json(DiscoveryFindings {
        findings: page.findings.into_iter().map(shown).collect(),
        next: last.filter(|_| page.more).map(|last| text(&last)),
        total: page.total,
        facets: facets.collect(),
    }))
}

fn one<T: Copy>(
    params: &mut Params,
    name: &'static str,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Result<Option<T>, Refusal> {
    let Some(given) = params.text(name)? else {
        return Ok(None);
    };
    let found = all.iter().copied().find(|one| word(*one) == given);
    found.map(Some).ok_or_else(|| params.refuse(name))
}

/// Where a page ended: severity, when the last of it was seen, its id.
fn text((Reverse(severity), Reverse(seen), id): &FindingPlace) -> String {
    let severity = Severity::ALL.iter().position(|one| one == severity);
    let severity = u8::try_from(severity.unwrap_or_default()).unwrap_or_default();
    let at = [&[severity][..], &seen.micros().to_be_bytes(), id.as_bytes()];
    cursor(LIST, &at.concat())
}

fn place(text: &str) -> Option<FindingPlace> {
    let bytes: [u8; 25] = position(LIST, text)?;
    let severity = *Severity::ALL.get(usize::from(bytes[0]))?;
    let seen = i64::from_be_bytes(bytes[1..9].try_into().ok()?);
    let id = FindingId::from_slice(&bytes[9..])?;
    Some((Reverse(severity), Reverse(Moment::from_micros(seen)), id))
}

const LIST: u8 = b'd';
