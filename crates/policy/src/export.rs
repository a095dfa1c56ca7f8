//! Taking a subject's data out of the system.

use shouxin_model::{Form, Register};

use crate::gate::Gate;
use crate::{Action, Decision, Facts, Policies, Verdict, decide};

/// Decides an export of one subject's fields: what [`decide`] would answer, less every field that no
/// policy lets the caller export. Those left cite the policy that lets them out. If that leaves nothing, the export is refused as a whole.
pub fn decide_export(policies: &Policies, register: &Register, facts: &Facts) -> Verdict {
    // A grant lends a look, not a copy: without the caller's own rights nothing leaves.
    let facts = &Facts {
        grants: Vec::new(),
        ..facts.clone()
    };
    let mut verdict = decide(policies, register, facts);
    let Ok(gate) = Gate::enter(policies, register, &facts.ask, &facts.fields) else {
        return verdict;
    };
    let mut refused = None;
    let answered = verdict
        .fields
        .iter_mut()
        .filter(|(_, decision)| decision.form != Form::Withheld);
    for (name, decision) in answered {
        let refusal = match gate
            .rights(name)
            .map(|rights| rights.answer(Action::Export).clone())
        {
            Ok(answer) if answer.permitted => {
                // What kept a field from coming clear is worth more to the reader than what lets it out.
                if decision.form == Form::Clear || !facts.clear.contains(name) {
                    decision.because = answer.because.clone();
                }
                continue;
            }
            Ok(answer) => answer.because.clone(),
            Err(rule) => rule.because(),
        };
        *decision = Decision::withheld(refusal.clone());
        refused = Some(refusal);
    }
    if !verdict.opens() {
        verdict.refusal = verdict.refusal.or(refused);
    }
    verdict
}
