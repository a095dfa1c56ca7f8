//! Decisions with the facts of the moment held still: what the policies alone make of a caller's roles,
//! a purpose and a field.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_model::{
    ApiKeyId, Basis, Caller, CallerKind, Conditions, FieldRef, Form, Moment, Quota, Register,
    RowCondition, SessionId, SignIn, StaffId, SubjectId,
};

use crate::rules::{self, Rule};
use crate::{
    Action, Ask, Channel, Consents, Decision, Facts, Layer, Pieces, Policies, Relation, Used,
    decide,
};

/// A register in which every fact of a read is in the caller's favour: no hours, networks or devices, no
/// ties, no consent, no quotas, no zones apart. What is left is roles, purposes, fields and policies.
///
/// Purposes that give totals only stay so.
#[derive(Clone, Debug)]
pub struct Favourable(Register);

impl Favourable {
    /// The register of this name with every fact favourable.
    pub fn of(register: &Register) -> Self {
        let mut register = register.clone();
        for role in &mut register.roles {
            role.conditions = Conditions::default();
        }
        for zone in &mut register.zones {
            zone.apart = false;
        }
        for purpose in &mut register.purposes {
            purpose.conditions = Conditions::default();
            purpose.quota = Quota::default();
            if !matches!(
                purpose.condition,
                RowCondition::CountsOnly | RowCondition::OwnRecord
            ) {
                purpose.condition = RowCondition::None;
            }
            for basis in purpose.basis.values_mut() {
                if *basis == Basis::Consent {
                    *basis = Basis::Contract;
                }
            }
        }
        Self(register)
    }
}

/// One field of an earlier read, as the ledger tells it, with the roles that its caller holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Earlier {
    /// The caller's roles, sorted.
    pub roles: Vec<String>,
    /// Through what the caller came.
    pub channel: Channel,
    /// The purpose named.
    pub purpose: String,
    /// The field.
    pub field: FieldRef,
    /// The form in which it was answered.
    pub form: Form,
    /// The id of the rule that decided.
    pub rule: String,
    /// Whether a second factor was fresh.
    pub second_factor: bool,
}

/// What an earlier decision would have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Would {
    /// The form.
    pub form: Form,
    /// The id of the rule that would have decided.
    pub rule: String,
}

impl Earlier {
    /// Whether a fact of that moment decided, so that policies change nothing: a tie, consent, a
    /// restriction, a keeping period, a quota, a key's limits.
    pub fn is_held(&self) -> bool {
        let obstacle = [&rules::SECOND_FACTOR, &rules::CLEAR_QUOTA];
        let of_a_fact = |rule: &Rule| {
            rule.layer != Layer::Policy && obstacle.iter().all(|other| other.id != rule.id)
        };
        Rule::find(&self.rule).is_some_and(of_a_fact)
    }

    /// What would have become of it under `policies`, the facts of that moment held as they were.
    ///
    /// Whether the field had been asked for clear is told from the entry by `in_force`, the policies that
    /// decided; a field that was withheld counts as not asked for clear.
    pub fn replay(&self, policies: &Policies, in_force: &Policies, register: &Favourable) -> Would {
        if self.is_held() {
            return Would {
                form: self.form,
                rule: self.rule.clone(),
            };
        }
        let mut facts = favourable(&self.roles, self.channel, &self.purpose, &self.field);
        if !self.second_factor {
            facts.ask.caller.sign_in.second_factor_at = None;
        }
        if self.asked_clear(in_force) {
            facts.clear.insert(self.field.clone());
        }
        let verdict = decide(policies, &register.0, &facts);
        match verdict.field(&self.field) {
            Some(decision) => Would {
                form: decision.form,
                rule: decision.because.rule.to_string(),
            },
            None => Would {
                form: Form::Withheld,
                rule: rules::NO_RULE.id.to_owned(),
            },
        }
    }

    /// Whether the field had been asked for clear, and nothing but the policies stood against it.
    fn asked_clear(&self, in_force: &Policies) -> bool {
        if self.form == Form::Clear {
            return true;
        }
        if self.form == Form::Withheld {
            return false;
        }
        if self.rule == rules::NO_CLEAR_RULE.id {
            return true;
        }
        let roles: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        let plan = in_force.plan(&roles, self.channel, &self.purpose, self.field.collection());
        let Some(rights) = plan.field(&self.field) else {
            return false;
        };
        let clear = rights.answer(Action::Clear);
        let shown = Action::of(self.form).map(|action| rights.answer(action));
        // A rule that forbids the clear form is named only where somebody asked for it.
        !clear.permitted
            && clear.because.rule == self.rule
            && shown.is_none_or(|shown| shown.because.rule != self.rule)
    }
}

/// A caller of these roles who asks for one field, with every fact in their favour.
pub(crate) fn favourable(
    roles: &[String],
    channel: Channel,
    purpose: &str,
    field: &FieldRef,
) -> Facts {
    let now = Moment::from_seconds(0);
    let kind = match channel {
        Channel::Staff => CallerKind::Staff {
            id: StaffId::from_bytes([0; 16]),
            login: String::new(),
            session: SessionId::from_bytes([0; 16]),
        },
        Channel::Service => CallerKind::Service {
            id: ApiKeyId::from_bytes([0; 16]),
            purposes: vec![purpose.to_owned()],
            fields: vec![field.to_string()],
        },
        Channel::Operator => CallerKind::Operator,
        Channel::Subject => CallerKind::Subject {
            id: SubjectId::from_bytes([0; 16]),
        },
    };
    let mut roles = roles.to_vec();
    roles.sort();
    roles.dedup();
    Facts {
        ask: Ask {
            now,
            caller: Caller {
                kind,
                roles,
                site: None,
                region: None,
                sign_in: SignIn {
                    second_factor_at: Some(now),
                    device: None,
                },
                address: None,
            },
            purpose: purpose.to_owned(),
            used: Used::default(),
            training_until: None,
            pledge_until: None,
        },
        fields: vec![field.clone()],
        clear: BTreeSet::new(),
        relation: Relation {
            own: channel == Channel::Subject,
            assigned: true,
            site: true,
            region: true,
            open: true,
            closed: false,
        },
        consent: Consents::default(),
        restricted: false,
        hold: false,
        expired: BTreeSet::new(),
        named_in: None,
        zone_grants: BTreeSet::new(),
        grants: Vec::new(),
        pieces: Pieces::default(),
    }
}

impl Favourable {
    pub(crate) fn into_register(self) -> Register {
        self.0
    }

    /// The decision about the one field of `facts`.
    pub(crate) fn decide(&self, policies: &Policies, facts: &Facts) -> Decision {
        one(policies, &self.0, facts)
    }
}

/// The decision about the one field of `facts` under `register`.
pub(crate) fn one(policies: &Policies, register: &Register, facts: &Facts) -> Decision {
    let mut fields: BTreeMap<_, _> = decide(policies, register, facts)
        .fields
        .into_iter()
        .collect();
    let asked = facts.fields.first();
    asked
        .and_then(|field| fields.remove(field))
        .unwrap_or_else(|| Decision::withheld(rules::NO_RULE.because()))
}
