//! What must hold before any field is looked at, the same for reads, searches, counts and exports.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use shouxin_model::{Basis, CallerKind, FieldRef, Purpose, Regime, Register};

use crate::rules::{self, Rule};
use crate::{Ask, Channel, FieldPlan, FieldRights, Lent, Policies, conditions};

/// A purpose that the caller may name, and what the policies say about its fields.
pub(crate) struct Gate<'a> {
    pub(crate) purpose: &'a Purpose,
    ask: &'a Ask,
    plans: BTreeMap<&'a str, Arc<FieldPlan>>,
    /// What bounds a grant: the grant, and the plans in which every policy about any of the caller's
    /// roles speaks, so that what is forbidden to one of them stays forbidden.
    lent: Option<(&'a Lent, BTreeMap<&'a str, Arc<FieldPlan>>)>,
}

impl<'a> Gate<'a> {
    /// Whether the caller may name the purpose at all; `fields` are those asked about.
    pub(crate) fn enter(
        policies: &Policies,
        register: &'a Register,
        ask: &'a Ask,
        fields: &'a [FieldRef],
    ) -> Result<Self, &'static Rule> {
        let purpose = register
            .purpose(&ask.purpose)
            .ok_or(&rules::UNKNOWN_PURPOSE)?;
        if let CallerKind::Service { purposes, .. } = &ask.caller.kind
            && !purposes.contains(&purpose.name)
        {
            return Err(&rules::KEY_PURPOSE);
        }
        let roles = entitled(register, purpose, ask)?;
        whoever(register, purpose, ask)?;
        let plans = plans(policies, ask, purpose, &roles, fields);
        Ok(Self {
            purpose,
            ask,
            plans,
            lent: None,
        })
    }

    /// Whether the caller may name the purpose by this grant. It stands for a role that the caller lacks;
    /// everything else must hold as for anyone.
    pub(crate) fn lend(
        policies: &Policies,
        register: &'a Register,
        ask: &'a Ask,
        fields: &'a [FieldRef],
        lent: &'a Lent,
    ) -> Result<Self, &'static Rule> {
        let purpose = register
            .purpose(&ask.purpose)
            .ok_or(&rules::UNKNOWN_PURPOSE)?;
        // A key's limits are its own: grants are for people.
        if !matches!(ask.caller.kind, CallerKind::Staff { .. }) || ask.now >= lent.expires {
            return Err(&rules::PURPOSE_NOT_FOR_ROLE);
        }
        conditions::hold(&lent.conditions, ask)?;
        let mut roles = entitled(register, purpose, ask).unwrap_or_default();
        if let Some(role) = lent.role.as_deref()
            && let Some(declared) = register.role(role)
            && purpose.roles.iter().any(|p| p == role)
        {
            conditions::hold(&declared.conditions, ask)?;
            roles.push(role);
        }
        roles.sort_unstable();
        roles.dedup();
        if roles.is_empty() {
            return Err(&rules::PURPOSE_NOT_FOR_ROLE);
        }
        whoever(register, purpose, ask)?;
        let mut all: Vec<&str> = ask.caller.roles.iter().map(String::as_str).collect();
        all.extend(&roles);
        all.sort_unstable();
        all.dedup();
        Ok(Self {
            purpose,
            ask,
            plans: plans(policies, ask, purpose, &roles, fields),
            lent: Some((lent, plans(policies, ask, purpose, &all, fields))),
        })
    }

    /// What the policies say about `field`, once purpose, key and grant cover it.
    pub(crate) fn rights(&self, field: &FieldRef) -> Result<Cow<'_, FieldRights>, &'static Rule> {
        if !self.purpose.fields.contains(field) {
            return Err(&rules::NOT_IN_PURPOSE);
        }
        if let CallerKind::Service { fields, .. } = &self.ask.caller.kind
            && !fields.iter().any(|pattern| covers(pattern, field))
        {
            return Err(&rules::KEY_FIELD);
        }
        let plan = self.plans.get(field.collection());
        let rights = plan
            .and_then(|plan| plan.field(field))
            .ok_or(&rules::NO_RULE)?;
        let Some((lent, bounds)) = &self.lent else {
            return Ok(Cow::Borrowed(rights));
        };
        if !lent
            .fields
            .iter()
            .any(|pattern| pattern == "*" || covers(pattern, field))
        {
            return Err(&rules::NO_RULE);
        }
        let bound = bounds
            .get(field.collection())
            .and_then(|plan| plan.field(field))
            .ok_or(&rules::NO_RULE)?;
        Ok(Cow::Owned(rights.within(bound)))
    }

    /// Whether one more search is within the day's quota.
    pub(crate) fn search_left(&self) -> Result<(), &'static Rule> {
        match self.purpose.quota.searches_per_day {
            Some(limit) if self.ask.used.searches >= limit => Err(&rules::SEARCH_QUOTA),
            Some(_) | None => Ok(()),
        }
    }
}

