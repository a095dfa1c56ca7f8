//! What was decided, and why.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shouxin_model::{FieldKind, FieldRef, Form, GrantId, Text};

use crate::Answer;
use crate::rules::Rule;

/// On which rung of the ladder a decision fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The caller's roles (角色), training and pledge.
    Role,
    /// What the purpose covers (用途).
    Purpose,
    /// Hours, network and device (条件).
    Condition,
    /// What ties the caller to the subject (关联).
    Relation,
    /// The subject's consent (同意).
    Consent,
    /// The subject restricted processing (限制处理).
    Restriction,
    /// The field's keeping period is over (保存期限).
    Retention,
    /// Limits per person and day (额度).
    Quota,
    /// A fresh second factor (第二因素).
    SecondFactor,
    /// A Cedar policy, or the lack of one (策略).
    Policy,
    /// The limits of the caller's API key (接口密钥).
    Key,
    /// Zones that lie apart are not joined (密钥域).
    Zone,
}

/// The rule behind a decision, for people and for the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// The rule's id, at most [`MAX_RULE`](crate::MAX_RULE) characters: a policy's `@id` or a built-in rule.
    pub rule: Cow<'static, str>,
    /// The rung.
    pub layer: Layer,
    /// Why, and what would change it, in plain words.
    pub reason: Text,
    /// Who could change it.
    pub changed_by: Text,
}

/// What a caller could do to see more of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hint {
    /// Name the field among those to be opened clear. A second factor may be asked for then.
    AskClear,
    /// Show a second factor and ask again.
    StepUp,
}

/// The decision about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The form in which the field may leave the vault.
    pub form: Form,
    /// The rule that decided, of those that kept the form from being more revealing.
    pub because: Arc<Because>,
    /// What the caller could do to see more, if anything.
    pub hint: Option<Hint>,
    /// Whether it takes one of the day's clear fields.
    pub charged: bool,
    /// The grant without which the field would come less revealing, or not at all.
    pub grant: Option<GrantId>,
}

/// The decision about what is of one kind in free texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PieceDecision {
    /// What was found.
    pub kind: FieldKind,
    /// The field as which it is shown; `None`: as the text itself is, or not at all.
    pub field: Option<FieldRef>,
    /// In which form, and why.
    pub decision: Decision,
}

/// The decision about one read.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Why the whole read is refused, if it is; then every field is withheld by the same rule.
    pub refusal: Option<Arc<Because>>,
    /// One decision per requested field, in the order of the request.
    pub fields: Vec<(FieldRef, Decision)>,
    /// One decision per kind of personal information in the free texts that are told, clear or masked.
    pub pieces: Vec<PieceDecision>,
    /// The grants without which the zones that were asked for may not be seen together.
    pub joined_by: Vec<GrantId>,
}

impl Verdict {
    /// Whether any field is answered at all.
    pub fn opens(&self) -> bool {
        self.fields.iter().any(|(_, d)| d.form != Form::Withheld)
    }

    /// The decision about this field, if it was asked for.
    pub fn field(&self, field: &FieldRef) -> Option<&Decision> {
        self.fields
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, d)| d)
    }

    /// How many of the day's clear fields this read takes.
    pub fn clear_spent(&self) -> u32 {
        self.decisions()
            .map(|decision| u32::from(decision.charged))
            .sum()
    }

    /// The grants that opened something, each once.
    pub fn grants(&self) -> Vec<GrantId> {
        let opened = self.decisions().filter_map(|decision| decision.grant);
        let mut grants: Vec<GrantId> = opened.chain(self.joined_by.iter().copied()).collect();
        grants.sort_unstable();
        grants.dedup();
        grants
    }

    /// The ids of the rules that decided, each once, in order of first use: for the ledger entry.
    pub fn rules(&self) -> Vec<&str> {
        let mut rules = Vec::new();
        for decision in self.decisions() {
            let rule = decision.because.rule.as_ref();
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        rules
    }

    fn decisions(&self) -> impl Iterator<Item = &Decision> {
        let pieces = self.pieces.iter().map(|piece| &piece.decision);
        self.fields
            .iter()
            .map(|(_, decision)| decision)
            .chain(pieces)
    }

    /// A whole read refused for one reason.
    pub(crate) fn refused(fields: &[FieldRef], because: Arc<Because>) -> Self {
        let withheld = |f: &FieldRef| (f.clone(), Decision::withheld(because.clone()));
        Self {
            fields: fields.iter().map(withheld).collect(),
            refusal: Some(because),
            pieces: Vec::new(),
            joined_by: Vec::new(),
        }
    }
}

impl Decision {
    pub(crate) fn withheld(because: Arc<Because>) -> Self {
        Self {
            form: Form::Withheld,
            because,
            hint: None,
            charged: false,
            grant: None,
        }
    }
}

/// The decision about a search or a count: allowed or not, as a whole.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Whether it may go ahead.
    pub allowed: bool,
    /// The rule that decided.
    pub because: Arc<Because>,
}

impl From<Result<Answer, &'static Rule>> for Ruling {
    fn from(answer: Result<Answer, &'static Rule>) -> Self {
        match answer {
            Ok(answer) => Self {
                allowed: answer.permitted,
                because: answer.because,
            },
            Err(rule) => Self {
                allowed: false,
                because: rule.because(),
            },
        }
    }
}
