//! Zones that lie apart: who a person is and what lies apart are seen together only with a grant for
//! each side.

use std::collections::BTreeSet;

use shouxin_model::{Caller, Purpose, Register};

use crate::Facts;

/// Whether this read would join a zone apart with anything else, and the caller lacks a grant for a side
/// of it.
///
/// All zones of the main database are one side, each zone apart is one of its own. The sides of a read
/// are those of its fields and the one in which the subject was named.
pub(crate) fn are_joined(register: &Register, facts: &Facts) -> bool {
    if !register.zones.iter().any(|zone| zone.apart) {
        return false;
    }
    let mut main: BTreeSet<&str> = BTreeSet::new();
    let mut apart: BTreeSet<&str> = BTreeSet::new();
    for field in &facts.fields {
        match register.zone_of(field.collection()) {
            Some(zone) if zone.apart => apart.insert(&zone.name),
            Some(zone) => main.insert(&zone.name),
            // Nothing of an unknown field is answered.
            None => continue,
        };
    }
    match &facts.named_in {
        Some(zone) => {
            apart.insert(zone);
        }
        None if apart.is_empty() => return false,
        None => {}
    }
    let by_identity = facts.named_in.is_none() || !main.is_empty();
    let sides = apart.len() + usize::from(by_identity);
    sides > 1 && !(holds_all(facts, &apart) && (!by_identity || holds_main(register, facts, &main)))
}

/// Whether whoever was found in this zone apart may be named by who they are: the caller holds grants
/// for it and for the main side.
pub fn may_name(register: &Register, zone: &str, grants: &BTreeSet<String>) -> bool {
    grants.contains(zone) && holds_a_main(register, grants)
}

/// The zones for which the caller's roles hold a standing grant under this purpose: those that the
/// register gives to a role which may name it.
pub fn role_grants(register: &Register, purpose: &Purpose, caller: &Caller) -> BTreeSet<String> {
    let mine = register
        .roles
        .iter()
        .filter(|role| !role.zones.is_empty())
        .filter(|role| purpose.roles.contains(&role.name) && caller.roles.contains(&role.name));
    mine.flat_map(|role| role.zones.iter().cloned()).collect()
}

fn holds_all(facts: &Facts, zones: &BTreeSet<&str>) -> bool {
    zones.iter().all(|zone| facts.zone_grants.contains(*zone))
}

/// A grant for each zone of the main database that is read; for any of them if only the subject is known
/// by it.
fn holds_main(register: &Register, facts: &Facts, main: &BTreeSet<&str>) -> bool {
    holds_all(facts, main) && holds_a_main(register, &facts.zone_grants)
}

fn holds_a_main(register: &Register, grants: &BTreeSet<String>) -> bool {
    let mut main = register.zones.iter().filter(|zone| !zone.apart);
    main.any(|zone| grants.contains(&zone.name))
}
