//! What the policies allow a set of roles to do with the fields of one collection.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use cedar_policy::{Authorizer, Context, Entities, EntityUid, Request};
use shouxin_model::{FieldRef, Form};

use crate::rules::{self, Rule};
use crate::{Action, Because, Channel, Policies, entities};

/// What the policies allow for one role set, channel, purpose and collection, field by field.
///
/// Holds the fields of the collection that the purpose declares; for any other there is no right.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldPlan {
    fields: BTreeMap<FieldRef, FieldRights>,
}

/// What the policies allow with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRights {
    answers: [Answer; Action::ALL.len()],
}

/// The policies' answer about one action on one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether a policy permits it, none forbids it, and none failed to evaluate.
    pub permitted: bool,
    /// The deciding policy, or the built-in rule `error`, `no-rule` or the like.
    pub because: Arc<Because>,
    /// Whether a deciding policy asks for a fresh second factor, whatever the field.
    pub second_factor: bool,
}

impl FieldPlan {
    /// The rights in this field, if the purpose declares it.
    pub fn field(&self, field: &FieldRef) -> Option<&FieldRights> {
        self.fields.get(field)
    }

    /// Every field of the plan.
    pub fn fields(&self) -> impl Iterator<Item = (&FieldRef, &FieldRights)> {
        self.fields.iter()
    }
}

impl FieldRights {
    /// The answer about `action`.
    pub fn answer(&self, action: Action) -> &Answer {
        &self.answers[action as usize]
    }

    /// The most revealing form allowed.
    pub fn best(&self) -> Form {
        self.best_of(&Form::ALL)
    }

    /// The most revealing form allowed that is not clear.
    pub fn best_protected(&self) -> Form {
        self.best_of(&[Form::Masked, Form::Tokenised, Form::Generalised])
    }

    /// These rights, less whatever `bound` does not permit.
    pub(crate) fn within(&self, bound: &Self) -> Self {
        let mut answers = self.answers.clone();
        for (answer, bound) in answers.iter_mut().zip(&bound.answers) {
            if answer.permitted && !bound.permitted {
                *answer = bound.clone();
            }
            answer.second_factor |= bound.second_factor;
        }
        Self { answers }
    }

    /// Why the field is withheld, where no form is allowed: the policy (or failure) that refuses the
    /// mildest way of showing it, else the lack of any.
    pub(crate) fn why_withheld(&self) -> Arc<Because> {
        let refusals = [
            Action::Masked,
            Action::Tokenised,
            Action::Generalised,
            Action::Clear,
        ]
        .map(|action| &self.answer(action).because);
        let named = refusals
            .into_iter()
            .find(|because| !is_lack(because))
            .cloned();
        named.unwrap_or_else(|| rules::NO_RULE.because())
    }

    fn best_of(&self, forms: &[Form]) -> Form {
        let allowed = |form: &&Form| Action::of(**form).is_some_and(|a| self.answer(a).permitted);
        forms
            .iter()
            .find(allowed)
            .copied()
            .unwrap_or(Form::Withheld)
    }
}

impl Policies {
    /// What these `roles` (sorted, distinct) may do with the fields of `collection` for `purpose`,
    /// coming through `channel`. Evaluated once, then remembered. Unknown names have no rights.
    pub fn plan(
        &self,
        roles: &[&str],
        channel: Channel,
        purpose: &str,
        collection: &str,
    ) -> Arc<FieldPlan> {
        let key = PlanKey {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            channel,
            purpose: purpose.to_owned(),
            collection: collection.to_owned(),
        };
        self.plans
            .get_or_make(key, || self.evaluate(roles, channel, purpose, collection))
    }

    fn evaluate(
        &self,
        roles: &[&str],
        channel: Channel,
        purpose: &str,
        collection: &str,
    ) -> FieldPlan {
        let declared = self.purposes.get(purpose).map_or(&[][..], Vec::as_slice);
        let fields: Vec<_> = declared
            .iter()
            .filter(|field| field.collection() == collection)
            .filter_map(|name| self.fields.get(name).map(|entity| (name, entity)))
            .collect();
        let caller = entities::caller(roles);
        let principal = caller.uid();
        let known = fields
            .iter()
            .map(|(_, entity)| (*entity).clone())
            .chain([caller]);
        // Either failure leaves an empty plan: nothing is allowed.
        let Ok(entities) = Entities::from_entities(known, None) else {
            return FieldPlan {
                fields: BTreeMap::new(),
            };
        };
        let Some(context) = entities::context(purpose, channel) else {
            return FieldPlan {
                fields: BTreeMap::new(),
            };
        };
        let round = Round {
            policies: self,
            authorizer: Authorizer::new(),
            entities,
            principal,
            context,
        };
        FieldPlan {
            fields: fields
                .into_iter()
                .map(|(name, e)| (name.clone(), round.rights(&e.uid())))
                .collect(),
        }
    }
}

