//! Zones that lie apart: who a person is and what lies apart are seen together only with a grant for
//! each side.

use std::collections::BTreeSet;

use shouxin_model::{Caller, CallerKind, GrantId, Purpose, Register};

use crate::gate::covers;
use crate::rules::{self, Rule};
use crate::{Facts, Lent, conditions};

/// Whether this read joins nothing, or the caller holds a grant for each side of what it joins. Gives the
/// grants that it takes beyond the standing ones.
///
/// All zones of the main database are one side, each zone apart is one of its own. The sides of a read
/// are those of its fields and the one in which the subject was named. A grant that was given for a time
/// is one for a zone if all its fields lie there: what spans two zones joins neither.
pub(crate) fn joined(
    register: &Register,
    purpose: &Purpose,
    facts: &Facts,
) -> Result<Vec<GrantId>, &'static Rule> {
    if !register.zones.iter().any(|zone| zone.apart) {
        return Ok(Vec::new());
    }
    let (mut main, mut apart): (BTreeSet<&str>, BTreeSet<&str>) = Default::default();
    for field in &facts.fields {
        match register.zone_of(field.collection()) {
            Some(zone) if zone.apart => apart.insert(&zone.name),
            Some(zone) => main.insert(&zone.name),
            // Nothing of an unknown field is answered.
            None => continue,
        };
    }
    if let Some(zone) = &facts.named_in {
        apart.insert(zone);
    }
    let by_identity = facts.named_in.is_none() || !main.is_empty();
    if apart.is_empty() || apart.len() + usize::from(by_identity) < 2 {
        return Ok(Vec::new());
    }
    let mut taken = Vec::new();
    let mut holds = |zone: &str| {
        facts.zone_grants.contains(zone)
            || match lent_for(register, purpose, facts, zone) {
                Some(grant) => {
                    taken.push(grant);
                    true
                }
                None => false,
            }
    };
    let mut all = apart.iter().chain(&main).all(|zone| holds(zone));
    if by_identity && main.is_empty() {
        // Only by whom it is about: any zone of the main database stands for that side.
        let mut others = register.zones.iter().filter(|zone| !zone.apart);
        all = all && others.any(|zone| holds(&zone.name));
    }
    if all {
        Ok(taken)
    } else {
        Err(&rules::ZONES_JOINED)
    }
}

/// The grant given for a time that counts now and is one for this zone.
pub(crate) fn lent_for(
    register: &Register,
    purpose: &Purpose,
    facts: &Facts,
    zone: &str,
) -> Option<GrantId> {
    let lent = facts.grants.iter();
    let mut mine = lent.filter(|lent| lends(register, purpose, facts, lent, zone));
    mine.next().map(|lent| lent.id)
}

/// Whether this grant counts now and is one for this zone.
fn lends(register: &Register, purpose: &Purpose, facts: &Facts, lent: &Lent, zone: &str) -> bool {
    let ask = &facts.ask;
    let mut meant = purpose
        .fields
        .iter()
        .filter(|field| {
            lent.fields
                .iter()
                .any(|pattern| pattern == "*" || covers(pattern, field))
        })
        .peekable();
    matches!(ask.caller.kind, CallerKind::Staff { .. })
        && ask.now < lent.expires
        && conditions::hold(&lent.conditions, ask).is_ok()
        && meant.peek().is_some()
        && meant.all(|field| {
            register
                .zone_of(field.collection())
                .is_some_and(|of| of.name == zone)
        })
}

/// Whether whoever was found in a zone apart by these facts' fields may be named by who they are: the
/// caller holds grants for it and for the main side. Gives those that it takes beyond the standing ones;
/// `None` if the caller may not.
///
/// To be named is to be told whose field it is, as if it were read by the subject's id.
pub fn may_name(register: &Register, purpose: &Purpose, facts: &Facts) -> Option<Vec<GrantId>> {
    joined(register, purpose, facts).ok()
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
