//! Reading the same fields of up to a thousand subjects under one purpose.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::response::Response;
use shouxin_vault::ReadOutcome;
use shouxin_wire::Because;
use shouxin_wire::reads::{
    BatchField, BatchOutcome, BatchPiece, BatchReadAnswer, BatchReadRequest,
};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Decided, Guarded, WithBody};
use crate::http::faults::{because, told};
use crate::http::opened::record_value;
use crate::http::{Body, Refusal, distinct, json, reason};

/// Read fields of many subjects for a purpose
///
/// Each subject is decided and recorded by itself: one may be answered, the next refused. What each
/// rule in the answer means stands once, in `rules`.
#[utoipa::path(
    post,
    path = "/api/v1/reads",
    operation_id = "read-many",
    tag = "reads",
    request_body(
        content = BatchReadRequest,
        example = json!({"subjects": ["sub_06fs8k0000000000000000000g"], "fields": ["customer.name"],
            "purpose": "repair-service"})
    ),
    responses(
        (status = 200, description = "One outcome a subject, in the order asked", body = BatchReadAnswer,
            example = json!({"outcomes": [{"subject": "sub_06fs8k0000000000000000000g", "outcome": "answered",
                "read": "rd_1042", "entry": 1042, "fields": [{"field": "customer.name", "form": "masked",
                "rule": "own-order", "values": [{"record": "rec_06fs8k0000000000000000000g", "value": "欧阳**"}]}]}],
                "rules": {"own-order": {"layer": "policy", "rule": "own-order", "text": "…", "changed_by": "…"}}})),
        Guarded, WithBody, Decided,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn read(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<BatchReadRequest, { super::BATCH_BYTES }>,
) -> Result<Response, Refusal> {
    reason(&signed, request.reason.as_deref())?;
    let request = shouxin_vault::ReadRequest {
        subjects: request.subjects,
        fields: request.fields,
        purpose: request.purpose,
        case: None,
        records: BTreeSet::new(),
        clear: distinct(&signed, "clear", request.clear)?,
        clear_pieces: distinct(&signed, "clear_pieces", request.clear_pieces)?,
        reason: request.reason,
    };
    let outcomes = match app.vault().read(&signed.caller, &request).await {
        Ok(outcomes) => outcomes,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    for _ in outcomes.iter().filter(|outcome| !outcome.found) {
        app.limits().missed(&signed.actor());
    }
    let mut rules = BTreeMap::new();
    let outcomes = outcomes
        .into_iter()
        .map(|outcome| one(outcome, &signed, &mut rules))
        .collect();
    Ok(json(&BatchReadAnswer { outcomes, rules }))
}

fn one(
    outcome: ReadOutcome,
    signed: &Signed,
    rules: &mut BTreeMap<String, Because>,
) -> BatchOutcome {
    let mut rule = |reason: &shouxin_vault::said::Because| {
        let name = reason.rule.to_string();
        rules
            .entry(name.clone())
            .or_insert_with(|| because(reason, signed.language));
        name
    };
    let word = match &outcome.refusal {
        _ if !outcome.found => "not-found",
        Some(_) => "refused",
        None => "answered",
    };
    let refused = outcome.refusal.iter().map(|reason| rule(reason)).collect();
    let mut fields = Vec::new();
    // A subject that is refused as a whole is refused by one rule: its fields say no more.
    for field in outcome
        .fields
        .into_iter()
        .filter(|_| outcome.refusal.is_none())
    {
        let values = field.values.into_iter().map(record_value);
        let rule = rule(&field.because);
        fields.push(BatchField {
            field: field.field,
            form: field.form,
            rule,
            values: values.collect(),
        });
    }
    let pieces = outcome.pieces.iter().map(|piece| BatchPiece {
        kind: piece.kind,
        form: piece.decision.form,
        rule: rule(&piece.decision.because),
    });
    let pieces = pieces.collect();
    BatchOutcome {
        subject: outcome.subject,
        outcome: word.to_owned(),
        read: outcome.found.then(|| format!("rd_{}", outcome.entry)),
        entry: Some(outcome.entry),
        rules: refused,
        fields,
        pieces,
    }
}
