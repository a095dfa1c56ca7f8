//! What a policy text says of itself, and what is wrong with it.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{
    Effect, ParseErrors, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use miette::Diagnostic;
use shouxin_model::{FieldRef, Register, Text};

use crate::rules::Rule;
use crate::{Because, Layer, MAX_RULE, PolicyFinding};

/// A policy, as people are told of it.
pub(crate) struct PolicyRule {
    pub(crate) because: Arc<Because>,
    /// Whether a clear read that this policy permits always needs a fresh second factor.
    pub(crate) second_factor: bool,
}

/// Reads what policies say of themselves, and collects what is wrong.
pub(crate) struct Reader<'a> {
    register: &'a Register,
    text: &'a str,
    rules: Vec<PolicyRule>,
    findings: Vec<PolicyFinding>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(register: &'a Register, text: &'a str) -> Self {
        Self {
            register,
            text,
            rules: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// The rule of every policy, in the order of the text, or all findings.
    pub(crate) fn read(
        mut self,
        parsed: &PolicySet,
        places: &[(&Policy, usize)],
        schema: Schema,
    ) -> Result<Vec<PolicyRule>, Vec<PolicyFinding>> {
        for (policy, offset) in places {
            self.policy(policy, *offset);
        }
        for template in parsed.templates() {
            self.find(
                At {
                    offset: 0,
                    id: template.annotation("id"),
                },
                "不支持策略模板(?principal、?resource):请写成完整的策略。",
                "templates (?principal, ?resource) are not supported: write a whole policy.",
            );
        }
        self.validate(schema, parsed, places);
        if self.findings.is_empty() {
            return Ok(self.rules);
        }
        self.findings
            .sort_by_key(|finding| (finding.line, finding.column));
        Err(self.findings)
    }

    fn find(&mut self, at: At<'_>, zh: impl Into<String>, en: impl Into<String>) {
        let message = Text::made(zh, en);
        self.findings
            .push(PolicyFinding::at(self.text, at.offset, at.id, message));
    }

    fn policy(&mut self, policy: &Policy, offset: usize) {
        let at = At {
            offset,
            id: policy.annotation("id"),
        };
        self.check_annotations(policy, at);
        self.check_id(at);
        let changed_by = self.changed_by(policy, at);
        let second_factor = self.second_factor(policy, at);
        self.check_names(policy, at);
        let said = |key| policy.annotation(key).unwrap_or_default().to_owned();
        let because = Because {
            rule: Cow::Owned(said("id")),
            layer: Layer::Policy,
            reason: Text::made(said("reason_zh"), said("reason_en")),
            changed_by,
        };
        self.rules.push(PolicyRule {
            because: Arc::new(because),
            second_factor,
        });
    }

    fn check_annotations(&mut self, policy: &Policy, at: At<'_>) {
        for (key, value) in policy.annotations() {
            if !ANNOTATIONS.contains(&key) {
                let (zh, en) = (ANNOTATIONS.join("、"), ANNOTATIONS.join(", "));
                self.find(
                    at,
                    format!("不认识的注解 @{key}:只有 {zh}。"),
                    format!("unknown annotation @{key}: there are only {en}."),
                );
            } else if value.trim().is_empty() {
                self.find(
                    at,
                    format!("注解 @{key} 是空的。"),
                    format!("the annotation @{key} is empty."),
                );
            }
        }
        for key in REQUIRED
            .into_iter()
            .filter(|key| policy.annotation(key).is_none())
        {
            self.find(
                at,
                format!("缺少注解 @{key}(\"…\")。"),
                format!("the annotation @{key}(\"…\") is missing."),
            );
        }
    }

    fn check_id(&mut self, at: At<'_>) {
        let Some(slug) = at.id else { return };
        if !shouxin_model::id::is_slug(slug) || slug.len() > MAX_RULE {
            self.find(
                at,
                format!("@id 须为小写字母开头的短名,最多 {MAX_RULE} 个字符。"),
                format!("@id must be a lower-case slug of at most {MAX_RULE} characters."),
            );
        }
        if Rule::find(slug).is_some() {
            self.find(
                at,
                "@id 与内置规则同名,请另取一个。",
                "@id is the name of a built-in rule; choose another.",
            );
        }
        if self.rules.iter().any(|rule| rule.because.rule == slug) {
            self.find(
                at,
                "@id 重复:另一条策略已使用。",
                "@id is already used by another policy.",
            );
        }
    }

    fn changed_by(&mut self, policy: &Policy, at: At<'_>) -> Text {
        let Some(name) = policy.annotation("changed_by") else {
            return Text::default();
        };
        if let Some(role) = self.register.role(name) {
            return role.title.clone();
        }
        self.find(
            at,
            "@changed_by 须为登记册中的角色。",
            "@changed_by must name a role of the register.",
        );
        Text::default()
    }

    fn second_factor(&mut self, policy: &Policy, at: At<'_>) -> bool {
        let Some(value) = policy.annotation("second_factor") else {
            return false;
        };
        if value != "required" || policy.effect() != Effect::Permit {
            self.find(
                at,
                "@second_factor 只能写作 @second_factor(\"required\"),且只用于 permit。",
                "@second_factor can only be @second_factor(\"required\"), on a permit.",
            );
        }
        true
    }

    /// Fields are the one named thing that the schema cannot enumerate.
    fn check_names(&mut self, policy: &Policy, at: At<'_>) {
        for literal in policy.entity_literals() {
            let name = literal.id().unescaped();
            let kind = literal.type_name().basename();
            let field = FieldRef::from_str(name).ok();
            if kind == "Field" && field.and_then(|f| self.register.field(&f)).is_none() {
                let within = self.text[at.offset..]
                    .find(&format!("\"{name}\""))
                    .unwrap_or(0);
                self.find(
                    At {
                        offset: at.offset + within,
                        ..at
                    },
                    format!("登记册中没有字段 {name}。"),
                    format!("the register has no field {name}."),
                );
            }
            if kind == "Caller" {
                self.find(
                    at,
                    "策略不得点名个人:请使用角色 Role。",
                    "a policy must not name a single caller: use a Role.",
                );
            }
        }
    }

    fn validate(&mut self, schema: Schema, parsed: &PolicySet, places: &[(&Policy, usize)]) {
        let validation = Validator::new(schema).validate(parsed, ValidationMode::Strict);
        let at = |id: &PolicyId| {
            let found = places.iter().find(|(policy, _)| policy.id() == id);
            let none = At {
                offset: 0,
                id: None,
            };
            found.map_or(none, |(p, offset)| At {
                offset: *offset,
                id: p.annotation("id"),
            })
        };
        let misfit = ("与登记册不符", "does not fit the register");
        let mut wrong = Vec::new();
        for error in validation.validation_errors() {
            wrong.push(error.policy_id());
            self.findings
                .push(diagnosed(self.text, at(error.policy_id()), misfit, error));
        }
        let dead = ("不会生效或可能误读", "never applies, or misleads");
        // A policy with an error mostly cannot apply either: said once is enough.
        for warning in validation
            .validation_warnings()
            .filter(|w| !wrong.contains(&w.policy_id()))
        {
            self.findings
                .push(diagnosed(self.text, at(warning.policy_id()), dead, warning));
        }
    }
}

/// Where a policy starts, in bytes, and its `@id`.
#[derive(Clone, Copy)]
struct At<'a> {
    offset: usize,
    id: Option<&'a str>,
}

