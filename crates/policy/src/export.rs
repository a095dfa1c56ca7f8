//! Taking a subject's data out of the system.

use shouxin_model::{Form, Register};

use crate::gate::Gate;
use crate::{Action, Decision, Facts, Pieces, Policies, Verdict, decide, zones};

/// Decides an export of one subject's fields: what [`decide`] would answer, less every field that no
/// policy lets the caller export. Those left cite the policy that lets them out. If that leaves nothing, the export is refused as a whole.
pub fn decide_export(policies: &Policies, register: &Register, facts: &Facts) -> Verdict {
    // A grant lends a look, not a copy: without the caller's own rights nothing leaves. What it does is to
    // stand for one side where zones that lie apart are joined.
    let mut own = Facts {
        grants: Vec::new(),
        // What stands in a text leaves as the columns do: `pieces_as_columns`.
        pieces: Pieces::default(),
        ..facts.clone()
    };
    let purpose = register.purpose(&facts.ask.purpose);
    let joined = purpose.and_then(|purpose| zones::joined(register, purpose, facts).ok());
    if let (Some(purpose), Some(_)) = (purpose, &joined) {
        let zones = register.zones.iter().map(|zone| &zone.name);
        let lent = zones.filter(|zone| zones::lent_for(register, purpose, facts, zone).is_some());
        own.zone_grants.extend(lent.cloned());
    }
    let facts = &own;
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
    if verdict.opens() {
        verdict.joined_by = joined.unwrap_or_default();
    } else {
        verdict.refusal = verdict.refusal.or(refused);
    }
    verdict
}
