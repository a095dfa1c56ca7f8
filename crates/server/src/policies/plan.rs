//! What changed policies would mean, without applying them.

use axum::Json;
use axum::extract::State;
use shouxin_model::text::Language;
use shouxin_vault::said::{CaseOutcome, PolicyChange as Change, PolicyFinding as Finding};
use shouxin_vault::{ApplyError, PolicyEffect as Effect, PolicyPlan, Shift};
use shouxin_wire::policies::{
    PolicyCase, PolicyChange, PolicyEffect, PolicyFinding, PolicyPlanAnswer, PolicyPlanRequest,
    PolicyShift,
};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Plan a change of the policies
///
/// Says what is wrong with the text, whether its test cases hold, what it loosens, and what the reads of
/// the last thirty days would have become. Of a ledger with more than 40,000 entries in that time, evenly
/// spread blocks are looked at.
#[utoipa::path(
    post,
    path = "/api/v1/policies/plans",
    operation_id = "plan-policies",
    tag = "register",
    request_body(content = PolicyPlanRequest, example = json!({"policies": "@id(\"own-order\") permit(…);"})),
    responses(
        (status = 200, description = "What was found", body = PolicyPlanAnswer,
            example = json!({"policy_version": 2, "applicable": false, "loosens": false,
                "findings": [{"line": 12, "column": 5, "policy": "own-order",
                    "message": "the register has no field customer.mobil."}], "changes": [], "cases": []})),
        Guarded, WithBody,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn plan(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<PolicyPlanRequest, { super::TEXT_BYTES }>,
) -> Result<Json<PolicyPlanAnswer>, Refusal> {
    match app.vault().plan_policies(&request.policies).await {
        Ok(plan) => Ok(Json(shown(plan, signed.language))),
        Err(ApplyError::Policies(findings)) => {
            let version = app.vault().active().policy_version;
            Ok(Json(unfit(version, &findings, signed.language)))
        }
        Err(error) => Err(told(&app, &signed, error).await),
    }
}

/// A text that is no set of policies: its findings alone.
fn unfit(policy_version: u32, findings: &[Finding], language: Language) -> PolicyPlanAnswer {
    let finding = |finding: &Finding| PolicyFinding {
        line: finding.line as u64,
        column: finding.column as u64,
        policy: finding.policy.clone(),
        message: finding.message.get(language).to_owned(),
    };
    PolicyPlanAnswer {
        policy_version,
        applicable: false,
        loosens: false,
        findings: findings.iter().take(SHOWN).map(finding).collect(),
        changes: Vec::new(),
        cases: Vec::new(),
        effect: None,
    }
}

fn shown(plan: PolicyPlan, language: Language) -> PolicyPlanAnswer {
    let cases: Vec<_> = plan.cases.iter().map(|one| case(one, language)).collect();
    PolicyPlanAnswer {
        policy_version: plan.policy_version,
        applicable: cases.iter().all(|case| case.holds),
        loosens: plan.change.loosens(),
        findings: Vec::new(),
        changes: changes(plan.change),
        cases,
        effect: Some(effect(plan.effect)),
    }
}

fn changes(change: Change) -> Vec<PolicyChange> {
    let told = |sign: &'static str| {
        move |(statement, loosens): (String, bool)| PolicyChange {
            sign: sign.to_owned(),
            statement,
            loosens,
        }
    };
    let removed = change.removed.into_iter().map(told("removed"));
    let added = change.added.into_iter().map(told("added"));
    removed.chain(added).collect()
}

fn case(outcome: &CaseOutcome, language: Language) -> PolicyCase {
    let case = &outcome.case;
    PolicyCase {
        line: case.line as u64,
        roles: case.roles.clone(),
        channel: case.channel.word().to_owned(),
        purpose: case.purpose.clone(),
        field: case.field.to_string(),
        clear: case.clear,
        facts: case
            .facts
            .iter()
            .map(|fact| fact.word().to_owned())
            .collect(),
        expect: case.expect.word().to_owned(),
        rule: case.rule.clone(),
        holds: outcome.holds(),
        form: outcome.form.word().to_owned(),
        decided_by: outcome.decided_by.clone(),
        reason: outcome.reason.get(language).to_owned(),
    }
}

fn effect(effect: Effect) -> PolicyEffect {
    PolicyEffect {
        since: effect.since,
        entries: effect.entries,
        looked_at: effect.looked_at,
        reads: effect.reads,
        fields: effect.fields,
        same: effect.same,
        granted: effect.granted,
        differ: effect.differ,
        lose: effect.lose,
        gain: effect.gain,
        shifts: effect.shifts.into_iter().map(shift).collect(),
        more_shifts: effect.more_shifts,
    }
}

fn shift(shift: Shift) -> PolicyShift {
    let more = shift.reveals_more();
    let ((was, was_by), (would, would_by)) = (shift.was, shift.would);
    PolicyShift {
        roles: shift.roles,
        channel: shift.channel.word().to_owned(),
        purpose: shift.purpose,
        field: shift.field.to_string(),
        was: was.word().to_owned(),
        was_by,
        would: would.word().to_owned(),
        would_by,
        more,
        reads: shift.reads,
        callers: shift.callers,
    }
}

/// Findings in one answer.
const SHOWN: usize = 100;
