//! Cedar text that lawyers review, compiled against a register.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{
    Effect, Entity, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use miette::Diagnostic;
use shouxin_model::{FieldRef, Register, Text};

use crate::plan::Plans;
use crate::rules::Rule;
use crate::{Because, Layer, PolicyFinding, entities, schema};

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

pub(crate) struct PolicyRule {
    pub(crate) because: Arc<Because>,
    /// Whether a clear read that this policy permits always needs a fresh second factor.
    pub(crate) second_factor: bool,
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
        let (schema, _) = Schema::from_cedarschema_str(&schema(register)).map_err(|e| {
            vec![PolicyFinding::at(text, 0, None, no_schema(&e))]
        })?;
        let parsed = PolicySet::from_str(text).map_err(|errors| {
            errors.iter().map(|e| diagnosed(text, 0, None, "无法解析", "cannot be parsed", e)).collect::<Vec<_>>()
        })?;

        let mut reader = Reader { register, text, rules: Vec::new(), findings: Vec::new() };
        let places = places(text, &parsed);
        for (policy, offset) in &places {
            reader.read(policy, *offset);
        }
        for template in parsed.templates() {
            reader.find(0, template.annotation("id"), Text::fixed(
                "不支持策略模板(?principal、?resource):请写成完整的策略。",
                "templates (?principal, ?resource) are not supported: write a whole policy.",
            ));
        }
        reader.validate(schema, &parsed, &places);
        let Reader { rules, mut findings, .. } = reader;
        if !findings.is_empty() {
            findings.sort_by_key(|f| (f.line, f.column));
            return Err(findings);
        }
        Ok(Self {
            positions: places.iter().enumerate().map(|(i, (p, _))| (p.id().clone(), i)).collect(),
            set: parsed,
            rules,
            fields: register
                .fields()
                .filter_map(|(name, field)| entities::field(&name, field).map(|e| (name, e)))
                .collect(),
            purposes: register.purposes.iter().map(|p| (p.name.clone(), p.fields.clone())).collect(),
            plans: Plans::default(),
        })
    }

    /// What the rule with this id says: a policy's or a built-in one's. Explains ledger entries,
    /// which hold ids only.
    pub fn because(&self, rule: &str) -> Option<Arc<Because>> {
        let own = self.rules.iter().find(|r| r.because.rule == rule);
        own.map(|r| r.because.clone()).or_else(|| Rule::find(rule).map(Rule::because))
    }

    /// What every policy says, in the order of the text.
    pub fn rules(&self) -> impl Iterator<Item = &Because> {
        self.rules.iter().map(|r| &*r.because)
    }
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rules().map(|b| b.rule.as_ref())).finish()
    }
}

/// Collects what the annotations say and what is wrong.
struct Reader<'a> {
    register: &'a Register,
    text: &'a str,
    rules: Vec<PolicyRule>,
    findings: Vec<PolicyFinding>,
}

