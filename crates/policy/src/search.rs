//! Searching by a field.

use std::sync::Arc;

use shouxin_model::{FieldRef, Register, RowCondition, SearchMode};

use crate::gate::Gate;
use crate::rules::{self, Rule};
use crate::{Action, Answer, Ask, Because, Policies, Ruling};

/// Decides whether the caller may search by `field` in `mode`.
///
/// A search names no subject, so neither relation nor consent is asked here: each subject found must
/// pass [`decide`](crate::decide) before it is shown.
pub fn decide_search(
    policies: &Policies,
    register: &Register,
    ask: &Ask,
    field: &FieldRef,
    mode: SearchMode,
) -> Ruling {
    Ruling::from(judge(policies, register, ask, field, mode))
}

/// Decides whether the caller may take one more look that names no field, such as a list of cases: the
/// purpose must be theirs to name, and each look is one of the day's searches.
///
/// # Errors
/// The rule that refuses.
pub fn decide_list(
    policies: &Policies,
    register: &Register,
    ask: &Ask,
) -> Result<(), Arc<Because>> {
    let left = Gate::enter(policies, register, ask, &[]).and_then(|gate| gate.search_left());
    left.map_err(Rule::because)
}

fn judge(
    policies: &Policies,
    register: &Register,
    ask: &Ask,
    name: &FieldRef,
    mode: SearchMode,
) -> Result<Answer, &'static Rule> {
    let gate = Gate::enter(policies, register, ask, std::slice::from_ref(name))?;
    if gate.purpose.condition == RowCondition::CountsOnly {
        return Err(&rules::COUNTS_ONLY);
    }
    if gate.purpose.condition == RowCondition::OwnRecord {
        return Err(&rules::NOT_OWN);
    }
    let field = register.field(name).ok_or(&rules::UNKNOWN_FIELD)?;
    let rights = gate.rights(name)?;
    let answer = rights.answer(Action::Search);
    if answer.permitted && !field.search.contains(&mode) {
        return Err(&rules::NO_SEARCH_MODE);
    }
    gate.search_left()?;
    Ok(answer.clone())
}
