//! What was really read, beside what is declared.

use axum::Json;
use axum::extract::State;
use shouxin_vault::Actors;
use shouxin_vault::observations::{Flow, MOST_DAYS, MapFinding, Observations, Recipient};
use shouxin_wire::observations::{
    ObservationsAnswer, ObservedFinding, ObservedFlow, ObservedKey, ObservedRecipient,
};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithParams};
use crate::http::faults::fault;
use crate::http::{Params, Refusal};

/// Show what was really read
///
/// Reads, searches, counts, exports and writes of the last days, counted from the ledger by field, purpose,
/// recipient and form and held against the register in force; and what to look at: fields that nobody read,
/// purposes and recipients without traffic, uses that the register does not declare. People stand behind their
/// role. Counts are of uses: they are exact and tell no number of people.
#[utoipa::path(
    get,
    path = "/api/v1/register/observations",
    operation_id = "show-observations",
    tag = "register",
    params(("days" = Option<u32>, Query, description = "1 to 90; 30 if not given")),
    responses(
        (status = 200, description = "Uses, and what to look at", body = ObservationsAnswer,
            example = json!({"days": 30, "from": "2026-10-22T16:00:00.000Z", "to": "2026-11-21T03:04:05.678Z",
                "began_at": "2026-11-21T02:00:00.000Z", "counted_to": 1042, "behind": 0, "entries": 812,
                "register_version": 3, "keys": [], "flows": [{"field": "customer.mobile",
                "purpose": "repair-contact", "recipient": {"kind": "role", "name": "service-adviser"},
                "act": "read", "form": "masked", "count": 214, "first_at": "2026-11-20T03:04:05.678Z",
                "last_at": "2026-11-21T03:04:05.678Z", "register_from": 2, "register_to": 3}],
                "findings": [{"kind": "unread-field", "fields": ["customer.passport"], "given": 0,
                "refused": 0, "written": 31}]})),
        Guarded, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<ObservationsAnswer>, Refusal> {
    let days = params.take("days")?.unwrap_or(DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(params.refuse("days"));
    }
    params.end()?;
    let found = async {
        let actors = app.vault().actors().await?;
        let seen = app.vault().observations(days, &actors).await?;
        Ok((actors, seen))
    };
    match found.await {
        Ok((actors, seen)) => Ok(Json(answer(days, actors, seen))),
        Err(error) => Err(fault(&app, &signed, error).await),
    }
}

fn answer(days: u32, actors: Actors, seen: Observations) -> ObservationsAnswer {
    let known = |key: &str| seen.flows.iter().any(|flow| is_key(&flow.recipient, key));
    let keys = actors
        .keys
        .into_iter()
        .filter(|(id, key)| key.live || known(id));
    let keys = keys.map(|(key, scope)| ObservedKey {
        key,
        name: scope.name,
        live: scope.live,
        purposes: scope.purposes,
    });
    ObservationsAnswer {
        days,
        from: seen.from,
        to: seen.to,
        began_at: seen.began_at,
        counted_to: seen.counted_to,
        behind: seen.behind,
        entries: seen.entries,
        register_version: seen.register_version,
        keys: keys.collect(),
        findings: seen.findings.into_iter().map(finding).collect(),
        flows: seen.flows.into_iter().map(flow).collect(),
    }
}

/// A use of a field as the API shows it.
pub(super) fn flow(flow: Flow) -> ObservedFlow {
    ObservedFlow {
        field: flow.field,
        purpose: flow.purpose,
        recipient: recipient(flow.recipient),
        act: flow.act.word().to_owned(),
        form: flow.form,
        count: flow.count,
        first_at: flow.first_at,
        last_at: flow.last_at,
        register_from: flow.register_from,
        register_to: flow.register_to,
        undeclared: flow.undeclared.map(|why| why.word().to_owned()),
    }
}

fn finding(finding: MapFinding) -> ObservedFinding {
    ObservedFinding {
        kind: finding.kind.word().to_owned(),
        fields: finding.fields,
        purpose: finding.purpose,
        recipient: finding.recipient.map(recipient),
        given: finding.given,
        refused: finding.refused,
        written: finding.written,
        last_at: finding.last_at,
    }
}

fn recipient(recipient: Recipient) -> ObservedRecipient {
    let (kind, name) = match recipient {
        Recipient::Role(role) => ("role", Some(role)),
        Recipient::Key(key) => ("key", Some(key)),
        Recipient::Operator => ("operator", None),
        Recipient::Nobody => ("nobody", None),
    };
    ObservedRecipient {
        kind: kind.to_owned(),
        name,
    }
}

fn is_key(recipient: &Recipient, id: &str) -> bool {
    matches!(recipient, Recipient::Key(key) if key == id)
}

/// Days that are looked at if nobody says how many.
pub(super) const DAYS: u32 = 30;
