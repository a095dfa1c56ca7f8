//! Cedar text that lawyers review, compiled against a register.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{Entity, PolicyId, PolicySet, Schema};
use shouxin_model::{FieldRef, Register, Text};

use crate::plan::Plans;
use crate::reader::{PolicyRule, Reader, places, unparsed};
use crate::rules::Rule;
use crate::{Because, PolicyFinding, entities, schema};

/// The longest id of a rule, in characters, so that it fits a ledger entry.
pub const MAX_RULE: usize = 24;

/// The policies of a deployment: parsed, validated, and ready to be evaluated.
///
/// Field plans are cached inside; a change of policy or register makes a new value of this type,
/// and with it an empty cache.
pub struct Policies {
    pub(crate) set: PolicySet,
    /// What each policy tells people, in the order of the text.
    pub(crate) rules: Vec<PolicyRule>,
    pub(crate) positions: HashMap<PolicyId, usize>,
    pub(crate) fields: BTreeMap<FieldRef, Entity>,
    pub(crate) purposes: BTreeMap<String, Vec<FieldRef>>,
    pub(crate) plans: Plans,
}

impl Policies {
    /// Reads Cedar policies and validates them, strictly, against the schema of `register`.
    ///
    /// Every policy carries `@id` (a slug of at most [`MAX_RULE`] characters, unique, none of the
    /// built-in rules), `@reason_zh`, `@reason_en` and `@changed_by` (a role of the register); a
    /// `permit` may carry `@second_factor("required")`. Validation warnings count as findings too: a
    /// policy that can never apply, or whose letters only look right, is not what its author meant.
    ///
    /// # Errors
    /// All findings, in the order of the text. A deployment with findings must not start.
    pub fn compile(register: &Register, text: &str) -> Result<Self, Vec<PolicyFinding>> {
        let (schema, _) = Schema::from_cedarschema_str(&schema(register))
            .map_err(|e| vec![PolicyFinding::at(text, 0, None, no_schema(&e))])?;
        let parsed = PolicySet::from_str(text).map_err(|errors| unparsed(text, &errors))?;
        let places = places(text, &parsed);
        let rules = Reader::new(register, text).read(&parsed, &places, schema)?;
        Ok(Self {
            positions: places
                .iter()
                .enumerate()
                .map(|(i, (p, _))| (p.id().clone(), i))
                .collect(),
            set: parsed,
            rules,
            fields: register
                .fields()
                .filter_map(|(name, field)| entities::field(&name, field).map(|e| (name, e)))
                .collect(),
            purposes: register
                .purposes
                .iter()
                .map(|p| (p.name.clone(), p.fields.clone()))
                .collect(),
            plans: Plans::default(),
        })
    }

    /// What the rule with this id says: a policy's or a built-in one's. Explains ledger entries,
    /// which hold ids only.
    pub fn because(&self, rule: &str) -> Option<Arc<Because>> {
        let own = self.rules.iter().find(|r| r.because.rule == rule);
        own.map(|r| r.because.clone())
            .or_else(|| Rule::find(rule).map(Rule::because))
    }

    /// What every policy says, in the order of the text.
    pub fn rules(&self) -> impl Iterator<Item = &Because> {
        self.rules.iter().map(|r| &*r.because)
    }
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.rules().map(|b| b.rule.as_ref()))
            .finish()
    }
}

fn no_schema(error: &impl std::fmt::Display) -> Text {
    Text::made(
        format!("登记册无法生成策略模式:{error}"),
        format!("the register yields no policy schema: {error}"),
    )
}
