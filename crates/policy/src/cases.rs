//! Test cases of policies, written beside what they hold: `//? role=… purpose=… field=… expect=…`.
//!
//! ```text
//! //? role="service-adviser" purpose="repair-service" field="customer.mobile" expect=masked
//! //? role="service-adviser" purpose="repair-service" field="customer.mobile" ask=clear expect=clear rule="adviser-reveal"
//! //? role="service-adviser" purpose="repair-service" field="customer.mobile" facts=no-tie expect=withheld
//! ```
//!
//! To Cedar they are comments. They are part of the text: versioned, hashed and approved with it. Facts
//! that a case does not name are in the caller's favour. Quotation marks around a value say nothing.

use std::str::FromStr;

use shouxin_model::{Caller, FieldRef, Form, Register, Text};

use crate::held::{Favourable, favourable, one};
use crate::{Channel, Consents, Facts, Policies, PolicyFinding, Relation};

/// One test case, as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyCase {
    /// The line, counted from 1.
    pub line: usize,
    /// The caller's roles.
    pub roles: Vec<String>,
    /// Through what the caller comes; staff if not said.
    pub channel: Channel,
    /// The purpose named.
    pub purpose: String,
    /// The field asked for.
    pub field: FieldRef,
    /// Whether it is asked for clear.
    pub clear: bool,
    /// What is not in the caller's favour.
    pub facts: Vec<CaseFact>,
    /// The form that is expected.
    pub expect: Form,
    /// The id of the rule that is expected to decide, if that matters.
    pub rule: Option<String>,
}

/// A test case and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseOutcome {
    /// The case.
    pub case: PolicyCase,
    /// The form that the policies give.
    pub form: Form,
    /// The id of the rule that decided.
    pub decided_by: String,
    /// Why, in plain words.
    pub reason: Text,
}

