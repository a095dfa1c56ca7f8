//! An earlier decision, never its values.

use std::fmt;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use shouxin_model::Moment;
use shouxin_vault::said::Entry;
use shouxin_wire::reads::{DecidedField, Decision};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::{because, missed};
use crate::http::{At, Refusal};
use crate::permissions::{Answer, matrix};

/// Show an earlier decision
///
/// One's own; whoever may read the ledger sees every decision.
#[utoipa::path(
    get,
    path = "/api/v1/reads/{read}",
    operation_id = "show-decision",
    tag = "reads",
    params(("read" = String, Path, description = "The decision, `rd_…`", example = "rd_1042")),
    responses(
        (status = 200, description = "The decision, without values", body = Decision,
            example = json!({"read": "rd_1042", "entry": 1042, "at": "2026-11-21T03:04:05.678Z", "kind": "read",
                "actor": "stf_06fs8k0000000000000000000g", "purpose": "repair-service", "case": null,
                "fields": [{"field": "customer.name", "form": "masked", "rule": "own-order"}],
                "register_version": 3, "policy_version": 2})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    At((ReadName(index),)): At<(ReadName,)>,
) -> Result<Json<Decision>, Refusal> {
    let ledger = matrix().row(&Method::GET, "/api/v1/ledger/entries/{index}");
    let may_read_ledger = ledger.is_some_and(|row| row.answer(&signed.standing()) == Answer::Yes);
    match app
        .vault()
        .decision(&signed.caller, index, may_read_ledger)
        .await
    {
        Ok(entry) => Ok(Json(decision(&app, &signed, index, entry))),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}

fn decision(app: &App, signed: &Signed, index: u64, entry: Entry) -> Decision {
    let policies = &app.vault().active().policies;
    let told = |rule: &str| {
        let reason = policies.because(rule)?;
        Some(because(&reason, signed.language))
    };
    // What refuses a look as a whole and names no field stands beside the fields.
    let whole = entry.extra.iter().find(|(word, _)| word == "rule");
    let whole = whole.and_then(|(_, rule)| told(rule));
    let fields = entry.fields.into_iter().flat_map(|(treatment, fields)| {
        fields.into_iter().map(move |field| DecidedField {
            field,
            form: treatment.form.clone(),
            because: told(&treatment.rule),
            rule: treatment.rule.clone(),
        })
    });
    Decision {
        read: ReadName(index).to_string(),
        entry: index,
        at: Moment::from_micros(entry.at),
        kind: entry.kind.word().to_owned(),
        actor: entry.actor,
        purpose: entry.purpose,
        case: entry.case,
        fields: fields.collect(),
        because: whole,
        register_version: entry.register,
        policy_version: entry.policy,
    }
}

/// A decision is named by its ledger entry: `rd_1042`.
#[derive(Clone, Copy, Debug)]
pub struct ReadName(u64);

impl FromStr for ReadName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.strip_prefix("rd_")
            .and_then(|index| index.parse().ok())
            .map(Self)
            .ok_or(())
    }
}

impl fmt::Display for ReadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rd_{}", self.0)
    }
}