/// One evaluation: everything that stays the same from field to field.
struct Round<'a> {
    policies: &'a Policies,
    authorizer: Authorizer,
    entities: Entities,
    principal: EntityUid,
    context: Context,
}

impl Round<'_> {
    fn rights(&self, field: &EntityUid) -> FieldRights {
        let mut answers = Action::ALL.map(|action| self.answer(action, field));
        // One form that cannot be judged withholds the field in every form: what failed may have
        // been the policy that forbids it.
        if answers
            .iter()
            .take(FORMS.len())
            .any(|a| a.because.rule == rules::ERROR.id)
        {
            for answer in answers.iter_mut().take(FORMS.len()) {
                *answer = Answer::refused(&rules::ERROR);
            }
        }
        FieldRights { answers }
    }

    fn answer(&self, action: Action, field: &EntityUid) -> Answer {
        let request = Request::new(
            self.principal.clone(),
            entities::action(action),
            field.clone(),
            self.context.clone(),
            None,
        );
        let Ok(request) = request else {
            return Answer::refused(&rules::ERROR);
        };
        let response = self
            .authorizer
            .is_authorized(&request, &self.policies.set, &self.entities);
        if response.diagnostics().errors().next().is_some() {
            return Answer::refused(&rules::ERROR);
        }
        // Cedar gives its reasons in no order; the first in the text stands for them all.
        let mut deciding: Vec<_> = response
            .diagnostics()
            .reason()
            .filter_map(|id| self.policies.positions.get(id).copied())
            .collect();
        deciding.sort_unstable();
        let rules: Vec<_> = deciding
            .iter()
            .map(|at| &self.policies.rules[*at])
            .collect();
        match rules.first() {
            Some(first) => Answer {
                permitted: response.decision() == cedar_policy::Decision::Allow,
                because: first.because.clone(),
                second_factor: rules.iter().any(|rule| rule.second_factor),
            },
            None => Answer::refused(lacking(action)),
        }
    }
}

impl Answer {
    fn refused(rule: &Rule) -> Self {
        Self {
            permitted: false,
            because: rule.because(),
            second_factor: false,
        }
    }
}

fn is_lack(because: &Because) -> bool {
    because.rule == rules::NO_RULE.id || because.rule == rules::NO_CLEAR_RULE.id
}

/// The rule that speaks where no policy does.
fn lacking(action: Action) -> &'static Rule {
    match action {
        Action::Clear => &rules::NO_CLEAR_RULE,
        Action::Masked | Action::Tokenised | Action::Generalised => &rules::NO_RULE,
        Action::Search => &rules::NO_SEARCH_RULE,
        Action::Export => &rules::NO_EXPORT_RULE,
        Action::Count => &rules::NO_COUNT_RULE,
    }
}

/// The plans made so far. Names come from the register, so their number is finite; the bound guards
/// against callers that combine roles without end.
#[derive(Default)]
pub(crate) struct Plans(RwLock<HashMap<PlanKey, Arc<FieldPlan>>>);

#[derive(PartialEq, Eq, Hash)]
struct PlanKey {
    roles: Vec<String>,
    channel: Channel,
    purpose: String,
    collection: String,
}

impl Plans {
    fn get_or_make(&self, key: PlanKey, make: impl FnOnce() -> FieldPlan) -> Arc<FieldPlan> {
        // A panic elsewhere cannot leave a half-written plan behind: entries go in whole.
        if let Some(plan) = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
        {
            return plan.clone();
        }
        let plan = Arc::new(make());
        let mut plans = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= MAX_PLANS {
            plans.clear();
        }
        plans.insert(key, plan.clone());
        plan
    }
}

const MAX_PLANS: usize = 4096;

/// The actions that answer a field, which lead [`Action::ALL`].
const FORMS: [Action; 4] = [
    Action::Clear,
    Action::Masked,
    Action::Tokenised,
    Action::Generalised,
];