impl CaseOutcome {
    /// Whether the policies give what the case expects.
    pub fn holds(&self) -> bool {
        let rule = self.case.rule.as_ref();
        self.form == self.case.expect && rule.is_none_or(|rule| *rule == self.decided_by)
    }
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// A fact that is not in the caller's favour.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum CaseFact {
            $($(#[$doc])* $name,)*
        }

        impl CaseFact {
            /// Every fact.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word in a case.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

facts! {
    /// The customer has no open case that ties the caller to them.
    NoTie = "no-tie";
    /// The case that tied them is closed.
    CaseClosed = "case-closed";
    /// The customer never consented, where the purpose rests on consent.
    NoConsent = "no-consent";
    /// The customer restricted processing.
    Restricted = "restricted";
    /// The keeping period of the field is over.
    RetentionOver = "retention-over";
    /// No second factor was shown within the last ten minutes.
    NoSecondFactor = "no-second-factor";
    /// The day's quota is used up.
    QuotaSpent = "quota-spent";
}

/// Reads the test cases of a policy text and runs them.
///
/// # Errors
/// What is no case although its line begins with `//?`, or names what the register lacks; each at its place.
pub fn run_cases(
    policies: &Policies,
    register: &Register,
    text: &str,
) -> Result<Vec<CaseOutcome>, Vec<PolicyFinding>> {
    let (mut cases, mut findings) = (Vec::new(), Vec::new());
    for (line, offset, said) in lines(text) {
        match read(line, said, register) {
            Ok(case) => cases.push(case),
            Err(message) => findings.push(PolicyFinding::at(text, offset, None, message)),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let outcomes = cases.into_iter().map(|case| run(policies, register, case));
    Ok(outcomes.collect())
}

/// The cases of a text as they are compared with those of another, in one spelling and sorted.
pub(crate) fn spelled(text: &str) -> Vec<String> {
    let mut all: Vec<String> = lines(text)
        .map(|(_, _, said)| {
            said.replace('"', "")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    all.sort();
    all
}

/// The lines that are cases: number from 1, byte, and what stands behind the mark.
fn lines(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut offset = 0;
    text.split('\n').enumerate().filter_map(move |(at, line)| {
        let start = offset;
        offset += line.len() + 1;
        let indent = line.len() - line.trim_start().len();
        let said = line.trim_start().strip_prefix(MARK)?;
        Some((at + 1, start + indent, said.trim()))
    })
}

fn read(line: usize, said: &str, register: &Register) -> Result<PolicyCase, Text> {
    let mut parts = Parts::default();
    for pair in said.split_whitespace() {
        parts.take(pair, register)?;
    }
    let lacks = |key: &str| {
        Text::made(
            format!("测试用例缺少 {key}=…。"),
            format!("the test case lacks {key}=…."),
        )
    };
    Ok(PolicyCase {
        line,
        roles: parts.roles.ok_or_else(|| lacks("role"))?,
        channel: parts.channel.unwrap_or(Channel::Staff),
        purpose: parts.purpose.ok_or_else(|| lacks("purpose"))?,
        field: parts.field.ok_or_else(|| lacks("field"))?,
        clear: parts.clear,
        facts: parts.facts,
        expect: parts.expect.ok_or_else(|| lacks("expect"))?,
        rule: parts.rule,
    })
}

/// The pairs of a case, as they were met so far.
#[derive(Default)]
struct Parts {
    seen: Vec<String>,
    roles: Option<Vec<String>>,
    channel: Option<Channel>,
    purpose: Option<String>,
    field: Option<FieldRef>,
    clear: bool,
    facts: Vec<CaseFact>,
    expect: Option<Form>,
    rule: Option<String>,
}

impl Parts {
    fn take(&mut self, pair: &str, register: &Register) -> Result<(), Text> {
        let (key, quoted) = pair.split_once('=').ok_or_else(|| {
            Text::made(
                format!("测试用例由 名=值 组成:{pair} 不是。"),
                format!("a test case is made of name=value: {pair} is none."),
            )
        })?;
        let value = quoted.trim_matches('"');
        if self.seen.iter().any(|seen| seen == key) {
            return Err(Text::made(
                format!("测试用例中 {key} 出现了两次。"),
                format!("the test case says {key} twice."),
            ));
        }
        self.seen.push(key.to_owned());
        match key {
            "role" => self.roles = Some(roles(value, register)?),
            "channel" => {
                let found = Channel::ALL.into_iter().find(|one| one.word() == value);
                self.channel = Some(found.ok_or_else(|| unknown(key, value))?);
            }
            "purpose" => {
                register.purpose(value).ok_or_else(|| undeclared(value))?;
                self.purpose = Some(value.to_owned());
            }
            "field" => {
                let found = FieldRef::from_str(value).ok();
                let found = found.filter(|field| register.field(field).is_some());
                self.field = Some(found.ok_or_else(|| undeclared(value))?);
            }
            "ask" if value == "clear" => self.clear = true,
            "facts" => {
                for word in value.split(',') {
                    let found = CaseFact::ALL.iter().find(|fact| fact.word() == word);
                    self.facts.push(*found.ok_or_else(|| unknown(key, word))?);
                }
            }
            "expect" => {
                let found = Form::ALL.into_iter().find(|form| form.word() == value);
                self.expect = Some(found.ok_or_else(|| unknown(key, value))?);
            }
            "rule" => self.rule = Some(value.to_owned()),
            _ => return Err(unknown(key, value)),
        }
        Ok(())
    }
}

fn roles(value: &str, register: &Register) -> Result<Vec<String>, Text> {
    let known = |role: &str| match register.role(role) {
        Some(_) => Ok(role.to_owned()),
        None => Err(undeclared(role)),
    };
    value.split(',').map(known).collect()
}

fn unknown(key: &str, value: &str) -> Text {
    Text::made(
        format!("测试用例不认识 {key}={value}。"),
        format!("a test case knows no {key}={value}."),
    )
}

fn undeclared(name: &str) -> Text {
    Text::made(
        format!("登记册中没有 {name}。"),
        format!("the register has no {name}."),
    )
}

fn run(policies: &Policies, register: &Register, case: PolicyCase) -> CaseOutcome {
    let mut facts = favourable(&case.roles, case.channel, &case.purpose, &case.field);
    if case.clear {
        facts.clear.insert(case.field.clone());
    }
    let decision = if case.facts.is_empty() {
        Favourable::of(register).decide(policies, &facts)
    } else {
        let register = register_of(register, &case);
        for fact in &case.facts {
            set(&mut facts, *fact, &register);
        }
        one(policies, &register, &facts)
    };
    CaseOutcome {
        case,
        form: decision.form,
        decided_by: decision.because.rule.to_string(),
        reason: decision.because.reason.clone(),
    }
}

/// The register with those of its rules that the case speaks of; the others are in the caller's favour.
fn register_of(register: &Register, case: &PolicyCase) -> Register {
    let mut held = Favourable::of(register).into_register();
    let says = |fact| case.facts.contains(&fact);
    for (purpose, declared) in held.purposes.iter_mut().zip(&register.purposes) {
        if says(CaseFact::NoTie) || says(CaseFact::CaseClosed) {
            purpose.condition = declared.condition;
        }
        if says(CaseFact::NoConsent) {
            purpose.basis.clone_from(&declared.basis);
        }
        if says(CaseFact::QuotaSpent) {
            purpose.quota = declared.quota;
        }
    }
    held
}

fn set(facts: &mut Facts, fact: CaseFact, register: &Register) {
    match fact {
        CaseFact::NoTie => facts.relation = Relation::default(),
        CaseFact::CaseClosed => {
            facts.relation = Relation {
                closed: true,
                ..Relation::default()
            };
        }
        // None was ever recorded.
        CaseFact::NoConsent => facts.consent = Consents::default(),
        CaseFact::Restricted => facts.restricted = true,
        CaseFact::RetentionOver => facts.expired.extend(facts.fields.iter().cloned()),
        CaseFact::NoSecondFactor => no_second_factor(&mut facts.ask.caller),
        CaseFact::QuotaSpent => {
            let quota = register.purpose(&facts.ask.purpose).map(|p| p.quota);
            let quota = quota.unwrap_or_default();
            facts.ask.used.clear = quota.clear_per_day.unwrap_or(0);
            facts.ask.used.subjects = quota.subjects_per_day.unwrap_or(0);
        }
    }
}

fn no_second_factor(caller: &mut Caller) {
    caller.sign_in.second_factor_at = None;
}

/// What a line begins with that is a case.
const MARK: &str = "//?";