impl Reader<'_> {
    fn find(&mut self, offset: usize, policy: Option<&str>, message: Text) {
        self.findings.push(PolicyFinding::at(self.text, offset, policy, message));
    }

    fn read(&mut self, policy: &Policy, offset: usize) {
        let id = policy.annotation("id");
        for (key, value) in policy.annotations() {
            if !ANNOTATIONS.contains(&key) {
                self.find(offset, id, Text::made(
                    format!("不认识的注解 @{key}:只有 {}。", ANNOTATIONS.join("、")),
                    format!("unknown annotation @{key}: there are only {}.", ANNOTATIONS.join(", ")),
                ));
            } else if value.trim().is_empty() {
                self.find(offset, id, Text::made(
                    format!("注解 @{key} 是空的。"),
                    format!("the annotation @{key} is empty."),
                ));
            }
        }
        for key in REQUIRED {
            if policy.annotation(key).is_none() {
                self.find(offset, id, Text::made(
                    format!("缺少注解 @{key}(\"…\")。"),
                    format!("the annotation @{key}(\"…\") is missing."),
                ));
            }
        }
        self.check_id(id, offset);
        let changed_by = self.changer(policy, offset);
        let second_factor = self.second_factor(policy, offset);
        self.check_fields(policy, offset);
        let said = |key| policy.annotation(key).unwrap_or_default().to_owned();
        self.rules.push(PolicyRule {
            because: Arc::new(Because {
                rule: Cow::Owned(said("id")),
                layer: Layer::Policy,
                reason: Text::made(said("reason_zh"), said("reason_en")),
                changed_by,
            }),
            second_factor,
        });
    }

    fn check_id(&mut self, id: Option<&str>, offset: usize) {
        let Some(slug) = id else { return };
        if !shouxin_model::id::is_slug(slug) || slug.len() > MAX_RULE {
            self.find(offset, id, Text::made(
                format!("@id 须为小写字母开头的短名,最多 {MAX_RULE} 个字符。"),
                format!("@id must be a lower-case slug of at most {MAX_RULE} characters."),
            ));
        }
        if Rule::find(slug).is_some() {
            self.find(offset, id, Text::fixed(
                "@id 与内置规则同名,请另取一个。",
                "@id is the name of a built-in rule; choose another.",
            ));
        }
        if self.rules.iter().any(|rule| rule.because.rule == slug) {
            self.find(offset, id, Text::fixed(
                "@id 重复:另一条策略已使用。",
                "@id is already used by another policy.",
            ));
        }
    }

    fn changer(&mut self, policy: &Policy, offset: usize) -> Text {
        let Some(role) = policy.annotation("changed_by") else { return Text::default() };
        match self.register.role(role) {
            Some(role) => role.title.clone(),
            None => {
                self.find(offset, policy.annotation("id"), Text::fixed(
                    "@changed_by 须为登记册中的角色。",
                    "@changed_by must name a role of the register.",
                ));
                Text::default()
            }
        }
    }

    fn second_factor(&mut self, policy: &Policy, offset: usize) -> bool {
        let Some(value) = policy.annotation("second_factor") else { return false };
        if value != "required" || policy.effect() != Effect::Permit {
            self.find(offset, policy.annotation("id"), Text::fixed(
                "@second_factor 只能写作 @second_factor(\"required\"),且只用于 permit。",
                "@second_factor can only be @second_factor(\"required\"), on a permit.",
            ));
        }
        true
    }

    /// Fields are the one named thing that the schema cannot enumerate.
    fn check_fields(&mut self, policy: &Policy, offset: usize) {
        for literal in policy.entity_literals() {
            let name = literal.id().unescaped();
            match literal.type_name().basename() {
                "Field" => {
                    let known = FieldRef::from_str(name).ok();
                    if known.and_then(|f| self.register.field(&f)).is_none() {
                        let place = self.text[offset..].find(&format!("\"{name}\"")).unwrap_or(0);
                        self.find(offset + place, policy.annotation("id"), Text::made(
                            format!("登记册中没有字段 {name}。"),
                            format!("the register has no field {name}."),
                        ));
                    }
                }
                "Caller" => self.find(offset, policy.annotation("id"), Text::fixed(
                    "策略不得点名个人:请使用角色 Role。",
                    "a policy must not name a single caller: use a Role.",
                )),
                _ => {}
            }
        }
    }

    fn validate(&mut self, schema: Schema, parsed: &PolicySet, places: &[(&Policy, usize)]) {
        let validation = Validator::new(schema).validate(parsed, ValidationMode::Strict);
        let text = self.text;
        let place = |id: &PolicyId| {
            let found = places.iter().find(|(p, _)| p.id() == id);
            found.map_or((0, None), |(p, offset)| (*offset, p.annotation("id")))
        };
        for error in validation.validation_errors() {
            let (offset, id) = place(error.policy_id());
            self.findings.push(diagnosed(text, offset, id, "与登记册不符", "does not fit the register", error));
        }
        let wrong: Vec<_> = validation.validation_errors().map(|e| e.policy_id()).collect();
        // A policy with an error mostly cannot apply either: said once is enough.
        for warning in validation.validation_warnings().filter(|w| !wrong.contains(&w.policy_id())) {
            let (offset, id) = place(warning.policy_id());
            self.findings.push(diagnosed(text, offset, id, "不会生效或可能误读", "never applies, or misleads", warning));
        }
    }
}

/// Every policy with the byte at which its text starts, in the order of the text.
fn places<'a>(text: &str, parsed: &'a PolicySet) -> Vec<(&'a Policy, usize)> {
    let mut policies: Vec<&Policy> = parsed.policies().collect();
    // The parser numbers policies in the order of the text: policy0, policy1, …
    policies.sort_by_key(|p| p.id().to_string().trim_start_matches("policy").parse::<usize>().ok());
    let mut from = 0;
    let located = policies.into_iter().map(|policy| {
        let source = policy.to_cedar().unwrap_or_default();
        let offset = text[from..].find(&source).map_or(from, |at| from + at);
        from = (offset + source.len()).min(text.len());
        (policy, offset)
    });
    located.collect()
}

/// A finding from one of Cedar's errors, at the place it names or else at `offset`.
fn diagnosed<E: Diagnostic>(
    text: &str,
    offset: usize,
    policy: Option<&str>,
    zh: &str,
    en: &str,
    error: &E,
) -> PolicyFinding {
    let place = error.labels().and_then(|mut labels| labels.next()).map(|label| label.offset());
    let help = error.help().map_or(String::new(), |help| format!(" ({help})"));
    // Cedar names policies by the number it gave them; people know them by their id.
    let error = error.to_string();
    let said = error.strip_prefix("for policy `").and_then(|rest| rest.split_once("`, "));
    let said = said.map_or(error.as_str(), |(_, said)| said);
    let message = Text::made(format!("{zh}:{said}{help}"), format!("{en}: {said}{help}"));
    PolicyFinding::at(text, place.unwrap_or(offset), policy, message)
}

fn no_schema(error: &impl std::fmt::Display) -> Text {
    Text::made(
        format!("登记册无法生成策略模式:{error}"),
        format!("the register yields no policy schema: {error}"),
    )
}

const REQUIRED: [&str; 4] = ["id", "reason_zh", "reason_en", "changed_by"];
const ANNOTATIONS: [&str; 5] = ["id", "reason_zh", "reason_en", "changed_by", "second_factor"];
