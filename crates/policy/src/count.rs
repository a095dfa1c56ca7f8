//! Counting over groups: totals without names.

use std::sync::Arc;

use shouxin_model::{FieldRef, Register, RowCondition};

use crate::gate::Gate;
use crate::rules::{self, Rule};
use crate::{Action, Ask, Because, Policies, Ruling};

/// The smallest group whose count may be shown. Smaller ones are told as "fewer than ten".
pub const MIN_GROUP: u32 = 10;

/// Whether a group of this size may be shown with its count.
pub const fn may_show(size: u64) -> bool {
    size >= MIN_GROUP as u64
}

/// Decides whether the caller may count records by `fields`: those it groups by and those it
/// filters by alike, for a filter narrows a group as much as a heading does.
///
/// Only purposes made for counting count, only by unsealed facets, and each count is one of the
/// day's searches. Groups are shown as [`may_show`] says.
pub fn decide_count(
    policies: &Policies,
    register: &Register,
    ask: &Ask,
    fields: &[FieldRef],
) -> Ruling {
    match judge(policies, register, ask, fields) {
        Ok(because) => Ruling {
            allowed: true,
            because,
        },
        Err(because) => Ruling {
            allowed: false,
            because,
        },
    }
}

fn judge(
    policies: &Policies,
    register: &Register,
    ask: &Ask,
    fields: &[FieldRef],
) -> Result<Arc<Because>, Arc<Because>> {
    let gate = Gate::enter(policies, register, ask, fields).map_err(Rule::because)?;
    if gate.purpose.condition != RowCondition::CountsOnly {
        return Err(rules::NOT_FOR_COUNTS.because());
    }
    let mut permitted = None;
    for name in fields {
        let field = register
            .field(name)
            .ok_or_else(|| rules::UNKNOWN_FIELD.because())?;
        let rights = gate.rights(name).map_err(Rule::because)?;
        let answer = rights.answer(Action::Count);
        if !answer.permitted {
            return Err(answer.because.clone());
        }
        if field.sealed || !field.facet {
            return Err(rules::NOT_COUNTABLE.because());
        }
        permitted.get_or_insert(answer.because.clone());
    }
    gate.search_left().map_err(Rule::because)?;
    // A count by no field at all would rest on no policy.
    permitted.ok_or_else(|| rules::NO_COUNT_RULE.because())
}