/// Every finding of a text that is no Cedar at all.
pub(crate) fn unparsed(text: &str, errors: &ParseErrors) -> Vec<PolicyFinding> {
    let start = At {
        offset: 0,
        id: None,
    };
    let broken = ("无法解析", "cannot be parsed");
    errors
        .iter()
        .map(|error| diagnosed(text, start, broken, error))
        .collect()
}

/// Every policy with the byte at which its text starts, in the order of the text.
pub(crate) fn places<'a>(text: &str, parsed: &'a PolicySet) -> Vec<(&'a Policy, usize)> {
    let mut policies: Vec<&Policy> = parsed.policies().collect();
    // The parser numbers policies in the order of the text: policy0, policy1, …
    policies.sort_by_key(|p| {
        p.id()
            .to_string()
            .trim_start_matches("policy")
            .parse::<usize>()
            .ok()
    });
    let mut from = 0;
    let located = policies.into_iter().map(|policy| {
        let source = policy.to_cedar().unwrap_or_default();
        let offset = text[from..].find(&source).map_or(from, |at| from + at);
        from = (offset + source.len()).min(text.len());
        (policy, offset)
    });
    located.collect()
}

/// A finding from one of Cedar's errors, at the place it names or else where the policy starts.
fn diagnosed<E: Diagnostic>(
    text: &str,
    at: At<'_>,
    (zh, en): (&str, &str),
    error: &E,
) -> PolicyFinding {
    let place = error
        .labels()
        .and_then(|mut labels| labels.next())
        .map(|label| label.offset());
    let help = error
        .help()
        .map_or(String::new(), |help| format!(" ({help})"));
    // Cedar names policies by the number it gave them; people know them by their id.
    let error = error.to_string();
    let said = error
        .strip_prefix("for policy `")
        .and_then(|rest| rest.split_once("`, "));
    let said = said.map_or(error.as_str(), |(_, said)| said);
    let message = Text::made(format!("{zh}:{said}{help}"), format!("{en}: {said}{help}"));
    PolicyFinding::at(text, place.unwrap_or(at.offset), at.id, message)
}

const REQUIRED: [&str; 4] = ["id", "reason_zh", "reason_en", "changed_by"];
const ANNOTATIONS: [&str; 5] = [
    "id",
    "reason_zh",
    "reason_en",
    "changed_by",
    "second_factor",
];
