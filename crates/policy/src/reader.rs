//! What a policy text says of itself, and what is wrong with it.

/// A policy, as people are told of it.
pub(crate) struct PolicyRule {
    pub(crate) because: Arc<Because>,
    /// Whether a clear read that this policy permits always needs a fresh second factor.
    pub(crate) second_factor: bool,
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
        self.findings
            .push(PolicyFinding::at(self.text, offset, policy, message));
    }

    fn read(&mut self, policy: &Policy, offset: usize) {
        let id = policy.annotation("id");
        for (key, value) in policy.annotations() {
            if !ANNOTATIONS.contains(&key) {
                self.find(
                    offset,
                    id,
                    Text::made(
                        format!("不认识的注解 @{key}:只有 {}。", ANNOTATIONS.join("、")),
                        format!(
                            "unknown annotation @{key}: there are only {}.",
                            ANNOTATIONS.join(", ")
                        ),
                    ),
                );
            } else if value.trim().is_empty() {
                self.find(
                    offset,
                    id,
                    Text::made(
                        format!("注解 @{key} 是空的。"),
                        format!("the annotation @{key} is empty."),
                    ),
                );
            }
        }
        for key in REQUIRED {
            if policy.annotation(key).is_none() {
                self.find(
                    offset,
                    id,
                    Text::made(
                        format!("缺少注解 @{key}(\"…\")。"),
                        format!("the annotation @{key}(\"…\") is missing."),
                    ),
                );
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
            self.find(
                offset,
                id,
                Text::made(
                    format!("@id 须为小写字母开头的短名,最多 {MAX_RULE} 个字符。"),
                    format!("@id must be a lower-case slug of at most {MAX_RULE} characters."),
                ),
            );
        }
        if Rule::find(slug).is_some() {
            self.find(
                offset,
                id,
                Text::fixed(
                    "@id 与内置规则同名,请另取一个。",
                    "@id is the name of a built-in rule; choose another.",
                ),
            );
        }
        if self.rules.iter().any(|rule| rule.because.rule == slug) {
            self.find(
                offset,
                id,
                Text::fixed(
                    "@id 重复:另一条策略已使用。",
                    "@id is already used by another policy.",
                ),
            );
        }
    }

    fn changer(&mut self, policy: &Policy, offset: usize) -> Text {
        let Some(role) = policy.annotation("changed_by") else {
            return Text::default();
        };
        match self.register.role(role) {
            Some(role) => role.title.clone(),
            None => {
                self.find(
                    offset,
                    policy.annotation("id"),
                    Text::fixed(
                        "@changed_by 须为登记册中的角色。",
                        "@changed_by must name a role of the register.",
                    ),
                );
                Text::default()
            }
        }
    }

    fn second_factor(&mut self, policy: &Policy, offset: usize) -> bool {
        let Some(value) = policy.annotation("second_factor") else {
            return false;
        };
        if value != "required" || policy.effect() != Effect::Permit {
            self.find(
                offset,
                policy.annotation("id"),
                Text::fixed(
                    "@second_factor 只能写作 @second_factor(\"required\"),且只用于 permit。",
                    "@second_factor can only be @second_factor(\"required\"), on a permit.",
                ),
            );
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
                        let place = self.text[offset..]
                            .find(&format!("\"{name}\""))
                            .unwrap_or(0);
                        self.find(
                            offset + place,
                            policy.annotation("id"),
                            Text::made(
                                format!("登记册中没有字段 {name}。"),
                                format!("the register has no field {name}."),
                            ),
                        );
                    }
                }
                "Caller" => self.find(
                    offset,
                    policy.annotation("id"),
                    Text::fixed(
                        "策略不得点名个人:请使用角色 Role。",
                        "a policy must not name a single caller: use a Role.",
                    ),
                ),
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
            self.findings.push(diagnosed(
                text,
                offset,
                id,
                "与登记册不符",
                "does not fit the register",
                error,
            ));
        }
        let wrong: Vec<_> = validation
            .validation_errors()
            .map(|e| e.policy_id())
            .collect();
        // A policy with an error mostly cannot apply either: said once is enough.
        for warning in validation
            .validation_warnings()
            .filter(|w| !wrong.contains(&w.policy_id()))
        {
            let (offset, id) = place(warning.policy_id());
            self.findings.push(diagnosed(
                text,
                offset,
                id,
                "不会生效或可能误读",
                "never applies, or misleads",
                warning,
            ));
        }
    }
}

/// Every policy with the byte at which its text starts, in the order of the text.
fn places<'a>(text: &str, parsed: &'a PolicySet) -> Vec<(&'a Policy, usize)> {
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

/// A finding from one of Cedar's errors, at the place it names or else at `offset`.
fn diagnosed<E: Diagnostic>(
    text: &str,
    offset: usize,
    policy: Option<&str>,
    zh: &str,
    en: &str,
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
    PolicyFinding::at(text, place.unwrap_or(offset), policy, message)
}

const REQUIRED: [&str; 4] = ["id", "reason_zh", "reason_en", "changed_by"];
const ANNOTATIONS: [&str; 5] = [
    "id",
    "reason_zh",
    "reason_en",
    "changed_by",
    "second_factor",
];