/// The caller's roles that may name the purpose now, sorted. A role counts only for the purposes that it
/// may name: holding two posts does not blend them.
fn entitled<'a>(
    register: &Register,
    purpose: &Purpose,
    ask: &'a Ask,
) -> Result<Vec<&'a str>, &'static Rule> {
    let held = ask.caller.roles.iter().map(String::as_str);
    let named = held.filter(|role| purpose.roles.iter().any(|p| p == role));
    let (mut roles, mut barred) = (Vec::new(), None);
    for role in named {
        // A role that the register does not declare has no conditions that could hold.
        match register
            .role(role)
            .map(|r| conditions::hold(&r.conditions, ask))
        {
            Some(Ok(())) => roles.push(role),
            Some(Err(rule)) => barred = barred.or(Some(rule)),
            None => {}
        }
    }
    if roles.is_empty() {
        return Err(barred.unwrap_or(&rules::PURPOSE_NOT_FOR_ROLE));
    }
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}

/// What holds for whoever names the purpose, by role or by grant.
fn whoever(register: &Register, purpose: &Purpose, ask: &Ask) -> Result<(), &'static Rule> {
    conditions::hold(&purpose.conditions, ask)?;
    if ask.training_until.is_some_and(|until| ask.now >= until) {
        return Err(&rules::TRAINING_OVER);
    }
    if ask.pledge_until.is_some_and(|until| ask.now >= until) {
        return Err(&rules::PLEDGE_OVER);
    }
    if !has_basis(register, purpose) {
        return Err(&rules::NO_BASIS);
    }
    Ok(())
}

/// The plan of each collection that the fields of the purpose belong to.
fn plans<'a>(
    policies: &Policies,
    ask: &Ask,
    purpose: &Purpose,
    roles: &[&str],
    fields: &'a [FieldRef],
) -> BTreeMap<&'a str, Arc<FieldPlan>> {
    let channel = Channel::from(&ask.caller.kind);
    let mut plans = BTreeMap::new();
    for field in fields.iter().filter(|field| purpose.fields.contains(field)) {
        let plan = || policies.plan(roles, channel, &purpose.name, field.collection());
        plans.entry(field.collection()).or_insert_with(plan);
    }
    plans
}

/// Whether every law that knows lawful bases rests this purpose on a legal obligation.
pub(crate) fn is_legal_duty(register: &Register, purpose: &Purpose) -> bool {
    let mut bases = with_bases(register)
        .map(|regime| purpose.basis.get(&regime))
        .peekable();
    bases.peek().is_some() && bases.all(|basis| basis == Some(&Basis::LegalObligation))
}

fn has_basis(register: &Register, purpose: &Purpose) -> bool {
    with_bases(register).all(|regime| match purpose.basis.get(&regime) {
        // PIPL art. 13 has no legitimate interests.
        Some(Basis::LegitimateInterests) => regime != Regime::Pipl,
        Some(_) => true,
        None => false,
    })
}

/// The regimes that ask for a lawful basis. CCPA asks for notice and opt-out instead.
fn with_bases(register: &Register) -> impl Iterator<Item = Regime> {
    register
        .regimes
        .iter()
        .copied()
        .filter(|regime| *regime != Regime::Ccpa)
}

/// Whether a key's `collection.field` or `collection.*` covers the field.
pub(crate) fn covers(pattern: &str, field: &FieldRef) -> bool {
    pattern.split_once('.').is_some_and(|(collection, name)| {
        collection == field.collection() && (name == "*" || name == field.field())
    })
}
