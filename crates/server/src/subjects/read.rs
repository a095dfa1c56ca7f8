//! Reading fields of one subject for a purpose, or asking what a read would answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use shouxin_model::text::Language;
use shouxin_model::{RecordId, SubjectId};
use shouxin_vault::said::{Because, Decision, Hint, PieceDecision, Verdict};
use shouxin_vault::{FieldOutcome, ReadOutcome};
use shouxin_wire::reads::{Explanation, FieldAnswer, PieceAnswer, ReadAnswer, ReadRequest};
use shouxin_wire::{Code, Told};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Decided, Guarded, Missing, WithBody};
use crate::http::faults::{because, missed, refused};
use crate::http::opened::record_value;
use crate::http::{At, Body, Params, Refusal, distinct, json, reason};

/// Read fields of a subject for a purpose
///
/// Every field is answered in the form that policy allows: masked unless it is named in `clear`. The
/// read, or its refusal, stands in the ledger before any value is opened. With `?explain` nothing is
/// opened: the answer is what a read would decide, field by field.
#[utoipa::path(
    post,
    path = "/api/v1/subjects/{subject}/reads",
    operation_id = "read-subject",
    tag = "reads",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`", example = "sub_06fs8k0000000000000000000g"),
        ("explain" = Option<bool>, Query, description = "Only say what a read would decide"),
    ),
    request_body(
        content = ReadRequest,
        example = json!({"fields": ["customer.name", "customer.mobile"], "purpose": "repair-service",
            "clear": ["customer.mobile"], "reason": "call back about the repair"})
    ),
    responses(
        (status = 200, description = "Each field in its form; with `?explain` an `Explanation`", body = ReadAnswer,
            example = json!({"read": "rd_1042", "entry": 1042, "subject": "sub_06fs8k0000000000000000000g",
                "purpose": "repair-service", "fields": [{"field": "customer.mobile", "form": "masked",
                "because": [{"layer": "second-factor", "rule": "second-factor",
                "text": "a clear read of this field needs a second factor shown within ten minutes",
                "changed_by": "you, by showing it"}], "step_up": true,
                "values": [{"record": "rec_06fs8k0000000000000000000g", "value": "138****8000"}]}]})),
        Guarded, WithBody, Missing, Decided,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn read(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
    mut params: Params,
    Body(request): Body<ReadRequest>,
) -> Result<Response, Refusal> {
    let explain = params.flag("explain")?;
    params.end()?;
    reason(&signed, request.reason.as_deref())?;
    let request = shouxin_vault::ReadRequest {
        subjects: vec![subject],
        fields: request.fields,
        purpose: request.purpose,
        case: request.case,
        records: records(&signed, request.records)?,
        clear: distinct(&signed, "clear", request.clear)?,
        clear_pieces: distinct(&signed, "clear_pieces", request.clear_pieces)?,
        reason: request.reason,
    };
    if explain {
        return match app.vault().explain(&signed.caller, &request).await {
            Ok(Some(verdict)) => Ok(Json(explanation(verdict, signed.language)).into_response()),
            Ok(None) => Err(stranger(&app, &signed)),
            Err(error) => Err(missed(&app, &signed, error).await),
        };
    }
    let outcomes = app.vault().read(&signed.caller, &request).await;
    let outcome = match outcomes {
        Ok(mut outcomes) => outcomes
            .pop()
            .ok_or_else(|| signed.refuse(Code::Internal))?,
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    if !outcome.found {
        return Err(stranger(&app, &signed).entry(outcome.entry));
    }
    if let Some(because) = &outcome.refusal {
        return Err(refused(&app, &signed, because, outcome.entry));
    }
    Ok(json(&answer(outcome, request.purpose, signed.language)))
}

/// The records asked for, without repeats.
fn records(signed: &Signed, list: Vec<RecordId>) -> Result<BTreeSet<RecordId>, Refusal> {
    if list.len() > MOST_RECORDS {
        let why = match signed.language {
            Language::Chinese => "最多 200 条记录",
            Language::English => "holds at most 200 records",
        };
        return Err(signed.refuse(Code::InvalidValue).at("records", why));
    }
    distinct(signed, "records", list)
}

/// Records that one read names.
const MOST_RECORDS: usize = 200;

fn stranger(app: &App, signed: &Signed) -> Refusal {
    app.limits().missed(&signed.actor());
    signed.refuse(Code::SubjectNotFound)
}

fn answer(outcome: ReadOutcome, purpose: String, language: Language) -> ReadAnswer {
    let mut reasons = Reasons::new(language);
    ReadAnswer {
        read: format!("rd_{}", outcome.entry),
        entry: outcome.entry,
        subject: outcome.subject,
        purpose,
        fields: outcome
            .fields
            .into_iter()
            .map(|field| field_answer(field, &mut reasons))
            .collect(),
        pieces: outcome
            .pieces
            .into_iter()
            .map(|piece| piece_answer(piece, &mut reasons))
            .collect(),
    }
}

fn piece_answer(piece: PieceDecision, reasons: &mut Reasons) -> PieceAnswer {
    let decision = piece.decision;
    PieceAnswer {
        kind: piece.kind,
        form: decision.form,
        because: vec![reasons.told(&decision.because)],
        step_up: decision.hint == Some(Hint::StepUp),
        revealable: decision.hint == Some(Hint::AskClear),
        grant: decision.grant,
    }
}

fn field_answer(outcome: FieldOutcome, reasons: &mut Reasons) -> FieldAnswer {
    // Into the answer, in the form that the recorded permit names.
    let values = outcome.values.into_iter().map(record_value);
    FieldAnswer {
        because: vec![reasons.told(&outcome.because)],
        field: outcome.field,
        form: outcome.form,
        step_up: outcome.hint == Some(Hint::StepUp),
        revealable: outcome.hint == Some(Hint::AskClear),
        grant: outcome.grant,
        values: values.collect(),
    }
}

fn explanation(verdict: Verdict, language: Language) -> Explanation {
    let mut reasons = Reasons::new(language);
    let field = |(field, decision): (_, Decision)| FieldAnswer {
        field,
        form: decision.form,
        because: vec![reasons.told(&decision.because)],
        step_up: decision.hint == Some(Hint::StepUp),
        revealable: decision.hint == Some(Hint::AskClear),
        grant: decision.grant,
        values: Vec::new(),
    };
    Explanation {
        refused: verdict.refusal.is_some(),
        because: verdict
            .refusal
            .iter()
            .map(|reason| because(reason, language))
            .collect(),
        fields: verdict.fields.into_iter().map(field).collect(),
        pieces: verdict
            .pieces
            .into_iter()
            .map(|piece| piece_answer(piece, &mut reasons))
            .collect(),
    }
}

/// The reasons of one answer, each put into words once.
struct Reasons {
    language: Language,
    told: Vec<(Arc<Because>, Told)>,
}

impl Reasons {
    fn new(language: Language) -> Self {
        Self {
            language,
            told: Vec::new(),
        }
    }

    fn told(&mut self, reason: &Arc<Because>) -> Told {
        let same = |(known, _): &&(Arc<Because>, _)| Arc::ptr_eq(known, reason);
        if let Some((_, told)) = self.told.iter().find(same) {
            return told.clone();
        }
        let told = Told::from(because(reason, self.language));
        self.told.push((Arc::clone(reason), told.clone()));
        told
    }
}
